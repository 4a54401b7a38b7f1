"""The life of a program: made, edited, opened, confirmed, run, finished or cancelled.

`STEPS` is the whole state machine. What a step does to rooms above (items, publications) is orchestrated in
`site_visits.services.lifecycle`, which calls the functions here.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pghistory
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.dates import local_date
from core.errors import RuleBroken, StaleEdit
from programs.models import Program, ProgramStaff, ProgramStatus, StaffKind
from programs.services.refusals import refusal_of

DRAFT, OPEN, CLOSED = ProgramStatus.DRAFT, ProgramStatus.OPEN, ProgramStatus.CLOSED
CONFIRMED, RUNNING, FINISHED = (
    ProgramStatus.CONFIRMED,
    ProgramStatus.RUNNING,
    ProgramStatus.FINISHED,
)
CANCELLED = ProgramStatus.CANCELLED


@dataclass(frozen=True, slots=True)
class Step:
    key: str
    label: Any
    leaves: tuple[ProgramStatus, ...]
    reaches: ProgramStatus


STEPS: dict[str, Step] = {
    step.key: step
    for step in (
        Step("open", gettext_lazy("모집 시작"), (DRAFT, CLOSED), OPEN),
        Step("close", gettext_lazy("모집 마감하기"), (OPEN,), CLOSED),
        Step("confirm", gettext_lazy("과정 확정"), (CLOSED, DRAFT), CONFIRMED),
        Step("start", gettext_lazy("과정 시작"), (CONFIRMED,), RUNNING),
        Step("finish", gettext_lazy("과정 종료"), (RUNNING,), FINISHED),
        Step("reopen", gettext_lazy("준비로 되돌리기"), (OPEN, CLOSED), DRAFT),
        Step("resume", gettext_lazy("종료 되돌리기"), (FINISHED,), RUNNING),
        Step(
            "cancel", gettext_lazy("폐강하기"), (DRAFT, OPEN, CLOSED, CONFIRMED, RUNNING), CANCELLED
        ),
    )
}
# The one step that usually comes next.
NEXT: dict[str, str] = {
    DRAFT: "open",
    OPEN: "close",
    CLOSED: "confirm",
    CONFIRMED: "start",
    RUNNING: "finish",
}
POSTPONABLE = (DRAFT, OPEN, CLOSED, CONFIRMED)
# Words that are addresses of their own under /organize/programs/.
RESERVED_CODES = frozenset({"new"})


def steps_from(status: str) -> list[Step]:
    """The legal steps out of a state, the usual next one first."""
    legal = [step for step in STEPS.values() if status in step.leaves]
    return sorted(legal, key=lambda step: step.key != NEXT.get(status))


def first_day(program: Program, key: str) -> date:
    """The first day on which the step may be taken; most may be taken any day."""
    return {"start": program.starts_on, "finish": program.ends_on}.get(key, date.min)


# -- making and editing


@transaction.atomic
def create(*, fields: Mapping[str, Any], by: User, at: datetime) -> Program:
    """A new draft with `by` as its organizer. The same form sent twice makes one program."""
    if fields["code"] in RESERVED_CODES:
        raise RuleBroken(_("쓸 수 없는 과정 코드입니다. 다른 코드를 적어 주세요."), field="code")
    try:
        with transaction.atomic(), _history(by, "create"):
            program = Program.objects.create(**fields)
    except IntegrityError as error:
        if twin := Program.objects.filter(**fields).first():
            return twin
        raise refusal_of(error) or error from error
    ProgramStaff.objects.create(program=program, user=by, kind=StaffKind.ORGANIZER)
    return program


@transaction.atomic
def edit(
    *,
    program: Program,
    fields: Mapping[str, Any],
    version: int,
    seats_taken: int = 0,
    by: User,
    at: datetime,
) -> Program:
    """Change the facts of a program, unless somebody else did since `version` was read."""
    row = locked(program)
    if row.version != version:
        raise StaleEdit(_("그 사이에 다른 사람이 이 과정을 고쳤습니다."), current=row)
    if row.is_over:
        raise RuleBroken(
            _("%(status)s된 과정은 고칠 수 없습니다.") % {"status": row.get_status_display()}
        )
    if fields.get("code", row.code) in RESERVED_CODES:
        raise RuleBroken(_("쓸 수 없는 과정 코드입니다. 다른 코드를 적어 주세요."), field="code")
    if fields.get("capacity", row.capacity) < seats_taken:
        raise RuleBroken(
            _("이미 %(n)d명이 자리를 차지하고 있습니다. 정원을 그보다 줄일 수 없습니다.")
            % {"n": seats_taken},
            field="capacity",
        )
    return _change(row, by, "edit", **fields)


# -- the steps


@transaction.atomic
def open(*, program: Program, by: User, at: datetime) -> Program:
    """Take applications, within the application window."""
    row = _may(program, "open")
    if not (row.applications_open_at and row.applications_close_at):
        raise RuleBroken(
            _("모집하려면 접수 기간을 먼저 정해 주세요."), field="applications_open_at"
        )
    if row.applications_close_at <= at:
        raise RuleBroken(
            _("접수 마감이 이미 지났습니다. 접수 기간을 고쳐 주세요."),
            field="applications_close_at",
        )
    return _step(row, "open", by)


@transaction.atomic
def close(*, program: Program, by: User, at: datetime) -> Program:
    return _step(_may(program, "close"), "close", by)


@transaction.atomic
def confirm(*, program: Program, people: int, reason: str = "", by: User, at: datetime) -> Program:
    """Decide that the program takes place; fewer than the minimum `people` need a reason."""
    row = _may(program, "confirm")
    if people < row.minimum and not reason:
        raise RuleBroken(
            _(
                "확정된 %(n)d명은 최소 개설 인원 %(minimum)d명보다 적습니다. 그래도 확정하려면 사유를 적어 주세요."
            )
            % {"n": people, "minimum": row.minimum},
            field="reason",
        )
    return _step(row, "confirm", by, reason if people < row.minimum else "")


@transaction.atomic
def start(*, program: Program, by: User, at: datetime) -> Program:
    row = _may(program, "start")
    if local_date(at) < first_day(row, "start"):
        raise RuleBroken(_("시작일이 되어야 과정을 시작할 수 있습니다."))
    return _step(row, "start", by)


@transaction.atomic
def finish(*, program: Program, by: User, at: datetime) -> Program:
    row = _may(program, "finish")
    if local_date(at) < first_day(row, "finish"):
        raise RuleBroken(_("종료일이 되어야 과정을 종료할 수 있습니다."))
    return _step(row, "finish", by)


@transaction.atomic
def reopen(*, program: Program, by: User, at: datetime) -> Program:
    return _step(_may(program, "reopen"), "reopen", by)


@transaction.atomic
def resume(*, program: Program, by: User, at: datetime) -> Program:
    """Take back that a program is finished, so that it can be corrected."""
    return _step(_may(program, "resume"), "resume", by)


@transaction.atomic
def cancel(*, program: Program, reason: str, by: User, at: datetime) -> Program:
    """The program alone; `site_visits.services.lifecycle.cancel_program` also cancels its itinerary."""
    row = _may(program, "cancel")
    if not reason:
        raise RuleBroken(_("폐강 사유를 적어 주세요."), field="reason")
    return _step(row, "cancel", by, reason)


@transaction.atomic
def postpone(*, program: Program, starts_on: date, reason: str, by: User, at: datetime) -> Program:
    """Later dates, same length; `site_visits.services.lifecycle.postpone_program` moves the items too."""
    row = locked(program)
    if (row.starts_on, row.status_reason) == (starts_on, reason):
        return row  # the same form, sent twice
    if row.status not in POSTPONABLE:
        raise RuleBroken(
            _("지금 상태(%(status)s)에서는 연기할 수 없습니다.")
            % {"status": row.get_status_display()}
        )
    if not reason:
        raise RuleBroken(_("연기 사유를 적어 주세요."), field="reason")
    if starts_on <= row.starts_on or starts_on < local_date(at):
        raise RuleBroken(_("새 시작일은 지금 시작일과 오늘보다 뒤여야 합니다."), field="starts_on")
    ends_on = row.ends_on + (starts_on - row.starts_on)
    return _change(row, by, "postpone", starts_on=starts_on, ends_on=ends_on, status_reason=reason)


# -- one way to change the row


def locked(program: Program) -> Program:
    """The row as it stands now, held until the transaction ends."""
    return Program.objects.select_for_update(of=("self",)).get(pk=program.pk)


def _may(program: Program, key: str) -> Program:
    row, step = locked(program), STEPS[key]
    if row.status not in step.leaves:
        raise RuleBroken(
            _("지금 상태(%(status)s)에서는 ‘%(step)s’을(를) 할 수 없습니다.")
            % {"status": row.get_status_display(), "step": step.label}
        )
    return row


def _step(row: Program, key: str, by: User, reason: str = "") -> Program:
    return _change(row, by, key, status=STEPS[key].reaches, status_reason=reason)


def _change(row: Program, by: User, what: str, **fields: Any) -> Program:
    try:
        with transaction.atomic(), _history(by, what):
            Program.objects.filter(pk=row.pk).update(**fields, version=F("version") + 1)
    except IntegrityError as error:
        raise refusal_of(error) or error from error
    row.refresh_from_db()
    return row


@contextmanager
def _history(by: User, what: str) -> Iterator[None]:
    """The change history names the person, also when no request is at hand."""
    with pghistory.context(user=by.pk, what=what):
        yield
