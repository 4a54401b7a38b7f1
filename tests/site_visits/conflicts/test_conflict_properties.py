"""What holds of every plan, whatever is in it."""

from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.dates import SEOUL
from site_visits.conflicts import Code, Facts, check
from site_visits.conflicts.facts import Closure, Hours, Item, SiteFacts
from site_visits.conflicts.opening import is_closed_by, is_workday
from site_visits.conflicts.overlap import overlap_minutes
from site_visits.distance import Leg, Travel, estimate, great_circle_km
from site_visits.models import ItemKind

THURSDAY = date(2026, 12, 3)
FRIDAY = date(2026, 12, 4)
MONDAY_OR_NEXT = Closure(weekday=0, shifts_after_holiday=True)
MINUTES = st.integers(0, 2 * 24 * 60)
GROUPS = st.frozensets(st.integers(1, 3), max_size=2)


def at(clock, day=THURSDAY):
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=SEOUL)


def facts(*items, **more):
    more.setdefault("sites", {1: SiteFacts("한빛"), 2: SiteFacts("누리")})
    return Facts(starts_on=THURSDAY, ends_on=FRIDAY, items=items, **more)


@st.composite
def items(draw):
    start = at("00:00") + timedelta(minutes=draw(MINUTES))
    length = draw(st.integers(1, 24 * 60))
    return Item(
        uid=uuid4(),
        kind=draw(st.sampled_from(ItemKind)),
        title="일정",
        starts_at=start,
        ends_at=start + timedelta(minutes=length),
        site_id=draw(st.sampled_from([None, 1, 2])),
        group_ids=draw(GROUPS),
        people=draw(st.integers(0, 60)),
    )


@given(items(), items())
def test_overlap_is_symmetric_and_never_longer_than_either(one, other):
    size = overlap_minutes(one, other)

    assert size == overlap_minutes(other, one)
    assert 0 <= size <= min(one.minutes, other.minutes)


@given(items(), st.integers(-3000, 3000))
def test_overlap_does_not_depend_on_the_clock(one, shift):
    def moved(row):
        by = timedelta(minutes=shift)
        return Item(
            row.uid,
            row.kind,
            row.title,
            row.starts_at + by,
            row.ends_at + by,
            group_ids=row.group_ids,
        )

    later = Item(
        uuid4(),
        one.kind,
        "뒤",
        one.starts_at + timedelta(minutes=1),
        one.ends_at + timedelta(minutes=1),
    )

    assert overlap_minutes(one, later) == overlap_minutes(moved(one), moved(later))


SITES = {
    1: SiteFacts("가", capacity=40, hours=(Hours(3, time(10), time(17)),)),
    2: SiteFacts("나", closures=(Closure(weekday=4),)),
}


@given(st.lists(items(), max_size=8), st.randoms())
def test_findings_do_not_depend_on_the_order_of_the_items(rows, random):
    travel = Travel({(1, 2): Leg(30, 20, False)})
    mixed = list(rows)
    random.shuffle(mixed)

    one, other = (check(facts(*order, sites=SITES, travel=travel)) for order in (rows, mixed))

    assert one == other
    assert all(conflict.size > 0 or conflict.code == Code.HOST_NOT_CONFIRMED for conflict in one)
    assert {uid for conflict in one for uid in conflict.item_uids} <= {row.uid for row in rows}


@given(st.lists(items(), max_size=8))
def test_found_overlaps_are_exactly_the_overlapping_pairs(rows):
    lively = [row for row in rows if row.kind != ItemKind.LODGING]
    expected = {
        frozenset({one.uid, other.uid})
        for one in lively
        for other in lively
        if one.uid != other.uid
        and overlap_minutes(one, other)
        and {one.kind, other.kind} != {ItemKind.TRAVEL, ItemKind.REST}
    }

    found = {frozenset(c.item_uids) for c in check(facts(*rows)) if c.code == Code.OVERLAP}

    assert found == expected


@given(st.dates(date(2026, 1, 20), date(2026, 3, 1)), st.sets(st.integers(0, 50), max_size=25))
def test_a_shifted_closure_is_the_next_working_day_and_no_other(day, off):
    holidays = {date(2026, 1, 12) + timedelta(days=n): "쉬는 날" for n in off}

    def replacement(holiday):
        following = holiday + timedelta(days=1)
        while not is_workday(following, holidays):
            following += timedelta(days=1)
        return following

    mondays = [date(2026, 1, 5) + timedelta(weeks=n) for n in range(9)]
    closed = {monday for monday in mondays if monday not in holidays}
    closed |= {
        found
        for monday in mondays
        if monday in holidays and ((found := replacement(monday)) - monday).days < 15
    }

    assert is_closed_by(MONDAY_OR_NEXT, day, holidays) is (day in closed)


POINTS = st.tuples(st.floats(33, 39), st.floats(124, 132))


@given(POINTS, POINTS, POINTS)
def test_distances_are_symmetric_and_obey_the_triangle(one, two, three):
    assert great_circle_km(one, two) == pytest.approx(great_circle_km(two, one))
    assert (
        great_circle_km(one, three)
        <= great_circle_km(one, two) + great_circle_km(two, three) + 1e-6
    )
    assert estimate(one, two).minutes >= 1


def test_the_county_hall_is_as_far_from_seoul_as_the_map_says():
    assert great_circle_km((35.726, 128.263), (37.566, 126.977)) == pytest.approx(234, abs=1)
