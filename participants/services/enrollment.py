"""Who takes part in a program: applying, nominating, selecting, confirming, leaving, standing in."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from core.errors import RuleBroken, SeveralRefusals
from core.text import clean_text
from participants.models import LIVE, Enrollment, EnrollmentStatus, Participant, ReasonCode
from participants.services import steps
from participants.services.steps import Step, under_the_rules
from programs.models import Group, Program, ProgramStatus

if TYPE_CHECKING:
    from accounts.models import User

S = EnrollmentStatus
LONGEST_REASON = 300


@under_the_rules
def apply(*, program: Program, participant: Participant, by: "User", at: datetime) -> Enrollment:
    """One's own wish to take part; a second click finds the first."""
    locked = _open_for_application(program, at)
    _require_serving([participant])
    if there := locked.enrollments.live().filter(participant=participant).first():
        return there
    _refuse_decided(locked, participant)
    return steps.begin(locked, [participant], Step(S.APPLIED, by, at))[0]


@under_the_rules
def nominate(
    *, program: Program, participant: Participant, by: "User", at: datetime, reason: str = ""
) -> Enrollment:
    """The department puts somebody forward, on their own application or without one."""
    locked = _open_for_application(program, at)
    _require_serving([participant])
    step = Step(S.NOMINATED, by, at, reason=_text(reason))
    there = locked.enrollments.live().filter(participant=participant).first()
    if there is None:
        _refuse_decided(locked, participant)
        return steps.begin(locked, [participant], step)[0]
    if there.status in (S.APPLIED, S.NOMINATED):
        steps.move(locked, [there], step)
        return there
    raise RuleBroken(
        _("%(name)s 님은 이미 이 과정에 등록되어 있습니다(%(status)s).")
        % {"name": participant.name, "status": there.get_status_display()}
    )


@under_the_rules
def select(
    *, enrollments: Iterable[Enrollment], by: "User | None", at: datetime, reason: str = ""
) -> list[Enrollment]:
    """Give a seat; passing over somebody who waits longer needs a reason."""
    program, rows = _behind_the_lock(enrollments)
    reason = _text(reason)
    if not reason and _passes_over(program, rows):
        raise RuleBroken(_("대기 순서를 바꾸어 선발하려면 사유를 적어 주세요."), field="reason")
    return steps.move(program, rows, Step(S.SELECTED, by, at, ReasonCode.SELECTION, reason))


@under_the_rules
def waitlist(
    *, enrollments: Iterable[Enrollment], by: "User | None", at: datetime, reason: str = ""
) -> list[Enrollment]:
    """Put at the end of the waiting list, in the order given."""
    program, rows = _behind_the_lock(enrollments)
    return steps.move(
        program, rows, Step(S.WAITLISTED, by, at, ReasonCode.SELECTION, _text(reason))
    )


@under_the_rules
def reject(
    *, enrollments: Iterable[Enrollment], by: "User | None", at: datetime, reason: str = ""
) -> list[Enrollment]:
    program, rows = _behind_the_lock(enrollments)
    return steps.move(program, rows, Step(S.REJECTED, by, at, ReasonCode.SELECTION, _text(reason)))


@under_the_rules
def confirm(
    *, enrollments: Iterable[Enrollment], by: "User | None", at: datetime
) -> list[Enrollment]:
    """The training order is issued: name, department and rank are frozen as they are today."""
    program, rows = _behind_the_lock(enrollments)
    return steps.move(program, rows, Step(S.CONFIRMED, by, at))


@under_the_rules
def withdraw(
    *,
    enrollments: Iterable[Enrollment],
    reason_code: str,
    by: "User | None",
    at: datetime,
    reason: str = "",
) -> list[Enrollment]:
    program, rows = _behind_the_lock(enrollments)
    return steps.move(program, rows, _reasoned(S.WITHDRAWN, by, at, reason_code, reason))


@under_the_rules
def withdraw_own(
    *, enrollment: Enrollment, reason_code: str, by: "User", at: datetime, reason: str = ""
) -> list[Enrollment]:
    """A person takes back the own application; after the training order only the organizer can."""
    program, rows = _behind_the_lock([enrollment])
    if rows[0].participant.user_id != by.pk:
        raise RuleBroken(_("본인의 신청만 취소할 수 있습니다."))
    if rows[0].status == S.CONFIRMED:
        raise RuleBroken(_("확정된 뒤에는 교육 담당자에게 연락해 주세요."))
    return steps.move(program, rows, _reasoned(S.WITHDRAWN, by, at, reason_code, reason))


@under_the_rules
def substitute(
    *,
    enrollment: Enrollment,
    participant: Participant,
    reason_code: str,
    by: "User | None",
    at: datetime,
    reason: str = "",
) -> Enrollment:
    """Somebody goes instead of a confirmed person, in the same seat and group."""
    program, rows = _behind_the_lock([enrollment])
    leaving = rows[0]
    if leaving.status != S.CONFIRMED:
        raise RuleBroken(_("확정된 사람만 다른 사람으로 바꿀 수 있습니다."))
    _require_serving([participant])
    if program.enrollments.live().filter(participant=participant).exists():
        raise RuleBroken(
            _(
                "%(name)s 님은 이미 이 과정에 등록되어 있습니다. 다른 사람을 고르거나, 먼저 취소한 뒤 선발해 주세요."
            )
            % {"name": participant.name},
            field="participant",
        )
    step = _reasoned(S.SUBSTITUTED, by, at, reason_code, reason)
    steps.move(program, [leaving], step)
    came = Step(S.CONFIRMED, by, at, step.reason_code, step.reason)
    return steps.begin(program, [participant], came, substitute_for=leaving, group=leaving.group)[0]


@under_the_rules
def add_people(
    *,
    program: Program,
    participants: Iterable[Participant],
    by: "User | None",
    at: datetime,
    reason: str = "",
) -> list[Enrollment]:
    """Enter people by hand, straight to confirmed; all of them or nobody.

    The same list sent twice changes nothing the second time; a list of which some are there already is
    refused with their names.
    """
    locked = steps.lock_live_program(program)
    people = _people(participants)
    _require_serving(people)
    there = {
        row.participant_id: row for row in locked.enrollments.live().filter(participant__in=people)
    }
    if (
        people
        and len(there) == len(people)
        and all(row.status == S.CONFIRMED for row in there.values())
    ):
        return [there[person.pk] for person in people]
    if there:
        _refuse_named(
            _("이미 이 과정에 등록되어 있습니다: %(names)s"), [p for p in people if p.pk in there]
        )
    reason = _text(reason)
    if not reason and locked.enrollments.waitlisted().exists():
        raise RuleBroken(_("대기자가 있습니다. 먼저 등록하는 사유를 적어 주세요."), field="reason")
    return steps.begin(locked, people, Step(S.CONFIRMED, by, at, reason=reason))


@under_the_rules
def put_in_group(
    *, enrollments: Iterable[Enrollment], group: Group | None, by: "User | None", at: datetime
) -> list[Enrollment]:
    """Into a group of the same program, or (None) out of any."""
    program, rows = _behind_the_lock(enrollments)
    if group is not None and group.program_id != program.pk:
        raise RuleBroken(_("이 과정의 조가 아닙니다."), field="group")
    if gone := [row for row in rows if row.status not in LIVE]:
        _refuse_named(
            _("명단에서 빠진 사람은 조에 넣을 수 없습니다: %(names)s"),
            [row.participant for row in gone],
        )
    Enrollment.objects.filter(pk__in=[row.pk for row in rows]).update(group=group)
    return rows


@under_the_rules
def record_outcomes(
    *,
    program: Program,
    outcomes: Mapping[int, bool | None],
    by: "User | None",
    at: datetime,
    reason: str = "",
) -> None:
    """What the attendance lock found, by enrollment id: completed, not completed, or (None) open again."""
    locked = steps.lock(program)
    names = {True: S.COMPLETED, False: S.NOT_COMPLETED, None: S.CONFIRMED}
    rows = steps.fresh(locked, [Enrollment(pk=pk) for pk in outcomes])
    for outcome, status in names.items():
        of_this = [row for row in rows if outcomes[row.pk] is outcome]
        steps.move(locked, of_this, Step(status, by, at, reason=_text(reason)))


def _behind_the_lock(enrollments: Iterable[Enrollment]) -> tuple[Program, list[Enrollment]]:
    asked = list(enrollments)
    if not asked:
        raise RuleBroken(_("먼저 사람을 골라 주세요."))
    program = steps.lock_live_program(asked[0].program)
    return program, steps.fresh(program, asked)


def _open_for_application(program: Program, at: datetime) -> Program:
    locked = steps.lock(program)
    begins, ends = locked.applications_open_at, locked.applications_close_at
    if (
        locked.status != ProgramStatus.OPEN
        or begins is None
        or ends is None
        or not begins <= at < ends
    ):
        raise RuleBroken(_("지금은 이 과정의 신청 기간이 아닙니다."))
    return locked


def _require_serving(people: Sequence[Participant]) -> None:
    if left := [person for person in people if person.left_on]:
        _refuse_named(_("퇴직하거나 전출한 사람입니다: %(names)s"), left)


def _refuse_decided(program: Program, participant: Participant) -> None:
    if program.enrollments.filter(participant=participant, status=S.REJECTED).exists():
        raise RuleBroken(_("선발 심사가 끝났습니다. 교육 담당자에게 문의해 주세요."))


def _passes_over(program: Program, rows: Sequence[Enrollment]) -> bool:
    """Whether somebody on the waiting list who is not chosen waits longer than the last one chosen."""
    seats_for_others = [row for row in rows if row.status in (S.APPLIED, S.NOMINATED)]
    chosen = {row.pk for row in rows}
    ahead = program.enrollments.waitlisted().exclude(pk__in=chosen)
    if not seats_for_others:
        last = max((row.waitlist_position or 0 for row in rows), default=0)
        ahead = ahead.filter(waitlist_position__lt=last)
    return ahead.exists()


def _people(participants: Iterable[Participant]) -> list[Participant]:
    asked = list(dict.fromkeys(person.pk for person in participants))
    if not asked:
        raise RuleBroken(_("먼저 사람을 골라 주세요."))
    found = Participant.objects.select_related("department", "rank").in_bulk(asked)
    return [found[pk] for pk in asked if pk in found]


def _refuse_named(sentence: str, people: Sequence[Participant]) -> None:
    names = [person.name for person in people]
    shown = ", ".join(names[:10]) + (" …" if len(names) > 10 else "")
    raise SeveralRefusals(sentence % {"names": shown}, refusals=names)


def _reasoned(to: S, by: "User | None", at: datetime, code: str, reason: str) -> Step:
    if code not in ReasonCode.values:
        raise RuleBroken(_("사유를 골라 주세요."), field="reason_code")
    reason = _text(reason)
    if code == ReasonCode.OTHER and not reason:
        raise RuleBroken(_("기타 사유를 적어 주세요."), field="reason")
    return Step(to, by, at, code, reason)


def _text(reason: str) -> str:
    return clean_text(reason)[:LONGEST_REASON]
