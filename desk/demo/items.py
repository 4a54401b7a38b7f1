"""Turns planned lines into draft items, and asks the hosts."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from desk.demo.itinerary import Line
from programs.models import Program
from site_visits.models import HostState, ItemKind, ItineraryItem, Site, SiteVisit

HEADCOUNT_BESIDE_TRAINEES = 3


def put(
    program: Program,
    lines: Iterable[Line],
    *,
    sites: dict[str, Site],
    begins: datetime,
    asked_at: datetime,
) -> list[ItineraryItem]:
    """The lines as a draft, counted from `begins`; hosts were asked at `asked_at` and answered the next day."""
    lines = list(lines)
    items = ItineraryItem.objects.bulk_create(_item(program, line, sites, begins) for line in lines)
    SiteVisit.objects.bulk_create(
        _visit(item, line, asked_at)
        for item, line in zip(items, lines, strict=True)
        if line.kind == ItemKind.VISIT
    )
    return items


def _item(program: Program, line: Line, sites: dict[str, Site], begins: datetime) -> ItineraryItem:
    return ItineraryItem(
        program=program,
        kind=line.kind,
        title=line.title,
        title_en=line.title_en,
        starts_at=begins + timedelta(minutes=line.start),
        ends_at=begins + timedelta(minutes=line.end),
        site=sites.get(line.site),
        place=line.place,
        origin=sites.get(line.origin),
        target=sites.get(line.target),
        km=line.km,
        counts_as_learning=line.learning,
        note=line.note,
        bring=line.bring,
        planner_note=line.planner_note,
    )


def _visit(item: ItineraryItem, line: Line, asked_at: datetime) -> SiteVisit:
    visit = SiteVisit(
        item=item,
        purpose=line.purpose,
        headcount=item.program.capacity + HEADCOUNT_BESIDE_TRAINEES,
        host_state=line.host,
    )
    if visit.host_state != HostState.NOT_ASKED:
        visit.asked_at = asked_at
        visit.asked_starts_at, visit.asked_ends_at = item.starts_at, item.ends_at
    if visit.host_state in (HostState.CONFIRMED, HostState.REFUSED):
        visit.answered_at = asked_at + timedelta(days=1)
        visit.host_note = (
            "그날은 단체 예약이 찼습니다." if visit.host_state == HostState.REFUSED else ""
        )
    return visit


def move(item: ItineraryItem, line: Line, *, begins: datetime, asked_at: datetime) -> None:
    """To the times of `line`; its host is asked again about the new time."""
    start, end = begins + timedelta(minutes=line.start), begins + timedelta(minutes=line.end)
    rewrite(item, starts_at=start, ends_at=end)
    SiteVisit.objects.filter(item=item, host_state=HostState.ASKED).update(
        asked_at=asked_at, asked_starts_at=start, asked_ends_at=end
    )


def rewrite(item: ItineraryItem, **fields: Any) -> None:
    ItineraryItem.objects.filter(pk=item.pk).update(**fields, version=F("version") + 1)
