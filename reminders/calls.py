"""Whom to call: who was told of a change, or could not be told, and has not said that they have seen it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from participants.models import Enrollment
from reminders.models import Message, MessageState, unseen
from reminders.services.changes import Reader
from site_visits.models import Publication, PublishedItem

REACHED = [MessageState.ACCEPTED]


@dataclass(frozen=True, slots=True)
class ToCall:
    """One person; `next_item` is what they would miss first, `told_at` None when no message reached them."""

    message: Message
    group_name: str
    told_at: datetime | None
    next_item: PublishedItem | None


def to_call(publication: Publication, *, at: datetime) -> list[ToCall]:
    """Those whose next item starts soonest first; three statements however many people."""
    notices = unseen(Message.objects.filter(publication=publication)).select_related(
        "participant__department", "participant__user", "user", "program", "publication"
    )
    best = _one_each(list(notices.order_by("due_at", "pk")))
    enrollments = {
        one.participant_id: one
        for one in Enrollment.objects.filter(program=publication.program_id)
        .live()
        .select_related("group")
    }
    items = list(
        PublishedItem.objects.live()
        .filter(publication__program=publication.program_id, starts_at__gt=at)
        .current()
        .in_order()
    )
    rows = [_row(message, enrollments.get(message.participant_id or 0), items) for message in best]
    return sorted(rows, key=lambda row: (row.next_item is None, _start(row), str(_name(row))))


def _one_each(notices: Sequence[Message]) -> list[Message]:
    """Of several to the same person the one that reached them, else the last try."""
    found: dict[tuple[int | None, int | None], Message] = {}
    for notice in notices:
        key = (notice.participant_id, notice.user_id)
        if key not in found or found[key].state not in REACHED:
            found[key] = notice
    return list(found.values())


def _row(message: Message, enrollment: Enrollment | None, items: list[PublishedItem]) -> ToCall:
    if message.participant_id and enrollment is None:
        mine: list[PublishedItem] = []
    elif enrollment is None:
        mine = items
    else:
        reader = Reader.of(enrollment)
        mine = [item for item in items if reader.concerned_by(item)]
    return ToCall(
        message,
        group_name=enrollment.group.name if enrollment and enrollment.group else "",
        told_at=message.accepted_at if message.state in REACHED else None,
        next_item=mine[0] if mine else None,
    )


def _start(row: ToCall) -> float:
    return row.next_item.starts_at.timestamp() if row.next_item else 0.0


def _name(row: ToCall) -> object:
    return row.message.participant or row.message.user
