"""Is the site open: closed days, "the next weekday if Monday is a holiday", and visiting hours."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import islice

from django.utils.translation import gettext as _

from core.dates import SEOUL, kday, kduration, ktimerange, local
from site_visits.conflicts.facts import Closure, Facts, Hours, Item, SiteFacts
from site_visits.conflicts.values import Code, Conflict, Edit, Fix, FixKind, Severity, Unit
from site_visits.models import ItemKind

# Assembling in front of the county hall at 05:40 needs no open door.
NEED_OPEN_DOORS = frozenset({ItemKind.VISIT, ItemKind.SESSION})
SATURDAY = 5
LONGEST_HOLIDAY = 15
DAYS_TO_OFFER = 2


def check(facts: Facts) -> Iterator[Conflict]:
    for item in facts.seen:
        site = facts.sites.get(item.site_id) if item.site_id else None
        if site is None or item.kind not in NEED_OPEN_DOORS:
            continue
        if closed := [day for day in days_of(item) if closure_on(site, day, facts.holidays)]:
            yield _closed(item, site, closed[0], facts)
        elif found := _outside(item, site):
            yield found


def days_of(item: Item) -> list[date]:
    last = local(item.ends_at - timedelta(microseconds=1)).date()
    return sorted({item.day, last})


def closure_on(site: SiteFacts, day: date, holidays: Mapping[date, str]) -> Closure | None:
    """The rule that keeps the site closed on this day, None when it is open."""
    return next((rule for rule in site.closures if is_closed_by(rule, day, holidays)), None)


def is_closed_by(rule: Closure, day: date, holidays: Mapping[date, str]) -> bool:
    if rule.on_holidays:
        return day in holidays
    if rule.first_on and rule.last_on:
        return rule.first_on <= day <= rule.last_on
    if rule.weekday is None:
        return False
    if not rule.shifts_after_holiday:
        return day.weekday() == rule.weekday
    if day.weekday() == rule.weekday and day not in holidays:
        return True
    return _replaces_a_holiday(rule.weekday, day, holidays)


def _replaces_a_holiday(weekday: int, day: date, holidays: Mapping[date, str]) -> bool:
    """Whether `day` is the first working day after a closed weekday that was a holiday."""
    if not is_workday(day, holidays):
        return False
    for back in range(1, LONGEST_HOLIDAY):
        earlier = day - timedelta(days=back)
        if is_workday(earlier, holidays):
            return False
        if earlier in holidays and earlier.weekday() == weekday:
            return True
    return False


def is_workday(day: date, holidays: Mapping[date, str]) -> bool:
    return day.weekday() < SATURDAY and day not in holidays


def hours_on(site: SiteFacts, day: date) -> list[Hours]:
    return [hours for hours in site.hours if hours.weekday == day.weekday()]


def _closed(item: Item, site: SiteFacts, day: date, facts: Facts) -> Conflict:
    rule = closure_on(site, day, facts.holidays)
    note = rule.note if rule and rule.note else ""
    open_days = islice(
        (
            other
            for n in range((facts.ends_on - facts.starts_on).days + 1)
            if not closure_on(site, other := facts.starts_on + timedelta(days=n), facts.holidays)
        ),
        DAYS_TO_OFFER,
    )
    return Conflict(
        code=Code.SITE_CLOSED,
        severity=Severity.ERROR,
        size=item.minutes,
        unit=Unit.MINUTES,
        message=_("%(site)s: %(day)s은 쉬는 날입니다") % {"site": site.name, "day": kday(day)},
        why=f"{item.title} · {note}" if note else item.title,
        item_uids=(item.uid,),
        fixes=tuple(_to_day(item, day) for day in open_days),
    )


def _to_day(item: Item, day: date) -> Fix:
    minutes = (day - item.day).days * 24 * 60
    return Fix(
        FixKind.MOVE,
        _("%(day)s로 옮기기") % {"day": kday(day)},
        (Edit(item.uid, minutes, minutes),),
    )


def _outside(item: Item, site: SiteFacts) -> Conflict | None:
    windows = [_window(hours, item.day) for hours in hours_on(site, item.day)]
    if not windows:
        return None
    early, late = min((_missed(item, window) for window in windows), key=sum)
    size = early + late
    if not size:
        return None
    return Conflict(
        code=Code.OUTSIDE_HOURS,
        severity=Severity.ERROR,
        size=size,
        unit=Unit.MINUTES,
        message=_("방문 시간을 %(length)s 벗어납니다") % {"length": kduration(size)},
        why=_("%(title)s %(time)s · 방문 가능 %(hours)s")
        % {
            "title": item.title,
            "time": ktimerange(item.starts_at, item.ends_at),
            "hours": ", ".join(ktimerange(start, end) for start, end in windows),
        },
        item_uids=(item.uid,),
        fixes=tuple(_hours_fixes(item, windows, early, late)),
    )


def _window(hours: Hours, day: date) -> tuple[datetime, datetime]:
    return (
        datetime.combine(day, hours.opens_at, tzinfo=SEOUL),
        datetime.combine(day, hours.closes_at, tzinfo=SEOUL),
    )


def _missed(item: Item, window: tuple[datetime, datetime]) -> tuple[int, int]:
    """Minutes before the doors open and minutes after they close, neither more than the item itself."""
    opens, closes = window
    early = (min(item.ends_at, opens) - item.starts_at).total_seconds() // 60
    late = (item.ends_at - max(item.starts_at, closes)).total_seconds() // 60
    return max(0, int(early)), max(0, int(late))


def _hours_fixes(
    item: Item, windows: list[tuple[datetime, datetime]], early: int, late: int
) -> Iterator[Fix]:
    opens, closes = min(windows, key=lambda window: sum(_missed(item, window)))
    room = int((closes - opens).total_seconds() // 60)
    if item.minutes <= room:
        by = int(
            (
                (opens if early else closes - (item.ends_at - item.starts_at)) - item.starts_at
            ).total_seconds()
            // 60
        )
        label = _("%(minutes)d분 늦추기") if by > 0 else _("%(minutes)d분 당기기")
        yield Fix(FixKind.MOVE, label % {"minutes": abs(by)}, (Edit(item.uid, by, by),))
    left = item.minutes - early - late
    if left > 0:
        yield Fix(
            FixKind.RESIZE,
            _("%(length)s으로 줄이기") % {"length": kduration(left)},
            (Edit(item.uid, start_by=early, end_by=-late),),
        )
