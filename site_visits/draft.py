"""The draft of a program as plain values: every item with its places, read in one statement."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple, Self
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from core.dates import is_english
from core.prepared import prepared
from programs.models import Program
from site_visits.models import HostState, ItemKind, ItineraryItem, Site


class Host(NamedTuple):
    """What the host was asked and said."""

    state: str
    note: str
    asked_at: datetime | None
    asked_starts_at: datetime | None
    asked_ends_at: datetime | None
    answered_at: datetime | None


NOBODY_ASKED: Final = Host(HostState.NOT_ASKED, "", None, None, None, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Everything an organizer can change of an item; two are equal whatever their hosts have said."""

    kind: str
    title: str
    title_en: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    site: int | None = None
    place: str = ""
    origin: int | None = None
    target: int | None = None
    km: int | None = None
    groups: tuple[int, ...] = ()
    counts_as_learning: bool = False
    note: str = ""
    bring: str = ""
    planner_note: str = ""
    planner_only: bool = False
    cancelled_at: datetime | None = None
    cancel_reason: str = ""
    purpose: str = ""
    headcount: int | None = None
    dress_rule: str = ""
    id_rule: str = ""
    host: Host | None = field(default=None, compare=False)

    @property
    def minutes(self) -> int | None:
        if self.starts_at is None or self.ends_at is None:
            return None
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def is_live(self) -> bool:
        return self.cancelled_at is None

    @property
    def display_title(self) -> str:
        return self.title_en if self.title_en and is_english() else self.title

    def to_json(self) -> dict[str, Any]:
        """Only what differs from an empty item."""
        found: dict[str, Any] = {}
        for name, empty in EMPTY.items():
            value = getattr(self, name)
            if value != empty:
                found[name] = value.isoformat() if isinstance(value, datetime) else value
        if self.host is not None:
            found["host"] = [
                part.isoformat() if isinstance(part, datetime) else part for part in self.host
            ]
        return found

    @classmethod
    def from_json(cls, known: Mapping[str, Any]) -> Self:
        values: dict[str, Any] = {
            name: datetime.fromisoformat(value) if name in MOMENTS and value else value
            for name, value in known.items()
        }
        if "groups" in values:
            values["groups"] = tuple(values["groups"])
        if host := values.get("host"):
            state, note, *moments = host
            values["host"] = Host(
                state, note, *(datetime.fromisoformat(part) if part else None for part in moments)
            )
        return cls(**values)


MOMENTS: Final = frozenset({"starts_at", "ends_at", "cancelled_at"})
OF_ITEM: Final = (
    "kind", "title", "title_en", "starts_at", "ends_at", "site", "place", "origin", "target", "km",
    "counts_as_learning", "note", "bring", "planner_note", "planner_only", "cancelled_at", "cancel_reason",
)  # fmt: skip
OF_VISIT: Final = ("purpose", "headcount", "dress_rule", "id_rule")
OF_HOST: Final = (
    "host_state", "host_note", "asked_at", "asked_starts_at", "asked_ends_at", "answered_at",
)  # fmt: skip
REFERENCES: Final = frozenset({"site", "origin", "target"})
EMPTY: Final[dict[str, Any]] = {
    each.name: None if each.name in ("kind", "title") else each.default
    for each in fields(Snapshot)
    if each.name != "host"
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the draft: its keys beside its facts."""

    pk: int
    uid: UUID
    version: int
    facts: Snapshot
    visit: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """What the draft shows and a publication freezes of a site."""

    pk: int
    name: str
    name_en: str
    kind: str
    region: str
    address: str
    latitude: Any
    longitude: Any
    capacity: int | None
    access_notes: str
    contact_phone: str
    dress_rule: str
    id_rule: str
    retired_on: date | None = None

    @property
    def display_name(self) -> str:
        return self.name_en if self.name_en and is_english() else self.name


OF_PLACE: Final = tuple(each.name for each in fields(Place))[1:]


@dataclass(frozen=True, slots=True)
class Draft:
    """The entries in the order of the day, the unscheduled last, and the sites they name."""

    program: Program
    entries: dict[UUID, Entry]
    places: dict[int, Place]

    def with_changes(self, changed: Iterable[Entry], removed: Iterable[UUID] = ()) -> "Draft":
        """As it would be; new places have to be known already."""
        entries = self.entries | {entry.uid: entry for entry in changed}
        for uid in removed:
            entries.pop(uid, None)
        return replace(
            self, entries=dict(sorted(entries.items(), key=lambda row: in_order(row[1])))
        )

    def scheduled(self) -> list[Entry]:
        return [
            entry
            for entry in self.entries.values()
            if entry.facts.starts_at is not None and entry.facts.is_live
        ]


FAR: Final = datetime.max.replace(tzinfo=UTC)


def in_order(entry: Entry) -> tuple[datetime, datetime, int]:
    return (entry.facts.starts_at or FAR, entry.facts.ends_at or FAR, entry.pk)


def load(program: Program, *, uids: Iterable[UUID] | None = None, most: int | None = None) -> Draft:
    """The draft, or some of its items; with `most`, one more than that many at the most."""
    if uids is None:
        found = _all_rows(program.pk, most=None if most is None else most + 1)
    else:
        found = list(_rows(program.pk).filter(uid__in=uids))
    places: dict[int, Place] = {}
    entries = {}
    for row in found:
        for start in _PLACES:
            if (pk := row[start]) is not None and pk not in places:
                places[pk] = Place(pk, *row[start + 1 : start + 1 + len(OF_PLACE)])
        entries[row[1]] = _entry(row)
    return Draft(program, entries, places)


def _rows(program: int) -> Any:
    through = ItineraryItem.groups.through.objects.filter(itineraryitem=OuterRef("pk"))
    return (
        ItineraryItem.objects.filter(program=program)
        .annotate(in_groups=ArraySubquery(through.order_by("group_id").values("group_id")))
        .in_order()
        .values_list(*_COLUMNS)
    )


_KEYS: Final = ("pk", "uid", "version", "visit__pk", "in_groups")
_ITEM: Final = tuple(f"{name}_id" if name in REFERENCES else name for name in OF_ITEM)
_VISIT: Final = tuple(f"visit__{name}" for name in (*OF_VISIT, *OF_HOST))
_SITES: Final = tuple(
    column
    for end in ("site", "origin", "target")
    for column in (f"{end}__pk", *(f"{end}__{name}" for name in OF_PLACE))
)
_COLUMNS: Final = (*_KEYS, *_ITEM, *_VISIT, *_SITES)
_FIRST_ITEM: Final = len(_KEYS)
_FIRST_VISIT: Final = _FIRST_ITEM + len(_ITEM)
_FIRST_HOST: Final = _FIRST_VISIT + len(OF_VISIT)
_FIRST_SITE: Final = _FIRST_HOST + len(OF_HOST)
_PLACES: Final = tuple(_FIRST_SITE + n * (1 + len(OF_PLACE)) for n in range(3))


_all_rows = prepared(_rows)


def _entry(row: tuple[Any, ...]) -> Entry:
    pk, uid, version, visit, groups = row[:_FIRST_ITEM]
    facts = dict(zip(OF_ITEM, row[_FIRST_ITEM:_FIRST_VISIT], strict=True))
    if facts["kind"] == ItemKind.VISIT and visit is not None:
        facts |= zip(OF_VISIT, row[_FIRST_VISIT:_FIRST_HOST], strict=True)
        facts["host"] = Host(*row[_FIRST_HOST:_FIRST_SITE])
    return Entry(pk, uid, version, Snapshot(groups=tuple(groups), **facts), visit)


def place_of(site: Site) -> Place:
    return Place(site.pk, *(getattr(site, name) for name in OF_PLACE))


def not_asked(host: Host) -> Host:
    """What the host said was said of another time or place; its note and its link stay."""
    return host._replace(state=HostState.NOT_ASKED, answered_at=None)
