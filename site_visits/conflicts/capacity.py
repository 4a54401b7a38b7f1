"""More people at a site than it takes, over all programs in that hour."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from math import ceil
from typing import NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from site_visits.conflicts.facts import MINUTE, Facts, Item
from site_visits.conflicts.opening import NEED_OPEN_DOORS
from site_visits.conflicts.values import KEPT, Code, Conflict, Edit, Fix, FixKind, Severity, Unit


class _Stay(NamedTuple):
    starts_at: datetime
    ends_at: datetime
    people: int
    item: Item | None
    program: str


class _Peak(NamedTuple):
    people: int
    stays: tuple[_Stay, ...]


def check(facts: Facts) -> Iterator[Conflict]:
    stays: dict[int, list[_Stay]] = defaultdict(list)
    for item in facts.seen:
        if item.site_id and item.kind in NEED_OPEN_DOORS:
            stays[item.site_id].append(_Stay(item.starts_at, item.ends_at, item.people, item, ""))
    for other in facts.others:
        if other.site_id in stays:
            stays[other.site_id].append(
                _Stay(other.starts_at, other.ends_at, other.people, None, other.program)
            )
    groups, language = tuple(facts.group_people.items()), get_language()
    for site_id, there in stays.items():
        site = facts.sites[site_id]
        if site.capacity:
            for peak in _peaks(there, site.capacity):
                yield _conflict(site.name, site.capacity, peak, groups, language)


def _peaks(stays: list[_Stay], capacity: int) -> Iterator[_Peak]:
    """The worst moment of each unbroken stretch in which people of ours are there."""
    present: list[_Stay] = []
    worst = _Peak(0, ())
    for stay in sorted(stays, key=lambda stay: (stay.starts_at, stay.ends_at)):
        present = [other for other in present if other.ends_at > stay.starts_at]
        if not present and worst.people > capacity:
            yield worst
        if not present:
            worst = _Peak(0, ())
        present.append(stay)
        people = sum(other.people for other in present)
        if people > worst.people and any(other.item for other in present):
            worst = _Peak(people, tuple(present))
    if worst.people > capacity:
        yield worst


@lru_cache(maxsize=KEPT)
def _conflict(
    site: str,
    capacity: int,
    peak: _Peak,
    groups: tuple[tuple[int, int], ...],
    _language: str | None,
) -> Conflict:
    ours = [stay.item for stay in peak.stays if stay.item]
    theirs = [stay for stay in peak.stays if not stay.item]
    return Conflict(
        code=Code.OVER_CAPACITY,
        severity=Severity.ERROR,
        size=peak.people - capacity,
        unit=Unit.PEOPLE,
        message=_("%(people)d명 넘칩니다") % {"people": peak.people - capacity},
        why=" · ".join(
            [
                _("%(site)s: 한 번에 %(capacity)d명, 예정 %(people)d명")
                % {"site": site, "capacity": capacity, "people": peak.people},
                *sorted({stay.program for stay in theirs}),
            ]
        ),
        item_uids=tuple(item.uid for item in ours),
        fixes=tuple(_fixes(ours, theirs, capacity, dict(groups))),
    )


def _fixes(
    ours: list[Item], theirs: list[_Stay], capacity: int, group_people: dict[int, int]
) -> Iterator[Fix]:
    last = ours[-1]
    if theirs and last.people <= capacity:
        free = max(stay.ends_at for stay in theirs)
        by = (free - last.starts_at) // MINUTE
        if by > 0:
            yield Fix(
                FixKind.MOVE, _("%(minutes)d분 늦추기") % {"minutes": by}, (Edit(last.uid, by, by),)
            )
    if last.people > capacity:
        groups = _turns(last, capacity, group_people)
        parts = len(groups) or ceil(last.people / capacity)
        label = _("%(parts)d개 조가 차례로") if groups else _("%(parts)d개 조로 나누기")
        yield Fix(
            FixKind.SPLIT,
            label % {"parts": parts},
            parameters={"uid": str(last.uid), "parts": parts, "groups": groups},
        )


def _turns(item: Item, capacity: int, group_people: dict[int, int]) -> list[int]:
    """The groups that can go one after another; none when one of them is too large by itself or people have none."""
    groups = sorted(item.group_ids) or list(group_people)
    sizes = [group_people.get(group, 0) for group in groups]
    fits = len(groups) > 1 and max(sizes) <= capacity and sum(sizes) >= item.people
    return groups if fits else []
