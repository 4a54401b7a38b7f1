"""Templates of trips: saved from a program, renamed, retired, taken back into use, deleted."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import RuleBroken, StaleEdit
from programs.models import Program
from site_visits import trip
from site_visits.models import TripTemplate
from site_visits.services import warnings


@transaction.atomic
def save(
    *, program: Program, name: str, description: str = "", by: User, at: datetime
) -> TripTemplate:
    """The program's draft as a template: days as offsets, sites and groups by name, never people."""
    kept = trip.of_program(
        program, holidays=warnings.holidays_between(program.starts_on, program.ends_on)
    )
    if not kept.items:
        raise RuleBroken(
            _("일정이 없는 과정은 서식으로 저장할 수 없습니다. 일정을 먼저 넣어 주세요.")
        )
    return _write(
        TripTemplate(
            name=name,
            description=description,
            days=len(kept.off),
            content=trip.to_content(kept),
            made_from=program,
            created_by=by,
            created_at=at,
        )
    )


@transaction.atomic
def rename(
    *, template: TripTemplate, version: int, name: str, description: str, by: User, at: datetime
) -> TripTemplate:
    current = _current(template, version)
    current.name, current.description = name, description
    current.version += 1
    return _write(current)


@transaction.atomic
def retire(*, template: TripTemplate, version: int, by: User, at: datetime) -> TripTemplate:
    """No new programs from it; what was made from it stays."""
    current = _current(template, version)
    if current.retired_at is not None:
        raise RuleBroken(_("이미 사용을 중지한 서식입니다."))
    current.retired_at = at
    current.version += 1
    return _write(current)


@transaction.atomic
def reinstate(*, template: TripTemplate, version: int, by: User, at: datetime) -> TripTemplate:
    current = _current(template, version)
    if current.retired_at is None:
        raise RuleBroken(_("이미 사용하는 서식입니다."))
    current.retired_at = None
    current.version += 1
    return _write(current)


@transaction.atomic
def delete(*, template: TripTemplate, version: int, by: User, at: datetime) -> None:
    """Programs made from it keep their itinerary and the report of their making."""
    _current(template, version).delete()


def _current(template: TripTemplate, version: int) -> TripTemplate:
    current = TripTemplate.objects.select_for_update(of=("self",)).get(pk=template.pk)
    if current.version != version:
        raise StaleEdit(
            _("그사이 다른 사람이 이 서식을 고쳤습니다. 바뀐 내용을 확인하고 다시 저장해 주세요."),
            current=current,
        )
    return current


def _write(template: TripTemplate) -> TripTemplate:
    try:
        with transaction.atomic():
            template.save()
    except IntegrityError as error:
        message = TripTemplate._meta.get_field("name").error_messages["unique"]
        raise RuleBroken(message, field="name") from error
    return template
