"""One item of the schedule board, as the JSON its page reads."""

from dataclasses import dataclass
from typing import Any

from core.dates import iso, ktimerange, local
from desk import board_links
from desk.itinerary_pages import CHANGE_TONES, STATE_TONES
from desk.travel_pages import pair_url
from site_visits import arranging, told
from site_visits.conflicts import Conflict, Facts
from site_visits.draft import Draft, Entry, Snapshot
from site_visits.models import HostState, ItemKind, SiteKind
from site_visits.services import board_head


@dataclass(frozen=True, slots=True)
class View:
    """Everything read once for one answer."""

    draft: Draft
    facts: Facts
    conflicts: list[Conflict]
    head: board_head.Head
    compared: told.Compared


def item(view: View, entry: Entry) -> dict[str, Any]:
    facts = entry.facts
    site = view.draft.places[facts.site] if facts.site else None
    change = view.compared.changes.get(entry.uid)
    code = view.draft.program.code
    return {
        "uid": str(entry.uid),
        "version": entry.version,
        "kind": facts.kind,
        "kind_label": str(ItemKind(facts.kind).label),
        "css_kind": _css_kind(facts, site),
        "title": facts.display_title,
        **_where_in_time(facts),
        "time": ktimerange(facts.starts_at, facts.ends_at),
        "detail": _detail(view, facts),
        "place": facts.place,
        "site": facts.site,
        "site_kind": site.kind if site else None,
        "region": site.region if site else "",
        "capacity": site.capacity if site else None,
        "origin": facts.origin,
        "target": facts.target,
        "people": facts.headcount or view.facts.people_of(facts.groups),
        "groups": list(facts.groups),
        "host": _host(facts),
        "planner_only": facts.planner_only,
        "learning": facts.counts_as_learning,
        "note": facts.note,
        "planner_note": facts.planner_note,
        "change": {
            "value": change.value,
            "label": str(change.label),
            "tone": CHANGE_TONES[change],
        }
        if change
        else None,
        "published": entry.uid in view.compared.published,
        "estimated": _estimated(view, facts),
        "travel_url": pair_url(facts.origin, facts.target)
        if facts.origin and facts.target and _estimated(view, facts)
        else None,
        "edit_url": board_links.edit(code, entry.uid),
        "host_url": board_links.ask_host(code, entry.visit)
        if entry.visit and facts.starts_at
        else None,
    }


def _css_kind(facts: Snapshot, site: Any) -> str:
    is_plant = facts.kind == ItemKind.VISIT and site and site.kind == SiteKind.PLANT_FACTORY
    return "plant" if is_plant else facts.kind


def _where_in_time(facts: Snapshot) -> dict[str, Any]:
    if facts.starts_at is None:
        return {"date": None, "start": None, "minutes": arranging.usual_minutes(facts.kind)}
    start = local(facts.starts_at)
    return {
        "date": iso(start.date()),
        "start": start.hour * 60 + start.minute,
        "minutes": facts.minutes,
    }


def _detail(view: View, facts: Snapshot) -> str:
    places = view.draft.places
    names = [
        places[pk].display_name for pk in (facts.origin, facts.target, facts.site) if pk is not None
    ]
    if facts.kind == ItemKind.TRAVEL:
        ends = " → ".join(names)
        parts = [
            ends if ends != facts.display_title else "",
            f"{facts.km}\N{NO-BREAK SPACE}km" if facts.km else "",
            facts.place,
        ]
    else:
        parts = [*names, facts.place]
    groups = ", ".join(name for pk, name in view.head.groups.items() if pk in facts.groups)
    return " · ".join(part for part in (*parts, groups) if part)


def _host(facts: Snapshot) -> dict[str, str] | None:
    if facts.kind != ItemKind.VISIT or facts.host is None:
        return None
    found = HostState(facts.host.state)
    return {"state": found.value, "label": str(found.label), "tone": STATE_TONES[found]}


def _estimated(view: View, facts: Snapshot) -> bool:
    """A leg as long as nobody but the map says."""
    if facts.kind != ItemKind.TRAVEL or not (facts.origin and facts.target):
        return False
    road = view.facts.travel.between(facts.origin, facts.target)
    return road is not None and road.estimated and road.minutes == facts.minutes
