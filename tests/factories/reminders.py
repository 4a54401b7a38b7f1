"""A program about to begin, and messages in the outbox."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from core.dates import local_date
from participants.models import Enrollment, Participant
from programs.models import Program
from reminders.models import Message, MessageKind, MessageState, ReminderRule, Trigger
from reminders.services import defaults, planning
from site_visits.models import HostState, ItemKind, Publication, PublishedItem, SiteVisit
from tests.factories.participants import EnrollmentFactory
from tests.factories.programs import ProgramFactory
from tests.factories.site_visits import VisitItemFactory, at, publication, published_item


def program_starting(at: datetime, *, people: int = 1, **fields: Any) -> Program:
    """A confirmed program, published, whose first item starts at `at`, with `people` confirmed."""
    day = local_date(at)
    fields.setdefault("capacity", max(people, 40))
    program = ProgramFactory(starts_on=day, ends_on=day + timedelta(days=1), **fields)
    published_item(publication(program), starts_at=at, title="집결", place="군청 주차장")
    EnrollmentFactory.create_batch(people, program=program)
    return program


def due_reminders(people: int = 1, **fields: Any) -> list[Message]:
    """Reminders "60 minutes before" that are due now: the first item starts in 50 minutes."""
    program = program_starting(timezone.now() + timedelta(minutes=50), people=people, **fields)
    defaults.copy(program)
    ReminderRule.objects.filter(program=program, trigger=Trigger.DAY_BEFORE_AT).update(
        is_active=False
    )
    planning.plan()
    return list(Message.objects.filter(program=program).order_by("pk"))


def next_publication(
    program: Program, *, moved: PublishedItem | None = None, **changes: Any
) -> Publication:
    """One more publication with all items of the last; `moved` gets `changes` and a new revision."""
    last = Publication.objects.filter(program=program).order_by("-number").first()
    new = publication(program, number=last.number + 1, published_at=timezone.now())
    for item in last.items.all():
        fresh = PublishedItem.objects.get(pk=item.pk)
        fresh.pk, fresh.publication, fresh.change = None, new, "unchanged"
        if moved is not None and item.uid == moved.uid:
            fresh.revision += 1
            for name, value in changes.items():
                setattr(fresh, name, value)
        fresh.save(force_insert=True)
    return new


def enrolled(program: Program, **fields: Any) -> Enrollment:
    return EnrollmentFactory(program=program, **fields)


def rules_of(program: Program) -> dict[str, ReminderRule]:
    """Those for everybody who travels, as the house switches them on."""
    found = ReminderRule.objects.filter(program=program, audience="confirmed")
    return {rule.trigger: rule for rule in found}


def rule(program: Program | None, audience: str = "confirmed", **fields: Any) -> ReminderRule:
    """A rule "the day before at 18:00", unless the fields say otherwise; the program has no others."""
    timing = {"trigger": Trigger.DAY_BEFORE_AT, "days_before": 1, "at_time": time(18)}
    if "minutes_before" in fields:
        timing = {"trigger": Trigger.BEFORE_FIRST_ITEM}
    plain = {"name": audience, "channels": ["email"], "subject": "{일정}", "body": "{시각} {일정}"}
    return ReminderRule.objects.create(
        program=program, audience=audience, **(timing | plain | fields)
    )


def host_of(
    program: Program,
    *,
    state: HostState = HostState.CONFIRMED,
    starts_at: datetime | None = None,
    **item: Any,
) -> SiteVisit:
    """A visit on the plan in force whose host has answered."""
    starts_at = starts_at or at(program.starts_on, "10:30")
    drafted = VisitItemFactory(
        program=program, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=90)
    )
    answered = timezone.now() if state in ("confirmed", "refused") else None
    SiteVisit.objects.filter(item=drafted).update(
        host_state=state,
        asked_at=timezone.now(),
        asked_starts_at=starts_at,
        asked_ends_at=drafted.ends_at,
        answered_at=answered,
    )
    issue = program.publications.order_by("number").last()
    published_item(issue, uid=drafted.uid, kind=ItemKind.VISIT, starts_at=starts_at, **item)
    return SiteVisit.objects.get(item=drafted)


def notice(of: Publication, participant: Participant | None = None, **fields: Any) -> Message:
    """A change notice that went out just now, unless the fields say otherwise."""
    now = timezone.now()
    sent = {"state": MessageState.ACCEPTED, "accepted_at": now, "settled_at": now}
    if "state" in fields:
        sent = {}
    facts = {
        "dedupe_key": f"change:{of.pk}:{participant.pk if participant else 0}:{uuid4()}",
        "kind": MessageKind.CHANGE,
        "program": of.program,
        "publication": of,
        "participant": participant,
        "channels": ["email"],
        "channel": "email",
        "subject": "[고령군] 일정 변경",
        "body": "바뀌었습니다.\n",
        "due_at": now,
        "expires_at": now + timedelta(days=9),
    }
    return Message.objects.create(**(facts | sent | fields))


def moved_trip(people: int = 1, *, hours: int = 15, **fields: Any) -> Publication:
    """The second publication of a program ten days away: its first item begins `hours` o'clock, no longer at nine."""
    day = local_date(timezone.now() + timedelta(days=fields.pop("days", 10)))
    program = program_starting(at(day, "09:00"), people=people, **fields)
    first = PublishedItem.objects.get(publication__program=program)
    later = at(day, f"{hours:02d}:00")
    return next_publication(
        program, moved=first, starts_at=later, ends_at=later + timedelta(minutes=90)
    )
