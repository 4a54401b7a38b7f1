"""The rows a text is written from: read once for a batch, and known to be current when BEGIN says the same stamp.

A stamp names the version of every row that may still change (`xmin`, the transaction that wrote it). It is read
before the rows are: whatever changes in between, the stamps differ and the message's rows are read again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection

from participants.models import TRAVELLING, Enrollment
from programs.models import Program
from reminders.models import Message
from reminders.services.outbox_sql import STAMPS
from site_visits.models import Publication


@dataclass
class Facts:
    """Without a batch every question goes to the database."""

    messages: dict[UUID, Message] = field(default_factory=dict)
    stamps: dict[UUID, str] = field(default_factory=dict)
    _in_force: dict[int, Publication] = field(default_factory=dict)
    _enrollments: dict[tuple[int, int], Enrollment] = field(default_factory=dict)

    @classmethod
    def of(cls, ids: Sequence[UUID]) -> "Facts":
        """Four statements for any number of messages."""
        with connection.cursor() as cursor:
            cursor.execute(STAMPS, {"ids": list(ids), "travelling": list(TRAVELLING)})
            rows = cursor.fetchall()
        messages = _messages(ids)
        found = cls(messages, {pk: stamp for pk, stamp, _ in rows})
        publications = Publication.objects.in_bulk({latest for _, _, latest in rows if latest})
        found._in_force = {one.program_id: one for one in publications.values()}
        travelling = (
            Enrollment.objects.travelling()
            .filter(
                program__in={m.program_id for m in messages.values() if m.program_id},
                participant__in={m.participant_id for m in messages.values() if m.participant_id},
            )
            .select_related("program", "group", "participant__user")
        )
        found._enrollments = {(e.program_id, e.participant_id): e for e in travelling}
        return found

    def read_again(self, pk: UUID) -> None:
        """One message anew, with everything it speaks of."""
        fresh = Facts.of([pk])
        message = fresh.messages[pk]
        self.messages[pk], self.stamps[pk] = message, fresh.stamps[pk]
        self._in_force |= fresh._in_force
        key = (message.program_id or 0, message.participant_id or 0)
        self._enrollments.pop(key, None)
        self._enrollments |= fresh._enrollments

    def in_force(self, program: Program | None) -> Publication | None:
        if program is None:
            return None
        if program.pk not in self._in_force:
            return Publication.objects.filter(program=program).order_by("-number").first()
        return self._in_force[program.pk]

    def enrollment(self, message: Message) -> Enrollment | None:
        """Of the person who travels; None for everybody else."""
        if message.pk in self.messages:
            return self._enrollments.get((message.program_id or 0, message.participant_id or 0))
        travelling = Enrollment.objects.filter(
            program=message.program, participant=message.participant
        ).travelling()
        return travelling.select_related("program", "group", "participant__user").first()


def _messages(ids: Sequence[UUID]) -> dict[UUID, Message]:
    return (
        Message.objects.select_related(
            "program",
            "rule",
            "publication",
            "event",
            "participant__user",
            "user",
            "host__item__site",
            "host__item__program",
            "asking__site",
        )
        .filter(pk__in=ids)
        .in_bulk()
    )
