"""One person's messages, and whom to call because a change has not been seen."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from core.dates import kdaytime
from core.masking import mask_phone, without_contacts
from desk import message_pages
from participants.models import Participant
from programs.models import Program
from reminders import calls, seen, told
from reminders.calls import ToCall
from reminders.channels import Text
from reminders.models import Message, unseen
from reminders.seen import Seen
from reminders.told import News
from site_visits.models import Publication, SeenPublication


@dataclass(frozen=True, slots=True)
class Step:
    """One message of the timeline, with all that became of it."""

    message: Message
    about: str
    tone: str
    text: Text | None
    news: News | None
    seen: Seen | None
    attempts: list[message_pages.AttemptLine]
    why: str


@dataclass(frozen=True, slots=True)
class Look:
    """The person said on "my itinerary" that they have seen a publication."""

    number: int
    at: datetime


def timeline(program: Program, *, participant: Participant | None, user: User | None) -> list[Step]:
    """Newest first; a fixed number of statements however long the story is."""
    mine = Q(participant=participant) if participant else Q(user=user)
    rows = list(
        Message.objects.filter(mine, program=program)
        .select_related("program", "rule", "publication", "participant__user", "user", "host")
        .prefetch_related("attempts")
        .order_by("-due_at", "-planned_at", "pk")
    )
    news, words = told.news_of(rows), seen.of(rows)
    return [
        Step(
            message=row,
            about=message_pages.about(row),
            tone=message_pages.TONES.get(message_pages.S(row.state), "plain"),
            # Only what was written down: what would be sent now stands on the message's own page.
            text=Text(row.subject, row.body) if row.body else None,
            news=news.get(row.pk) or None,
            seen=words.get(row.pk),
            attempts=message_pages.attempts(row),
            why=without_contacts(row.last_error) or row.held_reason,
        )
        for row in rows
    ]


def looks(program: Program, user: User | None) -> list[Look]:
    if user is None:
        return []
    rows = SeenPublication.objects.filter(user=user, publication__program=program)
    rows = rows.select_related("publication").order_by("-publication__number")
    return [Look(row.publication.number, row.seen_at) for row in rows]


# -- whom to call


@dataclass(frozen=True, slots=True)
class Unseen:
    """How many have not seen the publication in force, and where they are listed."""

    count: int
    number: int
    url: str


def unseen_of(program: Program) -> Unseen | None:
    """None when everybody has seen it, or nobody had to be told."""
    rows = unseen(Message.objects.filter(program=program).of_publications_in_force())
    found = (
        rows.order_by("publication__number")
        .values("publication__number")
        .annotate(n=Count("participant", distinct=True) + Count("user", distinct=True))
        .first()
    )
    if found is None:
        return None
    number = found["publication__number"]
    url = reverse("organize:unseen-list", args=[program.code, number])
    return Unseen(found["n"], number, url)


@dataclass(frozen=True, slots=True)
class CallLine:
    row: ToCall
    name: str
    department: str
    phone: str
    dial: bool
    told: str
    next: str
    tone: str
    url: str


def call_lines(publication: Publication, *, at: datetime, unmasked: bool) -> list[CallLine]:
    return [_line(row, unmasked=unmasked) for row in calls.to_call(publication, at=at)]


def _line(row: ToCall, *, unmasked: bool) -> CallLine:
    message, person = row.message, row.message.participant
    number = person.mobile if person else ""
    # An extension is the office's, no secret of the person's.
    office = message.user.office_phone if message.user else ""
    item = row.next_item
    return CallLine(
        row=row,
        name=message_pages.told(message),
        department=person.department.name if person else "",
        phone=office or (number if unmasked else mask_phone(number)),
        dial=bool(unmasked and number),
        told=kdaytime(row.told_at)
        if row.told_at
        else without_contacts(message.last_error) or message.held_reason or _("아직 전하지 못함"),
        next=f"{kdaytime(item.starts_at)} {item.display_title}" if item else _("남은 일정이 없음"),
        tone="plain" if row.told_at else "bad",
        url=message_pages.timeline_url(message),
    )


def subjects(lines: list[CallLine]) -> list[str]:
    """Whose numbers were shown, for the access log."""
    people: list[Any] = [line.row.message.participant or line.row.message.user for line in lines]
    return [one.employee_number for one in people]
