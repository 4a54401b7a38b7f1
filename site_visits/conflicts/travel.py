"""The road: legs shorter than the bus needs, missing legs, and driving on and on without a break."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.utils.translation import gettext as _

from core.dates import kduration, ktime
from site_visits.conflicts.facts import MINUTE, Facts, Item
from site_visits.conflicts.values import Code, Conflict, Edit, Fix, FixKind, Severity, Unit
from site_visits.distance import Leg
from site_visits.models import ItemKind

LONGEST_DRIVE: Final = 120
BREAK: Final = timedelta(minutes=15)
SHORTEST_VISIT: Final = 30
# How much earlier a day may begin at one click.
MOST_EARLIER: Final = 60


class _Stretch(NamedTuple):
    leg: Item
    starts_at: datetime
    ends_at: datetime

    @property
    def minutes(self) -> int:
        return (self.ends_at - self.starts_at) // MINUTE


def check(facts: Facts) -> Iterator[Conflict]:
    for lane in facts.lanes:
        yield from _short_legs(lane.items, facts)
        yield from _long_drives(lane.items)


def _short_legs(lane: list[Item], facts: Facts) -> Iterator[Conflict]:
    """Between two stops at different sites: enough minutes on the road?"""
    stop: Item | None = None
    road: list[Item] = []
    meanwhile: list[Item] = []
    for place, item in enumerate(lane):
        if item.kind == ItemKind.TRAVEL:
            road.append(item)
            before = lane[place - 1] if place else None
            following = lane[place + 1] if place + 1 < len(lane) else None
            if found := _short_leg(item, facts, stop, before, following):
                yield found
        elif item.site_id is not None:
            if stop is not None and item.kind != ItemKind.LODGING:
                found = _short_between(stop, road, meanwhile, item, facts)
                if found:
                    yield found
            stop, road, meanwhile = item, [], []
        else:
            meanwhile.append(item)


def _short_leg(
    leg: Item, facts: Facts, stop: Item | None, before: Item | None, after: Item | None
) -> Conflict | None:
    if leg.origin_id is None or leg.target_id is None:
        return None
    needed = facts.travel.between(leg.origin_id, leg.target_id)
    if needed is None or needed.minutes <= leg.minutes:
        return None
    names = [
        facts.sites[site].name for site in (leg.origin_id, leg.target_id) if site in facts.sites
    ]
    short = needed.minutes - leg.minutes
    retime = Fix(
        FixKind.RETIME, _("이날 이동 시간 모두 맞추기"), parameters={"date": leg.day.isoformat()}
    )
    fixes = (*_road_fixes(stop, before, [leg], after, short), retime)
    return _conflict(needed, leg.minutes, " → ".join(names), (leg,), fixes)


def _short_between(
    stop: Item, road: list[Item], meanwhile: list[Item], item: Item, facts: Facts
) -> Conflict | None:
    """Stops without a leg whose two ends are known: the free time between them, or the legs together."""
    if any(leg.origin_id and leg.target_id for leg in road) or not (stop.site_id and item.site_id):
        return None
    needed = facts.travel.between(stop.site_id, item.site_id)
    if needed is None or (road and needed.estimated):
        # Somebody planned the road by hand; an estimate is no reason to doubt it.
        return None
    free = _free_between(stop, meanwhile, item)
    available = sum(leg.minutes for leg in road) if road else max(0, free)
    if needed.minutes <= available:
        return None
    short = needed.minutes - available
    fixes = (
        _road_fixes(stop, stop, road, item, short)
        if road
        # Where they overlap, the overlap has to go as well.
        else _gap_fixes(stop, item, needed.minutes - free, facts.free_before.get(stop.uid))
    )
    return _conflict(needed, available, f"{stop.title} → {item.title}", (stop, *road, item), fixes)


def _free_between(stop: Item, meanwhile: list[Item], item: Item) -> int:
    """Minutes nobody has anything to do in, a lunch at no site in particular taken off; negative when they overlap."""
    free, busy_until = 0, stop.ends_at
    for other in (*meanwhile, item):
        free += max(0, (other.starts_at - busy_until) // MINUTE)
        busy_until = max(busy_until, min(other.ends_at, item.starts_at))
    return free if item.starts_at >= stop.ends_at else (item.starts_at - stop.ends_at) // MINUTE


def _conflict(
    needed: Leg, available: int, between: str, items: tuple[Item, ...], fixes: Iterable[Fix]
) -> Conflict:
    short = needed.minutes - available
    why = (
        _("%(between)s: %(km)d km, %(minutes)d분 걸립니다(추정). 잡힌 시간 %(available)d분")
        if needed.estimated
        else _("%(between)s: %(km)d km, %(minutes)d분 걸립니다. 잡힌 시간 %(available)d분")
    )
    return Conflict(
        code=Code.TRAVEL_TOO_SHORT,
        severity=Severity.WARNING if needed.estimated else Severity.ERROR,
        size=short,
        unit=Unit.MINUTES,
        message=_("이동 시간이 %(length)s 모자랍니다") % {"length": kduration(short)},
        why=why
        % {"between": between, "km": needed.km, "minutes": needed.minutes, "available": available},
        item_uids=tuple(item.uid for item in items),
        fixes=tuple(fixes),
    )


def _road_fixes(
    stop: Item | None, before: Item | None, road: list[Item], after: Item | None, short: int
) -> Iterator[Fix]:
    """A longer road: into the free time at one of its ends, or into what stands there.

    `stop` is the last one at a site, `before` what comes right before the road.
    """
    first, last = road[0], road[-1]
    sooner, longer = Edit(first.uid, start_by=-short), Edit(last.uid, end_by=short)
    taken = 0 if before is None else short - (first.starts_at - before.ends_at) // MINUTE
    if taken <= 0:
        yield Fix(FixKind.RESIZE, _("%(minutes)d분 일찍 출발") % {"minutes": short}, (sooner,))
    elif stop is not None and before == stop and stop.minutes - taken >= SHORTEST_VISIT:
        yield _shorter(stop, taken, sooner)
    pushed = 0 if after is None else short - (after.starts_at - last.ends_at) // MINUTE
    if after is None or pushed <= 0:
        yield Fix(
            FixKind.RESIZE,
            _("이동을 %(length)s으로 늘리기") % {"length": kduration(last.minutes + short)},
            (longer,),
        )
    else:
        yield Fix(
            FixKind.MOVE,
            _("%(title)s: %(minutes)d분 늦추기") % {"title": after.title, "minutes": pushed},
            (longer, Edit(after.uid, pushed, pushed)),
        )


def _shorter(item: Item, by: int, *more: Edit) -> Fix:
    return Fix(
        FixKind.RESIZE,
        _("%(title)s: %(length)s으로 줄이기")
        % {"title": item.title, "length": kduration(item.minutes - by)},
        (Edit(item.uid, end_by=-by), *more),
    )


def _gap_fixes(stop: Item, item: Item, short: int, free: int | None) -> Iterator[Fix]:
    """`free` are the minutes before the stop; None when nothing comes before it."""
    if short <= (MOST_EARLIER if free is None else free):
        yield Fix(
            FixKind.MOVE,
            _("%(title)s: %(minutes)d분 일찍 시작") % {"title": stop.title, "minutes": short},
            (Edit(stop.uid, -short, -short),),
        )
    if stop.minutes - short >= SHORTEST_VISIT:
        yield _shorter(stop, short)
    yield Fix(
        FixKind.MOVE,
        _("%(title)s: %(minutes)d분 늦추기") % {"title": item.title, "minutes": short},
        (Edit(item.uid, short, short),),
    )


def _long_drives(lane: list[Item]) -> Iterator[Conflict]:
    drive: list[_Stretch] = []
    for stretch in _stretches(lane):
        if drive and stretch.starts_at - drive[-1].ends_at >= BREAK:
            yield from _too_long(drive)
            drive = []
        drive.append(stretch)
    yield from _too_long(drive)


def _stretches(lane: list[Item]) -> Iterator[_Stretch]:
    """The wheels turning: legs, cut by the rests on the way that are long enough."""
    rests = [
        item for item in lane if item.kind == ItemKind.REST and item.minutes >= BREAK // MINUTE
    ]
    first = 0
    for leg in (item for item in lane if item.kind == ItemKind.TRAVEL):
        starts_at = leg.starts_at
        while first < len(rests) and rests[first].ends_at <= starts_at:
            first += 1
        for rest in rests[first:]:
            if rest.starts_at >= leg.ends_at:
                break
            if rest.starts_at > starts_at:
                yield _Stretch(leg, starts_at, rest.starts_at)
            starts_at = max(starts_at, rest.ends_at)
        if starts_at < leg.ends_at:
            yield _Stretch(leg, starts_at, leg.ends_at)


def _too_long(drive: list[_Stretch]) -> Iterator[Conflict]:
    minutes = sum(stretch.minutes for stretch in drive)
    if minutes <= LONGEST_DRIVE:
        return
    longest = max(drive, key=lambda stretch: stretch.minutes)
    half = longest.starts_at + timedelta(minutes=min(LONGEST_DRIVE, longest.minutes // 2))
    legs = {stretch.leg.uid: stretch.leg for stretch in drive}
    groups = longest.leg.group_ids
    yield Conflict(
        code=Code.LEG_WITHOUT_BREAK,
        severity=Severity.WARNING,
        size=minutes - LONGEST_DRIVE,
        unit=Unit.MINUTES,
        message=_("쉬지 않고 %(length)s 달립니다") % {"length": kduration(minutes)},
        why=_("%(title)s: 2시간마다 15분 쉬어야 합니다") % {"title": longest.leg.title},
        item_uids=tuple(legs),
        fixes=(
            Fix(
                FixKind.ADD,
                _("%(time)s에 휴게소 15분 넣기") % {"time": ktime(half)},
                parameters={
                    "kind": ItemKind.REST.value,
                    "starts_at": half.isoformat(),
                    "minutes": BREAK // MINUTE,
                    "groups": sorted(groups),
                },
            ),
        ),
    )
