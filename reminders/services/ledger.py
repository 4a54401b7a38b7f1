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

from reminders.channels import Answer, Text
from reminders.services import outbox
from reminders.services.outbox import Ticket

log = logging.getLogger(__name__)
AT_MOST: Final = 20
# A database that is away must not make sent messages look unsent: whoever has nothing else to do asks again and
# again, often enough to be there before somebody takes the messages back.
PAUSES: Final = (0.1, 0.5, 1)
LONGEST_OUTAGE: Final = 15 * 60


class Ledger:
    def __init__(self) -> None:
        self._pending: list[tuple[Ticket, Answer, Text]] = []

    def settle(self, ticket: Ticket, answer: Answer, text: Text) -> bool:
        """Whether it was still ours to settle."""
        self._pending.append((ticket, answer, text))
        durable = len(self._pending) >= AT_MOST
        try:
            settled = _settle(ticket, answer, text, durable=durable)
        except (OperationalError, InterfaceError):
            return self._settle_again()
        if durable:
            self._pending.clear()
        if not settled:
            log.warning("message %s was overtaken; its late answer is not counted", ticket.id)
        return settled

    def close(self) -> None:
        """Everything settled so far is on the disk."""
        if not self._pending:
            return
        try:
            outbox.make_durable()
        except (OperationalError, InterfaceError):
            self._settle_again()
        self._pending.clear()

    def _settle_again(self) -> bool:
        """After a crash of the database: all that may be lost, until it is written. Whether the last one was ours."""
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
                self._pending.clear()
                return settled[-1]
        raise AssertionError("the pauses never end")


def _settle(ticket: Ticket, answer: Answer, text: Text, *, durable: bool) -> bool:
    return outbox.settle(ticket, answer, subject=text.subject, body=text.kept_body, durable=durable)
