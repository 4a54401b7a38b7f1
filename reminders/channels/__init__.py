"""The ways to reach people; a message names them in the order to try."""

from collections.abc import Callable
from typing import Final

from django.utils.translation import gettext as _

from reminders.channels.answer import Answer, Outcome, Sender, Text
from reminders.channels.email import EmailSender
from reminders.channels.inbox import InboxSender
from reminders.models import Channel, Message

SENDERS: Final[dict[str, Callable[[], Sender]]] = {
    Channel.EMAIL: EmailSender,
    Channel.INBOX: InboxSender,
}

__all__ = ["SENDERS", "Answer", "Outcome", "Senders", "Text"]


class Senders:
    """The channels of one run: each is opened when first needed and kept to the end."""

    def __init__(self) -> None:
        self._open: dict[str, Sender] = {}

    def send(self, message: Message, channel: str, text: Text) -> Answer:
        if channel not in SENDERS:
            return Answer(Outcome.REFUSED, Channel.INBOX, _("쓸 수 없는 방법입니다: %s") % channel)
        if channel not in self._open:
            self._open[channel] = SENDERS[channel]()
        return self._open[channel].send(message, text)

    def close(self) -> None:
        for sender in self._open.values():
            sender.close()
        self._open.clear()
