"""The shaded times agree with what the board would say after the drop."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from core.dates import SEOUL
from site_visits.availability import Reason, Stay, Wanted, blocked
from site_visits.conflicts import Code, Facts, check
from site_visits.conflicts.facts import Closure, Hours, Item, Occupancy, SiteFacts
from site_visits.models import HostState, ItemKind

MONDAY = date(2026, 2, 16)
DAYS = [MONDAY + timedelta(days=n) for n in range(5)]
SEOLLAL = {MONDAY: "설날 연휴", date(2026, 2, 17): "설날", date(2026, 2, 18): "설날 연휴"}
MUSEUM = SiteFacts(
    "박물관",
    capacity=30,
    hours=tuple(Hours(day, time(9), time(17)) for day in range(5)),
    closures=(Closure(weekday=0, shifts_after_holiday=True, note="정기 휴관"),),
)


def at(day, minute):
    return datetime.combine(day, time.min, tzinfo=SEOUL) + timedelta(minutes=minute)


def shaded(site=MUSEUM, people=20, stays=(), refused=(), holidays=SEOLLAL):
    return blocked(Wanted(site, people, refused), days=DAYS, holidays=holidays, stays=stays)


def test_the_thursday_after_a_holiday_monday_is_closed_and_the_monday_open():
    closed = [row for row in shaded() if row.reason == Reason.CLOSED]

    assert [(row.date, row.start, row.end) for row in closed] == [(date(2026, 2, 19), 0, 1440)]
    assert "정기 휴관" in closed[0].text


def test_closed_on_holidays_names_the_holiday():
    site = replace(MUSEUM, closures=(Closure(on_holidays=True),))

    found = [row for row in shaded(site) if row.reason == Reason.HOLIDAY]

    assert [(row.date, row.text) for row in found] == [
        (day, f"쉬는 날입니다: {name}") for day, name in SEOLLAL.items()
    ]


def test_before_opening_and_after_closing_say_when():
    hours = [row for row in shaded() if row.reason == Reason.HOURS and row.date == MONDAY]

    assert [(row.start, row.end, row.text) for row in hours] == [
        (0, 540, "09:00에 엽니다"),
        (1020, 1440, "17:00에 닫습니다"),
    ]


def test_full_while_others_are_there_and_refused_when_the_host_said_so():
    stays = [Stay(at(MONDAY, 600), at(MONDAY, 660), 8), Stay(at(MONDAY, 630), at(MONDAY, 700), 5)]

    found = [
        row for row in shaded(stays=stays, refused=[(at(MONDAY, 800), at(MONDAY, 860))])
        if row.reason in {Reason.FULL, Reason.REFUSED}
    ]  # fmt: skip

    assert [(row.reason, row.start, row.end) for row in found] == [
        (Reason.FULL, 630, 660),
        (Reason.REFUSED, 800, 860),
    ]


def test_more_people_than_the_site_takes_are_shaded_all_day():
    assert {(row.start, row.end) for row in shaded(people=31) if row.reason == Reason.FULL} == {
        (0, 1440)
    }


@settings(deadline=None)
@given(
    st.sampled_from(DAYS),
    st.integers(0, 1380),
    st.integers(1, 60),
    st.lists(st.tuples(st.integers(0, 1300), st.integers(1, 120), st.integers(1, 20)), max_size=3),
)
def test_what_is_shaded_is_what_would_be_warned_of(day, minute, length, others):
    """A card dropped somewhere touches a shade exactly when closed, hours or capacity would be told afterwards."""
    stays = [
        Stay(at(day, start), at(day, min(1439, start + minutes)), people)
        for start, minutes, people in others
    ]
    card = Item(
        uid=uuid4(), kind=ItemKind.VISIT, title="방문", starts_at=at(day, minute),
        ends_at=at(day, minute + length), site_id=1, people=20, host_state=HostState.CONFIRMED,
    )  # fmt: skip
    plan = Facts(
        starts_on=DAYS[0], ends_on=DAYS[-1], items=[card], sites={1: MUSEUM}, holidays=SEOLLAL,
        others=[Occupancy(1, *stay, "다른 과정") for stay in stays], everybody=20,
    )  # fmt: skip
    told = {row.code for row in check(plan)} & {
        Code.SITE_CLOSED, Code.OUTSIDE_HOURS, Code.OVER_CAPACITY,
    }  # fmt: skip

    touched = [
        row for row in shaded(stays=stays)
        if row.date == day and row.start < minute + length and row.end > minute
    ]  # fmt: skip

    assert bool(touched) is bool(told)
