"""One merged notice per person and publication; what an earlier notice did not get to say is in the next one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, Max, OuterRef

from core.dates import day_bounds
from participants.models import Enrollment, EnrollmentEvent, EnrollmentStatus
from programs.models import ProgramStatus
from reminders.models import Channel, Message, MessageKind, MessageQuerySet, MessageState
from reminders.services import changes
from reminders.services.changes import Told
from site_visits.models import Publication, PublishedItem

LOOK_BACK: Final = timedelta(days=2)
# A first publication is no change; a draft, finished or cancelled program tells nobody.
TELLING: Final = [
    ProgramStatus.OPEN,
    ProgramStatus.CLOSED,
    ProgramStatus.CONFIRMED,
    ProgramStatus.RUNNING,
]
UNTOLD: Final = [
    MessageState.PLANNED,
    MessageState.HELD,
    MessageState.RETRY,
    MessageState.SUPERSEDED,
]


def plan(*, at: datetime) -> int:
    """Publications of the last two days that nobody was told of yet, oldest first."""
    untold = (
        Publication.objects.filter(
            number__gte=2, published_at__gt=at - LOOK_BACK, program__status__in=TELLING
        )
        .exclude(Exists(_notices().filter(publication=OuterRef("pk"))))
        .select_related("program")
        .order_by("published_at", "number")
    )
    return sum(_plan_for(publication, at) for publication in untold)


def _plan_for(publication: Publication, at: datetime) -> int:
    earlier = _untold_of_before(publication)
    news = _News(publication, at)
    messages = [
        _notice(publication, enrollment, until)
        for enrollment in _those_who_knew(publication)
        if (until := news.until(enrollment.group_id, earlier.get(enrollment.participant_id))) > at
    ]
    Message.objects.bulk_create(messages, ignore_conflicts=True)
    _notices().filter(
        publication__program=publication.program,
        publication__number__lt=publication.number,
        participant__in=[message.participant_id for message in messages],
    ).unsettled().exclude(state__in=[MessageState.CLAIMED, MessageState.SENDING]).update(
        state=MessageState.SUPERSEDED,
        settled_at=at,
        retry_at=None,
        held_reason="",
        held_until=None,
    )
    return len(messages)


def _notice(publication: Publication, enrollment: Enrollment, until: datetime) -> Message:
    return Message(
        dedupe_key=f"change:{publication.pk}:{enrollment.participant_id}",
        kind=MessageKind.CHANGE,
        program_id=publication.program_id,
        publication=publication,
        participant_id=enrollment.participant_id,
        channels=[Channel.EMAIL],
        due_at=publication.published_at,
        expires_at=until,
    )


def _notices() -> MessageQuerySet:
    return Message.objects.filter(kind=MessageKind.CHANGE)


def _those_who_knew(publication: Publication) -> Iterable[Enrollment]:
    """Who travelled already when the itinerary was still the old one."""
    came_later = EnrollmentEvent.objects.filter(
        enrollment=OuterRef("pk"),
        status=EnrollmentStatus.CONFIRMED,
        at__gt=publication.published_at,
    )
    travelling = Enrollment.objects.filter(program=publication.program).travelling()
    return travelling.exclude(Exists(came_later))


def _untold_of_before(publication: Publication) -> dict[int, datetime]:
    """Who still waits for an earlier notice, and until when that one would have mattered."""
    accepted_since = _notices().filter(
        participant=OuterRef("participant"),
        publication__program=publication.program_id,
        publication__number__gte=OuterRef("publication__number"),
        state=MessageState.ACCEPTED,
    )
    waiting = (
        _notices()
        .filter(
            publication__program=publication.program,
            publication__number__lt=publication.number,
            state__in=UNTOLD,
        )
        .exclude(Exists(accepted_since))
        .values("participant")
        .annotate(until=Max("expires_at"))
    )
    return dict(waiting.values_list("participant", "until"))


@dataclass
class _News:
    """What a publication changed, worked out once for each group."""

    publication: Publication
    at: datetime

    def __post_init__(self) -> None:
        program = self.publication.program
        before = Publication.objects.get(program=program, number=self.publication.number - 1)
        self.old: list[PublishedItem] = list(before.items.all())
        self.new: list[PublishedItem] = list(self.publication.items.all())
        over = day_bounds(program.ends_on)[1]
        facts = changes.of_the_program(before, self.publication)
        self.least = over if facts else self.publication.published_at
        self.groups: dict[int | None, datetime] = {}

    def until(self, group_id: int | None, earlier: datetime | None) -> datetime:
        """Until when the news matters to a member of the group; in the past when there is none."""
        if group_id not in self.groups:
            told: list[Told] = changes.between(self.old, self.new, group_id=group_id)
            self.groups[group_id] = max([self.least, *(news.matters_until for news in told)])
        found = max(self.groups[group_id], earlier or self.least)
        return found if found > self.publication.published_at else self.at
