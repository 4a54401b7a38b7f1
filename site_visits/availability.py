"""When a visit cannot be at its site, day by day: what the board shades while a card is dragged.

The same rules as `conflicts.opening` and `conflicts.capacity`, asked before the drop instead of after it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from django.utils.translation import gettext as _

from core.dates import SEOUL, ktime
from site_visits.conflicts.facts import Hours, SiteFacts
from site_visits.conflicts.opening import closure_on, hours_on

DAY: Final = 24 * 60


class Reason(StrEnum):
    CLOSED = "closed"
    HOLIDAY = "holiday"
    HOURS = "hours"
    FULL = "full"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Blocked:
    """From `start` to `end` minutes after midnight of the day."""

    date: date
    start: int
    end: int
    reason: Reason
    text: str


class Stay(NamedTuple):
    """People who are at the site already."""

    starts_at: datetime
    ends_at: datetime
    people: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who wants to come, and the times the host has already refused them."""

    site: SiteFacts
    people: int
    refused: Sequence[tuple[datetime, datetime]] = ()


def blocked(
    wanted: Wanted, *, days: Iterable[date], holidays: Mapping[date, str], stays: Sequence[Stay]
) -> list[Blocked]:
    found: list[Blocked] = []
    for day in days:
        if rule := closure_on(wanted.site, day, holidays):
            reason = Reason.HOLIDAY if rule.on_holidays else Reason.CLOSED
            text = rule.note or (holidays.get(day, "") if rule.on_holidays else "")
            found.append(Blocked(day, 0, DAY, reason, _closed_words(text)))
            continue
        found += _outside_hours(hours_on(wanted.site, day), day)
        found += _full(wanted, day, stays)
        found += _refused(wanted, day)
    return found


def _closed_words(note: str) -> str:
    return _("쉬는 날입니다: %(note)s") % {"note": note} if note else _("쉬는 날입니다")


def _outside_hours(hours: Sequence[Hours], day: date) -> Iterator[Blocked]:
    """What lies between the windows; a weekday without stated hours blocks nothing."""
    if not hours:
        return
    cursor = 0
    for window in sorted(hours, key=lambda window: window.opens_at):
        opens, closes = _clock(window.opens_at), _clock(window.closes_at)
        if opens > cursor:
            text = _("%(time)s에 엽니다") % {"time": ktime(window.opens_at)}
            yield Blocked(day, cursor, opens, Reason.HOURS, text)
        cursor = max(cursor, closes)
    if cursor < DAY:
        last = max(window.closes_at for window in hours)
        text = _("%(time)s에 닫습니다") % {"time": ktime(last)}
        yield Blocked(day, cursor, DAY, Reason.HOURS, text)


def _clock(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _full(wanted: Wanted, day: date, stays: Iterable[Stay]) -> Iterator[Blocked]:
    """Stretches in which the site would hold more people than it takes."""
    capacity = wanted.site.capacity
    if not capacity:
        return
    if wanted.people > capacity:
        text = _("한 번에 %(capacity)d명까지입니다(%(people)d명)") % {
            "capacity": capacity, "people": wanted.people,
        }  # fmt: skip
        yield Blocked(day, 0, DAY, Reason.FULL, text)
        return
    present, since, worst = 0, None, 0
    for minute, more in _comings_and_goings(day, stays):
        present += more
        full = present + wanted.people > capacity
        if full and since is None:
            since, worst = minute, present
        elif full:
            worst = max(worst, present)
        elif since is not None:
            yield Blocked(day, since, minute, Reason.FULL, _full_words(capacity, worst))
            since = None


def _comings_and_goings(day: date, stays: Iterable[Stay]) -> list[tuple[int, int]]:
    """(minute of the day, how many people more from then on), in order."""
    steps: dict[int, int] = {}
    for stay in stays:
        start, end = _within(day, stay.starts_at, stay.ends_at)
        if start < end:
            steps[start] = steps.get(start, 0) + stay.people
            steps[end] = steps.get(end, 0) - stay.people
    return sorted(steps.items())


def _full_words(capacity: int, present: int) -> str:
    return _("자리가 없습니다: %(capacity)d명 가운데 %(present)d명이 먼저 있습니다") % {
        "capacity": capacity, "present": present,
    }  # fmt: skip


def _refused(wanted: Wanted, day: date) -> Iterator[Blocked]:
    for starts_at, ends_at in wanted.refused:
        start, end = _within(day, starts_at, ends_at)
        if start < end:
            text = _("방문기관이 이 시간을 거절했습니다")
            yield Blocked(day, start, end, Reason.REFUSED, text)


def _within(day: date, starts_at: datetime, ends_at: datetime) -> tuple[int, int]:
    """The part of the time on this day, in minutes after its midnight; empty (start ≥ end) when there is none."""
    midnight = datetime.combine(day, time.min, tzinfo=SEOUL)
    start = max(0, (starts_at - midnight) // timedelta(minutes=1))
    end = min(DAY, -((midnight - ends_at) // timedelta(minutes=1)))
    return start, end
