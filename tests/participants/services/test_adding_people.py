"""Entering people by hand: all of them or nobody, and never more than there are seats."""

import pytest

from core.errors import RuleBroken, SeveralRefusals
from participants.models import EnrollmentEvent, EnrollmentStatus
from participants.services import enrollment
from programs.models import ProgramStatus
from tests.factories.participants import EnrollmentFactory, ParticipantFactory
from tests.factories.programs import ProgramFactory

S = EnrollmentStatus
pytestmark = pytest.mark.django_db


def test_adding_by_hand_past_the_waiting_list_needs_a_reason(organizer, now):
    program = ProgramFactory()
    EnrollmentFactory(program=program, status=S.WAITLISTED)
    people = [ParticipantFactory()]

    with pytest.raises(RuleBroken) as refused:
        enrollment.add_people(program=program, participants=people, by=organizer, at=now)
    added = enrollment.add_people(
        program=program, participants=people, by=organizer, at=now, reason="군수 지시 사업 담당자"
    )

    assert refused.value.field == "reason"
    assert added[0].status == S.CONFIRMED


def test_more_people_than_seats_are_refused_with_the_number_left_and_nobody_is_saved(
    organizer, now
):
    program = ProgramFactory(capacity=5)
    EnrollmentFactory.create_batch(2, program=program)

    with pytest.raises(RuleBroken, match="남은 자리는 3명인데 4명을"):
        enrollment.add_people(
            program=program, participants=ParticipantFactory.create_batch(4), by=organizer, at=now
        )

    assert program.enrollments.count() == 2


def test_a_full_program_says_so(organizer, now):
    program = ProgramFactory(capacity=1)
    EnrollmentFactory(program=program)
    waiting = EnrollmentFactory(program=program, status=S.APPLIED)

    with pytest.raises(RuleBroken, match="정원 1명이 모두 찼습니다"):
        enrollment.select(enrollments=[waiting], by=organizer, at=now)


def test_duplicates_are_named_and_nobody_is_saved(organizer, now):
    program = ProgramFactory()
    there = EnrollmentFactory(program=program, participant=ParticipantFactory(name="박다온"))

    with pytest.raises(SeveralRefusals, match="박다온"):
        enrollment.add_people(
            program=program,
            participants=[there.participant, ParticipantFactory()],
            by=organizer,
            at=now,
        )

    assert program.enrollments.count() == 1


def test_the_same_list_sent_twice_is_entered_once(organizer, now):
    program = ProgramFactory()
    people = ParticipantFactory.create_batch(3)
    first = enrollment.add_people(program=program, participants=people, by=organizer, at=now)

    again = enrollment.add_people(program=program, participants=people, by=organizer, at=now)

    assert again == first
    assert EnrollmentEvent.objects.count() == 3


@pytest.mark.parametrize("status", [ProgramStatus.FINISHED, ProgramStatus.CANCELLED])
def test_the_list_of_a_finished_or_cancelled_program_stands(organizer, now, status):
    program = ProgramFactory(status=status, status_reason="인원 미달")

    with pytest.raises(RuleBroken, match="바꿀 수 없습니다"):
        enrollment.add_people(
            program=program, participants=[ParticipantFactory()], by=organizer, at=now
        )
