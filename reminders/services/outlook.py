"""What a rule would make, before it makes anything: how many messages, when, and to whom."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from programs.models import ProgramStatus
from reminders.models import ReminderRule
from reminders.services import planning
from reminders.services.wanted import MADE

# A plan may be published and a rule tried long before the program is confirmed.
NOT_OVER: Final = [
    status
    for status in ProgramStatus
    if status not in (ProgramStatus.FINISHED, ProgramStatus.CANCELLED)
]


@dataclass(frozen=True, slots=True)
class Made:
    """One message of a rule: exactly one of the three readers, and the item it speaks of."""

    participant_id: int | None
    user_id: int | None
    host_id: int | None
    item_uid: UUID
    item_revision: int
    due_at: datetime
    expires_at: datetime

    @property
    def reader(self) -> str:
        """As it stands in an address: `p12`, `u5`, `h7`."""
        if self.participant_id:
            return f"p{self.participant_id}"
        return f"u{self.user_id}" if self.user_id else f"h{self.host_id}"


@dataclass(frozen=True, slots=True)
class Outlook:
    """`at_once` are those whose time has passed and that are still of use."""

    messages: int
    at_once: int
    times: list[tuple[datetime, int]]


def of(rule: ReminderRule, *, at: datetime) -> Outlook:
    """What the rule will make from now on, were it switched on."""
    ahead = [one for one in made(rule, at=at) if one.expires_at > at]
    times = Counter(one.due_at for one in ahead if one.due_at > at)
    return Outlook(len(ahead), len(ahead) - times.total(), sorted(times.items()))


@transaction.atomic
def made(rule: ReminderRule, *, at: datetime) -> list[Made]:
    """Every message of the rule, what still can be sent before what is over, the next first."""
    facts = planning.facts(at, rule.program, rule=rule, statuses=NOT_OVER)
    with connection.cursor() as cursor:
        cursor.execute(planning.NO_NESTED_LOOPS)
        cursor.execute(MADE, facts)
        return [Made(*row) for row in cursor.fetchall()]
