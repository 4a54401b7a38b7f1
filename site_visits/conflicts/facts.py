"""What the checks need to know of a program's draft, without a database."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from uuid import UUID

from core.dates import local_date
from site_visits.distance import Travel
from site_visits.models import HostState, ItemKind


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

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def day(self) -> date:
        return local_date(self.starts_at)

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


@dataclass(frozen=True, slots=True)
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

    @property
    def seen(self) -> list[Item]:
        """What people take part in, in the order of the day."""
        return sorted(
            (item for item in self.items if not item.planner_only),
            key=lambda item: (item.starts_at, item.ends_at, item.uid),
        )

    def lanes(self) -> Iterator[list[Item]]:
        """The days of each group, of everybody when there are no groups."""
        seen = self.seen
        groups = sorted({group for item in seen for group in item.group_ids})
        if not groups:
            yield seen
        for group in groups:
            yield [item for item in seen if not item.group_ids or group in item.group_ids]
