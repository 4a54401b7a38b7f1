"""Somebody says "I have seen it": by the link of a message, in their inbox, or on the phone to the organizer.

For a change notice this is the same truth as the button on "my itinerary": the publication counts as seen there
too, and what was seen there counts here (`MessageQuerySet.unseen`).
"""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from core.errors import RuleBroken
from reminders.models import Acknowledgement, InboxReading, Message, MessageKind, SeenVia
from reminders.services import links
from site_visits.services import reading

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def acknowledge(
    *, message: Message, at: datetime, via: SeenVia = SeenVia.LINK, by: "User | None" = None
) -> Acknowledgement:
    """The first time counts; a second tap, from whatever side, finds it said.

    `by` is the organizer who heard it on the phone, for `SeenVia.CALL` only.
    """
    if not links.is_open(message, at=at):
        raise RuleBroken(_("끝난 과정의 알림이어서 더 확인하지 않으셔도 됩니다."))
    said, first = Acknowledgement.objects.get_or_create(
        message=message, defaults={"at": at, "via": via, "by": by}
    )
    person = message.user or (message.participant and message.participant.user)
    if first and person and message.kind == MessageKind.CHANGE and message.publication_id:
        reading.acknowledge(user=person, publication_ids=[message.publication_id], at=at)
    return said


def mark_read(*, user: "User", newest: Message) -> None:
    """Whatever came up to `newest` is read; an older page that says so later changes nothing."""
    until = newest.accepted_at or newest.settled_at or newest.due_at
    _reading, first = InboxReading.objects.get_or_create(user=user, defaults={"read_until": until})
    if not first:
        InboxReading.objects.filter(user=user).update(read_until=Greatest("read_until", until))
