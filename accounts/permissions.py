"""Who may do what: the whole answer on one screen.

Rows (whose program, which department) are limited by each queryset's `.visible_to(user)`.
"""

from collections.abc import Callable
from enum import StrEnum, auto
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    PARTICIPANT = "participant", _("교육생")
    LEADER = "leader", _("인솔자")
    COORDINATOR = "coordinator", _("부서 서무")
    ORGANIZER = "organizer", _("교육 담당자")
    ADMINISTRATOR = "administrator", _("관리자")
    PRIVACY_OFFICER = "privacy_officer", _("개인정보 보호책임자")


class Can(StrEnum):
    APPLY = auto()
    EDIT_CATALOGUES = auto()
    EXPORT_REPORTS = auto()
    MANAGE_ACCOUNTS = auto()
    MANAGE_PROGRAMS = auto()
    NOMINATE = auto()
    READ_REPORTS = auto()
    SEE_ACCESS_LOG = auto()
    SEE_OWN_ITINERARY = auto()
    SEE_PERSONAL_DETAILS = auto()
    TAKE_ATTENDANCE = auto()
    USE_ADMIN_SITE = auto()


EVERYBODY = frozenset({Can.APPLY, Can.SEE_OWN_ITINERARY})

GRANTS: dict[Role, frozenset[Can]] = {
    Role.PARTICIPANT: EVERYBODY,
    Role.LEADER: EVERYBODY | {Can.TAKE_ATTENDANCE},
    Role.COORDINATOR: EVERYBODY | {Can.NOMINATE, Can.READ_REPORTS},
    Role.ORGANIZER: EVERYBODY
    | {
        Can.EDIT_CATALOGUES,
        Can.EXPORT_REPORTS,
        Can.MANAGE_PROGRAMS,
        Can.READ_REPORTS,
        Can.SEE_PERSONAL_DETAILS,
        Can.TAKE_ATTENDANCE,
        Can.USE_ADMIN_SITE,
    },
    Role.ADMINISTRATOR: EVERYBODY
    | {
        Can.EDIT_CATALOGUES,
        Can.EXPORT_REPORTS,
        Can.MANAGE_ACCOUNTS,
        Can.MANAGE_PROGRAMS,
        Can.READ_REPORTS,
        Can.SEE_PERSONAL_DETAILS,
        Can.TAKE_ATTENDANCE,
        Can.USE_ADMIN_SITE,
    },
    Role.PRIVACY_OFFICER: EVERYBODY | {Can.SEE_ACCESS_LOG},
}


def allowed(user: Any, what: Can) -> bool:
    """Whether any role of `user` grants `what`; the roles are read once a request, and only when needed."""
    if not (user.is_authenticated and user.is_active):
        return False
    return what in EVERYBODY or any(what in GRANTS[role] for role in user.roles)


def requires(what: Can) -> Callable:
    """Admit to the view only who holds `what`; everybody else gets 403 (and strangers the sign-in page)."""

    def declare(view: Callable) -> Callable:
        def guarded(request: Any, *args: Any, **kwargs: Any) -> Any:
            if not allowed(request.user, what):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.__name__ = view.__name__
        guarded.__module__ = view.__module__
        guarded.__doc__ = view.__doc__
        guarded.__dict__.update(view.__dict__)
        guarded.requires = what  # type: ignore[attr-defined]
        return guarded

    return declare


def public(why: str) -> Callable:
    """Open the view to people without an account; `why` is read by reviewers and the guard test."""

    def declare(view: Callable) -> Callable:
        view.public = why  # type: ignore[attr-defined]
        return login_not_required(view)

    return declare
