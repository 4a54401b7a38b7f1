"""The outbox: who holds a message, for how long, and what became of it.

Each step is one statement and one short transaction; no lock is held while talking to the network. The only
clock is the database's (`clock_timestamp()`, because `now()` stands still in a transaction). Owner and fence
decide: whoever was overtaken finds nothing to update.
"""

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from participants.models import TRAVELLING
from reminders.channels.answer import Answer
from reminders.models import MessageState
from reminders.services import outbox_sql as sql

CRASHES_ALLOWED: Final = 3
FIRST_PAUSE: Final = 20.0
LONGEST_PAUSE: Final = 1800.0


@dataclass(frozen=True, slots=True)
class Ticket:
    """The right to send one message: void as soon as somebody else holds a higher fence."""

    id: UUID
    owner: UUID
    fence: int


def claim(*, owner: UUID, limit: int) -> list[Ticket]:
    """Take what is due, oldest first; rows another sender is taking are skipped, not waited for."""
    rows = _rows(sql.CLAIM, owner=owner, limit=limit, lease=_lease())
    return [Ticket(id_, owner, fence) for id_, fence in rows]


def begin(ticket: Ticket) -> str | None:
    """Whether to send it now: still ours, still true, still wanted, still in time. None: no.

    What is no longer any of these is settled as superseded, suppressed or expired. The answer is the stamp of the
    rows it was decided from: a text written from rows of another stamp is out of date.
    """
    rows = _rows(sql.BEGIN, **_of(ticket), lease=_lease(), travelling=list(TRAVELLING))
    return rows[0][1] if rows and rows[0][0] == MessageState.SENDING else None


def settle(ticket: Ticket, answer: Answer, *, subject: str = "", body: str = "") -> bool:
    """Write down what the other side said. False: somebody else holds the message by now.

    The attempt is kept in either case: it did happen.
    """
    rows = _rows(
        sql.SETTLE,
        **_of(ticket),
        outcome=answer.outcome,
        channel=answer.channel,
        answer=answer.text[:300],
        reference=answer.reference[:200],
        subject=subject[:200],
        body=body,
        jitter=random.random(),  # noqa: S311 (spreads load, keeps no secret)
        first_pause=FIRST_PAUSE,
        longest_pause=LONGEST_PAUSE,
    )
    return bool(rows[0][0])


def note(ticket: Ticket, answer: Answer) -> None:
    """Keep an attempt after which the next channel is tried."""
    _rows(
        sql.NOTE,
        **_of(ticket),
        channel=answer.channel,
        outcome=answer.outcome,
        answer=answer.text[:300],
    )


def leave(ticket: Ticket, state: MessageState, *, reason: str) -> bool:
    """Settle without sending: while the text was written it turned out to be outdated or empty."""
    return bool(_rows(sql.LEAVE, **_of(ticket), state=state, reason=reason[:300]))


def stumble(ticket: Ticket, *, error: str) -> bool:
    """The message could not even be written: counted like a crash, dead after the third time."""
    return bool(_rows(sql.STUMBLE, **_of(ticket), error=error[:300], allowed=CRASHES_ALLOWED))


def tidy() -> int:
    """Take back what a vanished sender held and close what is past its time; returns how many.

    Only a message that was being sent when its sender vanished counts as a crash: the rest of that
    sender's batch was never touched.
    """
    vanished = _("보내던 프로그램이 세 번 멈추었습니다.")
    return len(_rows(sql.TIDY, allowed=CRASHES_ALLOWED, vanished=vanished))


def is_late_by() -> timedelta:
    """How long the oldest due message has been waiting; zero when none is."""
    return _rows(sql.OLDEST_DUE)[0][0]


def _lease() -> timedelta:
    """More than twice the longest a send may take, so that a slow sender is not taken for a dead one."""
    return timedelta(seconds=settings.REMINDERS_LEASE_SECONDS)


def _of(ticket: Ticket) -> dict[str, Any]:
    return {"id": ticket.id, "owner": ticket.owner, "fence": ticket.fence}


def _rows(statement: str, **facts: Any) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, facts)
        return cursor.fetchall()
