"""Answers to people about their place: confirmed, waiting, not selected, withdrawn, or the program cancelled."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, Min, OuterRef, Q

from core.dates import day_bounds, local_date
from participants.models import LIVE, Enrollment, EnrollmentEvent, EnrollmentStatus, ReasonCode
from programs.models import ProgramStatus
from reminders.models import Channel, Message, MessageKind
from reminders.services.news import is_urgent
from site_visits.models import PublishedItem

LOOK_BACK: Final = timedelta(days=2)
WORTH_TELLING: Final = timedelta(days=7)
ANSWERS: Final = [
    EnrollmentStatus.CONFIRMED,
    EnrollmentStatus.WAITLISTED,
    EnrollmentStatus.REJECTED,
    EnrollmentStatus.WITHDRAWN,
    EnrollmentStatus.SUBSTITUTED,
]
OVER: Final = [ProgramStatus.FINISHED, ProgramStatus.CANCELLED]


def plan(*, at: datetime) -> int:
    messages = [_answer(event, at) for event in _untold_events(at)]
    messages += [_cancellation(enrollment, at) for enrollment in _untold_of_the_end(at)]
    starts = _next_starts({message.program_id for message in messages}, at)
    for message in messages:
        message.matters_at = starts.get(message.program_id)
        message.urgent = is_urgent(message.matters_at, at=at)
    Message.objects.bulk_create(messages, ignore_conflicts=True)
    return len(messages)


def _untold_events(at: datetime) -> Iterable[EnrollmentEvent]:
    """A confirmation after an earlier one (attendance unlocked again) is no news."""
    told = Message.objects.filter(event=OuterRef("pk"))
    confirmed_before = EnrollmentEvent.objects.filter(
        enrollment=OuterRef("enrollment"), status=EnrollmentStatus.CONFIRMED, pk__lt=OuterRef("pk")
    )
    return (
        EnrollmentEvent.objects.filter(status__in=ANSWERS, at__gt=at - LOOK_BACK)
        .filter(enrollment__program__ends_on__gte=local_date(at))
        .exclude(enrollment__program__status__in=OVER)
        .exclude(reason_code=ReasonCode.CANCELLED_PROGRAM)
        .exclude(Exists(told))
        .exclude(Q(status=EnrollmentStatus.CONFIRMED) & Exists(confirmed_before))
        .select_related("enrollment__program")
    )


def _untold_of_the_end(at: datetime) -> Iterable[Enrollment]:
    """Everybody who still counted on a program that will not take place."""
    told = Message.objects.filter(
        kind=MessageKind.PROGRAM,
        program=OuterRef("program"),
        participant=OuterRef("participant"),
    )
    left_with_it = EnrollmentEvent.objects.filter(
        enrollment=OuterRef("pk"),
        status=EnrollmentStatus.WITHDRAWN,
        reason_code=ReasonCode.CANCELLED_PROGRAM,
    )
    return (
        Enrollment.objects.filter(
            program__status=ProgramStatus.CANCELLED, program__ends_on__gte=local_date(at)
        )
        .filter(Q(status__in=LIVE) | Exists(left_with_it))
        .exclude(Exists(told))
        .select_related("program")
    )


def _next_starts(programs: Collection[int | None], at: datetime) -> dict[int | None, datetime]:
    """When the next item of each program begins, as published last before anything was cancelled."""
    if not programs:
        return {}
    items = PublishedItem.objects.filter(publication__program__in=programs, starts_at__gt=at)
    return dict(
        items.current()
        .values("publication__program")
        .annotate(start=Min("starts_at"))
        .values_list("publication__program", "start")
    )


def _answer(event: EnrollmentEvent, at: datetime) -> Message:
    program = event.enrollment.program
    return Message(
        dedupe_key=f"enrollment-event:{event.pk}",
        kind=MessageKind.ENROLLMENT,
        program=program,
        event=event,
        participant_id=event.enrollment.participant_id,
        channels=[Channel.EMAIL],
        due_at=event.at,
        expires_at=min(at + WORTH_TELLING, day_bounds(program.ends_on)[1]),
    )


def _cancellation(enrollment: Enrollment, at: datetime) -> Message:
    program = enrollment.program
    return Message(
        dedupe_key=f"program-cancelled:{program.pk}:{enrollment.participant_id}",
        kind=MessageKind.PROGRAM,
        program=program,
        participant_id=enrollment.participant_id,
        channels=[Channel.EMAIL],
        due_at=at,
        expires_at=day_bounds(program.ends_on)[1],
    )
