"""One merged notice per person and publication; what an earlier notice did not get to say is in the next one.

Those who travel are told what concerns them, those who lead the trip all of it. A first publication says so once
to whoever is confirmed by then. Who joins later learns of the plan with the confirmation, not of old changes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Exists, OuterRef

from participants.models import Enrollment, EnrollmentEvent, EnrollmentStatus
from programs.models import ProgramStaff, ProgramStatus
from reminders.models import Message, MessageKind, MessageQuerySet, MessageState
from reminders.services import routes
from reminders.services.changes import LEADING, Reader
from reminders.services.news import Impact, News, goes_at, is_urgent
from site_visits.models import Publication

LOOK_BACK: Final = timedelta(days=2)
# A web server whose clock is ahead publishes "in the future": told of all the same, and not later for it.
CLOCKS_DIFFER: Final = timedelta(days=1)
# A draft, finished or cancelled program tells nobody.
TELLING: Final = [
    ProgramStatus.OPEN,
    ProgramStatus.CLOSED,
    ProgramStatus.CONFIRMED,
    ProgramStatus.RUNNING,
]
NOT_YET_TOLD: Final = [MessageState.PLANNED, MessageState.HELD, MessageState.RETRY]
UNTOLD: Final = [*NOT_YET_TOLD, MessageState.SUPERSEDED]


@dataclass(frozen=True, slots=True)
class Listener:
    """Exactly one of the two; `reader` says what of the itinerary is theirs."""

    reader: Reader
    participant_id: int | None = None
    user_id: int | None = None

    @property
    def key(self) -> str:
        return f"{self.participant_id}" if self.user_id is None else f"user-{self.user_id}"


@dataclass(frozen=True, slots=True)
class Untold:
    """What an earlier notice has not said yet, and since when it wants to."""

    impact: Impact
    since: datetime


@dataclass(frozen=True, slots=True)
class Addressed:
    """One notice to be: to whom, how much it matters, and when it goes out."""

    listener: Listener
    impact: Impact
    due_at: datetime
    urgent: bool


def plan(*, at: datetime) -> int:
    """Publications of the last two days that nobody was told of yet, oldest first."""
    untold = (
        Publication.objects.filter(
            published_at__range=(at - LOOK_BACK, at + CLOCKS_DIFFER), program__status__in=TELLING
        )
        .exclude(Exists(_notices().filter(publication=OuterRef("pk"))))
        .select_related("program")
        .order_by("published_at", "number")
    )
    return sum(_plan_for(publication, at) for publication in untold)


def listeners(
    program_id: int, *, published_at: datetime, but_for: int | None
) -> Iterator[Listener]:
    """Who knew the itinerary before `published_at`; the publisher (`but_for`) need not be told."""
    came_later = EnrollmentEvent.objects.filter(
        enrollment=OuterRef("pk"), status=EnrollmentStatus.CONFIRMED, at__gt=published_at
    )
    travelling = Enrollment.objects.filter(program=program_id).travelling()
    travelling_users = set()
    rows = travelling.exclude(Exists(came_later)).select_related("participant")
    for enrollment in rows.order_by("pk"):
        travelling_users.add(enrollment.participant.user_id)
        yield Listener(Reader.of(enrollment), participant_id=enrollment.participant_id)
    staff = ProgramStaff.objects.filter(program=program_id, user__is_active=True)
    for user_id in sorted(set(staff.values_list("user_id", flat=True)) - {but_for}):
        if user_id not in travelling_users:
            yield Listener(LEADING, user_id=user_id)


def addressed(
    news: News, *, number: int, published_at: datetime, but_for: int | None
) -> Iterator[Addressed]:
    """Everybody whom publication `number` gives something to be told, also one that is not published yet."""
    earlier = _untold_before(news.program.pk, number)
    for listener in listeners(news.program.pk, published_at=published_at, but_for=but_for):
        untold = earlier.get((listener.participant_id, listener.user_id))
        impact = _merged(news.for_reader(listener.reader), untold, news.at)
        if impact is not None:
            due_at = goes_at(
                impact,
                published_at=min(published_at, news.at),
                waiting_since=untold.since if untold else None,
                pause=timedelta(seconds=settings.CHANGE_DEBOUNCE_SECONDS),
            )
            yield Addressed(listener, impact, due_at, is_urgent(impact.matters_at, at=news.at))


def _plan_for(publication: Publication, at: datetime) -> int:
    channels = routes.of_program(publication.program)
    everybody = addressed(
        News.of(publication, at=at),
        number=publication.number,
        published_at=publication.published_at,
        but_for=publication.by_id,
    )
    messages = [_notice(publication, one, channels) for one in everybody]
    Message.objects.bulk_create(messages, ignore_conflicts=True)
    _supersede_earlier(publication, messages, at)
    return len(messages)


def _merged(impact: Impact | None, untold: Untold | None, at: datetime) -> Impact | None:
    """What this notice and the unsaid earlier one matter together; None: nothing is left to be told."""
    if untold is not None and untold.impact.until > at:
        earlier = untold.impact
        impact = earlier if impact is None else impact.merged_with(earlier)
    if impact is not None and impact.matters_at is not None and impact.matters_at <= at:
        return replace(impact, matters_at=None)
    return impact


def _notice(publication: Publication, told: Addressed, channels: list[str]) -> Message:
    return Message(
        dedupe_key=f"change:{publication.pk}:{told.listener.key}",
        kind=MessageKind.CHANGE,
        program_id=publication.program_id,
        publication=publication,
        participant_id=told.listener.participant_id,
        user_id=told.listener.user_id,
        channels=routes.urgent(channels) if told.urgent else channels,
        urgent=told.urgent,
        due_at=told.due_at,
        expires_at=told.impact.until,
        matters_at=told.impact.matters_at,
    )


def _supersede_earlier(publication: Publication, by: list[Message], at: datetime) -> None:
    earlier = _notices().filter(
        publication__program=publication.program_id,
        publication__number__lt=publication.number,
        state__in=NOT_YET_TOLD,
    )
    told = earlier.filter(participant__in=[m.participant_id for m in by if m.participant_id])
    told |= earlier.filter(user__in=[m.user_id for m in by if m.user_id])
    Message.objects.filter(pk__in=list(told.values_list("pk", flat=True))).filter(
        state__in=NOT_YET_TOLD
    ).update(
        state=MessageState.SUPERSEDED,
        settled_at=at,
        retry_at=None,
        held_reason="",
        held_until=None,
    )


def _notices() -> MessageQuerySet:
    return Message.objects.filter(kind=MessageKind.CHANGE)


def _untold_before(program_id: int, number: int) -> dict[tuple[int | None, int | None], Untold]:
    """Who (participant, user) still waits for a notice of an earlier publication."""
    notices = _notices().filter(publication__program=program_id)
    accepted_since = notices.filter(
        publication__number__gte=OuterRef("publication__number"), state=MessageState.ACCEPTED
    )
    waiting = (
        notices.filter(publication__number__lt=number, state__in=UNTOLD)
        .exclude(Exists(accepted_since.filter(participant=OuterRef("participant"))))
        .exclude(Exists(accepted_since.filter(user=OuterRef("user"))))
    )
    found: dict[tuple[int | None, int | None], Untold] = {}
    for participant, user, until, matters_at, since in waiting.values_list(
        "participant", "user", "expires_at", "matters_at", "publication__published_at"
    ):
        one = Untold(Impact(until, matters_at), since)
        other = found.get((participant, user))
        if other is not None:
            one = Untold(one.impact.merged_with(other.impact), min(since, other.since))
        found[participant, user] = one
    return found
