"""What publishing the draft now would send: asked beforehand, by the arithmetic that plans it afterwards."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Count
from django.db.models.functions import Coalesce

from programs.models import Program
from reminders.models import Channel, Message
from reminders.services import holding, plan_changes, routes
from reminders.services.news import News
from reminders.services.plan_changes import Addressed
from site_visits.models import Change, PublishedItem
from site_visits.services import publishing

# How fast a gateway takes messages that states no limit: slower than one sender was measured to be.
UNSTATED_RATE: Final = 50.0
FAR: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Forecast:
    """`drain` is how long the gateways take for all of it; `too_late` counts those whose turn comes only when what
    they speak of has begun, `held` those that wait for the end of the quiet hours."""

    messages: int = 0
    people: int = 0
    by_channel: dict[str, int] = field(default_factory=dict)
    drain: timedelta = timedelta()
    too_late: int = 0
    held: int = 0


def of_publication(
    program: Program, *, at: datetime, review: publishing.Review | None = None
) -> Forecast:
    """Nothing is written; as many statements at any size. `review` if it is read already."""
    review = review or publishing.review(program)
    if program.status not in plan_changes.TELLING or review.is_empty:
        return Forecast()
    facts = review.facts_changed or not review.number
    news = News(program, _known(review), review.rows, facts=facts, at=at)
    told = list(
        plan_changes.addressed(news, number=review.number + 1, published_at=at, but_for=None)
    )
    channels = routes.of_program(program)
    return _sum_up(told, channels, at) if told else Forecast()


def _known(review: publishing.Review) -> list[PublishedItem] | None:
    """The items as people know them; None before the first publication."""
    if not review.number:
        return None
    same = [row for row in review.rows if row.change == Change.UNCHANGED]
    return same + [change.before for change in review.changes if change.before is not None]


def _sum_up(told: list[Addressed], channels: list[str], at: datetime) -> Forecast:
    queues: dict[str, list[Addressed]] = {}
    held = 0
    for one in told:
        until = holding.held_until(one.due_at, one.impact.matters_at)
        if not one.urgent and until is not None and until < one.impact.until:
            held += 1
        first = routes.urgent(channels)[0] if one.urgent else channels[0]
        queues.setdefault(first, []).append(one)
    before = _queued_before(at)
    turns = {channel: _Turns(before.get(channel, 0), rate_of(channel)) for channel in queues}
    return Forecast(
        messages=len(told),
        people=len({one.listener.key for one in told}),
        by_channel={channel: len(queue) for channel, queue in queues.items()},
        drain=max(turns[channel].drain(queue) for channel, queue in queues.items()),
        too_late=sum(turns[channel].too_late(queue) for channel, queue in queues.items()),
        held=held,
    )


@dataclass(frozen=True, slots=True)
class _Turns:
    """One gateway: what waits for it already, and how many it takes a second."""

    before: int
    rate: float

    def drain(self, queue: list[Addressed]) -> timedelta:
        return timedelta(seconds=(self.before + len(queue)) / self.rate)

    def too_late(self, queue: list[Addressed]) -> int:
        in_order = sorted(
            queue, key=lambda one: (not one.urgent, one.due_at, one.impact.matters_at or FAR)
        )
        return sum(
            one.impact.matters_at is not None
            and one.due_at + timedelta(seconds=(self.before + turn) / self.rate)
            > one.impact.matters_at
            for turn, one in enumerate(in_order, start=1)
        )


def rate_of(channel: str) -> float:
    stated = {Channel.EMAIL: settings.EMAIL_RATE, Channel.SMS: settings.SMS_RATE}
    return stated.get(Channel(channel), 0) or UNSTATED_RATE


def _queued_before(at: datetime) -> dict[str, int]:
    """What is due already, by the channel it takes first."""
    due = Message.objects.waiting().annotate(goes_at=Coalesce("retry_at", "due_at"))
    first = due.filter(goes_at__lte=at).values_list("channels__0").annotate(n=Count("pk"))
    return {str(channel): count for channel, count in first.order_by()}
