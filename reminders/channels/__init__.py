"""The ways to reach people; a message names them in the order to try."""

import time
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from reminders.channels.answer import Answer, Outcome, Sender, Text
from reminders.channels.drop import DropSender
from reminders.channels.email import EmailSender
from reminders.channels.inbox import InboxSender
from reminders.channels.sms import SmsSender
from reminders.models import Channel, Message

# COPY is missing on purpose: a person passes that on, no machine does.
SENDERS: Final[dict[str, Callable[[], Sender]]] = {
    Channel.EMAIL: EmailSender,
    Channel.SMS: SmsSender,
    Channel.FILE: DropSender,
    Channel.INBOX: InboxSender,
}

__all__ = ["SENDERS", "Answer", "Outcome", "Senders", "Text", "rate_of"]


def rate_of(channel: str) -> float:
    """Messages a second its gateway takes; 0 where none is stated."""
    rates = {Channel.EMAIL: settings.EMAIL_RATE, Channel.SMS: settings.SMS_RATE}
    return rates.get(Channel(channel), 0) if channel in Channel.values else 0


class Senders:
    """The channels of one run: each is opened when first needed and kept to the end.

    `share` is the part of a gateway's rate that is this process's, the others at work have the rest.
    """

    def __init__(self) -> None:
        self._open: dict[str, Sender] = {}
        self._next_turn: dict[str, float] = {}
        self.share = 1.0

    def is_ready(self, channel: str) -> bool:
        """Whether `prepare` has nothing to do."""
        return channel in self._open and not rate_of(channel) and self._open[channel].is_ready

    def prepare(self, channel: str) -> None:
        """All that may take time before the last check of a message: the turn at the gateway, the connection."""
        if channel not in SENDERS:
            return
        if rate := rate_of(channel) * self.share:
            now = time.monotonic()
            turn = max(now, self._next_turn.get(channel, now))
            self._next_turn[channel] = turn + 1 / rate
            time.sleep(turn - now)
        self._opened(channel).prepare()

    def send(self, message: Message, channel: str, text: Text) -> Answer:
        if channel not in SENDERS:
            return Answer(Outcome.REFUSED, Channel.INBOX, _("쓸 수 없는 방법입니다: %s") % channel)
        return self._opened(channel).send(message, text)

    def close(self) -> None:
        for sender in self._open.values():
            sender.close()
        self._open.clear()

    def _opened(self, channel: str) -> Sender:
        if channel not in self._open:
            self._open[channel] = SENDERS[channel]()
        return self._open[channel]
