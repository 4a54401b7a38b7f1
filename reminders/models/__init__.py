from reminders.models.attempt import DeliveryAttempt
from reminders.models.message import (
    SETTLED,
    WAITING,
    Channel,
    Message,
    MessageKind,
    MessageQuerySet,
    MessageState,
    PlanMark,
)
from reminders.models.reading import Acknowledgement, InboxReading, SeenVia, unseen
from reminders.models.rule import Audience, ReminderRule, Trigger

__all__ = [
    "SETTLED",
    "WAITING",
    "Acknowledgement",
    "Audience",
    "Channel",
    "DeliveryAttempt",
    "InboxReading",
    "Message",
    "MessageKind",
    "MessageQuerySet",
    "MessageState",
    "PlanMark",
    "ReminderRule",
    "SeenVia",
    "Trigger",
    "unseen",
]
