"""The catalogue of sites: facts, visiting hours and closed days saved together; retired, never deleted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.dates import local_date
from core.errors import RuleBroken, StaleEdit
from site_visits.models import ItineraryItem, OpeningHours, Site, SiteClosure


@dataclass(frozen=True, slots=True)
class HoursRow:
    weekday: int
    opens_at: time
    closes_at: time


@dataclass(frozen=True, slots=True)
class ClosureRow:
    kind: str
    weekday: int | None = None
    shifts_after_holiday: bool = False
    first_on: date | None = None
    last_on: date | None = None
    note: str = ""


def create(
    *,
    fields: Mapping[str, Any],
    hours: Iterable[HoursRow] = (),
    closures: Iterable[ClosureRow] = (),
    by: User,
    at: datetime,
) -> Site:
    return _save(Site(**fields), hours, closures)


def edit(
    *,
    site: Site,
    version: int,
    fields: Mapping[str, Any],
    hours: Iterable[HoursRow] = (),
    closures: Iterable[ClosureRow] = (),
    by: User,
    at: datetime,
) -> Site:
    """Replace every fact of the site, its hours and its closed days."""
    with transaction.atomic():
        current = _current(site, version)
        for name, value in fields.items():
            setattr(current, name, value)
        current.version += 1
        return _save(current, hours, closures)


@transaction.atomic
def retire(*, site: Site, version: int, by: User, at: datetime) -> Site:
    """No new visits; those planned already stand, the organizer is told how many."""
    current = _current(site, version)
    if current.retired_on is not None:
        raise RuleBroken(_("이미 사용을 중지한 방문지입니다."))
    current.retired_on = local_date(at)
    current.version += 1
    current.save()
    return current


@transaction.atomic
def reinstate(*, site: Site, version: int, by: User, at: datetime) -> Site:
    current = _current(site, version)
    if current.retired_on is None:
        raise RuleBroken(_("이미 사용하는 방문지입니다."))
    current.retired_on = None
    current.version += 1
    current.save()
    return current


def planned_visits(site: Site, *, at: datetime) -> int:
    """Visits still to come, over all programs."""
    return ItineraryItem.objects.filter(site=site, starts_at__gte=at).live().count()


def _current(site: Site, version: int) -> Site:
    current = Site.objects.select_for_update(of=("self",)).get(pk=site.pk)
    if current.version != version:
        raise StaleEdit(
            _(
                "그사이 다른 사람이 이 방문지를 고쳤습니다. 바뀐 내용을 확인하고 다시 저장해 주세요."
            ),
            current=current,
        )
    return current


def _save(site: Site, hours: Iterable[HoursRow], closures: Iterable[ClosureRow]) -> Site:
    try:
        with transaction.atomic():
            site.full_clean()
            site.save()
            _replace_hours(site, hours)
            _replace_closures(site, closures)
    except ValidationError as error:
        raise _as_refusal(error) from error
    except IntegrityError as error:
        # Two people gave the same name at the same moment.
        raise RuleBroken(_("같은 이름의 방문지가 이미 있습니다."), field="name") from error
    return site


def _replace_hours(site: Site, hours: Iterable[HoursRow]) -> None:
    rows = [
        OpeningHours(site=site, weekday=row.weekday, opens_at=row.opens_at, closes_at=row.closes_at)
        for row in hours
    ]
    for row in rows:
        row.clean_fields(exclude=["site"])
        row.validate_constraints(exclude=["site"])
    OpeningHours.objects.filter(site=site).delete()
    OpeningHours.objects.bulk_create(rows)


def _replace_closures(site: Site, closures: Iterable[ClosureRow]) -> None:
    rows = [
        SiteClosure(
            site=site,
            kind=row.kind,
            weekday=row.weekday,
            shifts_after_holiday=row.shifts_after_holiday,
            first_on=row.first_on,
            last_on=row.last_on,
            note=row.note,
        )
        for row in closures
    ]
    for row in rows:
        row.clean_fields(exclude=["site"])
        row.validate_constraints(exclude=["site"])
    SiteClosure.objects.filter(site=site).delete()
    SiteClosure.objects.bulk_create(rows)


def _as_refusal(error: ValidationError) -> RuleBroken:
    if not hasattr(error, "error_dict"):
        return RuleBroken(" ".join(error.messages))
    name, messages = next(iter(error.message_dict.items()))
    return RuleBroken(" ".join(messages), field=None if name == "__all__" else name)
