"""How sending goes: what is late, what waits, what the last hour brought, what failed and why."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Aggregate, Count, DurationField, F, Max, Min, Q
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext as _

from core.masking import without_contacts
from reminders.models import WAITING, Channel, MessageQuerySet, MessageState

S = MessageState
# A sweep comes every 30 seconds: whoever waits longer than this waits for something else.
LATE: Final = timedelta(minutes=2)
# Older failures have been looked at or no longer matter.
LATELY: Final = timedelta(days=7)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
# Lateness is read along the index of due times: what was due longer ago, or comes after so many, is left out.
LOOK_BACK: Final = timedelta(days=8)
SAMPLE: Final = 100_000
REASONS_SHOWN: Final = 5
FAILED: Final = [S.DEAD, S.BOUNCED, S.UNKNOWN]


@dataclass(frozen=True, slots=True)
class ByChannel:
    label: Any
    sent: int
    failed: int


@dataclass(frozen=True, slots=True)
class Reason:
    text: str
    count: int


@dataclass(frozen=True, slots=True)
class Lateness:
    """How long after its time a message went out: half of them sooner than `half`, 95 of 100 sooner than `most`."""

    sent: int
    half: timedelta
    most: timedelta
    longest: timedelta


@dataclass(frozen=True, slots=True)
class Health:
    """`late_by` is how long the oldest due message has waited, `backlog` how many are due and not gone."""

    late_by: timedelta
    backlog: int
    held: int
    overheld: int
    by_hand: int
    last_hour: Lateness | None
    last_day: Lateness | None
    channels: list[ByChannel]
    reasons: list[Reason]

    @property
    def is_late(self) -> bool:
        return self.late_by >= LATE


def health(rows: MessageQuerySet, *, at: datetime) -> Health:
    """Five statements; all but those of the last days read only what waits."""
    lately = Q(settled_at__gte=at - LATELY, due_at__range=(at - 2 * LATELY, at))
    due = Q(due__lte=at, state__in=WAITING)
    found = (
        rows.order_by()
        .annotate(due=Coalesce("retry_at", "due_at"))
        # Two conditions, not one list: each is that of an index which holds nothing else.
        .filter(Q(state__in=WAITING) | Q(state=S.HELD))
        .aggregate(
            oldest=Min("due", filter=due),
            backlog=Count("pk", filter=due),
            held=Count("pk", filter=Q(state=S.HELD)),
            overheld=Count(
                "pk", filter=Q(state=S.HELD, held_until__lt=at - LATE) & ~Q(channel=Channel.COPY)
            ),
        )
    )
    oldest = found.pop("oldest")
    hour, day = lateness(rows, at=at)
    return Health(
        late_by=at - oldest if oldest else timedelta(),
        last_hour=hour,
        last_day=day,
        by_hand=waiting_for_a_hand(rows).count(),
        channels=_channels(rows.filter(lately)),
        reasons=_reasons(rows.filter(lately)),
        **found,
    )


class Percentile(Aggregate):
    """The value that `share` of all values do not exceed."""

    function = "percentile_cont"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"

    def __init__(self, expression: Any, *, share: float, **extra: Any) -> None:
        super().__init__(expression, share=float(share), **extra)


def lateness(rows: MessageQuerySet, *, at: datetime) -> tuple[Lateness | None, Lateness | None]:
    """Of the last hour and of the last day; None where nothing was sent. One statement.

    A message that was planned after its time is late from then on; what somebody passed on by hand is not counted.
    """
    sent = (
        rows.filter(due_at__range=(at - LOOK_BACK, at), accepted_at__gte=at - DAY)
        .exclude(channel=Channel.COPY)
        .annotate(late=F("accepted_at") - Greatest("due_at", "planned_at"))
        .order_by("-due_at")[:SAMPLE]
    )
    hour = Q(accepted_at__gte=at - HOUR)
    found = sent.aggregate(
        **{
            f"{name}_{span}": aggregate
            for span, within in (("hour", hour), ("day", None))
            for name, aggregate in _spread(within)
        }
    )
    return _lateness(found, "hour"), _lateness(found, "day")


def _spread(within: Q | None) -> list[tuple[str, Aggregate]]:
    facts: dict[str, Any] = {"filter": within, "output_field": DurationField()}
    return [
        ("sent", Count("pk", filter=within)),
        ("half", Percentile("late", share=0.5, **facts)),
        ("most", Percentile("late", share=0.95, **facts)),
        ("longest", Max("late", **facts)),
    ]


def _lateness(found: dict[str, Any], span: str) -> Lateness | None:
    if not found[f"sent_{span}"]:
        return None
    nothing = timedelta()
    times = (max(found[f"{name}_{span}"], nothing) for name in ("half", "most", "longest"))
    return Lateness(found[f"sent_{span}"], *times)


@dataclass(frozen=True, slots=True)
class Alarms:
    """What somebody has to look at: how late the oldest due message is, and how many wait for a person."""

    late_by: timedelta
    overheld: int
    by_hand: int

    @property
    def is_late(self) -> bool:
        return self.late_by >= LATE


def alarms(rows: MessageQuerySet, *, at: datetime) -> Alarms:
    """One statement."""
    by_hand = Q(state=S.HELD, channel=Channel.COPY)
    found = (
        rows.order_by()
        .annotate(due=Coalesce("retry_at", "due_at"))
        .filter(Q(state__in=WAITING) | Q(state=S.HELD))
        .aggregate(
            oldest=Min("due", filter=Q(due__lte=at, state__in=WAITING)),
            overheld=Count("pk", filter=Q(state=S.HELD, held_until__lt=at - LATE) & ~by_hand),
            by_hand=Count("pk", filter=by_hand),
        )
    )
    oldest = found.pop("oldest")
    return Alarms(late_by=at - oldest if oldest else timedelta(), **found)


def waiting_for_a_hand(rows: MessageQuerySet) -> MessageQuerySet:
    """Texts that somebody has to copy and pass on."""
    return rows.filter(state=S.HELD, channel=Channel.COPY)


def _channels(rows: MessageQuerySet) -> list[ByChannel]:
    counts = (
        rows.order_by()
        .exclude(channel="")
        .values("channel")
        .annotate(
            sent=Count("pk", filter=Q(state=S.ACCEPTED)),
            failed=Count("pk", filter=Q(state__in=FAILED)),
        )
        .order_by("channel")
    )
    return [ByChannel(Channel(one["channel"]).label, one["sent"], one["failed"]) for one in counts]


def _reasons(rows: MessageQuerySet) -> list[Reason]:
    """Grouped by what the other side said, addresses left out."""
    counts: dict[str, int] = {}
    said = (
        rows.filter(state__in=FAILED)
        .order_by()
        .values(text=F("last_error"))
        .annotate(n=Count("pk"))
        .order_by("-n")[:200]
    )
    for one in said:
        text = without_contacts(one["text"]) or _("까닭을 알 수 없음")
        counts[text] = counts.get(text, 0) + one["n"]
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [Reason(text, n) for text, n in ranked[:REASONS_SHOWN]]
