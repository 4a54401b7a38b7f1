"""The worked cases of the two-day trip: 580 learning minutes, thresholds of 80 and 90 percent."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.completion import LearningItem, Rule, Standing, compute, rate_of
from attendance.models import Mark
from core.dates import SEOUL
from programs.models import CompletionRule

DAY1, DAY2 = date(2026, 12, 3), date(2026, 12, 4)


def item(day: date, clock: str, minutes: int, **fields) -> LearningItem:
    start = datetime.combine(day, time.fromisoformat(clock), tzinfo=SEOUL)
    return LearningItem(uuid4(), start, start + timedelta(minutes=minutes), **fields)


TRIP = [
    item(DAY1, "10:30", 90),
    item(DAY1, "13:45", 90),
    item(DAY1, "16:05", 90),
    item(DAY1, "19:40", 60),
    item(DAY2, "09:00", 80),
    item(DAY2, "10:45", 60),
    item(DAY2, "13:40", 80),
    item(DAY2, "15:00", 30),
]
PRESENT = {entry.uid: Standing(Mark.PRESENT) for entry in TRIP}


def rule(percent: int = 80, excused: str = CompletionRule.EXCUSED_LEAVES, cap: int = 420) -> Rule:
    return Rule(percent, excused, cap)


def without(*numbers: int, mark: str = Mark.ABSENT) -> dict:
    return PRESENT | {TRIP[number].uid: Standing(mark) for number in numbers}


LATE = PRESENT | {
    TRIP[0].uid: Standing(Mark.LATE, arrived_at=TRIP[0].starts_at + timedelta(minutes=30))
}
WORKED = {
    "nothing missed": (PRESENT, 580, 580, "100.0", True, True),
    "one 90-minute visit": (without(0), 490, 580, "84.5", True, False),
    "day 2 from 13:40": (without(6, 7), 470, 580, "81.0", True, False),
    "day 2 morning": (without(4, 5), 440, 580, "75.9", False, False),
    "day 1 evening excused": (without(3, mark=Mark.EXCUSED), 520, 520, "100.0", True, True),
    "30 minutes late": (LATE, 550, 580, "94.8", True, True),
}


@pytest.mark.parametrize("case", WORKED.values(), ids=WORKED.keys())
def test_worked_cases_of_the_two_day_trip(case):
    standings, counted, base, rate, at_80, at_90 = case

    outcomes = [compute(TRIP, standings, rule(percent)) for percent in (80, 90)]

    assert [(o.counted_minutes, o.base_minutes, o.rate) for o in outcomes] == [
        (counted, base, Decimal(rate))
    ] * 2
    assert [o.completed for o in outcomes] == [at_80, at_90]


def test_the_trip_recognizes_nine_hours():
    assert compute(TRIP, PRESENT, rule()).recognized_hours == 9


def test_thresholds_are_464_and_522_minutes():
    def lacking(minutes: int) -> dict:
        start = TRIP[0].starts_at
        gone = min(minutes, 89)
        standings = PRESENT | {
            TRIP[0].uid: Standing(Mark.LATE, arrived_at=start + timedelta(minutes=gone))
        }
        rest = minutes - gone
        if rest:
            standings[TRIP[1].uid] = Standing(
                Mark.LATE, arrived_at=TRIP[1].starts_at + timedelta(minutes=rest)
            )
        return standings

    assert compute(TRIP, lacking(116), rule(80)).completed
    assert not compute(TRIP, lacking(117), rule(80)).completed
    assert compute(TRIP, lacking(58), rule(90)).completed
    assert not compute(TRIP, lacking(59), rule(90)).completed


def test_nobody_passes_by_rounding_and_no_failing_rate_reads_as_the_threshold():
    assert rate_of(7996, 10_000, 80) == Decimal("79.9")
    assert rate_of(8000, 10_000, 80) == Decimal("80.0")
    assert rate_of(9996, 10_000, 80) == Decimal("99.9")


def test_excused_minutes_count_as_attended_under_the_other_rule():
    outcome = compute(
        TRIP, without(3, mark=Mark.EXCUSED), rule(excused=CompletionRule.EXCUSED_COUNTS)
    )

    assert (outcome.attended_minutes, outcome.excused_minutes) == (520, 60)
    assert (outcome.counted_minutes, outcome.base_minutes) == (580, 580)
    assert outcome.recognized_hours == 9


def test_excused_minutes_that_leave_the_total_recognize_no_hours():
    assert compute(TRIP, without(3, mark=Mark.EXCUSED), rule()).recognized_hours == 8


def test_expected_credits_nothing():
    outcome = compute(TRIP, {}, rule())

    assert (outcome.attended_minutes, outcome.rate, outcome.completed) == (0, Decimal("0.0"), False)
    assert outcome.untouched == len(TRIP)


def test_everything_excused_is_no_completion():
    outcome = compute(TRIP, without(*range(8), mark=Mark.EXCUSED), rule())

    assert (outcome.base_minutes, outcome.completed, outcome.recognized_hours) == (0, False, 0)


def test_recognized_minutes_stop_at_the_cap_of_each_day():
    outcome = compute(TRIP, PRESENT, rule(cap=240))

    assert outcome.recognized_hours == 8  # 240 of 330 and 240 of 250
    assert outcome.attended_minutes == 580


def test_leaving_early_counts_until_the_leaving():
    left = PRESENT | {
        TRIP[6].uid: Standing(Mark.LEFT_EARLY, left_at=TRIP[6].starts_at + timedelta(minutes=50))
    }

    outcome = compute(TRIP, left, rule())

    assert (outcome.attended_minutes, outcome.left_early) == (550, 1)


def test_who_fails_is_recognized_no_hours():
    assert compute(TRIP, without(4, 5), rule()).recognized_hours == 0


@given(
    marks=st.lists(st.sampled_from([*Mark.values, ""]), min_size=8, max_size=8),
    percent=st.integers(1, 100),
    excused=st.sampled_from(CompletionRule.values),
    gone=st.integers(1, 29),
)
def test_minutes_stay_within_the_total_and_the_verdict_is_exact(marks, percent, excused, gone):
    standings = {}
    for entry, mark in zip(TRIP, marks, strict=True):
        if mark:
            standings[entry.uid] = Standing(
                mark,
                arrived_at=entry.starts_at + timedelta(minutes=gone) if mark == Mark.LATE else None,
                left_at=entry.ends_at - timedelta(minutes=gone)
                if mark == Mark.LEFT_EARLY
                else None,
            )

    outcome = compute(TRIP, standings, rule(percent, excused))

    assert 0 <= outcome.attended_minutes <= outcome.total_minutes == 580
    assert 0 <= outcome.counted_minutes <= outcome.base_minutes
    assert outcome.completed == (outcome.rate >= percent and outcome.base_minutes > 0)
