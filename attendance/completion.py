"""Completion as arithmetic: a person's learning items and marks in, the outcome out. Nothing here reads a database.

Facts and judgement are kept apart: `total`, `attended` and `excused` minutes are what happened;
`base` and `counted` are what the program's rule makes of them, and the rate is counted ÷ base.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from attendance.models import Mark
from core.dates import local_date
from programs.models import CompletionRule

if TYPE_CHECKING:
    from programs.models import Program

MINUTE = 60
WHOLE = Decimal(100)
TENTH = Decimal("0.1")
PRESENT_MARKS = frozenset({Mark.PRESENT, Mark.LATE, Mark.LEFT_EARLY})


@dataclass(frozen=True, slots=True)
class LearningItem:
    """An item that counts as learning; `group_ids` empty = for everybody."""

    uid: UUID
    starts_at: datetime
    ends_at: datetime
    group_ids: tuple[int, ...] = ()
    # Worked out once: a report asks for them again with every person.
    minutes: int = field(init=False)
    day: date = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "minutes", whole_minutes(self.starts_at, self.ends_at))
        object.__setattr__(self, "day", local_date(self.starts_at))

    def concerns(self, group_id: int | None) -> bool:
        return not self.group_ids or group_id in self.group_ids


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person stands at one item."""

    mark: str
    arrived_at: datetime | None = None
    left_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    required_percent: int
    excused: str
    daily_cap_minutes: int

    @classmethod
    def of(cls, program: "Program") -> "Rule":
        return cls(
            program.completion_percent, program.completion_rule, program.learning_cap_minutes
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    total_minutes: int
    attended_minutes: int
    excused_minutes: int
    base_minutes: int
    counted_minutes: int
    rate: Decimal
    completed: bool
    recognized_hours: int
    late: int
    left_early: int
    absent: int
    excused: int
    untouched: int


def whole_minutes(start: datetime, end: datetime) -> int:
    return max(0, int((end - start).total_seconds()) // MINUTE)


def credited_minutes(
    starts_at: datetime,
    ends_at: datetime,
    mark: str,
    times: tuple[datetime | None, datetime | None],
) -> int:
    """Minutes of the item the person was there; `times` are the arrival and the leaving, where known."""
    if mark not in PRESENT_MARKS:
        return 0
    arrived_at, left_at = times
    start = max(starts_at, arrived_at) if arrived_at else starts_at
    end = min(ends_at, left_at) if left_at else ends_at
    return whole_minutes(start, end)


def compute(
    items: Iterable[LearningItem], standings: Mapping[UUID, Standing], rule: Rule
) -> Outcome:
    """The outcome of somebody whose own items these are. Who has no standing at an item is expected: no credit."""
    total = attended = excused = 0
    by_day: defaultdict[date, int] = defaultdict(int)
    marks: Counter[str] = Counter()
    for item in items:
        total += item.minutes
        standing = standings.get(item.uid)
        marks[standing.mark if standing else ""] += 1
        if standing is None:
            continue
        credit = _credit(item, standing)
        attended += credit
        if standing.mark == Mark.EXCUSED:
            excused += item.minutes
            credit = item.minutes if rule.excused == CompletionRule.EXCUSED_COUNTS else 0
        by_day[item.day] += credit
    base, counted = total, attended
    if rule.excused == CompletionRule.EXCUSED_COUNTS:
        counted += excused
    else:
        base -= excused
    completed = base > 0 and counted * 100 >= rule.required_percent * base
    recognized = sum(min(minutes, rule.daily_cap_minutes) for minutes in by_day.values())
    return Outcome(
        total_minutes=total,
        attended_minutes=attended,
        excused_minutes=excused,
        base_minutes=base,
        counted_minutes=counted,
        rate=rate_of(counted, base, rule.required_percent),
        completed=completed,
        recognized_hours=recognized // MINUTE if completed else 0,
        late=marks[Mark.LATE],
        left_early=marks[Mark.LEFT_EARLY],
        absent=marks[Mark.ABSENT],
        excused=marks[Mark.EXCUSED],
        untouched=marks[""],
    )


def _credit(item: LearningItem, standing: Standing) -> int:
    if standing.arrived_at is None and standing.left_at is None:
        return item.minutes if standing.mark in PRESENT_MARKS else 0
    times = (standing.arrived_at, standing.left_at)
    return credited_minutes(item.starts_at, item.ends_at, standing.mark, times)


def rate_of(counted: int, base: int, required_percent: int) -> Decimal:
    """Percent with one decimal, rounded; but nobody reaches the threshold or the whole by rounding."""
    if base <= 0:
        return Decimal("0.0")
    exact = WHOLE * counted / base
    rounded = exact.quantize(TENTH, ROUND_HALF_UP)
    flattered = exact < required_percent <= rounded or exact < WHOLE <= rounded
    return exact.quantize(TENTH, ROUND_FLOOR) if flattered else rounded
