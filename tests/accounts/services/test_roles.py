"""Roles are given and taken with a reason, and the history stays."""

import pytest
from django.db import DatabaseError, transaction

from accounts.models import RoleGrantEvent
from accounts.permissions import Role
from accounts.services import roles
from core.errors import RuleBroken
from tests.factories.accounts import DepartmentFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_giving_and_taking_leave_a_line_each(administrator, now):
    user = UserFactory()

    roles.grant(user=user, role=Role.ORGANIZER, by=administrator, reason="인사발령", at=now)
    roles.revoke(user=user, role=Role.ORGANIZER, by=administrator, reason="전출", at=now)

    assert not user.role_grants.exists()
    assert sorted(user.role_events.values_list("kind", "reason")) == [
        ("granted", "인사발령"),
        ("revoked", "전출"),
    ]


@pytest.mark.parametrize(
    ("role", "with_department", "reason", "field"),
    [
        (Role.COORDINATOR, False, "발령", "department"),
        (Role.ORGANIZER, True, "발령", "department"),
        (Role.PARTICIPANT, False, "발령", "role"),
        (Role.ORGANIZER, False, "  ", "reason"),
    ],
)
def test_a_grant_that_says_nothing_sensible_is_refused(
    administrator, now, role, with_department, reason, field
):
    department = DepartmentFactory() if with_department else None

    with pytest.raises(RuleBroken) as refused:
        roles.grant(
            user=UserFactory(),
            role=role,
            department=department,
            by=administrator,
            reason=reason,
            at=now,
        )

    assert refused.value.field == field


def test_a_role_is_given_once(administrator, organizer, now):
    with pytest.raises(RuleBroken, match="이미 가진"):
        roles.grant(user=organizer, role=Role.ORGANIZER, by=administrator, reason="발령", at=now)


def test_the_last_administrator_stays(administrator, now):
    with pytest.raises(RuleBroken, match="마지막 관리자"):
        roles.revoke(
            user=administrator, role=Role.ADMINISTRATOR, by=administrator, reason="휴직", at=now
        )

    UserFactory(role=Role.ADMINISTRATOR)
    roles.revoke(
        user=administrator, role=Role.ADMINISTRATOR, by=administrator, reason="휴직", at=now
    )


def test_the_history_cannot_be_rewritten(administrator, now):
    roles.grant(user=UserFactory(), role=Role.LEADER, by=administrator, reason="발령", at=now)

    for change in (
        lambda: RoleGrantEvent.objects.update(reason="아님"),
        RoleGrantEvent.objects.all().delete,
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
