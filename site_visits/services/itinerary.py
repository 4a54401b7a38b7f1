"""Editing one item of the draft: add, edit, move, cancel, restore, delete; each a step that can be undone."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import RuleBroken, StaleEdit
from programs.models import Group, Program
from site_visits.draft import OF_VISIT, REFERENCES, Snapshot
from site_visits.models import BoardStep, ItemKind, ItineraryItem, Site
from site_visits.services import editing, travel
from site_visits.services.editing import MOST_ITEMS

__all__ = ["MOST_ITEMS", "ItemFacts", "Shift"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFacts:
    """An item as the organizer wants it; the last four belong to a visit."""

    kind: str
    title: str
    title_en: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    site: Site | None = None
    place: str = ""
    origin: Site | None = None
    target: Site | None = None
    km: int | None = None
    groups: tuple[Group, ...] = ()
    counts_as_learning: bool = False
    note: str = ""
    bring: str = ""
    planner_note: str = ""
    planner_only: bool = False
    purpose: str = ""
    headcount: int | None = None
    dress_rule: str = ""
    id_rule: str = ""


@dataclass(frozen=True, slots=True)
class Shift:
    """Minutes by which the two ends of an item move."""

    uid: UUID
    version: int
    start_by: int = 0
    end_by: int = 0


@transaction.atomic
def add_item(
    *, program: Program, facts: ItemFacts, by: User, at: datetime, uid: UUID | None = None
) -> ItineraryItem:
    """A new item. The same `uid` a second time (a double submit) is the item of the first time."""
    draft = editing.open_draft(program)
    uid = uid or uuid4()
    if known := ItineraryItem.objects.filter(uid=uid).first():
        if known.program_id != program.pk:
            raise RuleBroken(_("이미 쓴 양식입니다. 화면을 새로 열어 다시 적어 주세요."))
        return known
    editing.step(draft, {uid: _snapshot(facts)}, kind=BoardStep.ADD, by=by, at=at)
    return _row(draft.program, uid)


@transaction.atomic
def edit_item(
    *, program: Program, uid: UUID, version: int, facts: ItemFacts, by: User, at: datetime
) -> ItineraryItem:
    """Every fact of the item at once; a visit whose time or site changes has to be asked again."""
    draft = editing.open_draft(program, [uid])
    with _stale_with_row():
        editing.live(editing.seen(draft, [(uid, version)]))
    editing.step(draft, {uid: _snapshot(facts)}, kind=BoardStep.EDIT, by=by, at=at)
    return _row(draft.program, uid)


@transaction.atomic
def move_item(
    *,
    program: Program,
    uid: UUID,
    version: int,
    starts_at: datetime | None,
    ends_at: datetime | None,
    by: User,
    at: datetime,
) -> ItineraryItem:
    """To another time; both None sends it back to the unscheduled ones."""
    draft = editing.open_draft(program, [uid])
    with _stale_with_row():
        [entry] = editing.live(editing.seen(draft, [(uid, version)]))
    after = replace(entry.facts, starts_at=starts_at, ends_at=ends_at)
    editing.step(draft, {uid: after}, kind=BoardStep.MOVE, by=by, at=at)
    return _row(draft.program, uid)


@transaction.atomic
def shift_items(*, program: Program, shifts: Iterable[Shift], by: User, at: datetime) -> int:
    """Apply a fix: all of its moves or none; returns how many items moved."""
    wanted = {shift.uid: shift for shift in shifts}
    draft = editing.open_draft(program, wanted)
    with _stale_with_row():
        entries = editing.live(
            editing.seen(draft, [(shift.uid, shift.version) for shift in wanted.values()])
        )
    after = {entry.uid: shifted(entry.facts, wanted[entry.uid]) for entry in entries}
    editing.step(draft, after, kind=BoardStep.MOVE, by=by, at=at)
    return len(after)


def shifted(facts: Snapshot, by: Shift) -> Snapshot:
    if facts.starts_at is None or facts.ends_at is None:
        raise RuleBroken(_("시간을 정하지 않은 일정은 옮길 수 없습니다."))
    return replace(
        facts,
        starts_at=facts.starts_at + timedelta(minutes=by.start_by),
        ends_at=facts.ends_at + timedelta(minutes=by.end_by),
    )


@transaction.atomic
def cancel_item(
    *, program: Program, uid: UUID, version: int, reason: str, by: User, at: datetime
) -> ItineraryItem:
    """The item leaves the plan; readers see it cancelled after the next publication."""
    draft = editing.open_draft(program, [uid])
    with _stale_with_row():
        [entry] = editing.live(editing.seen(draft, [(uid, version)]))
    after = replace(entry.facts, cancelled_at=at, cancel_reason=reason)
    editing.step(draft, {uid: after}, kind=BoardStep.CANCEL, by=by, at=at)
    return _row(draft.program, uid)


@transaction.atomic
def restore_item(
    *, program: Program, uid: UUID, version: int, by: User, at: datetime
) -> ItineraryItem:
    draft = editing.open_draft(program, [uid])
    with _stale_with_row():
        [entry] = editing.seen(draft, [(uid, version)])
    if entry.facts.is_live:
        raise RuleBroken(_("취소되지 않은 일정입니다."))
    after = replace(entry.facts, cancelled_at=None, cancel_reason="")
    editing.step(draft, {uid: after}, kind=BoardStep.RESTORE, by=by, at=at)
    return _row(draft.program, uid)


@transaction.atomic
def delete_item(*, program: Program, uid: UUID, version: int, by: User, at: datetime) -> None:
    """Only what nobody was ever told of; the rest is cancelled, so that people learn of it."""
    draft = editing.open_draft(program, [uid])
    with _stale_with_row():
        editing.seen(draft, [(uid, version)])
    refuse_published(draft.program, [uid])
    editing.step(draft, {uid: None}, kind=BoardStep.DELETE, by=by, at=at)


def refuse_published(program: Program, uids: Iterable[UUID]) -> None:
    if editing.were_published(program, uids):
        raise RuleBroken(_("한 번 공개한 일정은 지울 수 없습니다. 취소해 주세요."))


@contextmanager
def _stale_with_row() -> Iterator[None]:
    """The form shows the row as it stands now beside what was typed."""
    try:
        yield
    except editing.StaleDraft as stale:
        uid = stale.outdated[0].uid
        rows = ItineraryItem.objects.select_related("site", "visit")
        raise StaleEdit(str(stale), current=rows.filter(uid=uid).first()) from stale


def _row(program: Program, uid: UUID) -> ItineraryItem:
    return ItineraryItem.objects.select_related("visit").get(program=program, uid=uid)


def _snapshot(facts: ItemFacts) -> Snapshot:
    facts = _timed(facts)
    columns: dict[str, Any] = {name: getattr(facts, name) for name in facts.__slots__}
    if facts.kind != ItemKind.TRAVEL:
        columns |= {"origin": None, "target": None, "km": None}
    if facts.kind != ItemKind.VISIT:
        columns = {name: value for name, value in columns.items() if name not in OF_VISIT}
    for name in REFERENCES:
        columns[name] = columns[name].pk if columns[name] else None
    columns["groups"] = tuple(sorted(group.pk for group in facts.groups))
    return Snapshot(**columns)


def _timed(facts: ItemFacts) -> ItemFacts:
    """A leg between known sites needs no end and no distance: the travel times know them."""
    if facts.kind != ItemKind.TRAVEL or not (facts.origin and facts.target):
        return facts
    leg = travel.leg(origin=facts.origin, target=facts.target)
    if leg is None:
        return facts
    ends_at = facts.ends_at
    if ends_at is None and facts.starts_at is not None:
        ends_at = facts.starts_at + timedelta(minutes=leg.minutes)
    return replace(facts, ends_at=ends_at, km=leg.km if facts.km is None else facts.km)
