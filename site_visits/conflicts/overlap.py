"""The same people in two places at once; groups may go different ways."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.dates import kduration, ktimerange
from site_visits.conflicts.facts import Facts, Item
from site_visits.conflicts.values import Code, Conflict, Edit, Fix, FixKind, Severity, Unit
from site_visits.models import ItemKind

SHORTEST_LEFT = 10


def check(facts: Facts) -> Iterator[Conflict]:
    # A lodging is where people stay while other things go on.
    items = [item for item in facts.seen if item.kind != ItemKind.LODGING]
    running: list[Item] = []
    for item in items:
        running = [other for other in running if other.ends_at > item.starts_at]
        for other in running:
            if other.shares_people_with(item):
                yield _conflict(other, item)
        running.append(item)


def overlap_minutes(one: Item, other: Item) -> int:
    """Minutes both go on for the same people; 0 for different groups."""
    if not one.shares_people_with(other):
        return 0
    common = min(one.ends_at, other.ends_at) - max(one.starts_at, other.starts_at)
    return max(0, int(common.total_seconds() // 60))


def _conflict(first: Item, second: Item) -> Conflict:
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
        fixes=tuple(_fixes(first, second)),
    )


def _fixes(first: Item, second: Item) -> Iterator[Fix]:
    late = int((first.ends_at - second.starts_at).total_seconds() // 60)
    left = first.minutes - late
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
    earlier = int((second.starts_at - first.starts_at).total_seconds() // 60)
    later = second.minutes
    return Fix(
        FixKind.SWAP,
        _("%(first)s ↔ %(second)s 순서 바꾸기") % {"first": first.title, "second": second.title},
        (Edit(second.uid, -earlier, -earlier), Edit(first.uid, later, later)),
    )
