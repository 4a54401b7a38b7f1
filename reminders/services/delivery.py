"""Sending what is due. Any number of senders may run at once, be killed at any point, and be started again."""

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Final
from uuid import UUID, uuid4

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.utils.translation import gettext as _

from reminders.channels import Senders, Text, rate_of
from reminders.models import Channel, Message, MessageState
from reminders.services import holding, outbox
from reminders.services.ledger import Ledger
from reminders.services.outbox import Ticket
from reminders.services.texts import NothingToSayError, OutdatedError, Writer

log = logging.getLogger(__name__)
BATCH: Final = 200


def send_due(*, owner: UUID | None = None, batch: int = BATCH) -> int:
    """Send what is due by the database's clock; returns how many messages were accepted.

    Claimed and read by the batch, checked and settled one by one.
    """
    owner = owner or uuid4()
    senders, writer, ledger = Senders(), Writer(), Ledger()
    try:
        while tickets := _claimed(owner, _batch(batch, senders)):
            claimed_at = time.monotonic()
            writer.read([ticket.id for ticket in tickets])
            for ticket in tickets:
                if time.monotonic() - claimed_at >= outbox.claim_lease().total_seconds():
                    # This process slept, or the other side is slow: the rest is for whoever is free.
                    outbox.tidy()
                    break
                _deliver(ticket, senders, writer, ledger)
            ledger.close()
    finally:
        senders.close()
        ledger.close()
    return ledger.accepted


def _claimed(owner: UUID, limit: int) -> list[Ticket]:
    """Quiet hours are kept while a long sending goes on, also for what was refused a moment ago."""
    holding.hold()
    return outbox.claim(owner=owner, limit=limit)


def send_all_due() -> int:
    """`send_due`, with several hands where there is much to do: while one waits for a server, another goes on."""
    hands = settings.REMINDERS_HANDS if outbox.is_much_due(BATCH) else 1
    if hands == 1:
        return send_due()
    with ThreadPoolExecutor(hands - 1) as others:
        futures = [others.submit(_another_hand) for _ in range(hands - 1)]
        return send_due() + sum(future.result() for future in futures)


def _another_hand() -> int:
    try:
        return send_due()
    finally:
        connection.close()


def _batch(most: int, senders: Senders) -> int:
    """No more than a slow gateway takes within a small part of the lease; its rate is shared with who else sends."""
    rates = [rate for channel in Channel.values if (rate := rate_of(channel))]
    if not rates:
        return most
    senders.share = 1 / outbox.senders_at_work()
    within = settings.REMINDERS_LEASE_SECONDS / 10
    return max(1, min(most, int(min(rates) * senders.share * within)))


def _deliver(ticket: Ticket, senders: Senders, writer: Writer, ledger: Ledger) -> None:
    """The text is written first and BEGIN asked last, so that as little time as can be lies between its yes and the
    hand-over."""
    message, stamp = writer.facts.messages.get(ticket.id), writer.facts.stamps.get(ticket.id)
    if message is None:
        # Deleted with its program.
        return
    draft = _drafted(ticket, writer)
    channel = _channel_of(message)
    if not senders.is_ready(channel):
        ledger.write()
        senders.prepare(channel)
    seen = ledger.begin(ticket)
    if seen is None:
        return
    if seen != stamp:
        # Something changed since the batch was read; what BEGIN has just seen is what the text says.
        writer.facts.read_again(ticket.id)
        message, draft = writer.facts.messages[ticket.id], _drafted(ticket, writer)
    if isinstance(draft, Exception):
        _give_up(ticket, draft)
    elif channel == Channel.COPY:
        outbox.hand_to_a_person(ticket, subject=draft.subject, body=draft.kept_body)
    else:
        ledger.settle(ticket, senders.send(message, channel, draft), draft)


def _channel_of(message: Message) -> str:
    """Whose turn it is in the order the rule gives; each has one turn."""
    return message.channels[message.place] if message.place < len(message.channels) else ""


def _drafted(ticket: Ticket, writer: Writer) -> Text | Exception:
    try:
        return writer.write(writer.facts.messages[ticket.id])
    except (OperationalError, InterfaceError):
        raise
    except Exception as problem:
        return problem


def _give_up(ticket: Ticket, problem: Exception) -> None:
    """A message that cannot be written must not keep the others from going out."""
    if isinstance(problem, OutdatedError):
        outbox.leave(ticket, MessageState.SUPERSEDED, reason="")
    elif isinstance(problem, NothingToSayError):
        outbox.leave(ticket, MessageState.SUPPRESSED, reason=_("알릴 것이 없어졌습니다."))
    else:
        log.error("message %s cannot be written", ticket.id, exc_info=problem)
        outbox.stumble(ticket, error=f"{type(problem).__name__}: {problem}")
