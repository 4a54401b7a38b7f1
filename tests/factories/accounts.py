"""Accounts, departments and ranks. A factory makes the simplest valid row and has no surprises."""

from typing import Any

import factory
from factory.django import DjangoModelFactory

from accounts.models import Department, Rank, RoleGrant, User
from accounts.permissions import Role

PASSWORD = "Gaya-tumuli-42"


class DepartmentFactory(DjangoModelFactory):
    class Meta:
        model = Department

    code = factory.Sequence(lambda n: f"D{n:04}")
    name = factory.Sequence(lambda n: f"부서{n}")
    sort_order = factory.Sequence(lambda n: n + 1)


class RankFactory(DjangoModelFactory):
    class Meta:
        model = Rank

    name = factory.Sequence(lambda n: f"행정{n}급")
    sort_order = factory.Sequence(lambda n: n + 1)


class UserFactory(DjangoModelFactory):
    """`UserFactory(role=Role.ORGANIZER)`; `department` limits that role. The password is PASSWORD."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    employee_number = factory.Sequence(lambda n: f"GR-2020-{n:04}")
    name = factory.Sequence(lambda n: f"김가람{n}")
    email = factory.Sequence(lambda n: f"user{n}@goryeong.example")

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **fields: Any) -> User:
        role: Role | None = fields.pop("role", None)
        department = fields.pop("department", None)
        password = fields.pop("password", PASSWORD)
        user = model_class.objects.create_user(password=password, **fields)
        if role and role != Role.PARTICIPANT:
            RoleGrant.objects.create(user=user, role=role, department=department)
        return user
