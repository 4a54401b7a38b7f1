from reminders.models.message import (
    SETTLED,
    WAITING,
    Acknowledgement,
    Channel,
    DeliveryAttempt,
    Message,
    MessageKind,
    MessageQuerySet,
    MessageState,
    PlanMark,
)
from reminders.models.rule import Audience, ReminderRule, Trigger

__all__ = [
    "SETTLED",
    "WAITING",
    "Acknowledgement",
    "Audience",
    "Channel",
    "DeliveryAttempt",
    "Message",
    "MessageKind",
    "MessageQuerySet",
    "MessageState",
    "PlanMark",
    "ReminderRule",
    "Trigger",
]
