"""Turns planned lines into a draft, and asks the hosts, as an organizer does."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from desk.demo.county import County
from desk.demo.itinerary import Line
from programs.models import Program
from site_visits.models import HostState, ItemKind, ItineraryItem
from site_visits.services import hosts, itinerary
from site_visits.services.itinerary import ItemFacts

STAFF_ON_THE_BUS: Final = 3
ANSWERED_AFTER: Final = timedelta(days=1)
SORRY: Final = "그날은 단체 예약이 모두 찼습니다."


def put(
    county: County, program: Program, lines: Iterable[Line], *, begins: datetime, asked_at: datetime
) -> list[ItineraryItem]:
    """The lines as a draft, counted from `begins`; hosts are asked at `asked_at` and answer a day later."""
    planned = []
    for line in lines:
        item = itinerary.add_item(
            program=program,
            facts=_facts(county, program, line, begins),
            by=county.organizer,
            at=asked_at,
        )
        planned.append(item)
        if line.kind == ItemKind.VISIT:
            _ask(county, item, line, asked_at)
    return planned


def retime(
    county: County,
    planned: Sequence[ItineraryItem],
    lines: Sequence[Line],
    *,
    begins: datetime,
    at: datetime,
) -> None:
    """Move what stands at another time than its line says; a moved visit's host is asked again."""
    for item, line in zip(planned, lines, strict=True):
        starts_at, ends_at = _times(line, begins)
        if (item.starts_at, item.ends_at) == (starts_at, ends_at):
            continue
        moved = itinerary.move_item(
            program=item.program,
            uid=item.uid,
            version=item.version,
            starts_at=starts_at,
            ends_at=ends_at,
            by=county.organizer,
            at=at,
        )
        if line.kind == ItemKind.VISIT:
            _ask(county, moved, line, at)


def rewrite(
    county: County, item: ItineraryItem, line: Line, *, begins: datetime, at: datetime
) -> None:
    """Make the item what its line now says."""
    itinerary.edit_item(
        program=item.program,
        uid=item.uid,
        version=item.version,
        facts=_facts(county, item.program, line, begins),
        by=county.organizer,
        at=at,
    )


def _facts(county: County, program: Program, line: Line, begins: datetime) -> ItemFacts:
    starts_at, ends_at = _times(line, begins)
    is_visit = line.kind == ItemKind.VISIT
    return ItemFacts(
        kind=line.kind,
        title=line.title,
        title_en=line.title_en,
        starts_at=starts_at,
        ends_at=ends_at,
        site=county.sites.get(line.site),
        place=line.place,
        origin=county.sites.get(line.origin),
        target=county.sites.get(line.target),
        km=line.km,
        counts_as_learning=line.learning,
        note=line.note,
        bring=line.bring,
        planner_note=line.planner_note,
        purpose=line.purpose,
        headcount=program.capacity + STAFF_ON_THE_BUS if is_visit else None,
    )


def _times(line: Line, begins: datetime) -> tuple[datetime, datetime]:
    return begins + timedelta(minutes=line.start), begins + timedelta(minutes=line.end)


def _ask(county: County, item: ItineraryItem, line: Line, at: datetime) -> None:
    if line.host == HostState.NOT_ASKED:
        return
    by_mail = bool(item.site and item.site.contact_email)
    token = hosts.ask(visit=item.visit, by=county.organizer, at=at, by_mail=by_mail)
    if line.host != HostState.ASKED:
        confirmed = line.host == HostState.CONFIRMED
        hosts.answer(
            token=token,
            confirmed=confirmed,
            note="" if confirmed else SORRY,
            at=at + ANSWERED_AFTER,
        )
