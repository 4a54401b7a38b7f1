"""What cannot work in a program's draft: the facts in eight statements at any size, then pure checks."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Subquery
from django.utils.translation import get_language

from participants.models import Enrollment
from programs.models import Holiday, Program, ProgramStatus
from site_visits.arranging import times
from site_visits.conflicts import Conflict, Facts, check
from site_visits.conflicts.facts import Closure, Hours, Item, Occupancy, SiteFacts
from site_visits.conflicts.opening import LONGEST_HOLIDAY, NEED_OPEN_DOORS
from site_visits.draft import Draft, Entry, Place, Snapshot, load
from site_visits.models import HostState, ItemKind, ItineraryItem, OpeningHours, Site, SiteClosure
from site_visits.services import travel
from site_visits.services.headcounts import Enrolled


def for_program(program: Program) -> list[Conflict]:
    """Every conflict of the draft, errors first."""
    return of_draft(load(program))


def of_draft(draft: Draft) -> list[Conflict]:
    return check(facts_of(draft))


def about(conflicts: Iterable[Conflict], uid: UUID) -> list[Conflict]:
    return [conflict for conflict in conflicts if uid in conflict.item_uids]


def facts_of(draft: Draft) -> Facts:
    program, entries = draft.program, draft.scheduled()
    enrolled = Enrolled(program)
    return Facts(
        starts_on=program.starts_on,
        ends_on=program.ends_on,
        items=[_item(draft, entry, enrolled) for entry in entries],
        sites=site_facts(draft.places),
        holidays=_holidays(draft, entries),
        travel=travel.between(draft.places.values()),
        others=_others(draft, entries),
        doubles=enrolled.doubles(),
        teams=enrolled.teams_away(),
        group_people=enrolled.by_group(),
        everybody=enrolled.people(),
    )


def _item(draft: Draft, entry: Entry, enrolled: Enrolled) -> Item:
    facts = entry.facts
    starts_at, ends_at = times(facts)
    groups = frozenset(facts.groups)
    return Item(
        uid=entry.uid,
        kind=ItemKind(facts.kind),
        title=facts.display_title,
        starts_at=starts_at,
        ends_at=ends_at,
        site_id=facts.site,
        origin_id=facts.origin,
        target_id=facts.target,
        group_ids=groups,
        people=facts.headcount or enrolled.people(groups),
        host_state=_host_state(facts),
        planner_only=facts.planner_only,
    )


def _host_state(facts: Snapshot) -> HostState | None:
    if facts.kind != ItemKind.VISIT:
        return None
    return HostState(facts.host.state) if facts.host else HostState.NOT_ASKED


def site_facts(places: Mapping[int, Place | Site]) -> dict[int, SiteFacts]:
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


def _holidays(draft: Draft, entries: list[Entry]) -> dict[date, str]:
    """With the two weeks before: a Monday that was a holiday closes a later day."""
    days = [end.date() for entry in entries for end in times(entry.facts)]
    program = draft.program
    return holidays_between(min([program.starts_on, *days]), max([program.ends_on, *days]))


def holidays_between(first: date, last: date) -> dict[date, str]:
    """Holidays of the days and of those before them that may shift a closed day into them."""
    english = get_language() == "en"
    return {
        row.date: (row.name_en or row.name) if english else row.name
        for row in Holiday.objects.filter(
            date__gte=first - timedelta(days=LONGEST_HOLIDAY), date__lte=last + timedelta(days=1)
        )
    }


def _others(draft: Draft, entries: list[Entry]) -> list[Occupancy]:
    """Who else is at our sites meanwhile, by the drafts of the other programs."""
    program = draft.program
    ours = [
        entry.facts
        for entry in entries
        if entry.facts.kind in NEED_OPEN_DOORS
        and entry.facts.site
        and draft.places[entry.facts.site].capacity
    ]
    if not ours:
        return []
    taken = [times(facts) for facts in ours]
    return others_at(
        program,
        {facts.site for facts in ours if facts.site},
        min(starts_at for starts_at, _ends_at in taken),
        max(ends_at for _starts_at, ends_at in taken),
    )


def others_at(
    program: Program, sites: Collection[int], first: datetime, last: datetime
) -> list[Occupancy]:
    """People of other programs at these sites between two moments, by the drafts of those programs."""
    in_groups = Enrollment.objects.seated().filter(group__items=OuterRef("pk"))
    in_program = Enrollment.objects.seated().filter(program=OuterRef("program"))
    groups = ItineraryItem.groups.through.objects.filter(itineraryitem=OuterRef("pk"))
    found = (
        ItineraryItem.objects.exclude(program=program)
        .exclude(program__status=ProgramStatus.CANCELLED)
        .live()
        .filter(
            site__in=sites,
            kind__in=NEED_OPEN_DOORS,
            planner_only=False,
            starts_at__lt=last,
            ends_at__gt=first,
        )
        .select_related("program", "visit")
        .annotate(
            in_groups=ArraySubquery(groups.values("group_id")),
            group_people=_count(in_groups, "group__items"),
            all_people=_count(in_program, "program"),
        )
    )
    return [
        Occupancy(row.site_id, row.starts_at, row.ends_at, _headcount(row), row.program.full_title)
        for row in found
    ]


def _count(enrollments: Any, key: str) -> Subquery:
    return Subquery(enrollments.order_by().values(key).annotate(n=Count("pk")).values("n"))


def _headcount(row: Any) -> int:
    visit = getattr(row, "visit", None)
    if visit and visit.headcount:
        return int(visit.headcount)
    if row.in_groups:
        return int(row.group_people or 0)
    return int(row.all_people or row.program.capacity)
