"""What a channel says after it tried to hand a message over."""

from dataclasses import dataclass
from datetime import timedelta
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
    """`text` is what the other side said, shown to the organizer; `reference` is its own name for the message;
    `wait` is how long it asked not to be asked again."""

    outcome: Outcome
    channel: Channel
    text: str = ""
    reference: str = ""
    wait: timedelta = timedelta()


class Sender(Protocol):
    """One way to reach people, open for the length of one run.

    `send` never raises for the other side's sake: every failure is an Answer, within a hard time limit.
    """

    @property
    def is_ready(self) -> bool:
        """Whether `prepare` has nothing to do."""

    def prepare(self) -> None:
        """Whatever takes time and can be done before the message is checked for the last time."""

    def send(self, message: Message, text: Text) -> Answer: ...

    def close(self) -> None: ...
