"""What cannot work in a program's draft: the facts in eight statements at any size, then pure checks."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Subquery
from django.utils.translation import get_language

from participants.models import Enrollment
from programs.models import Holiday, Program, ProgramStatus
from site_visits.conflicts import Conflict, Facts, check
from site_visits.conflicts.facts import Closure, Hours, Item, Occupancy, SiteFacts
from site_visits.conflicts.opening import LONGEST_HOLIDAY, NEED_OPEN_DOORS
from site_visits.models import HostState, ItemKind, ItineraryItem, OpeningHours, Site, SiteClosure
from site_visits.services import travel
from site_visits.services.headcounts import Enrolled


def for_program(program: Program) -> list[Conflict]:
    """Every conflict of the draft, errors first."""
    return check(facts_of(program))


def about(conflicts: Iterable[Conflict], uid: UUID) -> list[Conflict]:
    return [conflict for conflict in conflicts if uid in conflict.item_uids]


def facts_of(program: Program) -> Facts:
    rows = list(_items(program))
    sites = {site.pk: site for row in rows for site in (row.site, row.origin, row.target) if site}
    enrolled = Enrolled(program)
    return Facts(
        starts_on=program.starts_on,
        ends_on=program.ends_on,
        items=[_item(row, enrolled) for row in rows],
        sites=site_facts(sites),
        holidays=_holidays(program, rows),
        travel=travel.between(sites.values()),
        others=_others(program, rows),
        doubles=enrolled.doubles(),
        teams=enrolled.teams_away(),
    )


def _items(program: Program) -> Iterable[Any]:
    groups = ItineraryItem.groups.through.objects.filter(itineraryitem=OuterRef("pk"))
    return (
        ItineraryItem.objects.filter(program=program)
        .live()
        .scheduled()
        .select_related("site", "origin", "target", "visit")
        .annotate(in_groups=ArraySubquery(groups.values("group_id")))
    )


def _item(row: Any, enrolled: Enrolled) -> Item:
    visit = getattr(row, "visit", None) if row.kind == ItemKind.VISIT else None
    groups = frozenset(row.in_groups)
    return Item(
        uid=row.uid,
        kind=ItemKind(row.kind),
        title=row.display_title,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        site_id=row.site_id,
        origin_id=row.origin_id,
        target_id=row.target_id,
        group_ids=groups,
        people=(visit and visit.headcount) or enrolled.people(groups),
        host_state=HostState(visit.host_state) if visit else None,
        planner_only=row.planner_only,
    )


def site_facts(sites: dict[int, Site]) -> dict[int, SiteFacts]:
    hours: dict[int, list[Hours]] = defaultdict(list)
    for row in OpeningHours.objects.filter(site__in=sites):
        hours[row.site_id].append(Hours(row.weekday, row.opens_at, row.closes_at))
    closures: dict[int, list[Closure]] = defaultdict(list)
    for rule in SiteClosure.objects.filter(site__in=sites):
        closures[rule.site_id].append(closure_value(rule))
    return {
        pk: SiteFacts(site.display_name, site.capacity, tuple(hours[pk]), tuple(closures[pk]))
        for pk, site in sites.items()
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


def _holidays(program: Program, rows: list[Any]) -> dict[date, str]:
    """With the two weeks before: a Monday that was a holiday closes a later day."""
    starts = [row.starts_at.date() for row in rows]
    ends = [row.ends_at.date() for row in rows]
    return holidays_between(min([program.starts_on, *starts]), max([program.ends_on, *ends]))


def holidays_between(first: date, last: date) -> dict[date, str]:
    """Holidays of the days and of those before them that may shift a closed day into them."""
    english = get_language() == "en"
    return {
        row.date: (row.name_en or row.name) if english else row.name
        for row in Holiday.objects.filter(
            date__gte=first - timedelta(days=LONGEST_HOLIDAY), date__lte=last + timedelta(days=1)
        )
    }


def _others(program: Program, rows: list[Any]) -> list[Occupancy]:
    """Who else is at our sites meanwhile, by the drafts of the other programs."""
    ours = [row for row in rows if row.kind in NEED_OPEN_DOORS and row.site and row.site.capacity]
    if not ours:
        return []
    in_groups = Enrollment.objects.seated().filter(group__items=OuterRef("pk"))
    in_program = Enrollment.objects.seated().filter(program=OuterRef("program"))
    groups = ItineraryItem.groups.through.objects.filter(itineraryitem=OuterRef("pk"))
    found = (
        ItineraryItem.objects.exclude(program=program)
        .exclude(program__status=ProgramStatus.CANCELLED)
        .live()
        .filter(
            site__in={row.site_id for row in ours},
            kind__in=NEED_OPEN_DOORS,
            planner_only=False,
            starts_at__lt=max(row.ends_at for row in ours),
            ends_at__gt=min(row.starts_at for row in ours),
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
