"""The days themselves: items outside the program and trips on public holidays."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext as _

from core.dates import kdate, kday, local
from site_visits.conflicts.facts import Facts, Item
from site_visits.conflicts.values import Code, Conflict, Edit, Fix, FixKind, Severity, Unit


def check(facts: Facts) -> Iterator[Conflict]:
    for item in facts.items:
        if days := _days_outside(item, facts):
            yield _outside(item, days, facts)
    used: dict[date, list[Item]] = {}
    for item in facts.seen:
        used.setdefault(item.day, []).append(item)
    for day, items in sorted(used.items()):
        if day in facts.holidays:
            yield _holiday(day, items, facts.holidays[day])


def _days_outside(item: Item, facts: Facts) -> int:
    """Negative before the program, positive after it."""
    if item.day < facts.starts_on:
        return (item.day - facts.starts_on).days
    last = local(item.ends_at - timedelta(microseconds=1)).date()
    return max(0, (last - facts.ends_on).days)


def _outside(item: Item, days: int, facts: Facts) -> Conflict:
    by = -days * 24 * 60
    return Conflict(
        code=Code.OUTSIDE_PROGRAM,
        severity=Severity.ERROR,
        size=abs(days),
        unit=Unit.DAYS,
        message=_("과정 기간을 %(days)d일 벗어납니다") % {"days": abs(days)},
        why=_("%(title)s: %(day)s · 과정 %(first)s~%(last)s")
        % {
            "title": item.title,
            "day": kdate(item.starts_at),
            "first": kday(facts.starts_on),
            "last": kday(facts.ends_on),
        },
        item_uids=(item.uid,),
        fixes=(
            Fix(
                FixKind.MOVE,
                _("%(day)s로 옮기기") % {"day": kday(item.starts_at + timedelta(minutes=by))},
                (Edit(item.uid, by, by),),
            ),
        ),
    )


def _holiday(day: date, items: list[Item], name: str) -> Conflict:
    return Conflict(
        code=Code.PUBLIC_HOLIDAY,
        severity=Severity.WARNING,
        size=1,
        unit=Unit.DAYS,
        message=_("%(day)s은 공휴일입니다: %(name)s") % {"day": kday(day), "name": name},
        why=_("쉬는 날의 교육은 대체휴무 대상인지 확인해 주세요"),
        item_uids=tuple(item.uid for item in items),
    )
