"""A trip as days and minutes, without dates and without people: what a template holds and a copy brings along."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from core.dates import at_local, local
from core.masking import without_contacts
from programs.models import Program
from site_visits.conflicts.opening import is_workday
from site_visits.models import ItineraryItem, Site
from site_visits.placement import Stop

FORMAT: Final = 1
# Facts of the program that belong to the trip and not to its date.
OF_PROGRAM: Final = (
    "title", "title_en", "category", "purpose", "capacity", "minimum", "completion_percent", "completion_rule",
    "learning_cap_minutes", "meeting_point", "bring",
)  # fmt: skip
TEXTS: Final = (
    "title", "title_en", "place", "note", "bring", "planner_note", "purpose", "dress_rule", "id_rule",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SiteName:
    """A site by its number; the names say which it was, should it be gone one day."""

    id: int
    name: str
    name_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TripItem:
    """`day` counts from 0, `start` is minutes after its midnight in Seoul; both None while unscheduled."""

    kind: str
    title: str
    title_en: str = ""
    day: int | None = None
    start: int | None = None
    minutes: int = 60
    site: SiteName | None = None
    place: str = ""
    origin: SiteName | None = None
    target: SiteName | None = None
    km: int | None = None
    groups: tuple[str, ...] = ()
    counts_as_learning: bool = False
    note: str = ""
    bring: str = ""
    planner_note: str = ""
    planner_only: bool = False
    purpose: str = ""
    dress_rule: str = ""
    id_rule: str = ""

    @property
    def sites(self) -> tuple[SiteName, ...]:
        return tuple(site for site in (self.site, self.origin, self.target) if site)


@dataclass(frozen=True, slots=True)
class Trip:
    """`off` says of each day whether it was a weekend or a holiday."""

    program: Mapping[str, Any]
    off: tuple[bool, ...]
    groups: tuple[str, ...]
    items: tuple[TripItem, ...]

    @property
    def site_ids(self) -> set[int]:
        return {site.id for item in self.items for site in item.sites}

    def stops(self, known: Iterable[int]) -> list[Stop]:
        """For placing: an item of a site that is not `known` any more has lost it."""
        there = set(known)
        return [
            Stop(
                key=key,
                kind=item.kind,
                day=item.day,
                start=item.start,
                minutes=item.minutes,
                site=item.site.id if item.site else None,
                sites=tuple(site.id for site in item.sites),
                groups=frozenset(item.groups),
                planner_only=item.planner_only,
                lost_site=any(site.id not in there for site in item.sites),
            )
            for key, item in enumerate(self.items)
        ]


def of_program(program: Program, *, holidays: Mapping[date, str]) -> Trip:
    """The draft as it stands: what was cancelled stays behind, people and their contacts too."""
    rows = (
        ItineraryItem.objects.filter(program=program)
        .live()
        .select_related("site", "origin", "target", "visit")
        .prefetch_related("groups")
        .in_order()
    )
    return Trip(
        program={name: _plain(getattr(program, name)) for name in OF_PROGRAM},
        off=tuple(not is_workday(day, holidays) for day in program.days),
        groups=tuple(group.name for group in program.groups.all()),
        items=tuple(_item(row, program.starts_on) for row in rows),
    )


def _item(row: Any, first: date) -> TripItem:
    visit = getattr(row, "visit", None)
    start = local(row.starts_at) if row.starts_at else None
    item = TripItem(
        kind=row.kind,
        title=row.title,
        title_en=row.title_en,
        day=(start.date() - first).days if start else None,
        start=start.hour * 60 + start.minute if start else None,
        minutes=row.minutes or 60,
        site=_name(row.site),
        place=row.place,
        origin=_name(row.origin),
        target=_name(row.target),
        km=row.km,
        groups=tuple(group.name for group in row.groups.all()),
        counts_as_learning=row.counts_as_learning,
        note=row.note,
        bring=row.bring,
        planner_note=row.planner_note,
        planner_only=row.planner_only,
        purpose=visit.purpose if visit else "",
        dress_rule=visit.dress_rule if visit else "",
        id_rule=visit.id_rule if visit else "",
    )
    return replace(item, **{name: without_contacts(getattr(item, name)) for name in TEXTS})


def _plain(value: Any) -> Any:
    return without_contacts(value) if isinstance(value, str) else value


def _name(site: Site | None) -> SiteName | None:
    return SiteName(site.pk, site.name, site.name_en) if site else None


def instants(day: date | None, item: TripItem) -> tuple[datetime | None, datetime | None]:
    """Start and end of the item on a day; both None while unscheduled."""
    if day is None or item.start is None:
        return None, None
    start = at_local(day, time(*divmod(item.start, 60)))
    return start, start + timedelta(minutes=item.minutes)


# -- as a template keeps it


def to_content(trip: Trip) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "program": dict(trip.program),
        "off": list(trip.off),
        "groups": list(trip.groups),
        "items": [asdict(item) for item in trip.items],
    }


def from_content(content: Mapping[str, Any]) -> Trip:
    return Trip(
        program=dict(content["program"]),
        off=tuple(content["off"]),
        groups=tuple(content["groups"]),
        items=tuple(_from_json(item) for item in content["items"]),
    )


def _from_json(item: Mapping[str, Any]) -> TripItem:
    ends = {
        name: SiteName(**item[name]) if item[name] else None
        for name in ("site", "origin", "target")
    }
    return TripItem(**dict(item) | ends | {"groups": tuple(item["groups"])})
