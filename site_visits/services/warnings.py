"""What cannot work in a program's draft: the facts in two statements at any size, then pure checks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils.translation import get_language

from core.dates import is_english
from programs.models import Holiday, Program
from site_visits.arranging import times
from site_visits.conflicts import Conflict, Facts, check
from site_visits.conflicts.facts import Closure, Hours, Item, SiteFacts
from site_visits.conflicts.opening import LONGEST_HOLIDAY, NEED_OPEN_DOORS
from site_visits.draft import Draft, Entry, Snapshot, load
from site_visits.models import HostState, ItemKind, OpeningHours, Site, SiteClosure
from site_visits.services import surroundings
from site_visits.services.surroundings import Asked, Surroundings

KINDS: Final = {kind.value: kind for kind in ItemKind}


def for_program(program: Program) -> list[Conflict]:
    """Every conflict of the draft, errors first."""
    return of_draft(load(program))


def of_draft(draft: Draft) -> list[Conflict]:
    return check(facts_of(draft))


def about(conflicts: Iterable[Conflict], uid: UUID) -> list[Conflict]:
    return [conflict for conflict in conflicts if uid in conflict.item_uids]


def facts_of(draft: Draft) -> Facts:
    program, entries = draft.program, draft.scheduled()
    around = surroundings.read(program, _asked(draft, entries))
    english = is_english()
    return Facts(
        starts_on=program.starts_on,
        ends_on=program.ends_on,
        items=[_item(entry, around, english) for entry in entries],
        sites=around.sites,
        holidays=around.holidays,
        travel=around.travel,
        others=around.others,
        doubles=around.doubles,
        teams=around.teams,
        group_people=around.group_people,
        everybody=around.everybody,
    )


def _asked(draft: Draft, entries: list[Entry]) -> Asked:
    program = draft.program
    counted: set[int] = set()
    moments: list[datetime] = []
    for entry in entries:
        facts = entry.facts
        if facts.site and facts.kind in NEED_OPEN_DOORS and draft.places[facts.site].capacity:
            counted.add(facts.site)
            moments += times(facts)
    ends = [end for entry in entries for end in times(entry.facts)]
    days = [program.starts_on, program.ends_on, *(end.date() for end in ends)]
    return Asked(
        places=draft.places,
        roads=_roads(entries),
        counted=counted,
        window=(min(moments), max(moments)) if moments else None,
        days=(min(days), max(days)),
    )


def _roads(entries: list[Entry]) -> set[tuple[int, int]]:
    """The legs there are, and those between stops that may follow one another for some group."""
    found: set[tuple[int, int]] = set()
    last: dict[int, int] = {}
    known: set[int] = {group for entry in entries for group in entry.facts.groups}
    for entry in entries:
        facts = entry.facts
        if facts.origin and facts.target:
            found.add((facts.origin, facts.target))
        if facts.site is None or facts.planner_only:
            continue
        for group in facts.groups or (known or {0}):
            before = last.get(group)
            if before is not None and before != facts.site:
                found.add((before, facts.site))
            last[group] = facts.site
    return found


def _item(entry: Entry, around: Surroundings, english: bool) -> Item:  # noqa: FBT001 (asked once for all)
    facts = entry.facts
    starts_at, ends_at = times(facts)
    return Item(
        uid=entry.uid,
        kind=KINDS[facts.kind],
        title=facts.title_en if english and facts.title_en else facts.title,
        starts_at=starts_at,
        ends_at=ends_at,
        site_id=facts.site,
        origin_id=facts.origin,
        target_id=facts.target,
        group_ids=frozenset(facts.groups),
        people=facts.headcount or around.people_of(facts.groups),
        host_state=_host_state(facts),
        planner_only=facts.planner_only,
    )


def _host_state(facts: Snapshot) -> HostState | None:
    if facts.kind != ItemKind.VISIT:
        return None
    return HostState(facts.host.state) if facts.host else HostState.NOT_ASKED


def site_facts(places: Mapping[int, Site]) -> dict[int, SiteFacts]:
    sites = list(places)
    hours: dict[int, list[Hours]] = defaultdict(list)
    for row in OpeningHours.objects.filter(site__in=sites):
        hours[row.site_id].append(Hours(row.weekday, row.opens_at, row.closes_at))
    closures: dict[int, list[Closure]] = defaultdict(list)
    for rule in SiteClosure.objects.filter(site__in=sites):
        closures[rule.site_id].append(closure_value(rule))
    return {
        pk: SiteFacts(place.display_name, place.capacity, tuple(hours[pk]), tuple(closures[pk]))
        for pk, place in places.items()
    }


def closure_value(rule: SiteClosure) -> Closure:
    return Closure(
        weekday=rule.weekday,
        shifts_after_holiday=rule.shifts_after_holiday,
        on_holidays=rule.kind == SiteClosure.Kind.HOLIDAYS,
        first_on=rule.first_on,
        last_on=rule.last_on,
        note=rule.note,
    )


def holidays_between(first: date, last: date) -> dict[date, str]:
    """Holidays of the days and of those before them that may shift a closed day into them."""
    english = get_language() == "en"
    return {
        row.date: (row.name_en or row.name) if english else row.name
        for row in Holiday.objects.filter(
            date__gte=first - timedelta(days=LONGEST_HOLIDAY), date__lte=last + timedelta(days=1)
        )
    }
