"""Steps of a program that also touch its people and its itinerary; the program's own rules are one room below."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.models import User
from participants.models import Enrollment
from programs.models import Program
from programs.services import lifecycle
from site_visits.models import HostState, ItineraryItem, SiteVisit
from site_visits.services import publishing


@transaction.atomic
def edit_program(
    *, program: Program, fields: Mapping[str, Any], version: int, by: User, at: datetime
) -> Program:
    """Edit with the seats in view: the lock that guards a seat also guards their number."""
    lifecycle.locked(program)
    taken = Enrollment.objects.filter(program=program).seated().count()
    return lifecycle.edit(
        program=program, fields=fields, version=version, seats_taken=taken, by=by, at=at
    )


@transaction.atomic
def confirm_program(*, program: Program, reason: str = "", by: User, at: datetime) -> Program:
    """Confirm, counting the people who are confirmed at this moment."""
    lifecycle.locked(program)
    people = Enrollment.objects.filter(program=program).travelling().count()
    return lifecycle.confirm(program=program, people=people, reason=reason, by=by, at=at)


@transaction.atomic
def cancel_program(*, program: Program, reason: str, by: User, at: datetime) -> Program:
    """폐강: the program and its items are cancelled, calendars are told, enrollments stay as a record."""
    cancelled = lifecycle.cancel(program=program, reason=reason, by=by, at=at)
    ItineraryItem.objects.filter(program=program).live().update(
        cancelled_at=at, cancel_reason=reason[:200], version=F("version") + 1
    )
    current = publishing.latest(program)
    if current and publishing.pending_changes(cancelled):
        publishing.publish(
            program=cancelled,
            by=by,
            at=at,
            comment=reason,
            override_reason=reason,
            expected_number=current.number,
        )
    return cancelled


@transaction.atomic
def postpone_program(
    *, program: Program, starts_on: date, reason: str, by: User, at: datetime
) -> Program:
    """Move the program and its draft by whole days; people see the old plan until it is published."""
    shift = starts_on - lifecycle.locked(program).starts_on
    postponed = lifecycle.postpone(
        program=program, starts_on=starts_on, reason=reason, by=by, at=at
    )
    if not shift:
        return postponed
    ItineraryItem.objects.filter(program=program).live().scheduled().update(
        starts_at=F("starts_at") + shift, ends_at=F("ends_at") + shift, version=F("version") + 1
    )
    # What a host said was said of another day.
    asked = SiteVisit.objects.live().filter(item__program=program)
    asked.exclude(host_state=HostState.NOT_ASKED).update(
        host_state=HostState.NOT_ASKED, answered_at=None
    )
    return postponed
