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

from core import statements
from reminders.channels.answer import Answer, Outcome
from reminders.models import Channel, MessageState
from reminders.services import outbox_sql as sql

CRASHES_ALLOWED: Final = 3
FIRST_PAUSE: Final = 20.0
LONGEST_PAUSE: Final = 1800.0
# Longer than a sender waits before it asks a database that was away once more.
GRACE_AFTER_RESTART: Final = timedelta(seconds=30)
# While another channel is left; the last one is tried as long as the message is of use.
TRIES_A_CHANNEL: Final = 5


@dataclass(frozen=True, slots=True)
class Ticket:
    """The right to send one message: void as soon as somebody else holds a higher fence.

    `is_plain`: the reminder of a participant, for which less has to be looked at.
    """

    id: UUID
    owner: UUID
    fence: int
    is_plain: bool = False


def claim(*, owner: UUID, limit: int) -> list[Ticket]:
    """Take what is due: urgent first, then oldest first. Rows another sender is taking are not waited for."""
    rows = _rows(sql.CLAIM, owner=owner, limit=limit, lease=claim_lease())
    return [
        Ticket(pk, owner, fence, is_plain)
        for pk, fence, is_plain, *_order in sorted(rows, key=lambda row: (*row[3:], row[0]))
    ]


def begin(ticket: Ticket) -> str | None:
    """Whether to send it now: still ours, still true, still wanted, still in time. None: no.

    What is no longer any of these is settled as superseded, suppressed or expired. The answer is the stamp of the
    rows it was decided from: a text written from rows of another stamp is out of date.
    """
    rows = _often(sql.BEGIN_PLAIN if ticket.is_plain else sql.BEGIN, **_next(ticket))
    return _stamp(*rows[0]) if rows else None


def settle(
    ticket: Ticket,
    answer: Answer,
    *,
    subject: str = "",
    body: str = "",
    durable: bool = True,
) -> bool:
    """Write down what the other side said. False: somebody else holds the message by now, or it was settled before.

    The attempt is kept in either case: it did happen.
    What is not `durable` a crash of the database may forget (`make_durable`, or settle it again).
    """
    facts = {**_said(ticket, answer, subject, body), "durable": durable}
    if answer.outcome == Outcome.ACCEPTED:
        return bool(_often(sql.ACCEPT, **facts)[0][0])
    rows = _often(
        sql.SETTLE,
        **facts,
        wait=answer.wait,
        jitter=random.random(),  # noqa: S311 (spreads load, keeps no secret)
        first_pause=FIRST_PAUSE,
        longest_pause=LONGEST_PAUSE,
        most_tries=TRIES_A_CHANNEL,
    )
    return bool(rows[0][0])


def settle_and_begin(
    ticket: Ticket, answer: Answer, following: Ticket, *, subject: str, body: str
) -> tuple[bool, str | None]:
    """`settle` of what was accepted, not durable, and `begin` of the following ticket of the same owner."""
    statement = sql.ACCEPT_AND_BEGIN_PLAIN if following.is_plain else sql.ACCEPT_AND_BEGIN
    facts = _said(ticket, answer, subject, body) | _next(following)
    settled, state, stamp = _often(statement, **facts)[0]
    return settled, _stamp(state, stamp)


def make_durable() -> None:
    """Whatever this connection has written is on the disk afterwards."""
    _rows(sql.MAKE_DURABLE)


def hand_to_a_person(ticket: Ticket, *, subject: str, body: str) -> bool:
    """The text is ready to be copied into a messenger; the message waits until somebody says that they did."""
    reason = _("메신저로 전할 문구가 준비되었습니다.")
    facts = {"subject": subject[:200], "body": body, "reason": reason, "channel": Channel.COPY}
    return bool(_rows(sql.HAND_TO_A_PERSON, **_of(ticket), **facts))


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
    facts = {"lease": _lease(), "grace": GRACE_AFTER_RESTART}
    return len(_rows(sql.TIDY, allowed=CRASHES_ALLOWED, vanished=vanished, **facts))


def is_much_due(many: int) -> bool:
    """Whether more than `many` messages wait to be sent now."""
    return bool(_rows(sql.MUCH_DUE, many=many))


def is_late_by() -> timedelta:
    """How long the oldest due message has been waiting; zero when none is."""
    return _rows(sql.OLDEST_DUE)[0][0]


def senders_at_work() -> int:
    """How many share the gateways just now, this one included."""
    return _rows(sql.SENDERS_AT_WORK)[0][0]


def claim_lease() -> timedelta:
    """Shorter than the lease of a message that is being sent: of a vanished sender's batch all but one was never
    touched, and nobody should wait for long because of it."""
    return _lease() / 4


def _lease() -> timedelta:
    """More than twice the longest a send may take, so that a slow sender is not taken for a dead one."""
    return timedelta(seconds=settings.REMINDERS_LEASE_SECONDS)


def _of(ticket: Ticket) -> dict[str, Any]:
    return {"id": ticket.id, "owner": ticket.owner, "fence": ticket.fence}


def _next(ticket: Ticket) -> dict[str, Any]:
    return {
        "next": ticket.id,
        "next_fence": ticket.fence,
        "owner": ticket.owner,
        "lease": _lease(),
    }


def _said(ticket: Ticket, answer: Answer, subject: str, body: str) -> dict[str, Any]:
    return _of(ticket) | {
        "outcome": answer.outcome,
        "channel": answer.channel,
        "answer": answer.text[:300],
        "reference": answer.reference[:200],
        "subject": subject[:200],
        "body": body,
    }


def _stamp(state: str | None, stamp: str) -> str | None:
    return stamp if state == MessageState.SENDING else None


def _often(statement: str, **facts: Any) -> list[tuple]:
    return statements.rows(statement, facts)


def _rows(statement: str, **facts: Any) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, facts)
        return cursor.fetchall()
