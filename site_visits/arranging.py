"""Arithmetic of a day: pure functions from the items of a draft to the items as they should be.

Each returns only what changes, by uid. Nothing here knows a database, a person or a permission.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from core.dates import day_bounds, local_date
from site_visits.distance import Travel
from site_visits.draft import Entry, Snapshot, in_order
from site_visits.models import ItemKind

Arranged = dict[UUID, Snapshot]

USUAL_MINUTES: Final = {
    ItemKind.REST: 15,
    ItemKind.ASSEMBLY: 20,
    ItemKind.LODGING: 600,
    ItemKind.VISIT: 90,
}
HOUR: Final = 60


def usual_minutes(kind: str) -> int:
    return USUAL_MINUTES.get(ItemKind(kind), HOUR)


def share_people(one: Snapshot, other: Snapshot) -> bool:
    return not one.groups or not other.groups or not set(one.groups).isdisjoint(other.groups)


def times(facts: Snapshot) -> tuple[datetime, datetime]:
    """Both ends of an item that is known to have them."""
    if facts.starts_at is None or facts.ends_at is None:
        raise ValueError(f"{facts.title} has no time")
    return facts.starts_at, facts.ends_at


def moved(facts: Snapshot, start: datetime) -> Snapshot:
    starts_at, ends_at = times(facts)
    return replace(facts, starts_at=start, ends_at=start + (ends_at - starts_at))


def of_day(entries: Iterable[Entry], day: date) -> list[Entry]:
    """Live items that begin on the day, in order."""
    first, last = day_bounds(day)
    return sorted(
        (
            entry
            for entry in entries
            if entry.facts.is_live
            and entry.facts.starts_at is not None
            and first <= entry.facts.starts_at < last
        ),
        key=in_order,
    )


def shift(
    entries: Iterable[Entry], *, start: datetime, by: timedelta, groups: Collection[int] = ()
) -> Arranged:
    """The rest of the day of `start`, earlier or later; with groups, only what concerns nobody else.

    People leave a lodging when they would have left it anyway: only its beginning moves.
    """
    found: Arranged = {}
    for entry in of_day(entries, local_date(start)):
        facts = entry.facts
        if facts.starts_at is None or facts.starts_at < start:
            continue
        if groups and not (facts.groups and set(facts.groups) <= set(groups)):
            continue
        found[entry.uid] = (
            _later_night(facts, by) if _is_night(facts) else moved(facts, facts.starts_at + by)
        )
    return found


def _is_night(facts: Snapshot) -> bool:
    starts_at, ends_at = times(facts)
    return facts.kind == ItemKind.LODGING and local_date(starts_at) != local_date(ends_at)


def _later_night(facts: Snapshot, by: timedelta) -> Snapshot:
    starts_at, ends_at = times(facts)
    begins = starts_at + by
    fits = begins < ends_at and ends_at - begins <= timedelta(hours=24)
    return replace(facts, starts_at=begins) if fits else moved(facts, begins)


def close_gaps(
    entries: Iterable[Entry], *, day: date, start: datetime | None = None, keep: timedelta
) -> Arranged:
    """Free time longer than `keep` becomes `keep`; nothing moves later, nothing new overlaps for the same people."""
    placed: list[tuple[Snapshot, datetime, datetime]] = []
    found: Arranged = {}
    for entry in of_day(entries, day):
        facts = entry.facts
        if facts.kind == ItemKind.LODGING or facts.planner_only:
            continue
        starts_at, ends_at = times(facts)
        new = starts_at
        if start is None or starts_at >= start:
            before = [
                now_ends + min(starts_at - was_ends, keep)
                for other, was_ends, now_ends in placed
                if share_people(other, facts)
            ]
            new = min(starts_at, max(before, default=starts_at))
        if new != starts_at:
            found[entry.uid] = moved(facts, new)
        placed.append((facts, ends_at, new + (ends_at - starts_at)))
    return found


def swap(one: Snapshot, other: Snapshot) -> tuple[Snapshot, Snapshot]:
    """Each takes the other's turn, the time between them stays; what overlapped then follows."""
    first, second = sorted((one, other), key=times)
    first_starts, first_ends = times(first)
    second_starts, second_ends = times(second)
    early = moved(second, first_starts)
    late = moved(
        first,
        max(
            second_ends - (first_ends - first_starts),
            first_starts + (second_ends - second_starts),
        ),
    )
    return (late, early) if first is one else (early, late)


def stagger(facts: Snapshot, groups: Sequence[int], *, gap: timedelta) -> list[Snapshot]:
    """One after another: the same item for each group, the first where it was."""
    starts_at, ends_at = times(facts)
    turn = ends_at - starts_at + gap
    return [
        replace(moved(facts, starts_at + place * turn), groups=(group,), host=None, headcount=None)
        for place, group in enumerate(groups)
    ]


# -- the road -------------------------------------------------

# Nobody goes a way of their own.
_ONE_WAY: Final[list[int | None]] = [None]


@dataclass(frozen=True, slots=True)
class MissingLeg:
    """From where the people are to where they have to be; `minutes` None when nobody knows the road."""

    origin: int
    target: int
    starts_at: datetime
    groups: tuple[int, ...]
    minutes: int | None
    km: int | None


def missing_legs(entries: Iterable[Entry], *, day: date, travel: Travel) -> list[MissingLeg]:
    """Between stops at different sites that no leg joins, for each group's way through the day."""
    rows = [entry for entry in entries if not entry.facts.planner_only]
    today = of_day(rows, day)
    lanes: list[int | None] = []
    lanes += sorted({group for entry in today for group in entry.facts.groups})
    found: dict[tuple[int, int, datetime], set[int]] = {}
    for lane in lanes or _ONE_WAY:
        for hop in _hops(_lane(today, lane), _slept_at(rows, day, lane)):
            found.setdefault(hop, set()).update(() if lane is None else (lane,))
    legs = []
    for (origin, target, starts_at), groups in found.items():
        road = travel.between(origin, target)
        everybody = groups == set(lanes)
        legs.append(
            MissingLeg(
                origin,
                target,
                starts_at,
                () if everybody else tuple(sorted(groups)),
                road.minutes if road else None,
                road.km if road else None,
            )
        )
    return sorted(legs, key=lambda leg: (leg.starts_at, leg.origin, leg.target))


def _lane(entries: Iterable[Entry], group: int | None) -> list[Snapshot]:
    return [
        entry.facts
        for entry in entries
        if group is None or not entry.facts.groups or group in entry.facts.groups
    ]


def _slept_at(entries: Iterable[Entry], day: date, group: int | None) -> Snapshot | None:
    """The night that ends on this day."""
    nights = [
        facts
        for facts in _lane(entries, group)
        if facts.kind == ItemKind.LODGING
        and facts.is_live
        and facts.ends_at is not None
        and facts.starts_at is not None
        and facts.site is not None
        and local_date(facts.starts_at) < day == local_date(facts.ends_at)
    ]
    return max(nights, key=times, default=None)


def _hops(lane: Iterable[Snapshot], night: Snapshot | None) -> Iterator[tuple[int, int, datetime]]:
    """(origin, target, when people are free to leave)."""
    at = night.site if night else None
    free = night.ends_at if night else None
    driven = False
    for facts in lane:
        starts_at, ends_at = times(facts)
        if facts.kind == ItemKind.TRAVEL:
            driven = True
        elif facts.site is not None:
            if at is not None and free is not None and at != facts.site and not driven:
                yield at, facts.site, min(free, starts_at)
            at, driven = facts.site, False
        free = ends_at if free is None else max(free, ends_at)
    return


def retime(entries: Iterable[Entry], *, day: date, travel: Travel) -> Arranged:
    """Each leg between known sites as long as the road; it leaves earlier when that saves the stop after it."""
    found: Arranged = {}
    today = [entry for entry in of_day(entries, day) if not entry.facts.planner_only]
    for entry in today:
        facts = entry.facts
        if facts.kind != ItemKind.TRAVEL or facts.origin is None or facts.target is None:
            continue
        road = travel.between(facts.origin, facts.target)
        if road is None:
            continue
        starts_at, ends_at = times(facts)
        length = timedelta(minutes=road.minutes)
        begins = starts_at
        if length > ends_at - starts_at:
            begins = _departure(entry, today, length)
        after = replace(facts, starts_at=begins, ends_at=begins + length, km=road.km)
        if after != facts:
            found[entry.uid] = after
    return found


def _departure(leg: Entry, today: Iterable[Entry], length: timedelta) -> datetime:
    starts_at, ends_at = times(leg.facts)
    others = [
        times(entry.facts)
        for entry in today
        if entry.uid != leg.uid and share_people(entry.facts, leg.facts)
    ]
    following = min((start for start, _end in others if start >= ends_at), default=None)
    if following is None or starts_at + length <= following:
        return starts_at
    free = max((end for _start, end in others if end <= starts_at), default=starts_at)
    return max(min(starts_at, free), min(starts_at, following - length))
