"""The state machine of an enrollment: which step may follow which, taken under one lock.

Every path (application, nomination, selection, import, hand) goes through `move` or `begin`, so that
seats, frozen facts, the waiting list and the history are kept in one place.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

from django.db import IntegrityError, OperationalError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.dates import local_date
from core.errors import RuleBroken, SeveralRefusals
from participants.models import (
    SEATED,
    TRAVELLING,
    Enrollment,
    EnrollmentEvent,
    EnrollmentStatus,
    Participant,
)
from programs.models import Program

if TYPE_CHECKING:
    from accounts.models import User

S = EnrollmentStatus

# A manual correction of an outcome goes back through CONFIRMED or across, never out of the record.
NEXT: Final[dict[S, frozenset[S]]] = {
    S.APPLIED: frozenset({S.NOMINATED, S.SELECTED, S.WAITLISTED, S.REJECTED, S.WITHDRAWN}),
    S.NOMINATED: frozenset({S.SELECTED, S.WAITLISTED, S.REJECTED, S.WITHDRAWN}),
    S.WAITLISTED: frozenset({S.SELECTED, S.WITHDRAWN}),
    S.SELECTED: frozenset({S.CONFIRMED, S.WITHDRAWN}),
    S.CONFIRMED: frozenset({S.SUBSTITUTED, S.WITHDRAWN, S.COMPLETED, S.NOT_COMPLETED}),
    S.COMPLETED: frozenset({S.NOT_COMPLETED, S.CONFIRMED}),
    S.NOT_COMPLETED: frozenset({S.COMPLETED, S.CONFIRMED}),
    S.REJECTED: frozenset(),
    S.WITHDRAWN: frozenset(),
    S.SUBSTITUTED: frozenset(),
}
# How an enrollment may begin: one's own wish, the department's, or the organizer's hand.
FIRST: Final = frozenset({S.APPLIED, S.NOMINATED, S.CONFIRMED})

WRITTEN: Final = [
    "status",
    "waitlist_position",
    "name",
    "department_name",
    "rank_name",
    "active_from",
    "active_until",
]


@dataclass(frozen=True, slots=True)
class Step:
    """What an enrollment becomes, who says so, when and why."""

    to: S
    by: "User | None"
    at: datetime
    reason_code: str = ""
    reason: str = ""


P = ParamSpec("P")
R = TypeVar("R")


def under_the_rules(service: Callable[P, R]) -> Callable[P, R]:
    """Atomic; and what only the database could know (a race we lost) becomes a refusal in words."""

    @wraps(service)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            with transaction.atomic():
                return service(*args, **kwargs)
        except IntegrityError as error:
            raise _in_words(error) from error
        except OperationalError as error:
            if getattr(error.__cause__, "pgcode", "") != "55P03":  # lock_not_available
                raise
            raise RuleBroken(
                _("지금 다른 사람이 같은 과정의 명단을 고치고 있습니다. 잠시 뒤 다시 해 주세요.")
            ) from error

    return guarded


def _in_words(error: IntegrityError) -> Exception:
    constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
    words = {
        "enrollment_within_capacity": _("방금 자리가 모두 찼습니다."),
        "enrollment_once_while_live": _("이미 이 과정에 등록된 사람입니다."),
        "enrollment_group_in_program": _("이 과정의 조가 아닙니다."),
    }
    return RuleBroken(words[constraint]) if constraint in words else error


def lock(program: Program) -> Program:
    """The program as it stands now; nobody else changes its list of people until we are done."""
    return Program.objects.select_for_update(of=("self",)).get(pk=program.pk)


def lock_live_program(program: Program) -> Program:
    locked = lock(program)
    if locked.is_over:
        raise RuleBroken(_("끝났거나 폐강된 과정의 명단은 바꿀 수 없습니다."))
    return locked


def seats_left(program: Program) -> int:
    return program.capacity - program.enrollments.seated().count()


def fresh(program: Program, enrollments: Iterable[Enrollment]) -> list[Enrollment]:
    """The rows as they stand behind the lock, in the order asked for; a row of another program is refused."""
    asked = [row.pk for row in enrollments]
    rows = program.enrollments.select_related(
        "participant__department", "participant__rank"
    ).in_bulk(asked)
    if len(rows) != len(set(asked)):
        raise RuleBroken(_("이 과정의 명단에 없는 사람이 섞여 있습니다. 명단을 새로 열어 주세요."))
    return [rows[pk] for pk in dict.fromkeys(asked)]


def move(program: Program, rows: Sequence[Enrollment], step: Step) -> list[Enrollment]:
    """Take the step with every row or with none; rows that are there already stay as they are (a second click)."""
    moving = [row for row in rows if row.status != step.to]
    refusals = [_forbidden(row, step.to) for row in moving if step.to not in NEXT[S(row.status)]]
    if refusals:
        raise SeveralRefusals(" ".join(refusals[:10]), refusals=refusals)
    if step.to in SEATED:
        _require_seats(program, sum(row.status not in SEATED for row in moving))
    waiting = _next_position(program) if step.to == S.WAITLISTED else 0
    for place, row in enumerate(moving):
        _close_or_freeze(row, program, step)
        row.waitlist_position = waiting + place if step.to == S.WAITLISTED else None
        row.status = step.to
    Enrollment.objects.bulk_update(moving, WRITTEN)
    _note(moving, step)
    return moving


def begin(
    program: Program, people: Sequence[Participant], step: Step, **fields: Any
) -> list[Enrollment]:
    """New enrollments of people who have no live one here."""
    if step.to not in FIRST:
        raise ValueError(f"an enrollment never begins as {step.to}")
    if step.to in SEATED:
        _require_seats(program, len(people))
    rows = [Enrollment(program=program, participant=person, **fields) for person in people]
    for row in rows:
        _close_or_freeze(row, program, step)
        row.status = step.to
    created = Enrollment.objects.bulk_create(rows)
    _note(created, step)
    return created


def _require_seats(program: Program, wanted: int) -> None:
    left = seats_left(program)
    if wanted <= left:
        return
    if left <= 0:
        raise RuleBroken(
            _("정원 %(capacity)s명이 모두 찼습니다. 남은 자리가 없습니다.")
            % {"capacity": program.capacity}
        )
    raise RuleBroken(
        ngettext(
            "남은 자리는 %(left)s명인데 %(wanted)s명을 골랐습니다. 아무도 등록하지 않았습니다.",
            "남은 자리는 %(left)s명인데 %(wanted)s명을 골랐습니다. 아무도 등록하지 않았습니다.",
            left,
        )
        % {"left": left, "wanted": wanted}
    )


def _forbidden(row: Enrollment, to: S) -> str:
    return _("%(name)s: ‘%(now)s’에서 ‘%(to)s’(으)로 바꿀 수 없습니다.") % {
        "name": row.name or row.participant.name,
        "now": row.get_status_display(),
        "to": to.label,
    }


def _close_or_freeze(row: Enrollment, program: Program, step: Step) -> None:
    """A place taken or left after the program began counts only from, or until, that moment."""
    under_way = local_date(step.at) >= program.starts_on
    if step.to == S.CONFIRMED and row.status not in TRAVELLING:
        row.name = row.participant.name
        row.department_name = row.participant.department.name
        row.rank_name = row.participant.rank.name
        row.active_from = step.at if under_way else None
    elif step.to in (S.WITHDRAWN, S.SUBSTITUTED) and row.status in TRAVELLING and under_way:
        row.active_until = max(step.at, row.active_from or step.at)


def _next_position(program: Program) -> int:
    last = program.enrollments.waitlisted().last()
    return (last.waitlist_position or 0) + 1 if last else 1


def _note(rows: Iterable[Enrollment], step: Step) -> None:
    EnrollmentEvent.objects.bulk_create(
        EnrollmentEvent(
            enrollment=row,
            status=step.to,
            actor=step.by,
            reason_code=step.reason_code,
            reason=step.reason,
            at=step.at,
        )
        for row in rows
    )
