"""The same people in two places at once; groups may go different ways."""

from collections.abc import Iterator
from functools import lru_cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.dates import kduration, ktimerange
from site_visits.conflicts.facts import MINUTE, Facts, Item
from site_visits.conflicts.values import KEPT, Code, Conflict, Edit, Fix, FixKind, Severity, Unit
from site_visits.models import ItemKind

SHORTEST_LEFT = 10
# How much earlier a day may begin at one click.
MOST_EARLIER = 60
# A stop at a rest area is part of the road.
ON_THE_WAY = {ItemKind.TRAVEL, ItemKind.REST}


def check(facts: Facts) -> Iterator[Conflict]:
    # A lodging is where people stay while other things go on.
    items = [item for item in facts.seen if item.kind != ItemKind.LODGING]
    running: list[Item] = []
    language = get_language()
    for item in items:
        running = [other for other in running if other.ends_at > item.starts_at]
        for other in running:
            if other.shares_people_with(item) and {other.kind, item.kind} != ON_THE_WAY:
                yield _conflict(other, item, facts.free_before.get(other.uid), language)
        running.append(item)


def overlap_minutes(one: Item, other: Item) -> int:
    """Minutes both go on for the same people; 0 for different groups."""
    if not one.shares_people_with(other):
        return 0
    common = min(one.ends_at, other.ends_at) - max(one.starts_at, other.starts_at)
    return max(0, common // MINUTE)


@lru_cache(maxsize=KEPT)
def _conflict(first: Item, second: Item, free: int | None, _language: str | None) -> Conflict:
    """Of two items that stay as they are the words stay, too: a move changes few of a plan's conflicts."""
    size = overlap_minutes(first, second)
    # Breakfast on the bus is a habit, not a mistake.
    on_the_bus = {first.kind, second.kind} == {ItemKind.MEAL, ItemKind.TRAVEL}
    return Conflict(
        code=Code.OVERLAP,
        severity=Severity.WARNING if on_the_bus else Severity.ERROR,
        size=size,
        unit=Unit.MINUTES,
        message=_("%(length)s 겹칩니다") % {"length": kduration(size)},
        why=f"{first.title} {ktimerange(first.starts_at, first.ends_at)}"
        f" · {second.title} {ktimerange(second.starts_at, second.ends_at)}",
        item_uids=(first.uid, second.uid),
        fixes=tuple(_fixes(first, second, free)),
    )


def _fixes(first: Item, second: Item, free: int | None) -> Iterator[Fix]:
    """`free` are the minutes before the first item; None when nothing comes before it."""
    late = (first.ends_at - second.starts_at) // MINUTE
    left = first.minutes - late
    if late <= (MOST_EARLIER if free is None else free):
        yield Fix(
            FixKind.MOVE,
            _("%(title)s: %(minutes)d분 일찍 시작") % {"title": first.title, "minutes": late},
            (Edit(first.uid, start_by=-late, end_by=-late),),
        )
    if left >= SHORTEST_LEFT:
        yield Fix(
            FixKind.RESIZE,
            _("%(title)s: %(length)s으로 줄이기")
            % {"title": first.title, "length": kduration(left)},
            (Edit(first.uid, end_by=-late),),
        )
    yield Fix(
        FixKind.MOVE,
        _("%(title)s: %(minutes)d분 늦추기") % {"title": second.title, "minutes": late},
        (Edit(second.uid, start_by=late, end_by=late),),
    )
    yield swap(first, second)


def swap(first: Item, second: Item) -> Fix:
    """The second begins where the first began, the first follows it."""
    earlier = (second.starts_at - first.starts_at) // MINUTE
    later = second.minutes
    return Fix(
        FixKind.SWAP,
        _("%(first)s ↔ %(second)s 순서 바꾸기") % {"first": first.title, "second": second.title},
        (Edit(second.uid, -earlier, -earlier), Edit(first.uid, later, later)),
    )
