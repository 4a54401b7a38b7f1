"""Closing the book of a program: outcomes, the ledger of hours, and the way back with a reason."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from attendance.completion import Outcome
from attendance.models import AttendanceLock, Completion, HoursEntry
from attendance.services.races import in_words
from attendance.standings import scoring, standings_of
from core.dates import local_date
from core.errors import RuleBroken
from core.text import clean_text
from participants.models import Enrollment
from participants.services import enrollment as steps
from programs.models import Program, ProgramStatus

if TYPE_CHECKING:
    from accounts.models import User

LONGEST_REASON = 300
SHORTEST_REASON = 5


@in_words
def lock(*, program: Program, by: "User", at: datetime) -> AttendanceLock:
    """Close the book: nobody marks any more, everybody has an outcome, completed hours enter the ledger.

    After a reopening the outcomes are computed anew; of the ledger only what differs is reversed.
    """
    program = Program.objects.select_for_update(of=("self",)).get(pk=program.pk)
    people = list(
        program.enrollments.travelling().order_by("pk").select_for_update(of=("self",), no_key=True)
    )
    _require_lockable(program, at=at)
    score = scoring(program)
    if score.publication is None or not score.learning:
        raise RuleBroken(
            _("공개한 일정에 인정시간이 없습니다. 일정에서 인정시간을 정하고 공개해 주세요.")
        )
    if not people:
        raise RuleBroken(_("확정한 교육생이 없습니다."))
    lock = AttendanceLock.objects.create(
        program=program, publication=score.publication, locked_at=at, by=by
    )
    standings = standings_of(people)
    outcomes = {person.pk: score.outcome(person, standings) for person in people}
    _write_completions(lock, outcomes)
    _write_hours(program, outcomes, people, by=by, at=at)
    steps.record_outcomes(
        program=program,
        outcomes={pk: outcome.completed for pk, outcome in outcomes.items()},
        by=by,
        at=at,
    )
    return lock


@in_words
def reopen(*, program: Program, reason: str, by: "User", at: datetime) -> AttendanceLock:
    """Open the book for corrections. Outcomes and hours stay as they are until it is closed again."""
    reason = clean_text(reason)[:LONGEST_REASON]
    if len(reason) < SHORTEST_REASON:
        raise RuleBroken(_("왜 다시 여는지 5자 이상 적어 주세요."), field="reason")
    lock = AttendanceLock.objects.in_force().select_for_update().filter(program=program).first()
    if lock is None:
        raise RuleBroken(_("마감하지 않은 과정입니다."))
    lock.reopened_at, lock.reopened_by, lock.reopen_reason = at, by, reason
    lock.save(update_fields=["reopened_at", "reopened_by", "reopen_reason"])
    return lock


def _require_lockable(program: Program, *, at: datetime) -> None:
    if program.status == ProgramStatus.CANCELLED:
        raise RuleBroken(_("폐강한 과정은 마감하지 않습니다."))
    if local_date(at) < program.starts_on:
        raise RuleBroken(_("아직 시작하지 않은 과정입니다."))


def _write_completions(lock: AttendanceLock, outcomes: Mapping[int, Outcome]) -> None:
    gone = Completion.objects.filter(enrollment__program=lock.program)
    gone.exclude(enrollment__in=outcomes).delete()
    figures = [
        "total_minutes", "excused_minutes", "attended_minutes", "rate", "completed", "recognized_hours",
    ]  # fmt: skip
    Completion.objects.bulk_create(
        (
            Completion(
                enrollment_id=pk,
                lock=lock,
                required_percent=lock.program.completion_percent,
                decided_at=lock.locked_at,
                **{name: getattr(outcome, name) for name in figures},
            )
            for pk, outcome in outcomes.items()
        ),
        update_conflicts=True,
        unique_fields=["enrollment"],
        update_fields=["lock", "required_percent", "decided_at", *figures],
    )


def _write_hours(
    program: Program,
    outcomes: Mapping[int, Outcome],
    people: list[Enrollment],
    *,
    by: "User",
    at: datetime,
) -> None:
    """A correction is a reversal and a new line; a line that is still true stays."""
    in_force = HoursEntry.objects.filter(
        enrollment__program=program, reverses=None, reversed_by=None
    )
    true_still = set()
    reversals = []
    for entry in in_force:
        outcome = outcomes.get(entry.enrollment_id)
        if outcome and outcome.recognized_hours == entry.hours:
            true_still.add(entry.enrollment_id)
        else:
            reversals.append(_reversal(entry, by=by, at=at))
    new = [
        HoursEntry(
            participant_id=person.participant_id,
            enrollment=person,
            year=program.ends_on.year,
            hours=outcomes[person.pk].recognized_hours,
            by=by,
            at=at,
        )
        for person in people
        if outcomes[person.pk].recognized_hours and person.pk not in true_still
    ]
    HoursEntry.objects.bulk_create([*reversals, *new])


def _reversal(entry: HoursEntry, *, by: "User", at: datetime) -> HoursEntry:
    return HoursEntry(
        participant_id=entry.participant_id,
        enrollment_id=entry.enrollment_id,
        year=entry.year,
        hours=-entry.hours,
        reverses=entry,
        reason=_("출석 정정"),
        by=by,
        at=at,
    )
