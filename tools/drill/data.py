"""Invented programs whose reminders fall due when a drill wants them to, planned by the product's own planner."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from django.db import connection, transaction

from accounts.models import Department, Rank, User
from core.dates import local_date
from participants.models import Enrollment, EnrollmentStatus, Participant
from programs.models import Program, ProgramStatus
from reminders.models import Channel, ReminderRule, Trigger
from site_visits.models import Change, ItemKind, ItineraryItem, Publication, PublishedItem

LEAD: Final = timedelta(minutes=60)
A_PROGRAM: Final = 50
SUBJECT: Final = "{시각} {일정}"
BODY: Final = "{성명} 님\n\n{시각} {일정} · {장소}\n\n{하루일정}\n\n문의: {문의}\n{내일정}"


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a program to be made; the place carries its name, so that a mail says which one it means."""

    name: str
    starts_at: datetime
    place: str = ""
    minutes: int = 30

    @property
    def uid(self) -> UUID:
        return uuid4()


def clock() -> datetime:
    """The only clock of the outbox is the database's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


@transaction.atomic
def due_between(start: datetime, seconds: float, *, messages: int) -> None:
    """`messages` reminders, fifty at a time, evenly spread over the `seconds` from `start` on."""
    programs = max(1, -(-messages // A_PROGRAM))
    them = people(min(messages, 5000))
    pause = timedelta(seconds=seconds / programs)
    items = [[Item(f"집결 {n}", start + pause * n + LEAD, f"주차장 {n}")] for n in range(programs)]
    sizes = [min(A_PROGRAM, messages - n * A_PROGRAM) for n in range(programs)]
    groups = [
        [them[(n * A_PROGRAM + place) % len(them)] for place in range(size)]
        for n, size in enumerate(sizes)
    ]
    load(items, groups, trigger=Trigger.BEFORE_FIRST_ITEM)


@transaction.atomic
def load(
    items: Sequence[Sequence[Item]],
    people: Sequence[Sequence[Participant]],
    *,
    trigger: Trigger,
    lead: timedelta = LEAD,
) -> list[Program]:
    """One published program for each list of items, with one rule and the people in its place of `people`."""
    by = organizer()
    programs = Program.objects.bulk_create(
        [
            Program(
                code=f"drill-{uuid4().hex[:12]}",
                title=f"장애 훈련 {n}",
                starts_on=local_date(min(item.starts_at for item in those)),
                ends_on=local_date(max(item.starts_at for item in those)),
                status=ProgramStatus.CONFIRMED,
                capacity=max(1, len(people[n])),
                meeting_point="고령군청 주차장",
            )
            for n, those in enumerate(items)
        ]
    )
    _publish(programs, items, by)
    Enrollment.objects.bulk_create(_enrollments(programs, people))
    ReminderRule.objects.bulk_create(
        [
            ReminderRule(
                program=program,
                name="훈련",
                trigger=trigger,
                minutes_before=lead // timedelta(minutes=1),
                channels=[Channel.EMAIL],
                subject=SUBJECT,
                body=BODY,
            )
            for program in programs
        ]
    )
    return programs


def organizer() -> User:
    return User.objects.filter(employee_number="DRILL").first() or User.objects.create_user(
        employee_number="DRILL", name="한결", email="drill@goryeong.example", password=uuid4().hex
    )


def people(count: int) -> list[Participant]:
    department = Department.objects.create(code="DRILL", name="훈련과", sort_order=1)
    rank = Rank.objects.create(name="훈련급", sort_order=1)
    return Participant.objects.bulk_create(
        [
            Participant(
                employee_number=f"DRILL-{n:05}",
                name=f"이누리{n}",
                department=department,
                rank=rank,
                email=f"drill{n}@goryeong.example",
            )
            for n in range(count)
        ]
    )


def _publish(programs: list[Program], items: Sequence[Sequence[Item]], by: User) -> None:
    """Draft and publication alike, as the publishing service leaves them."""
    at = clock() - timedelta(days=3)
    publications = Publication.objects.bulk_create(
        [
            Publication(
                program=program,
                number=1,
                published_at=at,
                by=by,
                meeting_point=program.meeting_point,
            )
            for program in programs
        ]
    )
    drafts = ItineraryItem.objects.bulk_create(
        [
            ItineraryItem(
                uid=item.uid,
                program=program,
                kind=ItemKind.SESSION,
                title=item.name,
                starts_at=item.starts_at,
                ends_at=item.starts_at + timedelta(minutes=item.minutes),
                place=item.place,
                counts_as_learning=True,
            )
            for program, those in zip(programs, items, strict=True)
            for item in those
        ]
    )
    of = {publication.program_id: publication for publication in publications}
    PublishedItem.objects.bulk_create(
        [
            PublishedItem(
                publication=of[draft.program_id],
                uid=draft.uid,
                revision=1,
                sequence=0,
                change=Change.ADDED,
                kind=draft.kind,
                title=draft.title,
                starts_at=draft.starts_at,
                ends_at=draft.ends_at,
                place=draft.place,
                counts_as_learning=True,
            )
            for draft in drafts
        ]
    )


def _enrollments(
    programs: list[Program], people: Sequence[Sequence[Participant]]
) -> Iterable[Enrollment]:
    for program, those in zip(programs, people, strict=True):
        for person in those:
            yield Enrollment(
                program=program,
                participant=person,
                status=EnrollmentStatus.CONFIRMED,
                name=person.name,
                department_name="훈련과",
                rank_name="훈련급",
            )
