"""What is to be told, planned from what happened below: any number of planners, each row once.

Nobody calls reminders to tell somebody: a sweep reads publications, enrollments and their events, and the
unique `dedupe_key` makes a second look harmless.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction

from programs.models import Program, ProgramStatus
from reminders.models import ReminderRule
from reminders.services import (
    defaults,
    fingerprints,
    holding,
    plan_answers,
    plan_changes,
    plan_hosts,
)
from reminders.services.wanted import PLAN, RETIME

LOOK_AHEAD: Final = timedelta(hours=48)
FEW: Final = 5
TAKING_PLACE: Final = [ProgramStatus.CONFIRMED, ProgramStatus.RUNNING]
# The database cannot guess how many reminders are wanted. Where it guesses one, 300,000 of them compared pair by
# pair never end; without nested loops the same statement takes seconds, whatever the statistics say.
NO_NESTED_LOOPS: Final = "SET LOCAL enable_nestloop = off"


@dataclass(frozen=True, slots=True)
class Planned:
    """How many messages one sweep added, brought back and dropped."""

    added: int = 0
    revived: int = 0
    dropped: int = 0


@transaction.atomic
def plan(*, at: datetime | None = None) -> Planned:
    """Bring the outbox in step with the facts as of `at` (None: the database's clock).

    One planner at a time is enough: a second one leaves at once, the first has seen the same facts.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtext('reminders.plan')), clock_timestamp()"
        )
        alone, clock = cursor.fetchone()
    if not alone:
        return Planned()
    at = at or clock
    defaults.copy()
    told = plan_answers.plan(at=at) + plan_hosts.plan(at=at)
    reminders = Planned()
    if changed := fingerprints.changed(at=at):
        told += plan_changes.plan(at=at)
        reminders = _plan_changed(changed, at)
        fingerprints.remember(changed, at=at)
    holding.hold(at=at)
    return Planned(reminders.added + told, reminders.revived, reminders.dropped)


def _plan_changed(changed: Collection[int], at: datetime) -> Planned:
    """One by one while they are few; the statement for all of them costs less than many for one."""
    if len(changed) > FEW:
        return plan_reminders(at=at)
    programs = Program.objects.in_bulk(list(changed)).values()
    planned = [plan_reminders(at=at, program=program) for program in programs]
    return Planned(
        sum(one.added for one in planned),
        sum(one.revived for one in planned),
        sum(one.dropped for one in planned),
    )


def plan_reminders(*, at: datetime, program: Program | None = None) -> Planned:
    """Only the reminders by rule; those of one program after somebody changed its rules."""
    with connection.cursor() as cursor:
        cursor.execute(NO_NESTED_LOOPS)
        cursor.execute(PLAN, facts(at, program) | {"until": at + LOOK_AHEAD})
        return Planned(*cursor.fetchone())


def retime(*, rule: ReminderRule, at: datetime) -> int:
    """Move what is planned under a rule to where the rule says now; what was sent stays sent."""
    with connection.cursor() as cursor:
        cursor.execute(NO_NESTED_LOOPS)
        cursor.execute(RETIME, facts(at, rule.program, rule=rule))
        return cursor.rowcount


def facts(
    at: datetime,
    program: Program | None,
    *,
    rule: ReminderRule | None = None,
    statuses: Iterable[str] = TAKING_PLACE,
) -> dict[str, Any]:
    """What WANTED asks for; `rule` alone, switched on or off, where given."""
    return {
        "at": at,
        "program": program.pk if program else None,
        "rule": rule.pk if rule else None,
        "statuses": list(statuses),
    }
