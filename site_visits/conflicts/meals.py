"""Nobody learns on an empty stomach: a day that runs over noon needs a lunch."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final

from django.utils.translation import gettext as _

from core.dates import SEOUL, kday, kduration
from site_visits.conflicts.facts import MINUTE, Facts, Item
from site_visits.conflicts.values import Code, Conflict, Fix, FixKind, Severity, Unit
from site_visits.models import ItemKind

WINDOW: Final = (time(11, 30), time(13, 30))
SHORTEST_LUNCH: Final = 30
USUAL_LUNCH: Final = 60


def check(facts: Facts) -> Iterator[Conflict]:
    for lane in facts.lanes:
        days: dict[date, list[Item]] = defaultdict(list)
        for item in lane.items:
            if item.kind != ItemKind.LODGING:
                days[item.day].append(item)
        for day, items in days.items():
            if found := _missing(day, items, lane.group):
                yield found


def _missing(day: date, items: list[Item], group: int | None) -> Conflict | None:
    opens, closes = (datetime.combine(day, clock, tzinfo=SEOUL) for clock in WINDOW)
    if items[0].starts_at >= opens or max(item.ends_at for item in items) <= closes:
        return None
    eaten = max(
        (_common(item, opens, closes) for item in items if item.kind == ItemKind.MEAL), default=0
    )
    if eaten >= SHORTEST_LUNCH:
        return None
    starts_at, minutes = _free_time(items, opens, closes)
    # One group that eats alone is nobody else's lunch.
    alone = group is not None and any(item.group_ids == {group} for item in items)
    return Conflict(
        code=Code.LUNCH_MISSING,
        severity=Severity.WARNING,
        size=SHORTEST_LUNCH - eaten,
        unit=Unit.MINUTES,
        message=_("%(day)s 점심이 없습니다") % {"day": kday(day)},
        why=_("11:30~13:30 사이에 30분 이상의 식사가 있어야 합니다"),
        item_uids=tuple(item.uid for item in items if _common(item, opens, closes)),
        fixes=(
            Fix(
                FixKind.ADD,
                _("점심 %(length)s 넣기") % {"length": kduration(minutes)},
                parameters={
                    "kind": ItemKind.MEAL.value,
                    "starts_at": starts_at.isoformat(),
                    "minutes": minutes,
                    "groups": [group] if alone else [],
                },
            ),
        ),
    )


def _common(item: Item, opens: datetime, closes: datetime) -> int:
    shared = min(item.ends_at, closes) - max(item.starts_at, opens)
    return max(0, shared // MINUTE)


def _free_time(items: list[Item], opens: datetime, closes: datetime) -> tuple[datetime, int]:
    """Start and minutes: the first gap of an hour in the window, else the longest that is a lunch, else noon."""
    cursor, best, longest = opens, None, SHORTEST_LUNCH - 1
    for starts_at, ends_at in [
        *((item.starts_at, item.ends_at) for item in items),
        (closes, closes),
    ]:
        free = min(USUAL_LUNCH, (min(starts_at, closes) - cursor) // MINUTE)
        if free > longest:
            best, longest = cursor, free
        cursor = max(cursor, ends_at)
    if best is None:
        return opens + timedelta(minutes=30), USUAL_LUNCH
    return best.astimezone(SEOUL), longest
