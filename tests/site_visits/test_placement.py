"""Where a trip lands on other dates: worked cases, then what holds of every trip."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_visits.conflicts.facts import Closure, Hours, SiteFacts
from site_visits.conflicts.opening import closure_on, is_workday
from site_visits.placement import Ground, Reason, Stop, days_touched, place

THURSDAY = date(2026, 12, 24)
CHRISTMAS = date(2026, 12, 25)
MONDAY = date(2026, 12, 28)
TUESDAY = date(2026, 12, 29)
HOLIDAYS = {CHRISTMAS: "성탄절", date(2027, 1, 1): "신정"}
DAY = timedelta(days=1)
TEN = 600


def stop(key=0, day=0, start=TEN, minutes=60, **more):
    return Stop(
        key=key, kind=more.pop("kind", "visit"), day=day, start=start, minutes=minutes, **more
    )


def ground(**sites):
    return Ground(holidays=HOLIDAYS, sites={int(key[1:]): site for key, site in sites.items()})


def days_of(plan):
    return [placed.day for placed in plan.items]


def reasons_of(plan):
    return [placed.reason for placed in plan.items]


# -- days


def test_two_days_before_christmas_become_the_working_days_around_it():
    plan = place([stop(0, 0), stop(1, 1)], off=[False, False], starts_on=THURSDAY, ground=ground())

    assert days_of(plan) == [THURSDAY, MONDAY]
    assert (plan.starts_on, plan.ends_on) == (THURSDAY, MONDAY)
    assert (plan.items[1].counted, plan.items[1].reason, plan.items[1].because) == (
        CHRISTMAS,
        Reason.HOLIDAY,
        CHRISTMAS,
    )


def test_a_day_that_was_a_weekend_may_be_one_again():
    plan = place(
        [stop(0, 0), stop(1, 1)], off=[False, True], starts_on=date(2026, 12, 4), ground=ground()
    )

    assert days_of(plan) == [date(2026, 12, 4), date(2026, 12, 5)]
    assert plan.moved == []


def test_the_days_after_a_pushed_day_follow_it():
    plan = place(
        [stop(n, n) for n in range(3)],
        off=[False] * 3,
        starts_on=date(2026, 12, 30),
        ground=ground(),
    )

    assert days_of(plan) == [date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 4)]

    longer = place(
        [stop(n, n) for n in range(5)], off=[False] * 5, starts_on=THURSDAY, ground=ground()
    )
    assert days_of(longer) == [THURSDAY, *(MONDAY + n * DAY for n in range(4))]
    assert reasons_of(longer) == [
        None,
        Reason.HOLIDAY,
        Reason.WEEKEND,
        Reason.WEEKEND,
        Reason.FOLLOWS,
    ]


def test_a_weekly_course_keeps_its_weekday_beside_a_holiday_on_another_day():
    fridays = [stop(n, 7 * n) for n in range(3)]

    plan = place(fridays, off=[False] * 15, starts_on=date(2026, 12, 18), ground=ground())

    assert days_of(plan) == [date(2026, 12, 18), MONDAY, date(2027, 1, 4)]
    plan = place(
        [stop(n, 7 * n) for n in range(3)],
        off=[False] * 15,
        starts_on=date(2026, 12, 3),
        ground=ground(),
    )
    assert days_of(plan) == [date(2026, 12, 3), date(2026, 12, 10), date(2026, 12, 17)]


def test_without_skipping_the_dates_are_counted():
    plan = place(
        [stop(0, 0), stop(1, 1)],
        off=[False, False],
        starts_on=THURSDAY,
        ground=ground(),
        skip_days_off=False,
    )

    assert days_of(plan) == [THURSDAY, CHRISTMAS]


# -- doors


def museum(**more):
    return SiteFacts("농업박물관", closures=(Closure(weekday=0),), **more)


def test_a_visit_before_a_closed_door_goes_to_another_day_if_its_people_are_free():
    plan = place(
        [stop(0, 0, site=1, sites=(1,)), stop(1, 1)],
        off=[False, False],
        starts_on=MONDAY,
        ground=ground(s1=museum()),
    )

    assert (days_of(plan)[0], plan.items[0].reason) == (None, Reason.SITE_CLOSED_NO_ROOM)
    free = place(
        [stop(0, 0, site=1, sites=(1,)), stop(1, 1, start=TEN + 60)],
        off=[False, False],
        starts_on=MONDAY,
        ground=ground(s1=museum()),
    )
    assert (days_of(free), free.items[0].reason) == ([TUESDAY, TUESDAY], Reason.SITE_CLOSED)


def test_people_of_other_groups_leave_the_hour_free():
    plan = place(
        [
            stop(0, 0, site=1, sites=(1,), groups=frozenset({"1조"})),
            stop(1, 1, groups=frozenset({"2조"})),
        ],
        off=[False, False],
        starts_on=MONDAY,
        ground=ground(s1=museum()),
    )

    assert days_of(plan) == [TUESDAY, TUESDAY]


def test_a_visit_outside_the_hours_goes_where_it_is_open_or_stays_with_a_remark():
    late = SiteFacts("한빛", hours=(Hours(0, time(14), time(18)), Hours(1, time(9), time(18))))
    stops = [stop(0, 0, site=1, sites=(1,)), stop(1, 1, start=TEN + 60)]
    moved = place(stops, off=[False, False], starts_on=MONDAY, ground=ground(s1=late))
    assert (days_of(moved)[0], moved.items[0].reason) == (TUESDAY, Reason.OUTSIDE_HOURS)

    stays = place(stops[:1], off=[False], starts_on=MONDAY, ground=ground(s1=late))

    assert (days_of(stays), stays.items[0].reason) == ([MONDAY], Reason.OUTSIDE_HOURS_STAYS)


def test_lunch_needs_no_open_door():
    plan = place(
        [stop(0, 0, kind="meal", site=1, sites=(1,))],
        off=[False],
        starts_on=MONDAY,
        ground=ground(s1=museum()),
    )

    assert plan.moved == []


def test_retired_missing_and_strayed_items_wait_unscheduled():
    plan = place(
        [
            stop(0, 0, site=1, sites=(1,)),
            stop(1, 0, kind="travel", sites=(2, 1)),
            stop(2, 0, lost_site=True),
            stop(3, -1),
            stop(4, None, None),
        ],
        off=[False],
        starts_on=THURSDAY,
        ground=Ground(retired=frozenset({1}), sites={2: SiteFacts("누리")}),
    )

    assert days_of(plan) == [None] * 5
    assert reasons_of(plan) == [
        Reason.SITE_RETIRED,
        Reason.SITE_RETIRED,
        Reason.SITE_MISSING,
        Reason.OUTSIDE_TRIP,
        None,
    ]


# -- what holds of every trip

SITES = st.sampled_from([None, 1, 2, 3])
CLOSURES = st.lists(
    st.one_of(
        st.builds(Closure, weekday=st.integers(0, 6), shifts_after_holiday=st.booleans()),
        st.just(Closure(on_holidays=True)),
    ),
    max_size=3,
)
HOURS = st.lists(
    st.builds(
        Hours, weekday=st.integers(0, 6), opens_at=st.just(time(9)), closes_at=st.just(time(17))
    ),
    max_size=4,
)


@st.composite
def trips(draw):
    days = draw(st.integers(1, 9))
    stops = []
    for key in range(draw(st.integers(0, 8))):
        site = draw(SITES)
        day = draw(st.one_of(st.none(), st.integers(0, days - 1)))
        stops.append(
            stop(
                key,
                day,
                None if day is None else draw(st.integers(0, 1439)),
                draw(st.integers(1, 600)),
                kind=draw(st.sampled_from(["visit", "session", "meal", "travel"])),
                site=site,
                sites=() if site is None else (site,),
                groups=draw(st.frozensets(st.sampled_from(["1조", "2조"]), max_size=1)),
                planner_only=draw(st.booleans()),
            )
        )
    return stops, draw(st.lists(st.booleans(), min_size=days, max_size=days))


@st.composite
def grounds(draw):
    holidays = draw(st.sets(st.integers(0, 20), max_size=4))
    facts = {
        n: SiteFacts(f"곳{n}", None, tuple(draw(HOURS)), tuple(draw(CLOSURES))) for n in (1, 2, 3)
    }
    return Ground(
        holidays={THURSDAY + n * DAY: "쉬는 날" for n in holidays},
        sites=facts,
        retired=draw(st.frozensets(st.sampled_from([1, 2, 3]), max_size=1)),
    )


EVERY = {"trip": trips(), "where": grounds(), "skip": st.booleans()}


def placed(trip, where, skip):
    return place(trip[0], off=trip[1], starts_on=THURSDAY, ground=where, skip_days_off=skip)


@given(**EVERY)
def test_nothing_is_lost_and_nothing_is_doubled(trip, where, skip):
    plan = placed(trip, where, skip)

    assert [one.stop for one in plan.items] == trip[0]


@given(**EVERY)
def test_nothing_stands_before_a_closed_door_and_whatever_moved_says_why(trip, where, skip):
    for one in placed(trip, where, skip).items:
        if one.day is not None and one.stop.needs_open_doors and not one.stop.planner_only:
            site = where.sites[one.stop.site]
            days = days_touched(one.stop, one.day)
            assert not any(closure_on(site, day, where.holidays) for day in days)
        if one.day != one.counted:
            assert one.reason is not None


@given(**EVERY)
def test_the_days_and_what_stays_on_them_keep_their_order(trip, where, skip):
    plan = placed(trip, where, skip)
    days = [move.day for move in plan.days]
    by_number = {move.number: move.day for move in plan.days}

    assert days == sorted(set(days))
    for one in plan.items:
        if one.day is not None and one.reason not in (Reason.SITE_CLOSED, Reason.OUTSIDE_HOURS):
            assert one.day == by_number[one.stop.day]


@given(**EVERY)
def test_a_working_day_never_becomes_a_day_off(trip, where, skip):
    for move in placed(trip, where, skip).days:
        if skip and not trip[1][move.number]:
            assert is_workday(move.day, where.holidays)


@given(**EVERY)
def test_placing_what_was_placed_moves_nothing(trip, where, skip):
    first = placed(trip, where, skip)
    landed = [
        replace(one.stop, day=(one.day - first.starts_on).days if one.day else None)
        for one in first.items
    ]
    span = (first.ends_on - first.starts_on).days + 1
    off = [not is_workday(first.starts_on + n * DAY, where.holidays) for n in range(span)]

    again = place(landed, off=off, starts_on=first.starts_on, ground=where, skip_days_off=skip)

    assert days_of(again) == days_of(first)


@pytest.mark.parametrize("minutes", [1, 600, 1440])
def test_a_visit_over_midnight_touches_both_days(minutes):
    late = stop(0, 0, start=1439, minutes=minutes)

    assert len(days_touched(late, THURSDAY)) == (1 if minutes == 1 else 2)
