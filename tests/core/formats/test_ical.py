from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.formats.ical import Event, calendar, folded

SEOUL = ZoneInfo("Asia/Seoul")
VISIT = Event(
    uid="0b5c7f2e@goryeong.example",
    sequence=3,
    starts_at=datetime(2026, 12, 3, 1, 30, tzinfo=UTC),
    ends_at=datetime(2026, 12, 3, 3, 0, tzinfo=UTC),
    summary="스마트팜 방문; 1조, 2조",
    updated_at=datetime(2026, 12, 1, 9, 0, tzinfo=UTC),
    location="경상북도 고령군 대가야읍",
    description="준비물: 신분증\n복장: 안전화",
    url="http://localhost:8000/?day=2026-12-03&item=1",
)

# A calendar holds no control characters; U+FEFF, U+2028 and U+0085 survive or not by reader.
TEXT = st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=200)


def read(body):
    return icalendar.Calendar.from_ical(body)


def only_event(*events):
    return read(calendar("내 일정", events)).walk("VEVENT")[0]


def test_a_calendar_program_reads_the_whole_entry():
    event = only_event(VISIT)

    assert event["uid"] == VISIT.uid
    assert event["sequence"] == 3
    assert event["summary"] == VISIT.summary
    assert event["location"] == VISIT.location
    assert event["description"] == VISIT.description
    assert event["url"] == VISIT.url
    assert event["status"] == "CONFIRMED"
    assert event.decoded("dtstart") == datetime(2026, 12, 3, 10, 30, tzinfo=SEOUL)
    assert event.decoded("dtend") == datetime(2026, 12, 3, 12, 0, tzinfo=SEOUL)
    assert event.decoded("dtstamp") == VISIT.updated_at
    assert event.decoded("last-modified") == VISIT.updated_at


def test_times_are_local_with_their_zone_beside_them():
    body = calendar("내 일정", [VISIT])

    assert b"DTSTART;TZID=Asia/Seoul:20261203T103000\r\n" in body
    zone = read(body).walk("VTIMEZONE")[0].to_tz()
    assert datetime(2026, 12, 3, 10, 30, tzinfo=zone) == VISIT.starts_at


def test_the_calendar_introduces_itself_to_subscribers():
    head = read(calendar("홍길동, 교육 일정", [VISIT]))

    assert head["version"] == "2.0"
    assert head["method"] == "PUBLISH"
    # The library leaves names it does not know as they stand in the file.
    assert head["name"] == "홍길동\\, 교육 일정"
    assert head["x-wr-calname"] == "홍길동\\, 교육 일정"
    assert head["x-wr-timezone"] == "Asia/Seoul"
    assert head.decoded("refresh-interval") == timedelta(hours=1)
    assert head.errors == []


def test_a_cancelled_visit_stays_in_the_feed_and_says_so():
    assert only_event(replace(VISIT, cancelled=True))["status"] == "CANCELLED"


def test_an_entry_without_length_is_a_moment():
    event = only_event(replace(VISIT, ends_at=VISIT.starts_at))

    assert "dtend" not in event


def test_an_empty_feed_is_a_calendar_too():
    assert read(calendar("내 일정", [])).walk("VEVENT") == []


def test_the_same_events_give_the_same_bytes():
    assert calendar("내 일정", [VISIT] * 3) == calendar("내 일정", iter([VISIT] * 3))


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("C:\\Notes\\New", "C:\\Notes\\New"),
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("끝\r\nEND:VEVENT\r\nBEGIN:VEVENT", "끝\nEND:VEVENT\nBEGIN:VEVENT"),
        ("NUL\x00과 종\x07", "NUL과 종"),
        ("반쪽\ud800", "반쪽"),
    ],
)
def test_hostile_text_stays_inside_its_line(text, read_as):
    body = calendar("내 일정", [replace(VISIT, description=text)])

    assert body.split(b"\r\n").count(b"BEGIN:VEVENT") == 1
    assert read(body).walk("VEVENT")[0]["description"] == read_as


@given(TEXT)
def test_any_text_comes_back_from_the_feed(text):
    event = only_event(replace(VISIT, summary=text, description=f"{text}\n{text}"))

    assert event["summary"] == text
    assert event["description"] == f"{text}\n{text}"


@given(st.lists(TEXT, min_size=1, max_size=3))
def test_no_line_is_longer_than_75_octets_and_no_syllable_is_cut(texts):
    body = calendar(texts[0], [replace(VISIT, summary=text, location=text) for text in texts])

    lines = body.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode()


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"]), max_size=400))
def test_unfolding_gives_the_line_back(line):
    assert folded(line).replace(b"\r\n ", b"").decode() == line


@given(st.text(alphabet="\\n;가a", max_size=300))
def test_no_fold_parts_a_backslash_from_its_letter(text):
    body = calendar("내 일정", [replace(VISIT, summary=text)])

    for line in body.split(b"\r\n"):
        assert (len(line) - len(line.rstrip(b"\\"))) % 2 == 0


def test_long_korean_text_fills_its_lines():
    pieces = folded("SUMMARY:" + "가" * 200).split(b"\r\n ")

    assert all(len(piece) >= 71 for piece in pieces[:-1])
