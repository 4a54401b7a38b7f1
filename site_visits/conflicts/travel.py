"""The road: legs shorter than the bus needs, missing legs, and driving on and on without a break."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from django.utils.translation import gettext as _

from core.dates import kduration
from site_visits.conflicts.facts import Facts, Item
from site_visits.conflicts.values import Code, Conflict, Edit, Fix, FixKind, Severity, Unit
from site_visits.distance import Leg, Travel
from site_visits.models import ItemKind

LONGEST_DRIVE: Final = 120
BREAK: Final = 15
SHORTEST_VISIT: Final = 30


def check(facts: Facts) -> Iterator[Conflict]:
    for lane in facts.lanes():
        yield from _short_legs(lane, facts)
        yield from _long_drives(lane)


def _short_legs(lane: list[Item], facts: Facts) -> Iterator[Conflict]:
    """Between two stops at different sites: enough minutes on the road?"""
    stop: Item | None = None
    road: list[Item] = []
    for item in lane:
        if item.kind == ItemKind.TRAVEL:
            road.append(item)
            if found := _short_leg(item, facts, stop):
                yield found
        elif item.site_id is not None and item.kind != ItemKind.LODGING:
            if stop is not None and (found := _short_between(stop, road, item, facts.travel)):
                yield found
            stop, road = item, []
        elif item.site_id is not None:
            stop, road = item, []


def _short_leg(leg: Item, facts: Facts, before: Item | None) -> Conflict | None:
    if leg.origin_id is None or leg.target_id is None:
        return None
    needed = facts.travel.between(leg.origin_id, leg.target_id)
    if needed is None or needed.minutes <= leg.minutes:
        return None
    names = [
        facts.sites[site].name for site in (leg.origin_id, leg.target_id) if site in facts.sites
    ]
    return _conflict(
        needed, leg.minutes, " → ".join(names), (leg,), _leg_fixes(leg, before, needed)
    )


def _short_between(stop: Item, road: list[Item], item: Item, travel: Travel) -> Conflict | None:
    """Stops without a leg whose two ends are known: the free time between them, or the legs together."""
    if any(leg.origin_id and leg.target_id for leg in road) or not (stop.site_id and item.site_id):
        return None
    needed = travel.between(stop.site_id, item.site_id)
    if needed is None or (road and needed.estimated):
        # Somebody planned the road by hand; an estimate is no reason to doubt it.
        return None
    gap = int((item.starts_at - stop.ends_at).total_seconds() // 60)
    available = max(0, sum(leg.minutes for leg in road) if road else gap)
    if needed.minutes <= available:
        return None
    return _conflict(
        needed,
        available,
        f"{stop.title} → {item.title}",
        (stop, *road, item),
        _gap_fixes(stop, item, needed.minutes - available),
    )


def _conflict(
    needed: Leg, available: int, between: str, items: tuple[Item, ...], fixes: Iterator[Fix]
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


def _leg_fixes(leg: Item, before: Item | None, needed: Leg) -> Iterator[Fix]:
    short = needed.minutes - leg.minutes
    free = None if before is None else (leg.starts_at - before.ends_at).total_seconds() // 60
    if free is None or free >= short:
        yield Fix(
            FixKind.RESIZE,
            _("%(minutes)d분 일찍 출발") % {"minutes": short},
            (Edit(leg.uid, start_by=-short),),
        )
    elif before is not None and before.minutes - short >= SHORTEST_VISIT:
        yield Fix(
            FixKind.RESIZE,
            _("%(title)s: %(length)s으로 줄이기")
            % {"title": before.title, "length": kduration(before.minutes - short)},
            (Edit(before.uid, end_by=-short), Edit(leg.uid, start_by=-short)),
        )
    yield Fix(
        FixKind.RESIZE,
        _("이동을 %(length)s으로 늘리기") % {"length": kduration(needed.minutes)},
        (Edit(leg.uid, end_by=short),),
    )


def _gap_fixes(stop: Item, item: Item, short: int) -> Iterator[Fix]:
    if stop.minutes - short >= SHORTEST_VISIT:
        yield Fix(
            FixKind.RESIZE,
            _("%(title)s: %(length)s으로 줄이기")
            % {"title": stop.title, "length": kduration(stop.minutes - short)},
            (Edit(stop.uid, end_by=-short),),
        )
    yield Fix(
        FixKind.MOVE,
        _("%(title)s: %(minutes)d분 늦추기") % {"title": item.title, "minutes": short},
        (Edit(item.uid, short, short),),
    )


def _long_drives(lane: list[Item]) -> Iterator[Conflict]:
    drive: list[Item] = []
    for leg in [item for item in lane if item.kind == ItemKind.TRAVEL]:
        if drive and leg.starts_at - drive[-1].ends_at >= timedelta(minutes=BREAK):
            yield from _too_long(drive)
            drive = []
        drive.append(leg)
    yield from _too_long(drive)


def _too_long(drive: list[Item]) -> Iterator[Conflict]:
    minutes = sum(leg.minutes for leg in drive)
    if minutes <= LONGEST_DRIVE:
        return
    longest = max(drive, key=lambda leg: leg.minutes)
    half = longest.starts_at + timedelta(minutes=min(LONGEST_DRIVE, longest.minutes // 2))
    yield Conflict(
        code=Code.LEG_WITHOUT_BREAK,
        severity=Severity.WARNING,
        size=minutes - LONGEST_DRIVE,
        unit=Unit.MINUTES,
        message=_("쉬지 않고 %(length)s 달립니다") % {"length": kduration(minutes)},
        why=_("%(title)s: 2시간마다 15분 쉬어야 합니다") % {"title": longest.title},
        item_uids=tuple(leg.uid for leg in drive),
        fixes=(
            Fix(
                FixKind.ADD,
                _("휴게소 15분 넣기"),
                parameters={
                    "kind": ItemKind.REST.value,
                    "starts_at": half.isoformat(),
                    "minutes": BREAK,
                },
            ),
        ),
    )
