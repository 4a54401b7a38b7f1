"""Marks on the roster: said once, kept for ever, undone only by a later word.

Presence rows are evidence and never change; `AttendanceRecord` is where a person stands, derived from
the rows that nobody annulled: the latest by the device's clock wins. The row locks of the enrollments
(always in order of their ids) keep two leaders, a replay and the lock of the program apart.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from attendance.completion import credited_minutes
from attendance.models import (
    AttendanceRecord,
    Evidence,
    LeaderDevice,
    Mark,
    Presence,
)
from attendance.roster import is_locked, last_word_of, on_roster
from attendance.services.races import in_words
from core.errors import RuleBroken
from participants.models import Enrollment
from programs.models import Program, ProgramStatus
from site_visits.models import PublishedItem

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User


@in_words
def mark(
    *,
    enrollment: Enrollment,
    item: PublishedItem,
    mark: Mark,
    by: "User",
    at: datetime,
    nonce: UUID,
    device_at: datetime | None = None,
    arrived_at: datetime | None = None,
    left_at: datetime | None = None,
    evidence: Evidence = Evidence.TAP,
    note: str = "",
    device: LeaderDevice | None = None,
) -> Presence:
    """Say one thing about one person at one item; the same nonce again gets the same answer and no second row."""
    [person] = _locked(Enrollment.objects.filter(pk=enrollment.pk))
    known = Presence.objects.filter(device=device, nonce=nonce).first()
    if known:
        return _same_tap(known, person, item.uid)
    item = _open_item(person.program, item.uid, by)
    _require_on_roster(person, item)
    presence = Presence(
        enrollment=person,
        item_uid=item.uid,
        mark=mark,
        evidence=evidence,
        note=note,
        by=by,
        recorded_at=at,
        device_at=device_at or at,
        nonce=nonce,
        device=device,
        **_times(item, mark, arrived_at, left_at),
    )
    presence.save()
    _settle([person.pk], item)
    return presence


@in_words
def rest_present(
    *,
    item: PublishedItem,
    program: Program,
    by: "User",
    at: datetime,
    nonce: UUID,
    device_at: datetime | None = None,
    group_id: int | None = None,
) -> list[Presence]:
    """Mark everybody nobody has said anything about yet; `group_id` limits it to one group.

    Each row's nonce derives from the action's and the person, so a replay finds the rows it made.
    """
    people = _locked(on_roster(program, item, group_id=group_id))
    nonces = {uuid5(nonce, str(person.pk)): person for person in people}
    known = list(Presence.objects.filter(device=None, nonce__in=nonces))
    if known:
        return known
    item = _open_item(program, item.uid, by)
    touched = set(
        AttendanceRecord.objects.filter(item_uid=item.uid, enrollment__in=people).values_list(
            "enrollment_id", flat=True
        )
    )
    presences = Presence.objects.bulk_create(
        Presence(
            enrollment=person,
            item_uid=item.uid,
            mark=Mark.PRESENT,
            evidence=Evidence.REST,
            by=by,
            recorded_at=at,
            device_at=device_at or at,
            nonce=derived,
        )
        for derived, person in nonces.items()
        if person.pk not in touched
    )
    _settle([presence.enrollment_id for presence in presences], item)
    return presences


@in_words
def undo(
    *, enrollment: Enrollment, item: PublishedItem, by: "User", at: datetime, nonce: UUID
) -> Presence | None:
    """Take back the last word about a person at an item; what was said before holds again. None: nothing to undo."""
    [person] = _locked(Enrollment.objects.filter(pk=enrollment.pk))
    known = Presence.objects.filter(device=None, nonce=nonce).first()
    if known:
        return _same_tap(known, person, item.uid)
    item = _open_item(person.program, item.uid, by)
    last = _standing_rows([person.pk], item.uid).last()
    if last is None:
        return None
    [annulment] = _annul([last], by=by, at=at, nonces=[nonce])
    _settle([person.pk], item)
    return annulment


@in_words
def clear(
    *,
    enrollment: Enrollment,
    item: PublishedItem,
    by: "User",
    at: datetime,
    nonce: UUID,
    evidence: Evidence = Evidence.OFFICE,
    note: str = "",
) -> list[Presence]:
    """Take back everything said about a person at an item: expected again, with the reason on each row."""
    [person] = _locked(Enrollment.objects.filter(pk=enrollment.pk))
    item = _open_item(person.program, item.uid, by)
    rows = list(_standing_rows([person.pk], item.uid))
    nonces = [uuid5(nonce, str(row.pk)) for row in rows]
    annulments = _annul(rows, by=by, at=at, nonces=nonces, evidence=evidence, note=note)
    _settle([person.pk], item)
    return annulments


@in_words
def undo_last(
    *, item: PublishedItem, program: Program, by: "User", at: datetime, nonce: UUID
) -> list[Presence]:
    """Take back what `by` did last at this item: one tap, or the whole of "the rest are present"."""
    people = _locked(Enrollment.objects.filter(program=program))
    nonces = [uuid5(nonce, str(person.pk)) for person in people]
    known = list(Presence.objects.filter(device=None, nonce__in=nonces))
    if known:
        return known
    item = _open_item(program, item.uid, by)
    rows = _action_of(last_word_of(item.uid, by))
    annulments = _annul(
        rows, by=by, at=at, nonces=[uuid5(nonce, str(row.enrollment_id)) for row in rows]
    )
    _settle([row.enrollment_id for row in rows], item)
    return annulments


def _action_of(row: Presence | None) -> list[Presence]:
    """The rows that one action made: the rest of a roster shares its maker and its instant."""
    if row is None or row.evidence != Evidence.REST:
        return [row] if row else []
    together = Presence.objects.filter(
        item_uid=row.item_uid,
        by=row.by,
        recorded_at=row.recorded_at,
        evidence=Evidence.REST,
        annulled_by=None,
    )
    return list(together.exclude(mark="").order_by("enrollment_id"))


def _locked(people: "QuerySet[Enrollment]") -> list[Enrollment]:
    rows = people.select_related("program").order_by("pk")
    return list(rows.select_for_update(of=("self",), no_key=True))


def _same_tap(known: Presence, person: Enrollment, item_uid: UUID) -> Presence:
    if (known.enrollment_id, known.item_uid) != (person.pk, item_uid):
        raise RuleBroken(_("같은 번호로 이미 다른 사람을 표시했습니다. 화면을 새로 열어 주세요."))
    return known


def _open_item(program: Program, uid: UUID, by: "User") -> PublishedItem:
    """The item as it is in force now, if this person may mark it and nobody has closed the book."""
    if not Program.objects.visible_to(by).filter(pk=program.pk).exists():
        raise RuleBroken(_("이 과정의 운영 인력만 출석을 확인할 수 있습니다."))
    if program.status == ProgramStatus.CANCELLED:
        raise RuleBroken(_("폐강한 과정입니다. 출석을 확인할 수 없습니다."))
    if is_locked(program):
        raise RuleBroken(
            _("출석을 마감한 과정입니다. 고치려면 교육 담당자가 마감을 다시 열어야 합니다.")
        )
    item = PublishedItem.objects.current().filter(publication__program=program, uid=uid).first()
    if item is None:
        raise RuleBroken(_("공개한 일정이 아닙니다."))
    if item.cancelled:
        raise RuleBroken(_("취소한 일정입니다. 출석을 확인할 수 없습니다."))
    return item


def _require_on_roster(person: Enrollment, item: PublishedItem) -> None:
    if not on_roster(person.program, item).filter(pk=person.pk).exists():
        raise RuleBroken(
            _("%(name)s 님은 이 일정의 명단에 없습니다. 조와 상태를 확인해 주세요.")
            % {"name": person.name or person.participant.name}
        )


def _times(
    item: PublishedItem, mark: str, arrived_at: datetime | None, left_at: datetime | None
) -> dict[str, datetime | None]:
    """Arrival and leaving, kept only where they mean something, and inside the item."""
    if mark not in (Mark.LATE, Mark.LEFT_EARLY):
        return {"arrived_at": None, "left_at": None}
    _require_inside(item, arrived_at, "arrived_at", needed=mark == Mark.LATE)
    _require_inside(item, left_at, "left_at", needed=mark == Mark.LEFT_EARLY)
    if arrived_at and left_at and left_at < arrived_at:
        raise RuleBroken(_("나간 시각이 온 시각보다 빠릅니다."), field="left_at")
    return {"arrived_at": arrived_at, "left_at": left_at}


def _require_inside(
    item: PublishedItem, moment: datetime | None, field: str, *, needed: bool
) -> None:
    if moment is None:
        if needed:
            raise RuleBroken(_("몇 분을 빠졌는지 적어 주세요."), field=field)
    elif not item.starts_at < moment < item.ends_at:
        raise RuleBroken(
            _("일정 시간(%(minutes)s분) 안이어야 합니다. 모두 빠졌으면 결석으로 표시해 주세요.")
            % {"minutes": item.minutes},
            field=field,
        )


def _annul(
    rows: Sequence[Presence],
    *,
    by: "User",
    at: datetime,
    nonces: Sequence[UUID],
    evidence: Evidence = Evidence.TAP,
    note: str = "",
) -> list[Presence]:
    return Presence.objects.bulk_create(
        Presence(
            enrollment_id=row.enrollment_id,
            item_uid=row.item_uid,
            mark="",
            evidence=evidence,
            note=note,
            by=by,
            recorded_at=at,
            device_at=at,
            nonce=nonce,
            annuls=row,
        )
        for row, nonce in zip(rows, nonces, strict=True)
    )


def _standing_rows(people: Sequence[int], item_uid: UUID) -> "QuerySet[Presence]":
    said = Presence.objects.filter(item_uid=item_uid, enrollment__in=people, annulled_by=None)
    return said.exclude(mark="").order_by("device_at", "pk")


def _settle(people: Sequence[int], item: PublishedItem) -> None:
    """Derive where these people stand at the item from the rows that nobody annulled."""
    latest = {row.enrollment_id: row for row in _standing_rows(people, item.uid)}
    silent = [pk for pk in people if pk not in latest]
    if silent:
        AttendanceRecord.objects.filter(item_uid=item.uid, enrollment__in=silent).delete()
    AttendanceRecord.objects.bulk_create(
        (
            AttendanceRecord(
                enrollment_id=pk,
                item_uid=item.uid,
                mark=row.mark,
                arrived_at=row.arrived_at,
                left_at=row.left_at,
                credited_minutes=credited_minutes(
                    item.starts_at, item.ends_at, row.mark, (row.arrived_at, row.left_at)
                ),
                presence=row,
            )
            for pk, row in latest.items()
        ),
        update_conflicts=True,
        unique_fields=["enrollment", "item_uid"],
        update_fields=["mark", "arrived_at", "left_at", "credited_minutes", "presence"],
    )
