"""What a channel says after it tried to hand a message over."""

from dataclasses import dataclass
from typing import Protocol

from reminders.models import Channel, DeliveryAttempt, Message

Outcome = DeliveryAttempt.Outcome
MASKED = "********"


@dataclass(frozen=True, slots=True)
class Text:
    """`short` is what a phone gets instead of subject and body, the sender's name first.

    `secret` stands in the body that goes out, never in the one that is kept.
    """

    subject: str
    body: str
    short: str = ""
    secret: str = ""

    @property
    def kept_body(self) -> str:
        return self.body.replace(self.secret, MASKED) if self.secret else self.body


@dataclass(frozen=True, slots=True)
class Answer:
    """`text` is what the other side said, shown to the organizer; `reference` is its own name for the message."""

    outcome: Outcome
    channel: Channel
    text: str = ""
    reference: str = ""


class Sender(Protocol):
    """One way to reach people, open for the length of one run.

    `send` never raises for the other side's sake: every failure is an Answer, within a hard time limit.
    """

    def send(self, message: Message, text: Text) -> Answer: ...

    def close(self) -> None: ...
