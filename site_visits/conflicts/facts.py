"""What the checks need to know of a program's draft, without a database."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Final, NamedTuple
from uuid import UUID

from core.dates import local_date
from site_visits.distance import Travel
from site_visits.models import HostState, ItemKind

MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Item:
    """A live, scheduled item; `group_ids` empty means everybody."""

    uid: UUID
    kind: ItemKind
    title: str
    starts_at: datetime
    ends_at: datetime
    site_id: int | None = None
    origin_id: int | None = None
    target_id: int | None = None
    group_ids: frozenset[int] = frozenset()
    people: int = 0
    host_state: HostState | None = None
    planner_only: bool = False
    # Worked out once: every check asks for them.
    minutes: int = field(init=False, compare=False)
    day: date = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "minutes", (self.ends_at - self.starts_at) // MINUTE)
        object.__setattr__(self, "day", local_date(self.starts_at))

    def shares_people_with(self, other: "Item") -> bool:
        return (
            not self.group_ids
            or not other.group_ids
            or not self.group_ids.isdisjoint(other.group_ids)
        )


@dataclass(frozen=True, slots=True)
class Hours:
    weekday: int
    opens_at: time
    closes_at: time


@dataclass(frozen=True, slots=True)
class Closure:
    """A weekday, all holidays, or a range of dates: the one that is set."""

    weekday: int | None = None
    shifts_after_holiday: bool = False
    on_holidays: bool = False
    first_on: date | None = None
    last_on: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class SiteFacts:
    name: str
    capacity: int | None = None
    hours: tuple[Hours, ...] = ()
    closures: tuple[Closure, ...] = ()


@dataclass(frozen=True, slots=True)
class Occupancy:
    """People of another program at a site."""

    site_id: int
    starts_at: datetime
    ends_at: datetime
    people: int
    program: str


@dataclass(frozen=True, slots=True)
class Double:
    """People who are also enrolled in another program on the same days."""

    program: str
    people: int


@dataclass(frozen=True, slots=True)
class TeamAway:
    team: str
    away: int
    members: int


class Lane(NamedTuple):
    """What one group does, in order; None is everybody."""

    group: int | None
    items: list[Item]


@dataclass(frozen=True)
class Facts:
    starts_on: date
    ends_on: date
    items: Sequence[Item] = ()
    sites: Mapping[int, SiteFacts] = field(default_factory=dict)
    holidays: Mapping[date, str] = field(default_factory=dict)
    travel: Travel = field(default_factory=Travel)
    others: Sequence[Occupancy] = ()
    doubles: Sequence[Double] = ()
    teams: Sequence[TeamAway] = ()
    # Who takes part: people by group, and all of them.
    group_people: Mapping[int, int] = field(default_factory=dict)
    everybody: int = 0

    def people_of(self, groups: Collection[int]) -> int:
        """No groups means everybody."""
        if not groups:
            return self.everybody
        return sum(self.group_people.get(group, 0) for group in groups)

    @cached_property
    def seen(self) -> list[Item]:
        """What people take part in, in the order of the day."""
        return sorted(
            (item for item in self.items if not item.planner_only),
            key=lambda item: (item.starts_at, item.ends_at, item.uid),
        )

    @cached_property
    def lanes(self) -> list[Lane]:
        """The way of each group through the days, of everybody when there are no groups."""
        groups = sorted({group for item in self.seen for group in item.group_ids})
        if not groups:
            return [Lane(None, self.seen)]
        lanes = {group: Lane(group, []) for group in groups}
        for item in self.seen:
            for group in item.group_ids or groups:
                lanes[group].items.append(item)
        return list(lanes.values())

    @cached_property
    def free_before(self) -> dict[UUID, int]:
        """Minutes in which the people of an item have nothing else that day; left out for the first of a day."""
        found: dict[UUID, int] = {}
        for lane in self.lanes:
            day, busy_until = None, None
            for item in lane.items:
                if item.kind == ItemKind.LODGING:
                    continue
                if busy_until is not None and day == item.day:
                    free = max(0, (item.starts_at - busy_until) // MINUTE)
                    found[item.uid] = min(free, found.get(item.uid, free))
                    busy_until = max(busy_until, item.ends_at)
                else:
                    day, busy_until = item.day, item.ends_at
        return found
