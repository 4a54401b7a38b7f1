"""What was handed over, kept in mind until it is surely on the disk.

Waiting for the disk after each message takes several times as long as sending it. So only every twentieth settlement
waits, which puts the others on the disk with it; until then each is remembered here, and settled again when the
database crashed meanwhile. Twice settled is once settled: owner and fence see to that.

What can come twice: the one message in flight of a sender that is killed or whose database crashes, as ever. Only a
machine that loses its power, sender and database at once, sends up to twenty again, under the same Message-ID.
"""

import logging
import time
from itertools import chain, repeat
from typing import Final

from django.db import InterfaceError, OperationalError, connection

from reminders.channels import Answer, Outcome, Text
from reminders.services import outbox
from reminders.services.outbox import Ticket

log = logging.getLogger(__name__)
AT_MOST: Final = 20
# A database that is away must not make sent messages look unsent: whoever has nothing else to do asks again and
# again, often enough to be there before somebody takes the messages back.
PAUSES: Final = (0.1, 0.5, 1)
LONGEST_OUTAGE: Final = 15 * 60

Settlement = tuple[Ticket, Answer, Text]


class Ledger:
    """Of one sender. What was accepted is written down together with the BEGIN of the next message; `write` where
    none follows at once."""

    def __init__(self) -> None:
        self.accepted = 0
        self._pending: list[Settlement] = []
        # The last of the pending: not written down yet.
        self._unwritten: Settlement | None = None

    def begin(self, ticket: Ticket) -> str | None:
        """`outbox.begin`, after what was accepted before."""
        if self._unwritten is None:
            return outbox.begin(ticket)
        before, answer, text = self._unwritten
        try:
            settled, stamp = outbox.settle_and_begin(
                before, answer, ticket, subject=text.subject, body=text.kept_body
            )
        except (OperationalError, InterfaceError):
            self._settle_again()
            return outbox.begin(ticket)
        self._wrote(settled=settled)
        return stamp

    def settle(self, ticket: Ticket, answer: Answer, text: Text) -> None:
        self.write()
        self._unwritten = (ticket, answer, text)
        self._pending.append(self._unwritten)
        if answer.outcome != Outcome.ACCEPTED or len(self._pending) >= AT_MOST:
            self.write()

    def write(self) -> None:
        """Everything is written down, though perhaps not on the disk yet."""
        if self._unwritten is None:
            return
        durable = len(self._pending) >= AT_MOST
        try:
            settled = _settle(*self._unwritten, durable=durable)
        except (OperationalError, InterfaceError):
            self._settle_again()
            return
        self._wrote(settled=settled)
        if durable:
            self._pending.clear()

    def close(self) -> None:
        """Everything settled so far is on the disk."""
        self.write()
        if not self._pending:
            return
        try:
            outbox.make_durable()
        except (OperationalError, InterfaceError):
            self._settle_again()
        self._pending.clear()

    def _wrote(self, *, settled: bool) -> None:
        assert self._unwritten is not None  # noqa: S101 (for the type checker)
        ticket, answer, _text = self._unwritten
        if not settled:
            log.warning("message %s was overtaken; its late answer is not counted", ticket.id)
        elif answer.outcome == Outcome.ACCEPTED:
            self.accepted += 1
        self._unwritten = None

    def _settle_again(self) -> None:
        """After a crash of the database: all that may be lost, until it is written."""
        began = time.monotonic()
        for pause in chain(PAUSES, repeat(PAUSES[-1])):
            connection.close()
            try:
                settled = [_settle(*one, durable=True) for one in self._pending]
            except (OperationalError, InterfaceError):
                if time.monotonic() - began > LONGEST_OUTAGE:
                    raise
                time.sleep(pause)
            else:
                if self._unwritten is not None:
                    self._wrote(settled=settled[-1])
                self._pending.clear()
                return


def _settle(ticket: Ticket, answer: Answer, text: Text, *, durable: bool) -> bool:
    return outbox.settle(ticket, answer, subject=text.subject, body=text.kept_body, durable=durable)
