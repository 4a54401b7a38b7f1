"""A new program from a template or from an earlier program: read what has to move, then make it whole or not at all."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import RuleBroken, StaleEdit
from programs.models import Group, Holiday, Program
from programs.services import lifecycle
from site_visits import trip as trips
from site_visits.models import ItemKind, ItineraryItem, Site, SiteVisit, TripCopy, TripTemplate
from site_visits.placement import DAYS_TO_TRY, Ground, Placed, Plan, Reason, place
from site_visits.services import warnings
from site_visits.services.itinerary import MOST_ITEMS
from site_visits.trip import Trip, TripItem

DAY: Final = timedelta(days=1)
LAST_YEAR: Final = 2199
BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Source:
    """What is copied, and what it is called."""

    trip: Trip
    name: str
    template: TripTemplate | None = None
    program: Program | None = None

    @property
    def display_name(self) -> str:
        """In the language of whoever looks; `name` is what is kept."""
        return self.program.full_title if self.program else self.name


@dataclass(frozen=True, slots=True)
class Preview:
    """The trip on its new dates; `digest` names exactly this outcome, so that what was read is what is made."""

    plan: Plan
    report: list[dict[str, Any]]
    digest: str
    sites: Mapping[int, Site]


def of_template(template: TripTemplate) -> Source:
    return Source(trips.from_content(template.content), template.name, template=template)


def of_program(program: Program) -> Source:
    holidays = warnings.holidays_between(program.starts_on, program.ends_on)
    kept = trips.of_program(program, holidays=holidays)
    return Source(kept, f"{program.title} {program.round}차 ({program.code})", program=program)


def preview(*, source: Source, starts_on: date, skip_days_off: bool = True) -> Preview:
    """Where everything would land from that day on, by holidays, closed days and hours as they are now."""
    trip = source.trip
    if not trip.items:
        raise RuleBroken(_("옮길 일정이 없습니다. 일정이 있는 과정이나 서식을 골라 주세요."))
    if starts_on.year >= LAST_YEAR:
        raise RuleBroken(
            _("그 날짜로는 만들 수 없습니다. 시작일을 다시 정해 주세요."), field="starts_on"
        )
    until = starts_on + (len(trip.off) + DAYS_TO_TRY) * DAY
    sites = Site.objects.in_bulk(trip.site_ids)
    ground = Ground(
        holidays=warnings.holidays_between(starts_on, until),
        sites=warnings.site_facts(sites),
        retired=frozenset(pk for pk, site in sites.items() if site.retired_on),
    )
    plan = place(
        trip.stops(sites),
        off=trip.off,
        starts_on=starts_on,
        ground=ground,
        skip_days_off=skip_days_off,
    )
    report = _report(trip, plan, sites)
    return Preview(plan, report, _digest(trip, plan), sites)


def try_out(
    *, source: Source, fields: Mapping[str, Any], plan: Plan, by: User, at: datetime
) -> None:
    """RuleBroken when no such program can be made on those dates; nothing is made."""
    with transaction.atomic():
        _program(source, fields, plan, by=by, at=at)
        transaction.set_rollback(True)


@transaction.atomic
def create(
    *,
    source: Source,
    fields: Mapping[str, Any],
    starts_on: date,
    skip_days_off: bool = True,
    digest: str,
    by: User,
    at: datetime,
) -> Program:
    """The program with its groups and its draft. StaleEdit when the outcome is no longer the one that was read.

    `fields` are the program's own facts (title, round, code, seats); the rest comes from the source. The same form
    sent twice makes one program.
    """
    if source.template is not None and source.template.retired_at is not None:
        raise RuleBroken(
            _("사용을 중지한 서식입니다. 다른 서식을 고르거나 다시 사용하게 해 주세요.")
        )
    found = preview(source=source, starts_on=starts_on, skip_days_off=skip_days_off)
    if len(found.plan.items) > MOST_ITEMS:
        raise RuleBroken(_("한 과정의 일정은 2,000건까지입니다. 쓰지 않는 일정을 지워 주세요."))
    if found.digest != digest:
        raise StaleEdit(
            _(
                "그사이 공휴일, 휴관일이나 일정이 바뀌었습니다. 달라진 내용을 확인하고 다시 만들어 주세요."
            ),
            current=found,
        )
    program = _program(source, fields, found.plan, by=by, at=at)
    _copy, is_new = TripCopy.objects.get_or_create(
        program=program,
        defaults={
            "template": source.template,
            "source": source.program,
            "source_name": source.name[:160],
            "asked_starts_on": starts_on,
            "skips_days_off": skip_days_off,
            "items": len(found.plan.items),
            "report": found.report,
            "made_by": by,
            "made_at": at,
        },
    )
    if is_new:
        if program.items.exists():
            raise RuleBroken(
                _("같은 과정이 이미 있습니다. 과정명이나 차수를 고쳐 주세요."), field="round"
            )
        _fill(program, source.trip, found)
    return program


# -- rows


def _program(
    source: Source, fields: Mapping[str, Any], plan: Plan, *, by: User, at: datetime
) -> Program:
    dates = {"starts_on": plan.starts_on, "ends_on": plan.ends_on}
    return lifecycle.create(fields=dict(source.trip.program) | dict(fields) | dates, by=by, at=at)


def _fill(program: Program, trip: Trip, found: Preview) -> None:
    groups = {
        group.name: group
        for group in Group.objects.bulk_create(
            Group(program=program, name=name, sort_order=n) for n, name in enumerate(trip.groups, 1)
        )
    }
    pairs = [(trip.items[placed.stop.key], placed) for placed in found.plan.items]
    rows = ItineraryItem.objects.bulk_create(
        [_row(program, item, placed, found.sites) for item, placed in pairs], batch_size=BATCH
    )
    SiteVisit.objects.bulk_create(
        [
            SiteVisit(
                item=row, purpose=item.purpose, dress_rule=item.dress_rule, id_rule=item.id_rule
            )
            for row, (item, _placed) in zip(rows, pairs, strict=True)
            if row.kind == ItemKind.VISIT
        ],
        batch_size=BATCH,
    )
    through = ItineraryItem.groups.through
    through.objects.bulk_create(
        [
            through(itineraryitem_id=row.pk, group_id=groups[name].pk)
            for row, (item, _placed) in zip(rows, pairs, strict=True)
            for name in item.groups
            if name in groups
        ],
        batch_size=BATCH,
    )


def _row(
    program: Program, item: TripItem, placed: Placed, sites: Mapping[int, Site]
) -> ItineraryItem:
    starts_at, ends_at = trips.instants(placed.day, item)
    site = sites.get(item.site.id) if item.site else None
    lost = item.site.name if item.site and site is None else ""
    # A visit without a site cannot be: what is left of it is a session at a place of that name.
    kind = ItemKind.SESSION if item.kind == ItemKind.VISIT and site is None else item.kind
    return ItineraryItem(
        program=program,
        kind=kind,
        title=item.title,
        title_en=item.title_en,
        starts_at=starts_at,
        ends_at=ends_at,
        site=site,
        place=" ".join(part for part in (lost, item.place) if part)[:200],
        origin=sites.get(item.origin.id) if item.origin else None,
        target=sites.get(item.target.id) if item.target else None,
        km=item.km,
        counts_as_learning=item.counts_as_learning,
        note=item.note,
        bring=item.bring,
        planner_note=item.planner_note,
        planner_only=item.planner_only,
    )


# -- what had to move


def _report(trip: Trip, plan: Plan, sites: Mapping[int, Site]) -> list[dict[str, Any]]:
    """Plain values that stay readable in both languages when holidays and sites have changed."""
    off = {placed.because for placed in plan.items if placed.because}
    names = {row.date: row for row in Holiday.objects.filter(date__in=off)}
    return [_entry(trip.items[placed.stop.key], placed, names, sites) for placed in plan.moved]


def _entry(
    item: TripItem, placed: Placed, names: Mapping[date, Holiday], sites: Mapping[int, Site]
) -> dict[str, Any]:
    about, about_en = "", ""
    holiday = names.get(placed.because) if placed.because else None
    if placed.reason == Reason.HOLIDAY and holiday:
        about, about_en = holiday.name, holiday.name_en
    elif site := _site_of(item, placed, sites):
        about, about_en = site.name, site.name_en
    return {
        "title": item.title,
        "title_en": item.title_en,
        "kind": item.kind,
        "counted": placed.counted.isoformat() if placed.counted else None,
        "day": placed.day.isoformat() if placed.day else None,
        "start": item.start,
        "minutes": item.minutes,
        "reason": placed.reason.value if placed.reason else "",
        "because": placed.because.isoformat() if placed.because else None,
        "about": about,
        "about_en": about_en,
    }


def _site_of(item: TripItem, placed: Placed, sites: Mapping[int, Site]) -> Any:
    if placed.reason == Reason.SITE_MISSING:
        return next((name for name in item.sites if name.id not in sites), None)
    if placed.reason == Reason.SITE_RETIRED:
        return next(
            (
                sites[name.id]
                for name in item.sites
                if name.id in sites and sites[name.id].retired_on
            ),
            None,
        )
    return item.site if placed.reason in DOORS else None


DOORS: Final = {
    Reason.SITE_CLOSED, Reason.SITE_CLOSED_NO_ROOM, Reason.OUTSIDE_HOURS, Reason.OUTSIDE_HOURS_STAYS,
}  # fmt: skip


def _digest(trip: Trip, plan: Plan) -> str:
    lines = [
        [placed.stop.key, str(placed.counted), str(placed.day), placed.reason]
        for placed in plan.items
    ]
    whole = [trips.to_content(trip), [str(move.day) for move in plan.days], lines]
    return sha256(json.dumps(whole, sort_keys=True, default=str).encode()).hexdigest()
