"""What the page "my messages" shows of each: unread or not, what changed, and whether it waits for a word."""

from dataclasses import dataclass

from accounts.models import User
from reminders import seen, told
from reminders.models import InboxReading, Message, MessageKind
from reminders.seen import Seen
from reminders.told import News


@dataclass(frozen=True, slots=True)
class Line:
    message: Message
    is_unread: bool
    news: News | None
    seen: Seen | None
    waits: bool


def lines(messages: list[Message], *, user: User) -> list[Line]:
    """A fixed number of statements, however many messages."""
    reading = InboxReading.objects.filter(user=user).first()
    news, words = told.news_of(messages), seen.of(messages)
    return [
        Line(
            message,
            is_unread=reading is None or message.accepted_at > reading.read_until,
            news=news.get(message.pk),
            seen=words.get(message.pk),
            waits=message.kind == MessageKind.CHANGE and message.pk not in words,
        )
        for message in messages
    ]
