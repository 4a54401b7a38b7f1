"""Closing and reopening accounts: people leave and come back, records stay."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import AccessAction, User
from accounts.permissions import Role
from accounts.services import access, roles
from core.errors import RuleBroken
from core.text import clean_text


@transaction.atomic
def deactivate(*, user: User, by: User, reason: str, at: datetime) -> None:
    """End every session at once, take every role, and refuse the next sign-in.

    The password is thrown away, so that no old session wakes up when the account is opened again.
    """
    if user.pk == by.pk:
        raise RuleBroken(_("자기 계정은 중지할 수 없습니다. 다른 관리자에게 부탁해 주세요."))
    reason = _stated(reason)
    for held in list(user.role_grants.select_related("department")):
        roles.revoke(
            user=user, role=Role(held.role), department=held.department, by=by, reason=reason, at=at
        )
    user.is_active = False
    user.set_unusable_password()
    user.save(update_fields=["is_active", "password"])
    _note(user, by, str(_("계정 중지")), reason, at)


@transaction.atomic
def reactivate(*, user: User, by: User, reason: str, at: datetime) -> None:
    """Open the account again; the person sets a new password by mail, roles are given anew."""
    reason = _stated(reason)
    user.is_active = True
    user.save(update_fields=["is_active"])
    _note(user, by, str(_("계정 다시 사용")), reason, at)


def _stated(reason: str) -> str:
    if not (reason := clean_text(reason)[:200]):
        raise RuleBroken(_("사유를 적어 주세요."), field="reason")
    return reason


def _note(user: User, by: User, what: str, reason: str, at: datetime) -> None:
    access.record(
        user=by,
        action=AccessAction.CHANGE,
        object=what,
        at=at,
        subjects=[user.employee_number],
        reason=reason,
    )
