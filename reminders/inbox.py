"""What the page "my messages" shows of each: unread or not, what changed, and whether it waits for a word."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import CharField, Exists, F, Func, OuterRef, Q, Value
from django.db.models.functions import Coalesce

from accounts.models import User
from reminders import seen, told
from reminders.models import InboxReading, Message, MessageKind, MessageQuerySet, MessageState
from reminders.seen import Seen
from reminders.told import News

# It never arrived, came back, or nobody can tell: then this page is where it can be read.
MISSED: Final = [MessageState.DEAD, MessageState.BOUNCED, MessageState.UNKNOWN]
# A repetition carries the key of what it repeats, and then its own number.
_ABOUT: Final = Func(
    F("dedupe_key"), Value("#"), Value(1), function="split_part", output_field=CharField()
)


@dataclass(frozen=True, slots=True)
class Line:
    message: Message
    told_at: datetime
    is_unread: bool
    news: News | None
    seen: Seen | None
    waits: bool
    missed: bool


def of(user: User) -> MessageQuerySet:
    """What this person was told, newest first: by whatever way it came, and what reached them by none."""
    again = Message.objects.filter(
        Q(participant=OuterRef("participant")) | Q(user=OuterRef("user")), accepted_at__isnull=False
    )
    came_later = Exists(again.annotate(about=_ABOUT).filter(about=OuterRef("about")))
    undelivered = Q(state__in=MISSED) & ~Q(body="") & ~Q(came_later)
    return (
        Message.objects.told_to(user)
        .annotate(about=_ABOUT, at=Coalesce("accepted_at", "settled_at"))
        .filter(Q(accepted_at__isnull=False) | undelivered)
        .select_related("program", "publication", "participant__user", "user")
        .order_by("-at", "pk")
    )


def lines(messages: list[Message], *, user: User) -> list[Line]:
    """A fixed number of statements, however many messages."""
    reading = InboxReading.objects.filter(user=user).first()
    news, words = told.news_of(messages), seen.of(messages)
    return [
        Line(
            message,
            told_at,
            is_unread=reading is None or told_at > reading.read_until,
            news=news.get(message.pk),
            seen=words.get(message.pk),
            waits=message.kind == MessageKind.CHANGE and message.pk not in words,
            missed=message.state in MISSED,
        )
        for message in messages
        if (told_at := message.accepted_at or message.settled_at)
    ]
