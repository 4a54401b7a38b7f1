"""The rows a text is written from: read once for a batch, and known to be current when BEGIN says the same stamp.

A stamp names the version of every row that may still change (`xmin`, the transaction that wrote it). It is read
before the rows are: whatever changes in between, the stamps differ and the message's rows are read again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from django.db.models import prefetch_related_objects

from core import statements
from participants.models import Enrollment
from programs.models import Program
from reminders.models import Message, ReminderRule
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
        """At most two statements for each table, for any number of messages."""
        rows = statements.rows(STAMPS, {"ids": list(ids)})
        found = cls(_messages(ids), {pk: stamp for pk, stamp, _ in rows})
        found._read_enrollments()
        found._share(Publication.objects.in_bulk({latest for _, _, latest in rows if latest}))
        return found

    def _read_enrollments(self) -> None:
        told = self.messages.values()
        travelling = Enrollment.objects.travelling().filter(
            program__in={m.program_id for m in told if m.program_id},
            participant__in={m.participant_id for m in told if m.participant_id},
        )
        self._enrollments = {
            (e.program_id, e.participant_id): e for e in travelling.select_related("group")
        }

    def _share(self, in_force: Mapping[int, Publication]) -> None:
        """One program, one rule, one person for all the messages that speak of them."""
        told = self.messages.values()
        self._in_force = {one.program_id: one for one in in_force.values()}
        programs = Program.objects.in_bulk({m.program_id for m in told if m.program_id})
        rules = ReminderRule.objects.in_bulk({m.rule_id for m in told if m.rule_id})
        for message in told:
            # What was deleted since the rows were read is gone for BEGIN, too.
            message.program = programs.get(message.program_id or 0)
            message.rule = rules.get(message.rule_id or 0)
            one = self._enrollments.get((message.program_id or 0, message.participant_id or 0))
            if one and message.program and message.participant:
                one.program, one.participant = message.program, message.participant

    def read_again(self, pk: UUID) -> None:
        """One message anew, with everything it speaks of."""
        fresh = Facts.of([pk])
        message = fresh.messages[pk]
        self.messages[pk], self.stamps[pk] = message, fresh.stamps[pk]
        self._in_force |= fresh._in_force
        key = (message.program_id or 0, message.participant_id or 0)
        self._enrollments.pop(key, None)
        self._enrollments |= fresh._enrollments

    @property
    def publications(self) -> list[Publication]:
        """In force, of the programs the messages speak of."""
        return list(self._in_force.values())

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


# What only some messages speak of, with the column that says so.
RARER: Final = {
    "publication": "publication_id",
    "event": "event_id",
    "user__participant": "user_id",
    "asking__site": "asking_id",
    "host__item__site": "host_id",
    "host__item__program": "host_id",
}


def _messages(ids: Sequence[UUID]) -> dict[UUID, Message]:
    found = Message.objects.select_related("participant__user").in_bulk(ids)
    told = list(found.values())
    rarer = [what for what, column in RARER.items() if any(getattr(one, column) for one in told)]
    prefetch_related_objects(told, *rarer)
    return found
