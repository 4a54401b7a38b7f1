"""Participants and their enrollments."""

from typing import Any

import factory
from factory.django import DjangoModelFactory

from participants.models import Enrollment, EnrollmentStatus, Participant
from tests.factories.accounts import DepartmentFactory, RankFactory
from tests.factories.programs import ProgramFactory

FROZEN = {
    EnrollmentStatus.CONFIRMED,
    EnrollmentStatus.COMPLETED,
    EnrollmentStatus.NOT_COMPLETED,
    EnrollmentStatus.SUBSTITUTED,
}


class ParticipantFactory(DjangoModelFactory):
    class Meta:
        model = Participant

    employee_number = factory.Sequence(lambda n: f"GR-2021-{n:04}")
    name = factory.Sequence(lambda n: f"이누리{n}")
    department = factory.SubFactory(DepartmentFactory)
    rank = factory.SubFactory(RankFactory)
    email = factory.Sequence(lambda n: f"person{n}@goryeong.example")
    mobile = factory.Sequence(lambda n: f"010-0000-{n % 10000:04}")


class EnrollmentFactory(DjangoModelFactory):
    """Confirmed unless said otherwise, with the facts frozen as a confirmation freezes them."""

    class Meta:
        model = Enrollment

    program = factory.SubFactory(ProgramFactory)
    participant = factory.SubFactory(ParticipantFactory)
    status = EnrollmentStatus.CONFIRMED

    @classmethod
    def _create(cls, model_class: type[Enrollment], *args: Any, **fields: Any) -> Enrollment:
        person = fields["participant"]
        if fields["status"] in FROZEN:
            fields.setdefault("name", person.name)
            fields.setdefault("department_name", person.department.name)
            fields.setdefault("rank_name", person.rank.name)
        if fields["status"] == EnrollmentStatus.WAITLISTED:
            fields.setdefault(
                "waitlist_position", fields["program"].enrollments.waitlisted().count() + 1
            )
        return super()._create(model_class, *args, **fields)
