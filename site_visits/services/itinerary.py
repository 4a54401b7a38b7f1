"""Editing the draft: add, edit, move, cancel, restore, delete; one editor of a program at a time."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import RuleBroken, StaleEdit
from programs.models import Group, Program, ProgramStatus
from site_visits.models import (
    HostState,
    ItemKind,
    ItineraryItem,
    Site,
    SiteVisit,
)
from site_visits.services import travel
from site_visits.services.publishing import lock, was_published

LONGEST: Final = timedelta(hours=24)
MOST_ITEMS: Final = 2000


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


OF_VISIT: Final = ("purpose", "headcount", "dress_rule", "id_rule")
OF_ITEM: Final = tuple(
    name for name in ItemFacts.__dataclass_fields__ if name not in {*OF_VISIT, "groups"}
)


@transaction.atomic
def add_item(
    *, program: Program, facts: ItemFacts, by: User, at: datetime, uid: UUID | None = None
) -> ItineraryItem:
    """A new item. The same `uid` a second time (a double submit) is the item of the first time."""
    program = _open_draft(program)
    uid = uid or uuid4()
    if known := ItineraryItem.objects.filter(uid=uid).first():
        if known.program_id != program.pk:
            raise RuleBroken(_("이미 쓴 양식입니다. 화면을 새로 열어 다시 적어 주세요."))
        return known
    if program.items.count() >= MOST_ITEMS:
        raise RuleBroken(_("한 과정의 일정은 2,000건까지입니다. 쓰지 않는 일정을 지워 주세요."))
    facts = _timed(facts)
    _check(facts, program, before=None)
    item = ItineraryItem.objects.create(program=program, uid=uid, **_columns(facts))
    item.groups.set(facts.groups)
    if facts.kind == ItemKind.VISIT:
        SiteVisit.objects.create(item=item, **_visit_columns(facts))
    return item


@transaction.atomic
def edit_item(
    *, program: Program, uid: UUID, version: int, facts: ItemFacts, by: User, at: datetime
) -> ItineraryItem:
    """Every fact of the item at once; a visit whose time or site changes has to be asked again."""
    program = _open_draft(program)
    item = _current(program, uid, version)
    facts = _timed(facts)
    _check(facts, program, before=item)
    _write(item, _columns(facts))
    item.groups.set(facts.groups)
    if facts.kind == ItemKind.VISIT:
        SiteVisit.objects.update_or_create(item=item, defaults=_visit_columns(facts))
    else:
        SiteVisit.objects.filter(item=item).delete()
    if (facts.starts_at, facts.ends_at, facts.site) != (item.starts_at, item.ends_at, item.site):
        _ask_again(item)
    return ItineraryItem.objects.select_related("visit").get(pk=item.pk)


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
    program = _open_draft(program)
    item = _current(program, uid, version)
    _move(item, starts_at, ends_at)
    return ItineraryItem.objects.select_related("visit").get(pk=item.pk)


@transaction.atomic
def shift_items(*, program: Program, shifts: Iterable[Shift], by: User, at: datetime) -> int:
    """Apply a fix: all of its moves or none; returns how many items moved."""
    program = _open_draft(program)
    moved = 0
    for shift in shifts:
        item = _current(program, shift.uid, shift.version)
        if item.starts_at is None or item.ends_at is None:
            raise RuleBroken(_("시간을 정하지 않은 일정은 옮길 수 없습니다."))
        _move(
            item,
            item.starts_at + timedelta(minutes=shift.start_by),
            item.ends_at + timedelta(minutes=shift.end_by),
        )
        moved += 1
    return moved


@transaction.atomic
def cancel_item(
    *, program: Program, uid: UUID, version: int, reason: str, by: User, at: datetime
) -> ItineraryItem:
    """The item leaves the plan; readers see it cancelled after the next publication."""
    program = _open_draft(program)
    item = _current(program, uid, version)
    _write(item, {"cancelled_at": at, "cancel_reason": reason})
    return item


@transaction.atomic
def restore_item(
    *, program: Program, uid: UUID, version: int, by: User, at: datetime
) -> ItineraryItem:
    program = _open_draft(program)
    item = _find(program, uid, version)
    if not item.is_cancelled:
        raise RuleBroken(_("취소되지 않은 일정입니다."))
    _write(item, {"cancelled_at": None, "cancel_reason": ""})
    return item


@transaction.atomic
def delete_item(*, program: Program, uid: UUID, version: int, by: User, at: datetime) -> None:
    """Only what nobody was ever told of; the rest is cancelled, so that people learn of it."""
    program = _open_draft(program)
    item = _find(program, uid, version)
    if was_published(item):
        raise RuleBroken(_("한 번 공개한 일정은 지울 수 없습니다. 취소해 주세요."))
    item.delete()


def _open_draft(program: Program) -> Program:
    locked = lock(program)
    if locked.status == ProgramStatus.CANCELLED:
        raise RuleBroken(_("폐강된 과정의 일정은 고칠 수 없습니다."))
    if locked.status == ProgramStatus.FINISHED:
        raise RuleBroken(_("끝난 과정의 일정은 고칠 수 없습니다. 과정을 다시 열어 주세요."))
    return locked


def _find(program: Program, uid: UUID, version: int) -> ItineraryItem:
    """The item of this program as the caller saw it. ItineraryItem.DoesNotExist when it is none of this program."""
    item = ItineraryItem.objects.select_related("site", "visit").get(program=program, uid=uid)
    if item.version != version:
        raise StaleEdit(
            _("그사이 다른 사람이 이 일정을 고쳤습니다. 바뀐 내용을 확인하고 다시 저장해 주세요."),
            current=item,
        )
    return item


def _current(program: Program, uid: UUID, version: int) -> ItineraryItem:
    item = _find(program, uid, version)
    if item.is_cancelled:
        raise RuleBroken(_("취소한 일정은 고칠 수 없습니다. 먼저 되살려 주세요."))
    return item


def _write(item: ItineraryItem, columns: dict[str, Any]) -> None:
    rows = ItineraryItem.objects.filter(pk=item.pk, version=item.version)
    if not rows.update(**columns, version=F("version") + 1):
        raise StaleEdit(
            _("그사이 다른 사람이 이 일정을 고쳤습니다. 바뀐 내용을 확인하고 다시 저장해 주세요."),
            current=ItineraryItem.objects.filter(pk=item.pk).first(),
        )


def _move(item: ItineraryItem, starts_at: datetime | None, ends_at: datetime | None) -> None:
    _check_times(starts_at, ends_at)
    _write(item, {"starts_at": starts_at, "ends_at": ends_at})
    if (starts_at, ends_at) != (item.starts_at, item.ends_at):
        _ask_again(item)


def _ask_again(item: ItineraryItem) -> None:
    """What the host said was said of another time or place; its note and its link stay."""
    SiteVisit.objects.filter(item=item).exclude(host_state=HostState.NOT_ASKED).update(
        host_state=HostState.NOT_ASKED, answered_at=None
    )


def _columns(facts: ItemFacts) -> dict[str, Any]:
    columns = {name: getattr(facts, name) for name in OF_ITEM}
    if facts.kind != ItemKind.TRAVEL:
        columns |= {"origin": None, "target": None, "km": None}
    return columns


def _visit_columns(facts: ItemFacts) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in OF_VISIT}


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


def _check(facts: ItemFacts, program: Program, *, before: ItineraryItem | None) -> None:
    _check_times(facts.starts_at, facts.ends_at)
    if not facts.title:
        raise RuleBroken(_("제목을 적어 주세요."), field="title")
    if facts.kind == ItemKind.VISIT and facts.site is None:
        raise RuleBroken(_("현장방문에는 방문지를 골라 주세요."), field="site")
    if facts.kind == ItemKind.VISIT and facts.planner_only:
        raise RuleBroken(_("현장방문은 담당자만 보는 일정이 될 수 없습니다."), field="planner_only")
    if facts.origin and facts.origin == facts.target:
        raise RuleBroken(_("출발지와 도착지가 같습니다."), field="target")
    if any(group.program_id != program.pk for group in facts.groups):
        raise RuleBroken(_("다른 과정의 조는 고를 수 없습니다."), field="groups")
    for name in ("site", "origin", "target"):
        site = getattr(facts, name)
        kept = before is not None and getattr(before, f"{name}_id") == (site and site.pk)
        if site is not None and site.retired_on is not None and not kept:
            raise RuleBroken(_("사용을 중지한 방문지입니다. 다른 곳을 골라 주세요."), field=name)


def _check_times(starts_at: datetime | None, ends_at: datetime | None) -> None:
    if starts_at is None and ends_at is None:
        return
    if starts_at is None:
        raise RuleBroken(_("시작 시각을 적어 주세요."), field="starts_at")
    if ends_at is None:
        raise RuleBroken(_("끝나는 시각을 적어 주세요."), field="ends_at")
    if ends_at <= starts_at:
        raise RuleBroken(
            _("끝나는 시각이 시작 시각보다 빠릅니다. 끝나는 시각을 고쳐 주세요."), field="ends_at"
        )
    if ends_at - starts_at > LONGEST:
        raise RuleBroken(
            _("일정 하나는 24시간을 넘을 수 없습니다. 나누어 넣어 주세요."), field="ends_at"
        )
