"""Sending what is due. Any number of senders may run at once, be killed at any point, and be started again."""

import logging
import time
from typing import Final
from uuid import UUID, uuid4

from django.db import InterfaceError, OperationalError, connection
from django.utils.translation import gettext as _

from reminders.channels import Answer, Outcome, Senders, Text
from reminders.models import Channel, Message, MessageState
from reminders.services import outbox
from reminders.services.facts import Facts
from reminders.services.outbox import Ticket
from reminders.services.texts import NothingToSayError, OutdatedError, Writer

log = logging.getLogger(__name__)
SETTLE_PAUSES: Final = (0.1, 0.5, 1, 2, 4)


def send_due(*, owner: UUID | None = None, batch: int = 100) -> int:
    """Send what is due by the database's clock; returns how many messages were accepted."""
    owner, accepted = owner or uuid4(), 0
    senders, writer = Senders(), Writer()
    try:
        while tickets := outbox.claim(owner=owner, limit=batch):
            writer.facts = Facts.of([ticket.id for ticket in tickets])
            accepted += sum(_deliver(ticket, senders, writer) for ticket in tickets)
    finally:
        senders.close()
    return accepted


def _deliver(ticket: Ticket, senders: Senders, writer: Writer) -> bool:
    """The text is written first and BEGIN asked last, so that as little time as can be lies between its yes and the
    hand-over."""
    stamp, draft = writer.facts.stamps.get(ticket.id), _drafted(ticket, writer)
    seen = outbox.begin(ticket)
    if seen is None:
        return False
    if seen != stamp:
        # Something changed since the batch was read; what BEGIN has just seen is what the text says.
        writer.facts.read_again(ticket.id)
        draft = _drafted(ticket, writer)
    if isinstance(draft, Exception):
        _give_up(ticket, draft)
        return False
    answer = _try_channels(ticket, writer.facts.messages[ticket.id], draft, senders)
    return _settle_surely(ticket, answer, draft) and answer.outcome == Outcome.ACCEPTED


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


def _try_channels(ticket: Ticket, message: Message, text: Text, senders: Senders) -> Answer:
    """In the order the rule gives; the next one only after a clear no."""
    answer = Answer(Outcome.REFUSED, Channel.EMAIL, _("보낼 방법이 정해져 있지 않습니다."))
    for place, channel in enumerate(message.channels):
        if place:
            outbox.note(ticket, answer)
        answer = senders.send(message, channel, text)
        if answer.outcome != Outcome.REFUSED:
            break
    return answer


def _settle_surely(ticket: Ticket, answer: Answer, text: Text) -> bool:
    """A database that restarts just now must not make a sent message look unsent."""
    for pause in SETTLE_PAUSES:
        try:
            return _settle(ticket, answer, text)
        except (OperationalError, InterfaceError):
            connection.close()
            time.sleep(pause)
    return _settle(ticket, answer, text)


def _settle(ticket: Ticket, answer: Answer, text: Text) -> bool:
    settled = outbox.settle(ticket, answer, subject=text.subject, body=text.kept_body)
    if not settled:
        log.warning("message %s was overtaken; its late answer is not counted", ticket.id)
    return settled
