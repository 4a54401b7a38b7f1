"""Phone numbers on a roster are personal data: looking at them is noted, once a day and person."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from django.utils.translation import gettext as _

from accounts.models import AccessAction, AccessLog
from accounts.services import access
from core.dates import day_bounds, local_date
from programs.models import Program

if TYPE_CHECKING:
    from accounts.models import User


class Listed(Protocol):
    @property
    def employee_number(self) -> str: ...


def note_view(
    *, program: Program, people: Sequence[Listed], by: "User", at: datetime, ip: str | None
) -> None:
    first, _next_day = day_bounds(local_date(at))
    subject = f"{_('출석 명단')} {program.code}"
    seen = AccessLog.objects.filter(
        user=by, at__gte=first, action=AccessAction.VIEW, object=subject
    )
    if people and not seen.exists():
        access.record(
            user=by,
            action=AccessAction.VIEW,
            object=subject,
            at=at,
            ip=ip,
            subjects=[person.employee_number for person in people],
        )
