from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.template import engines
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core import dates

SUNDAY = date(2026, 11, 22)
FIRST_DAY = date(2026, 12, 3)
LAST_DAY = date(2026, 12, 4)
VISIT_STARTS = datetime(2026, 12, 3, 1, 30, tzinfo=UTC)
VISIT_ENDS = datetime(2026, 12, 3, 3, 0, tzinfo=UTC)
AFTER_MIDNIGHT = datetime(2026, 12, 3, 16, 10, tzinfo=UTC)

DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31))

READ = [
    (lambda: dates.kdate(SUNDAY), "2026. 11. 22.(일)", "Sun, 22 Nov 2026"),
    (lambda: dates.kdate(None), "", ""),
    (lambda: dates.kday(FIRST_DAY), "12. 3.(목)", "Thu, 3 Dec"),
    (lambda: dates.kweekday(SUNDAY), "일", "Sun"),
    (lambda: dates.ktime(VISIT_STARTS), "10:30", "10:30"),
    (lambda: dates.ktime(time(0, 0)), "00:00", "00:00"),
    (
        lambda: dates.kdatetime(VISIT_STARTS),
        "2026. 12. 3.(목) 10:30",
        "Thu, 3 Dec 2026, 10:30",
    ),
    (lambda: dates.kdaytime(VISIT_STARTS), "12. 3.(목) 10:30", "Thu, 3 Dec, 10:30"),
    (lambda: dates.kdaterange(FIRST_DAY, FIRST_DAY), "2026. 12. 3.(목)", "Thu, 3 Dec 2026"),
    (
        lambda: dates.kdaterange(FIRST_DAY, LAST_DAY),
        "2026. 12. 3.(목)~12. 4.(금)",
        "Thu, 3 – Fri, 4 Dec 2026",
    ),
    (
        lambda: dates.kdaterange(date(2026, 11, 30), LAST_DAY),
        "2026. 11. 30.(월)~12. 4.(금)",
        "Mon, 30 Nov – Fri, 4 Dec 2026",
    ),
    (
        lambda: dates.kdaterange(date(2026, 12, 31), date(2027, 1, 1)),
        "2026. 12. 31.(목)~2027. 1. 1.(금)",
        "Thu, 31 Dec 2026 – Fri, 1 Jan 2027",
    ),
    (lambda: dates.kdaterange(FIRST_DAY, None), "2026. 12. 3.(목)", "Thu, 3 Dec 2026"),
    (lambda: dates.ktimerange(VISIT_STARTS, VISIT_ENDS), "10:30~12:00", "10:30–12:00"),
    (
        lambda: dates.ktimerange(VISIT_STARTS, AFTER_MIDNIGHT),
        "10:30~다음 날 01:10",
        "10:30–01:10 (next day)",
    ),
    (
        lambda: dates.ktimerange(VISIT_STARTS, AFTER_MIDNIGHT + timedelta(days=2)),
        "10:30~12. 6.(일) 01:10",
        "10:30 – Sun, 6 Dec, 01:10",
    ),
    (lambda: dates.ktimerange(time(9), time(18)), "09:00~18:00", "09:00–18:00"),
    (lambda: dates.ktimerange(time(22), time(6)), "22:00~다음 날 06:00", "22:00–06:00 (next day)"),
    (lambda: dates.ktimerange(VISIT_STARTS, None), "10:30", "10:30"),
    (lambda: dates.kuntil(VISIT_STARTS, VISIT_ENDS), "~12:00", "–12:00"),
    (lambda: dates.kuntil(time(22), time(6)), "~다음 날 06:00", "–06:00 (next day)"),
    (lambda: dates.kuntil(VISIT_STARTS, None), "", ""),
    (lambda: dates.kduration(110), "1시간 50분", "1 h 50 min"),
    (lambda: dates.kduration(60), "1시간", "1 h"),
    (lambda: dates.kduration(5), "5분", "5 min"),
    (lambda: dates.kduration(0), "0분", "0 min"),
    (lambda: dates.kwait(timedelta(seconds=26.4)), "26초", "26\N{NO-BREAK SPACE}s"),
    (lambda: dates.kwait(timedelta(seconds=119)), "119초", "119\N{NO-BREAK SPACE}s"),
    (lambda: dates.kwait(timedelta(minutes=7)), "7분", "7 min"),
    (lambda: dates.kwait(None), "", ""),
    (lambda: dates.kduration(-12), "-12분", "-12 min"),
    (lambda: dates.kduration(timedelta(hours=9, minutes=40)), "9시간 40분", "9 h 40 min"),
    (lambda: dates.nights(FIRST_DAY, LAST_DAY), "1박 2일", "2 days, 1 night"),
    (lambda: dates.nights(FIRST_DAY, date(2026, 12, 5)), "2박 3일", "3 days, 2 nights"),
    (lambda: dates.nights(FIRST_DAY, FIRST_DAY), "당일", "1 day"),
    (lambda: dates.relative_day(SUNDAY, SUNDAY), "오늘", "today"),
    (lambda: dates.relative_day(date(2026, 11, 23), SUNDAY), "내일", "tomorrow"),
    (lambda: dates.relative_day(date(2026, 11, 21), SUNDAY), "어제", "yesterday"),
    (lambda: dates.relative_day(FIRST_DAY, SUNDAY), "11일 뒤", "in 11 days"),
    (lambda: dates.relative_day(date(2026, 11, 19), SUNDAY), "3일 전", "3 days ago"),
]


@pytest.mark.parametrize(("write", "korean", "english"), READ)
def test_dates_read_as_each_language_writes_them(write, korean, english):
    with translation.override("ko"):
        assert write() == korean
    with translation.override("en"):
        assert write() == english


def test_without_a_language_dates_are_korean():
    with translation.override(None):
        assert dates.kdate(SUNDAY) == "2026. 11. 22.(일)"


def test_an_instant_belongs_to_its_day_in_seoul():
    assert dates.local_date(AFTER_MIDNIGHT) == LAST_DAY


def test_a_day_in_seoul_begins_at_three_in_the_afternoon_utc():
    assert dates.day_bounds(SUNDAY) == (
        datetime(2026, 11, 21, 15, tzinfo=UTC),
        datetime(2026, 11, 22, 15, tzinfo=UTC),
    )


@given(DAYS)
def test_the_bounds_of_a_day_hold_all_of_it_and_nothing_else(day):
    start, end = dates.day_bounds(day)

    assert dates.local_date(start) == day
    assert dates.local_date(end - timedelta(microseconds=1)) == day
    assert dates.local_date(end) == day + timedelta(days=1)


def test_machines_read_iso():
    assert dates.iso(VISIT_STARTS) == "2026-12-03T10:30+09:00"
    assert dates.iso(SUNDAY) == "2026-11-22"
    assert dates.iso(time(9, 5)) == "09:05"


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22",
        "2026. 11. 22.",
        "2026. 11. 22.(일)",
        "2026.11.22",
        "2026/11/22",
        "2026년 11월 22일",
        "20261122",
        "  2026-11-22 ",
        "２０２６-１１-２２",
    ],
)
def test_a_date_is_understood_in_every_usual_writing(text):
    assert dates.parse_date(text) == SUNDAY


@pytest.mark.parametrize(
    "text",
    ["", None, "내일", "2026-02-30", "0001-01-01", "9999-12-31", "26-11-22", "1" * 5000, "2026-11"],
)
def test_what_is_no_date_is_none(text):
    assert dates.parse_date(text) is None


@given(DAYS)
def test_every_date_we_write_in_korean_can_be_typed_back(day):
    with translation.override("ko"):
        assert dates.parse_date(dates.kdate(day)) == day
    assert dates.parse_date(day.isoformat()) == day
    assert dates.parse_date(day.strftime("%Y%m%d")) == day


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2199, 12, 31)))
def test_every_time_we_write_in_korean_can_be_typed_back(moment):
    moment = moment.replace(second=0, microsecond=0, tzinfo=dates.SEOUL)

    with translation.override("ko"):
        assert dates.parse_datetime(dates.kdatetime(moment)) == moment
    assert dates.parse_datetime(moment.strftime("%Y-%m-%dT%H:%M")) == moment


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("14:00", time(14)),
        ("9:05", time(9, 5)),
        ("1400", time(14)),
        ("14시", time(14)),
        ("14시 30분", time(14, 30)),
        ("14:00:30", time(14, 0, 30)),
        ("14:", None),
        ("25:00", None),
        ("14:60", None),
        ("23:59:60", None),
        ("", None),
    ],
)
def test_a_time_is_understood_or_none(text, clock):
    assert dates.parse_time(text) == clock


def test_twenty_four_o_clock_ends_the_day():
    assert dates.parse_datetime("2026-11-22 24:00") == datetime(2026, 11, 22, 15, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-11-22", "2026-11-22T", "1988-05-08 02:30", "x 14:00"])
def test_what_is_no_instant_is_none(text):
    assert dates.parse_datetime(text) is None


@given(st.text(max_size=80))
def test_no_text_breaks_the_parsers(text):
    dates.parse_date(text)
    dates.parse_time(text)
    dates.parse_datetime(text)


def test_templates_write_dates_by_filter():
    template = engines["django"].from_string(
        "{% load korean %}{{ start|kdate }} {{ start|ktimerange:end }} {{ 110|kduration }}"
        "{{ missing|kdate }}{{ missing|ktime }}{{ missing|kduration }}{{ missing|kiso }}"
    )

    with translation.override("ko"):
        text = template.render({"start": VISIT_STARTS, "end": VISIT_ENDS})

    assert text == "2026. 12. 3.(목) 10:30~12:00 1시간 50분"
