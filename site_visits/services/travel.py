"""Travel times between sites: the table in one statement, estimates for the rest; who may change it and how."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import RuleBroken, StaleEdit
from programs.models import Program
from site_visits.distance import Leg, Travel, estimate
from site_visits.models import ItineraryItem, Site, TravelSource, TravelTime
from site_visits.travel_file import LONGEST_KM, LONGEST_MINUTES

MOST_SITES: Final = 150


def between(sites: Iterable[Any]) -> Travel:
    """What is known of the roads among these sites (rows or the places of a draft)."""
    known = {site.pk: site for site in sites}
    rows = TravelTime.objects.among(known).values_list(
        "origin_id", "target_id", "minutes", "km", "source"
    )
    return Travel(
        table={
            (origin, target): Leg(minutes, km, source == TravelSource.ESTIMATE)
            for origin, target, minutes, km, source in rows
        },
        points={
            pk: (float(site.latitude), float(site.longitude))
            for pk, site in known.items()
            if site.latitude is not None and site.longitude is not None
        },
    )


def leg(*, origin: Site, target: Site) -> Leg | None:
    """Minutes and km from one site to another, None when nobody knows."""
    return between([origin, target]).between(origin.pk, target.pk)


def guess(*, origin: Site, target: Site) -> Leg | None:
    """What the map alone suggests, whatever the table says."""
    points = between([origin, target]).points
    if origin.pk not in points or target.pk not in points:
        return None
    return _within_limits(estimate(points[origin.pk], points[target.pk]))


def sites_of(program: Program) -> set[int]:
    """Every site of the draft, legs' ends included."""
    rows = ItineraryItem.objects.filter(program=program).live()
    ends = rows.values_list("site_id", "origin_id", "target_id")
    return {pk for row in ends for pk in row if pk is not None}


@transaction.atomic
def set_pair(
    *,
    origin: Site,
    target: Site,
    version: int,
    minutes: int,
    km: int,
    both_ways: bool = False,
    by: User,
    at: datetime,
) -> TravelTime:
    """What somebody drove or looked up; `version` is 0 for a pair the table did not know."""
    if origin == target:
        raise RuleBroken(_("출발지와 도착지가 같습니다."), field="target")
    lock_table()
    row = TravelTime.objects.filter(origin=origin, target=target).first()
    if (row.version if row else 0) != version:
        raise StaleEdit(
            _("그사이 다른 사람이 이 구간을 고쳤습니다. 바뀐 값을 확인하고 다시 저장해 주세요."),
            current=row,
        )
    found = _write(origin, target, minutes, km)
    if both_ways:
        _write(target, origin, minutes, km)
    return found


@transaction.atomic
def remove_pair(*, row: TravelTime, version: int, by: User, at: datetime) -> None:
    """The pair is estimated again from the distance."""
    lock_table()
    current = TravelTime.objects.filter(pk=row.pk).first()
    if current is None:
        return
    if current.version != version:
        raise StaleEdit(
            _("그사이 다른 사람이 이 구간을 고쳤습니다. 바뀐 값을 확인하고 다시 저장해 주세요."),
            current=current,
        )
    current.delete()


@dataclass(frozen=True, slots=True)
class Filled:
    """`unknown` are sites without coordinates: nobody can estimate for them."""

    added: int
    unknown: tuple[str, ...] = ()


def missing_pairs(program: Program) -> int:
    """Pairs among the program's sites that the table does not hold, both directions counted."""
    sites = sites_of(program)
    return len(sites) * (len(sites) - 1) - TravelTime.objects.among(sites).count()


@transaction.atomic
def fill_missing(*, program: Program, by: User, at: datetime) -> Filled:
    """Estimates for the pairs nobody knows; what is in the table stays as it is."""
    sites = Site.objects.in_bulk(sites_of(program))
    if len(sites) > MOST_SITES:
        raise RuleBroken(
            _("방문지가 %(n)d곳이 넘는 과정은 한꺼번에 채울 수 없습니다. 파일로 올려 주세요.")
            % {"n": MOST_SITES}
        )
    lock_table()
    known = between(sites.values())
    rows = [
        TravelTime(
            origin_id=origin, target_id=target, minutes=guess.minutes, km=guess.km, source=TravelSource.ESTIMATE
        )
        for origin, point in known.points.items()
        for target, other in known.points.items()
        if origin != target and (origin, target) not in known.table
        for guess in [_within_limits(estimate(point, other))]
    ]  # fmt: skip
    TravelTime.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    unknown = tuple(sorted(site.name for pk, site in sites.items() if pk not in known.points))
    return Filled(len(rows), unknown)


def lock_table() -> None:
    """Imports, edits and fillings take turns; readers are not held up."""
    with transaction.get_connection().cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('site_visits.travel'))")


def _within_limits(guess: Leg) -> Leg:
    return Leg(min(guess.minutes, LONGEST_MINUTES), min(guess.km, LONGEST_KM), estimated=True)


def _write(origin: Site, target: Site, minutes: int, km: int) -> TravelTime:
    facts = {"minutes": minutes, "km": km, "source": TravelSource.MANUAL}
    rows = TravelTime.objects.filter(origin=origin, target=target)
    if not rows.update(**facts, version=F("version") + 1):
        return TravelTime.objects.create(origin=origin, target=target, **facts)
    return rows.get()
