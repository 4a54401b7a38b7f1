"""The arithmetic of a day, on whatever day chance makes."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from uuid import uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from core.dates import SEOUL, local_date
from site_visits import arranging
from site_visits.distance import Leg, Travel
from site_visits.draft import Entry, Snapshot
from site_visits.models import ItemKind

THURSDAY = date(2026, 12, 3)
MIDNIGHT = datetime.combine(THURSDAY, time.min, tzinfo=SEOUL)
MINUTES = st.integers(-600, 600).map(lambda n: timedelta(minutes=n))
GAPS = st.integers(0, 90).map(lambda n: timedelta(minutes=n))


def at(clock):
    return datetime.combine(THURSDAY, time.fromisoformat(clock), tzinfo=SEOUL)


def entry(start, end, kind=ItemKind.SESSION, **more):
    facts = Snapshot(
        kind=kind, title=more.pop("title", "일정"), starts_at=at(start), ends_at=at(end), **more
    )
    return Entry(1, uuid4(), 1, facts)


@st.composite
def entries(draw):
    start = MIDNIGHT + timedelta(minutes=draw(st.integers(0, 1439)))
    facts = Snapshot(
        kind=draw(st.sampled_from([ItemKind.SESSION, ItemKind.TRAVEL, ItemKind.MEAL])),
        title="일정",
        starts_at=start,
        ends_at=start + timedelta(minutes=draw(st.integers(1, 300))),
        site=draw(st.sampled_from([None, 1, 2, 3])),
        groups=draw(st.sampled_from([(), (), (1,), (2,), (1, 2)])),
    )
    return Entry(draw(st.integers(1, 999)), uuid4(), 1, facts)


DAYS = st.lists(entries(), max_size=10)


def after(rows, arranged):
    return [replace(row, facts=arranged.get(row.uid, row.facts)) for row in rows]


def overlaps(rows):
    found = {}
    for one in rows:
        for other in rows:
            if one.uid.int < other.uid.int and arranging.share_people(one.facts, other.facts):
                size = min(one.facts.ends_at, other.facts.ends_at) - max(
                    one.facts.starts_at, other.facts.starts_at
                )
                found[one.uid, other.uid] = max(timedelta(), size)
    return found


@settings(deadline=None)
@given(DAYS, MINUTES)
def test_shifting_the_rest_and_back_is_where_it_began(rows, by):
    there = after(rows, arranging.shift(rows, start=MIDNIGHT, by=by))
    moved = {row.uid: row.facts for row in there}

    assert all(
        moved[row.uid].starts_at - row.facts.starts_at == by
        and moved[row.uid].minutes == row.facts.minutes
        for row in rows
    )
    assert overlaps(there) == overlaps(rows)


@settings(deadline=None)
@given(DAYS, st.integers(0, 1439), MINUTES)
def test_what_began_before_the_moment_stays(rows, minute, by):
    moment = MIDNIGHT + timedelta(minutes=minute)

    moved = arranging.shift(rows, start=moment, by=by)

    assert moved.keys() == {row.uid for row in rows if row.facts.starts_at >= moment}


@settings(deadline=None)
@given(DAYS, MINUTES)
def test_shifting_one_group_moves_nobody_else(rows, by):
    moved = arranging.shift(rows, start=MIDNIGHT, by=by, groups=[1])

    assert moved.keys() == {row.uid for row in rows if row.facts.groups == (1,)}


def test_a_night_begins_later_and_ends_when_it_did():
    night = entry("20:00", "21:00", ItemKind.LODGING)
    night = replace(night, facts=replace(night.facts, ends_at=at("08:00") + timedelta(days=1)))

    [found] = arranging.shift([night], start=at("18:00"), by=timedelta(minutes=30)).values()

    assert (found.starts_at, found.ends_at) == (at("20:30"), night.facts.ends_at)


@settings(deadline=None)
@given(DAYS, GAPS)
def test_closing_gaps_moves_nothing_later_and_makes_no_overlap(rows, keep):
    there = after(rows, arranging.close_gaps(rows, day=THURSDAY, keep=keep))

    for row, moved in zip(rows, there, strict=True):
        assert moved.facts.starts_at <= row.facts.starts_at
        assert moved.facts.minutes == row.facts.minutes
    before, now = overlaps(rows), overlaps(there)
    assert all(now[pair] <= before[pair] for pair in now)


@settings(deadline=None)
@given(DAYS, GAPS)
def test_closing_gaps_twice_is_closing_them_once(rows, keep):
    there = after(rows, arranging.close_gaps(rows, day=THURSDAY, keep=keep))

    again = arranging.close_gaps(there, day=THURSDAY, keep=keep)

    assert again == {}


def test_closing_gaps_keeps_the_pause_that_was_asked_for():
    rows = [entry("09:00", "10:00"), entry("11:00", "12:00"), entry("12:05", "13:00")]

    there = after(rows, arranging.close_gaps(rows, day=THURSDAY, keep=timedelta(minutes=10)))

    assert [row.facts.starts_at for row in there] == [at("09:00"), at("10:10"), at("11:15")]


@settings(deadline=None)
@given(entries(), entries())
def test_swapping_keeps_both_lengths_and_the_first_start(one, other):
    first, second = arranging.swap(one.facts, other.facts)

    assert (first.minutes, second.minutes) == (one.facts.minutes, other.facts.minutes)
    assert min(first.starts_at, second.starts_at) == min(one.facts.starts_at, other.facts.starts_at)
    overlap = min(first.ends_at, second.ends_at) - max(first.starts_at, second.starts_at)
    assert overlap <= timedelta()


@settings(deadline=None)
@given(entries(), st.lists(st.integers(1, 9), min_size=2, max_size=5, unique=True), GAPS)
def test_staggered_groups_follow_one_another(row, groups, gap):
    slots = arranging.stagger(row.facts, groups, gap=gap)

    assert [slot.groups for slot in slots] == [(group,) for group in groups]
    assert slots[0].starts_at == row.facts.starts_at
    assert {slot.minutes for slot in slots} == {row.facts.minutes}
    assert all(later.starts_at - earlier.ends_at == gap for earlier, later in pairwise(slots))


ROADS = Travel({(1, 2): Leg(30, 20, False), (2, 1): Leg(35, 20, False), (2, 3): Leg(50, 40, True)})


def as_entry(leg):
    length = timedelta(minutes=leg.minutes or 1)
    facts = Snapshot(
        kind=ItemKind.TRAVEL, title="이동", starts_at=leg.starts_at, ends_at=leg.starts_at + length,
        origin=leg.origin, target=leg.target, groups=leg.groups,
    )  # fmt: skip
    return Entry(0, uuid4(), 1, facts)


def test_legs_go_where_the_site_changes_and_leave_when_people_are_free():
    rows = [
        entry("09:00", "10:00", site=1),
        entry("10:00", "10:20", ItemKind.MEAL),
        entry("11:00", "12:00", site=2),
        entry("12:30", "13:00", site=2),
    ]

    [leg] = arranging.missing_legs(rows, day=THURSDAY, travel=ROADS)

    assert (leg.origin, leg.target, leg.minutes, leg.km) == (1, 2, 30, 20)
    assert leg.starts_at == at("10:20")
    assert arranging.missing_legs([*rows, as_entry(leg)], day=THURSDAY, travel=ROADS) == []


def test_each_group_has_the_legs_of_its_own_way():
    rows = [
        entry("09:00", "10:00", site=1),
        entry("11:00", "12:00", site=2, groups=(1,)),
        entry("11:00", "12:00", site=3, groups=(2,)),
    ]

    legs = arranging.missing_legs(rows, day=THURSDAY, travel=ROADS)

    assert [(leg.target, leg.groups, leg.minutes) for leg in legs] == [
        (2, (1,), 30),
        (3, (2,), None),
    ]


def test_the_morning_begins_where_the_night_was():
    night = entry("20:00", "21:00", ItemKind.LODGING, site=2)
    night = replace(
        night,
        facts=replace(night.facts, starts_at=at("20:00") - timedelta(days=1), ends_at=at("08:00")),
    )

    [leg] = arranging.missing_legs(
        [night, entry("09:00", "10:00", site=1)], day=THURSDAY, travel=ROADS
    )

    assert (leg.origin, leg.target, leg.starts_at) == (2, 1, at("08:00"))


@settings(deadline=None)
@given(DAYS)
def test_retimed_legs_are_as_long_as_the_road_and_stay_so(rows):
    legs = [
        replace(row, facts=replace(row.facts, origin=1, target=2, site=None))
        if row.facts.kind == ItemKind.TRAVEL
        else row
        for row in rows
    ]

    there = after(legs, arranging.retime(legs, day=THURSDAY, travel=ROADS))

    assert all(row.facts.minutes == 30 for row in there if row.facts.kind == ItemKind.TRAVEL)
    today = [row for row in there if local_date(row.facts.starts_at) == THURSDAY]
    assert arranging.retime(today, day=THURSDAY, travel=ROADS) == {}


def test_a_longer_leg_leaves_earlier_where_that_saves_the_next_stop():
    rows = [
        entry("09:00", "10:00", site=1),
        entry("10:20", "10:40", ItemKind.TRAVEL, origin=1, target=2),
        entry("10:40", "11:00", site=2),
    ]

    [leg] = arranging.retime(rows, day=THURSDAY, travel=ROADS).values()

    assert (leg.starts_at, leg.ends_at) == (at("10:10"), at("10:40"))
