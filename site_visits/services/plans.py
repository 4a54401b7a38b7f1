"""What each command of the board means for the draft: from the items as they are to the items as they should be."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.dates import local_date
from core.errors import RuleBroken
from site_visits import arranging
from site_visits.draft import Draft, Entry, Snapshot
from site_visits.models import BoardStep, ItemKind, ItineraryItem, Site
from site_visits.services import editing, itinerary, travel
from site_visits.services.commands import (
    Add,
    Cancel,
    CloseGaps,
    Command,
    Delete,
    Duplicate,
    Edit,
    Legs,
    Move,
    MoveBy,
    Placement,
    Restore,
    Retime,
    ShiftDay,
    Stagger,
    Swap,
    Versioned,
)  # fmt: skip
from site_visits.services.editing import After

MOST_AT_ONCE: Final = 500
LEARNING: Final = frozenset({ItemKind.VISIT, ItemKind.SESSION})


@dataclass(frozen=True, slots=True)
class Plan:
    after: After
    notes: tuple[str, ...] = ()


def plan(draft: Draft, command: Command, at: datetime) -> Plan:
    _kind, make = KINDS[type(command)]
    found = make(draft, command, at)
    made = found if isinstance(found, Plan) else Plan(found)
    if len(made.after) > MOST_AT_ONCE:
        raise RuleBroken(_("한 번에 500건까지 고칠 수 있습니다. 나누어 해 주세요."))
    return made


def kind_of(command: Command) -> BoardStep:
    return KINDS[type(command)][0]


def _live(draft: Draft, items: Iterable[Versioned]) -> list[Entry]:
    return editing.live(editing.seen(draft, items))


def _move(draft: Draft, command: Move, at: datetime) -> After:
    wanted = {placement.uid: placement for placement in command.placements}
    entries = _live(draft, [(one.uid, one.version) for one in command.placements])
    return {entry.uid: _placed(entry.facts, wanted[entry.uid]) for entry in entries}


def _placed(facts: Snapshot, where: Placement) -> Snapshot:
    if where.starts_at is None:
        return replace(facts, starts_at=None, ends_at=None)
    minutes = where.minutes
    if minutes is None:
        minutes = facts.minutes or arranging.usual_minutes(facts.kind)
    ends_at = where.starts_at + timedelta(minutes=minutes)
    return replace(facts, starts_at=where.starts_at, ends_at=ends_at)


def _move_by(draft: Draft, command: MoveBy, at: datetime) -> After:
    wanted = {shift.uid: shift for shift in command.shifts}
    entries = _live(draft, [(shift.uid, shift.version) for shift in command.shifts])
    return {entry.uid: itinerary.shifted(entry.facts, wanted[entry.uid]) for entry in entries}


def _add(draft: Draft, command: Add, at: datetime) -> After:
    new = {uid: (fields, minutes) for uid, fields, minutes in command.items}
    elsewhere = ItineraryItem.objects.filter(uid__in=list(new)).exclude(program=draft.program)
    if elsewhere.exists():
        raise RuleBroken(_("이미 쓴 양식입니다. 화면을 새로 열어 다시 적어 주세요."))
    pks = {fields["site"] for fields, _minutes in new.values() if fields.get("site")}
    sites = {site.pk: site for site in Site.objects.filter(pk__in=pks)}
    return {
        uid: _new(fields, minutes, sites.get(fields.get("site") or 0))
        for uid, (fields, minutes) in new.items()
        if uid not in draft.entries
    }


def _new(fields: dict[str, Any], minutes: int | None, site: Site | None) -> Snapshot:
    kind = ItemKind(fields["kind"])
    known: dict[str, Any] = {
        "counts_as_learning": kind in LEARNING and not fields.get("planner_only")
    }
    if not fields.get("title"):
        known |= (
            {"title": site.name, "title_en": site.name_en}
            if site is not None
            else {"title": str(kind.label)}
        )
    starts_at = fields.get("starts_at")
    if starts_at is not None:
        length = timedelta(minutes=minutes or arranging.usual_minutes(kind))
        known |= {"ends_at": starts_at + length}
    return Snapshot(**(fields | known))


def _edit(draft: Draft, command: Edit, at: datetime) -> After:
    [entry] = _live(draft, [(command.uid, command.version)])
    return {entry.uid: replace(entry.facts, **command.fields)}


def _cancel(draft: Draft, command: Cancel, at: datetime) -> After:
    entries = _live(draft, command.items)
    if not command.reason and editing.were_published(
        draft.program, [entry.uid for entry in entries]
    ):
        raise RuleBroken(_("이미 공개한 일정입니다. 취소하는 사유를 적어 주세요."), field="reason")
    return {
        entry.uid: replace(entry.facts, cancelled_at=at, cancel_reason=command.reason)
        for entry in entries
    }


def _restore(draft: Draft, command: Restore, at: datetime) -> After:
    entries = editing.seen(draft, command.items)
    if any(entry.facts.is_live for entry in entries):
        raise RuleBroken(_("취소되지 않은 일정입니다."))
    return {
        entry.uid: replace(entry.facts, cancelled_at=None, cancel_reason="") for entry in entries
    }


def _delete(draft: Draft, command: Delete, at: datetime) -> After:
    entries = editing.seen(draft, command.items)
    itinerary.refuse_published(draft.program, [entry.uid for entry in entries])
    return {entry.uid: None for entry in entries}


def _duplicate(draft: Draft, command: Duplicate, at: datetime) -> After:
    entries = _live(draft, command.items)
    starts = [entry.facts.starts_at for entry in entries if entry.facts.starts_at]
    by = timedelta()
    if starts and command.starts_at is not None:
        by = command.starts_at - min(starts)
    elif starts:
        by = command.day - local_date(min(starts))
    return {uuid4(): _copy(entry.facts, by, command.starts_at) for entry in entries}


def _copy(facts: Snapshot, by: timedelta, starts_at: datetime | None) -> Snapshot:
    facts = replace(facts, host=None)
    if facts.starts_at is not None:
        return arranging.moved(facts, facts.starts_at + by)
    if starts_at is None:
        return facts
    length = timedelta(minutes=arranging.usual_minutes(facts.kind))
    return replace(facts, starts_at=starts_at, ends_at=starts_at + length)


def _legs(draft: Draft, command: Legs, at: datetime) -> Plan:
    roads = travel.between(draft.places.values())
    missing = arranging.missing_legs(draft.entries.values(), day=command.day, travel=roads)
    known = [leg for leg in missing if leg.minutes is not None]
    if not missing:
        raise RuleBroken(_("넣을 이동이 없습니다. 장소가 다른 일정 사이에 이동이 이미 있습니다."))
    unknown = len(missing) - len(known)
    notes = (
        (
            ngettext(
                "이동시간을 모르는 구간 %(count)d곳은 넣지 못했습니다. 이동시간표에 적어 주세요.",
                "이동시간을 모르는 구간 %(count)d곳은 넣지 못했습니다. 이동시간표에 적어 주세요.",
                unknown,
            )
            % {"count": unknown},
        )
        if unknown
        else ()
    )
    return Plan({uuid4(): _leg(draft, leg) for leg in known}, notes)


def _leg(draft: Draft, leg: arranging.MissingLeg) -> Snapshot:
    origin, target = draft.places[leg.origin], draft.places[leg.target]
    english = f"{origin.name_en} → {target.name_en}" if origin.name_en and target.name_en else ""
    return Snapshot(
        kind=ItemKind.TRAVEL,
        title=f"{origin.name} → {target.name}"[:120],
        title_en=english[:140],
        starts_at=leg.starts_at,
        ends_at=leg.starts_at + timedelta(minutes=leg.minutes or 0),
        origin=leg.origin,
        target=leg.target,
        km=leg.km,
        groups=leg.groups,
    )


def _retime(draft: Draft, command: Retime, at: datetime) -> After:
    roads = travel.between(draft.places.values())
    return arranging.retime(draft.entries.values(), day=command.day, travel=roads)


def _shift(draft: Draft, command: ShiftDay, at: datetime) -> After:
    return arranging.shift(
        draft.entries.values(), start=command.starts_at, by=command.by, groups=command.groups
    )


def _close_gaps(draft: Draft, command: CloseGaps, at: datetime) -> After:
    return arranging.close_gaps(
        draft.entries.values(), day=command.day, start=command.starts_at, keep=command.keep
    )


def _stagger(draft: Draft, command: Stagger, at: datetime) -> After:
    [entry] = _live(draft, [(command.uid, command.version)])
    if entry.facts.starts_at is None:
        raise RuleBroken(_("시간을 정하지 않은 일정은 옮길 수 없습니다."))
    slots = arranging.stagger(entry.facts, command.groups, gap=command.gap)
    first = replace(slots[0], host=entry.facts.host)
    return {entry.uid: first} | {uuid4(): slot for slot in slots[1:]}


def _swap(draft: Draft, command: Swap, at: datetime) -> After:
    one, other = _live(draft, command.items)
    if one.facts.starts_at is None or other.facts.starts_at is None:
        raise RuleBroken(_("시간을 정하지 않은 일정은 옮길 수 없습니다."))
    swapped = arranging.swap(one.facts, other.facts)
    return dict(zip((one.uid, other.uid), swapped, strict=True))


Make = Callable[[Draft, Any, datetime], After | Plan]
KINDS: Final[dict[type, tuple[BoardStep, Make]]] = {
    Move: (BoardStep.MOVE, _move),
    MoveBy: (BoardStep.MOVE, _move_by),
    Add: (BoardStep.ADD, _add),
    Edit: (BoardStep.EDIT, _edit),
    Cancel: (BoardStep.CANCEL, _cancel),
    Restore: (BoardStep.RESTORE, _restore),
    Delete: (BoardStep.DELETE, _delete),
    Duplicate: (BoardStep.DUPLICATE, _duplicate),
    Legs: (BoardStep.LEGS, _legs),
    Retime: (BoardStep.RETIME, _retime),
    ShiftDay: (BoardStep.SHIFT, _shift),
    CloseGaps: (BoardStep.CLOSE_GAPS, _close_gaps),
    Stagger: (BoardStep.STAGGER, _stagger),
    Swap: (BoardStep.SWAP, _swap),
}
