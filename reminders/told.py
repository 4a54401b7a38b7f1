"""What people were told: the changes a notice spoke of, old → new, worked out again from the publications."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from participants.models import Enrollment
from reminders.models import Message, MessageKind, MessageState
from reminders.services import changes
from reminders.services.changes import LEADING, Reader, Told
from site_visits.differences import Difference
from site_visits.models import Publication, PublishedItem

HEARD = [MessageState.ACCEPTED, MessageState.BOUNCED]


@dataclass(frozen=True, slots=True)
class News:
    """What lay between two publications for one person; `old` and `new` are their numbers."""

    old: int
    new: int
    items: list[Told]
    facts: list[Difference]

    def __bool__(self) -> bool:
        return bool(self.items or self.facts)


def news_of(messages: Iterable[Message]) -> dict[UUID, News]:
    """By message id, for the change notices among `messages`; four statements however many there are."""
    notices = [one for one in messages if one.kind == MessageKind.CHANGE and one.publication_id]
    if not notices:
        return {}
    spans = _spans(notices)
    programs = {one.program_id for one in notices}
    publications = {
        (one.program_id, one.number): one
        for one in Publication.objects.filter(
            program__in=programs, number__in={number for span in spans.values() for number in span}
        )
    }
    items = _items(publications.values())
    readers = _readers(notices)
    found = {}
    for notice in notices:
        old, new = (publications.get((notice.program_id, number)) for number in spans[notice.pk])
        if old is None or new is None:
            continue
        found[notice.pk] = News(
            old.number,
            new.number,
            changes.between(
                items[old.pk],
                items[new.pk],
                reader=readers.get((notice.program_id, notice.participant_id), LEADING),
            ),
            changes.of_the_program(old, new),
        )
    return found


def _spans(notices: Sequence[Message]) -> dict[UUID, tuple[int, int]]:
    """From which publication to which each notice leads: everything the same person was not told before."""
    mine = Message.objects.filter(
        Q(participant__in=[one.participant_id for one in notices if one.participant_id])
        | Q(user__in=[one.user_id for one in notices if one.user_id]),
        kind=MessageKind.CHANGE,
        program__in={one.program_id for one in notices},
    )
    heard, all_numbers = defaultdict(list), defaultdict(list)
    for program, participant, user, number, state in mine.values_list(
        "program", "participant", "user", "publication__number", "state"
    ):
        all_numbers[program, participant, user].append(number)
        if state in HEARD:
            heard[program, participant, user].append(number)
    spans = {}
    for notice in notices:
        key = (notice.program_id, notice.participant_id, notice.user_id)
        new = notice.publication.number
        before = max((number for number in heard[key] if number < new), default=0)
        first_missed = min(number for number in all_numbers[key] if before < number <= new)
        spans[notice.pk] = (max(before, first_missed - 1), new)
    return spans


def _items(publications: Iterable[Publication]) -> dict[int, list[PublishedItem]]:
    found: dict[int, list[PublishedItem]] = defaultdict(list)
    for item in PublishedItem.objects.filter(publication__in=[one.pk for one in publications]):
        found[item.publication_id].append(item)
    return found


def _readers(notices: Sequence[Message]) -> dict[tuple[int | None, int | None], Reader]:
    """What of the plan concerns each participant; who is not among them leads, and sees all of it."""
    people = [one.participant_id for one in notices if one.participant_id]
    rows = Enrollment.objects.filter(
        program__in={one.program_id for one in notices}, participant__in=people
    ).order_by("pk")
    found = {(one.program_id, one.participant_id): Reader.of(one) for one in rows}
    return {
        (one.program_id, one.participant_id): Reader() for one in notices if one.participant_id
    } | found


def item_of(message: Message) -> PublishedItem | None:
    """The item a reminder speaks of, as it stands in the publication in force."""
    if message.item_uid is None:
        return None
    items = PublishedItem.objects.filter(
        publication__program=message.program_id, uid=message.item_uid
    )
    return items.order_by("-publication__number").first()
