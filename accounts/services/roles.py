"""Giving and taking roles, always with a reason and a line in the history."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Department, RoleGrant, RoleGrantEvent, User
from accounts.permissions import Role
from core.errors import RuleBroken
from core.text import clean_text


@transaction.atomic
def grant(
    *,
    user: User,
    role: Role,
    department: Department | None = None,
    by: User | None,
    reason: str,
    at: datetime,
) -> RoleGrant:
    """Give `user` a role; only a coordinator's is limited to a department."""
    reason = _stated(reason)
    if role == Role.PARTICIPANT:
        raise RuleBroken(_("교육생 역할은 모든 계정이 이미 가지고 있습니다."), field="role")
    if role == Role.COORDINATOR and department is None:
        raise RuleBroken(_("부서 서무에는 부서를 정해 주세요."), field="department")
    if role != Role.COORDINATOR and department is not None:
        raise RuleBroken(
            _("부서는 부서 서무에게만 정합니다. 부서를 비워 주세요."), field="department"
        )
    try:
        with transaction.atomic():
            given = RoleGrant.objects.create(user=user, role=role, department=department)
    except IntegrityError as error:
        raise RuleBroken(_("이미 가진 역할입니다."), field="role") from error
    _note(given, RoleGrantEvent.Kind.GRANTED, by, reason, at)
    return given


@transaction.atomic
def revoke(
    *,
    user: User,
    role: Role,
    department: Department | None = None,
    by: User | None,
    reason: str,
    at: datetime,
) -> None:
    """Take a role away; the last administrator keeps theirs, or nobody could ever give one again."""
    reason = _stated(reason)
    if role == Role.ADMINISTRATOR:
        keep_an_administrator(without=user)
    held = (
        RoleGrant.objects.select_for_update()
        .filter(user=user, role=role, department=department)
        .first()
    )
    if held is None:
        raise RuleBroken(_("이미 회수한 역할입니다."))
    _note(held, RoleGrantEvent.Kind.REVOKED, by, reason, at)
    held.delete()


def keep_an_administrator(*, without: User) -> None:
    """Refuse when nobody else could manage accounts; locks the grants, so two cannot leave at once."""
    grants = RoleGrant.objects.select_for_update(of=("self",)).filter(role=Role.ADMINISTRATOR)
    others = [grant for grant in grants.select_related("user") if grant.user_id != without.pk]
    if not any(grant.user.is_active for grant in others):
        raise RuleBroken(_("마지막 관리자입니다. 다른 관리자를 먼저 정해 주세요."))


def _stated(reason: str) -> str:
    if not (reason := clean_text(reason)[:200]):
        raise RuleBroken(_("사유를 적어 주세요."), field="reason")
    return reason


def _note(
    held: RoleGrant, kind: RoleGrantEvent.Kind, by: User | None, reason: str, at: datetime
) -> None:
    RoleGrantEvent.objects.create(
        user=held.user,
        role=held.role,
        department=held.department,
        kind=kind,
        actor=by,
        reason=reason,
        at=at,
    )
