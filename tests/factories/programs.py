"""Programs with their staff and groups."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from programs.models import Group, Program, ProgramStaff, ProgramStatus, StaffKind
from tests.factories.accounts import UserFactory


class ProgramFactory(DjangoModelFactory):
    class Meta:
        model = Program

    code = factory.Sequence(lambda n: f"ai-2026-{n}")
    title = factory.Sequence(lambda n: f"AI 역량강화 현장학습 {n}기")
    starts_on = date(2026, 12, 3)
    ends_on = date(2026, 12, 4)
    status = ProgramStatus.CONFIRMED
    capacity = 40
    meeting_point = "고령군청 주차장"
    bring = "신분증, 명찰"


class GroupFactory(DjangoModelFactory):
    class Meta:
        model = Group

    program = factory.SubFactory(ProgramFactory)
    name = factory.Sequence(lambda n: f"{n + 1}조")
    sort_order = factory.Sequence(lambda n: n + 1)


class ProgramStaffFactory(DjangoModelFactory):
    class Meta:
        model = ProgramStaff

    program = factory.SubFactory(ProgramFactory)
    user = factory.SubFactory(UserFactory)
    kind = StaffKind.LEADER
