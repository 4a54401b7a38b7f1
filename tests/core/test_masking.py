import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import masking

HANGUL = st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("이산", "이*"),
        ("홍길동", "홍*동"),
        ("남궁민수", "남**수"),
        ("남궁라온하제", "남****제"),
        ("이", "*"),
        ("홍 길동", "홍 *동"),
        ("\u1112\u1169\u11bc\u1100\u1175\u11af\u1103\u1169\u11bc", "홍*동"),
        ("John Smith", "Jo** Sm***"),
        ("Li", "L*"),
        ("José O", "Jo** *"),
        ("", ""),
        (None, ""),
    ],
)
def test_names_are_masked_by_the_rule(name, shown):
    assert masking.mask_name(name) == shown


@given(st.text(alphabet=HANGUL, min_size=1, max_size=20))
def test_of_a_korean_name_never_more_than_first_and_last_is_seen(name):
    shown = masking.mask_name(name)

    assert len(shown) == len(name)
    assert len(shown.replace("*", "")) <= min(len(name) - 1, 2)
    assert shown[1:-1] == "*" * (len(name) - 2)


@given(st.text(alphabet="abcdefgXYZé ", min_size=1, max_size=30))
def test_of_a_latin_name_never_more_than_two_letters_a_word_are_seen(name):
    for word, shown in zip(name.split(), masking.mask_name(name).split(), strict=True):
        assert len(shown.rstrip("*")) <= min(2, len(word) - 1)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("010-1234-5678", "010-****-5678"),
        ("01012345678", "010-****-5678"),
        ("010 1234 5678", "010-****-5678"),
        ("+82 10-1234-5678", "+82-10-****-5678"),
        ("054-950-6000", "054-***-6000"),
        ("02-123-4567", "02-***-4567"),
        ("0505-123-4567", "0505-***-4567"),
        ("1588-1234", "****-1234"),
        ("6000", "****"),
        ("+1 212 555 01234 99", "*" * 15),
        ("", ""),
        (None, ""),
    ],
)
def test_phones_hide_their_middle(number, shown):
    assert masking.mask_phone(number) == shown


@given(st.from_regex(r"0(10|2|54)-?[0-9]{3,4}-?[0-9]{4}", fullmatch=True))
def test_the_middle_of_a_phone_is_never_shown(number):
    digits = re.sub(r"\D", "", number)
    area = next(code for code in ("010", "02", "054") if digits.startswith(code))

    shown = re.sub(r"\D", "", masking.mask_phone(number))

    assert shown == area + digits[-4:]


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("abcdef@korea.kr", "ab***@korea.kr"),
        ("ab@korea.kr", "a***@korea.kr"),
        ("a@korea.kr", "***@korea.kr"),
        ("no address", "***"),
        ("@korea.kr", "***"),
        ("", ""),
        (None, ""),
    ],
)
def test_mail_addresses_show_two_characters(address, shown):
    assert masking.mask_email(address) == shown


@given(st.from_regex(r"[a-z0-9.]{1,30}", fullmatch=True))
def test_of_a_mail_name_never_more_than_two_characters_are_seen(name):
    shown, domain = masking.mask_email(f"{name}@goryeong.example").split("***@")

    assert domain == "goryeong.example"
    assert len(shown) <= min(2, len(name) - 1)


@pytest.mark.parametrize(
    ("number", "shown"),
    [("GR-2019-0142", "GR-2019-01**"), ("7", "*"), ("12-", "**-"), ("", ""), (None, "")],
)
def test_employee_numbers_hide_their_end(number, shown):
    assert masking.mask_employee_number(number) == shown


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("10.1.2.7", "10.1.***.7"),
        ("::ffff:10.1.2.7", "10.1.***.7"),
        ("2001:db8::1", "2001:0db8:***:0001"),
        ("somewhere", "***"),
        (None, ""),
    ],
)
def test_network_addresses_hide_one_part(address, shown):
    assert masking.mask_ip(address) == shown


@given(st.text(max_size=60))
def test_no_text_breaks_a_mask(text):
    for mask in (
        masking.mask_name,
        masking.mask_phone,
        masking.mask_email,
        masking.mask_employee_number,
        masking.mask_ip,
    ):
        assert isinstance(mask(text), str)
