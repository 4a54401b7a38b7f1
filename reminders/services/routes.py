"""Which channels a message takes that no rule speaks for, in the order to try."""

from typing import Final

from programs.models import Program
from reminders.models import Audience, Channel, ReminderRule

USUAL: Final[list[str]] = [Channel.EMAIL]


def of_program(program: Program) -> list[str]:
    """As its first active rule for those who travel reaches them: one habit for all messages of a program."""
    rules = ReminderRule.objects.filter(
        program=program, is_active=True, audience=Audience.CONFIRMED
    )
    first = rules.order_by("pk").values_list("channels", flat=True).first()
    return list(first or USUAL)


def urgent(channels: list[str]) -> list[str]:
    """What begins soon goes to the phone first, where the program uses it at all."""
    return sorted(channels, key=lambda channel: channel != Channel.SMS)
