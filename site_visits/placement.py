"""Where the days and items of a trip land on other dates, and what had to move for it: no database.

The days follow each other as they did; a working day never becomes a weekend or a holiday, it waits for the next
working day, and the days after it wait with it. A day that was itself a weekend or a holiday may land anywhere. Then
each item that needs open doors is looked at on its new day (see `_settle`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from enum import StrEnum
from typing import Final

from site_visits.conflicts.facts import SiteFacts
from site_visits.conflicts.opening import NEED_OPEN_DOORS, closure_on, hours_on, is_workday

# However long a run of days off is, a trip finds its next day within this many.
DAYS_TO_TRY: Final = 60
DAY: Final = timedelta(days=1)


class Reason(StrEnum):
    """Why something does not stand where counting days alone would put it."""

    HOLIDAY = "holiday"
    WEEKEND = "weekend"
    FOLLOWS = "follows"
    SITE_CLOSED = "site_closed"
    SITE_CLOSED_NO_ROOM = "site_closed_no_room"
    OUTSIDE_HOURS = "outside_hours"
    OUTSIDE_HOURS_STAYS = "outside_hours_stays"
    SITE_RETIRED = "site_retired"
    SITE_MISSING = "site_missing"
    OUTSIDE_TRIP = "outside_trip"


@dataclass(frozen=True, slots=True)
class Stop:
    """An item as days and minutes; `day` and `start` are None while it waits unscheduled.

    `sites` are all sites it depends on (a leg has two), `site` the one whose doors must be open.
    """

    key: int
    kind: str
    day: int | None
    start: int | None
    minutes: int
    site: int | None = None
    sites: tuple[int, ...] = ()
    groups: frozenset[str] = frozenset()
    planner_only: bool = False
    lost_site: bool = False

    @property
    def needs_open_doors(self) -> bool:
        return self.site is not None and self.kind in NEED_OPEN_DOORS

    @property
    def end(self) -> int:
        return (self.start or 0) + self.minutes

    def meets(self, other: "Stop") -> bool:
        """Whether the same people would be at both."""
        together = not self.groups or not other.groups or not self.groups.isdisjoint(other.groups)
        return together and not (self.planner_only or other.planner_only)


@dataclass(frozen=True, slots=True)
class Ground:
    """What is known of the new dates; `retired` are sites nobody visits any more."""

    holidays: Mapping[date, str] = field(default_factory=dict)
    sites: Mapping[int, SiteFacts] = field(default_factory=dict)
    retired: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class DayMove:
    """Day `number` (from 0) of the trip: where counting alone puts it and where it lands."""

    number: int
    counted: date
    day: date
    reason: Reason | None
    because: date | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """`counted` is the day by counting alone, `day` the one it gets (None: unscheduled), `reason` why they differ.

    A `reason` with equal days is a remark: the item stays, and somebody should look at it.
    """

    stop: Stop
    counted: date | None
    day: date | None
    reason: Reason | None = None
    because: date | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    days: tuple[DayMove, ...]
    items: tuple[Placed, ...]

    @property
    def starts_on(self) -> date:
        return self.days[0].day

    @property
    def ends_on(self) -> date:
        return self.days[-1].day

    @property
    def moved(self) -> list[Placed]:
        return [placed for placed in self.items if placed.reason is not None]


def place(
    stops: Sequence[Stop],
    *,
    off: Sequence[bool],
    starts_on: date,
    ground: Ground,
    skip_days_off: bool = True,
) -> Plan:
    """The trip on the dates from `starts_on`; `off` says of each of its days whether it was a weekend or a holiday."""
    used = {stop.day for stop in stops if stop.day is not None} | {0, len(off) - 1}
    numbers = sorted(n for n in used if 0 <= n < len(off))
    waiting = [skip_days_off and not off[n] for n in numbers]
    days = _days(numbers, waiting, starts_on, ground)
    by_number = {move.number: move for move in days}
    placed = [_on_its_day(stop, by_number, starts_on, ground) for stop in stops]
    return Plan(tuple(days), tuple(_settle(placed, [move.day for move in days], ground)))


# -- days


def _days(
    numbers: Iterable[int], waits: Iterable[bool], starts_on: date, ground: Ground
) -> list[DayMove]:
    """One after the other; a day that `waits` takes the first working day."""
    moves: list[DayMove] = []
    for number, wait in zip(numbers, waits, strict=True):
        counted = starts_on + number * DAY
        earliest = max(counted, moves[-1].day + DAY) if moves else counted
        tried = (earliest + n * DAY for n in range(DAYS_TO_TRY if wait else 0))
        day = next((day for day in tried if is_workday(day, ground.holidays)), earliest)
        why = _why(counted, earliest, ground, wait=wait) if day != counted else (None, None)
        moves.append(DayMove(number, counted, day, *why))
    return moves


def _why(
    counted: date, earliest: date, ground: Ground, *, wait: bool
) -> tuple[Reason, date | None]:
    """The day off that is in the way, else the day before that was pushed."""
    for day in (counted, earliest) if wait else ():
        if day in ground.holidays:
            return Reason.HOLIDAY, day
        if not is_workday(day, ground.holidays):
            return Reason.WEEKEND, day
    return Reason.FOLLOWS, None


def _on_its_day(stop: Stop, days: Mapping[int, DayMove], starts_on: date, ground: Ground) -> Placed:
    counted = None if stop.day is None else starts_on + stop.day * DAY
    if stop.lost_site:
        return Placed(stop, counted, None, Reason.SITE_MISSING)
    if not ground.retired.isdisjoint(stop.sites):
        return Placed(stop, counted, None, Reason.SITE_RETIRED)
    if stop.day is None:
        return Placed(stop, None, None)
    if (move := days.get(stop.day)) is None:
        return Placed(stop, counted, None, Reason.OUTSIDE_TRIP)
    return Placed(stop, move.counted, move.day, move.reason, move.because)


# -- doors


def _settle(placed: list[Placed], days: Sequence[date], ground: Ground) -> list[Placed]:
    """Items before a closed door go to the nearest other day of the trip on which it is open then and they are free.

    Where there is none, an item of a closed day waits unscheduled; one merely outside the hours stays, with a remark.
    """
    found = list(placed)
    changed = True
    while changed:
        # What moved away may have made room for another one.
        changed = False
        for place_, one in enumerate(placed):
            trouble = _trouble(one, one.day, ground)
            if trouble is None or found[place_].reason == trouble:
                continue
            answer = _answer(one, trouble, _room(one, found, place_, days, ground))
            changed |= answer != found[place_]
            found[place_] = answer
    return found


def _room(
    one: Placed, placed: Sequence[Placed], place_: int, days: Sequence[date], ground: Ground
) -> date | None:
    """The nearest other day of the trip on which it may be at the same hour."""
    rest = [other for n, other in enumerate(placed) if n != place_]
    near = sorted((day for day in days if day != one.day), key=lambda day: _distance(day, one))
    return next((day for day in near if _fits(one, day, rest, ground)), None)


def _distance(day: date, one: Placed) -> tuple[int, date]:
    assert one.day is not None  # noqa: S101 (only items with a day are looked at)
    return abs((day - one.day).days), day


def _answer(one: Placed, trouble: Reason, target: date | None) -> Placed:
    if target is not None:
        return replace(one, day=target, reason=trouble, because=one.day)
    if trouble == Reason.SITE_CLOSED:
        return replace(one, day=None, reason=Reason.SITE_CLOSED_NO_ROOM, because=one.day)
    return replace(one, reason=Reason.OUTSIDE_HOURS_STAYS, because=one.day)


def _trouble(one: Placed, day: date | None, ground: Ground) -> Reason | None:
    stop = one.stop
    if day is None or not stop.needs_open_doors or stop.planner_only:
        return None
    site = ground.sites.get(stop.site or 0)
    if site is None:
        return None
    if any(closure_on(site, each, ground.holidays) for each in days_touched(stop, day)):
        return Reason.SITE_CLOSED
    hours = hours_on(site, day)
    if hours and not any(_within(stop, h.opens_at, h.closes_at) for h in hours):
        return Reason.OUTSIDE_HOURS
    return None


def days_touched(stop: Stop, day: date) -> list[date]:
    last = day + ((max(stop.end, 1) - 1) // 1440) * DAY
    return sorted({day, last})


def _within(stop: Stop, opens_at: time, closes_at: time) -> bool:
    opens, closes = (clock.hour * 60 + clock.minute for clock in (opens_at, closes_at))
    return opens <= (stop.start or 0) and stop.end <= closes


def _fits(one: Placed, day: date, placed: Sequence[Placed], ground: Ground) -> bool:
    if _trouble(one, day, ground) is not None:
        return False
    return not any(
        other.day is not None and one.stop.meets(other.stop) and _overlap(one, day, other)
        for other in placed
    )


def _overlap(one: Placed, day: date, other: Placed) -> bool:
    assert other.day is not None  # noqa: S101 (asked by the caller)
    later = (other.day - day).days * 1440
    return (one.stop.start or 0) < later + other.stop.end and later + (
        other.stop.start or 0
    ) < one.stop.end
