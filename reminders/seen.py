"""Who has seen what they were told. One truth from two sides: the link or call about a message, and "my itinerary".

Whoever has seen a publication has seen those before it: a notice says everything since what was last seen.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from reminders.models import Acknowledgement, Message, MessageKind, SeenVia
from site_visits.models import Publication, SeenPublication


@dataclass(frozen=True, slots=True)
class Seen:
    at: datetime
    via: SeenVia


def of(messages: Iterable[Message]) -> dict[UUID, Seen]:
    """By message id, when and where it was first acknowledged; two statements however many there are."""
    rows = list(messages)
    said = _said(rows)
    found: dict[UUID, Seen] = {}
    for row in rows:
        number = row.publication.number if row.publication else 0
        fitting = [
            one
            for acknowledged, key, one in said[row.program_id]
            if key == row.pk or (_is_notice(row) and key in _people(row) and acknowledged >= number)
        ]
        if fitting:
            found[row.pk] = min(fitting, key=lambda one: one.at)
    return found


def is_newest(message: Message) -> bool:
    """False when the itinerary has changed again since the notice."""
    if message.publication is None:
        return True
    newer = Publication.objects.filter(
        program=message.program_id, number__gt=message.publication.number
    )
    return not newer.exists()


def _is_notice(message: Message) -> bool:
    return message.kind == MessageKind.CHANGE and message.publication_id is not None


def _people(message: Message) -> set[tuple[str, int]]:
    """The keys under which this person's word is found: as staff list entry and as account."""
    found = {("user", message.user_id), ("participant", message.participant_id)}
    if message.participant:
        found.add(("user", message.participant.user_id))
    return {(kind, key) for kind, key in found if key}


def _said(rows: list[Message]) -> dict[int | None, list[tuple[int, Any, Seen]]]:
    """By program: number of the publication (0: none), whose word it is, and the word."""
    found: dict[int | None, list[tuple[int, Any, Seen]]] = defaultdict(list)
    participants = {row.participant_id for row in rows if row.participant_id}
    users = {key for row in rows for kind, key in _people(row) if kind == "user"}
    words = Acknowledgement.objects.filter(
        Q(message__in=[row.pk for row in rows])
        | Q(message__kind=MessageKind.CHANGE)
        & (Q(message__participant__in=participants) | Q(message__user__in=users))
    ).select_related("message__publication")
    for word in words:
        message, one = word.message, Seen(word.at, SeenVia(word.via))
        number = message.publication.number if message.publication else 0
        found[message.program_id].append((number, message.pk, one))
        if _is_notice(message):
            key = (
                ("user", message.user_id)
                if message.user_id
                else ("participant", message.participant_id)
            )
            found[message.program_id].append((number, key, one))
    looks = SeenPublication.objects.filter(
        user__in=users, publication__program__in={row.program_id for row in rows if _is_notice(row)}
    ).select_related("publication")
    for look in looks:
        seen = Seen(look.seen_at, SeenVia.PAGE)
        found[look.publication.program_id].append(
            (look.publication.number, ("user", look.user_id), seen)
        )
    return found
