import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminders.services import sms
from reminders.services.sms import Size

# One message of the office as it goes out today.
REAL = "[고령군] 12.3.(목) 05:40까지 군청 주차장 집결(06:00 출발). 신분증·명찰 지참. 문의 ☎1234"


def test_korean_counts_two_bytes_and_ascii_one():
    assert sms.measure("가a\n").bytes == 4


def test_a_real_message_of_the_office_fits_one_short_message():
    measured = sms.measure(REAL)

    assert (measured.bytes, measured.size, measured.outside) == (89, Size.SHORT, ())


def test_a_rare_syllable_counts_two_bytes_not_eight():
    assert sms.measure("뷁똠").bytes == 4


@pytest.mark.parametrize(
    ("length", "size"),
    [(90, Size.SHORT), (91, Size.LONG), (2000, Size.LONG), (2001, Size.TOO_LONG)],
)
def test_the_limits_are_90_and_2000_bytes(length, size):
    assert sms.measure("a" * length).size == size


def test_signs_no_phone_shows_are_named_once_each():
    assert sms.measure("🙂 안녕 🙂 ✔︎").outside == ("🙂", "✔", "\N{VARIATION SELECTOR-15}")


def test_a_dash_is_replaced_and_not_complained_about():
    assert sms.measure("10:30–12:00").outside == ()
    assert sms.sendable("10:30–12:00") == "10:30-12:00"


@given(st.text())
def test_what_is_sendable_is_as_long_in_cp949_as_was_measured(text):
    assert len(sms.sendable(text).encode("cp949")) == sms.measure(text).bytes


@given(st.text(), st.integers(min_value=0, max_value=100))
def test_a_cut_is_within_its_limit_and_a_beginning_of_the_text(text, limit):
    plain = sms.sendable(text)

    short = sms.cut(plain, limit=limit)

    assert plain.startswith(short)
    assert len(short.encode("cp949")) <= limit
