"""Several people at the same moment, on real connections; with the guards off the same race oversells."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

import pgtrigger
import pytest
from django.db import connection, connections

from core.errors import RuleBroken
from participants.models import Enrollment
from participants.services import enrollment, steps
from programs.models import Program
from tests.factories.accounts import UserFactory
from tests.factories.participants import EnrollmentFactory, ParticipantFactory
from tests.factories.programs import ProgramFactory

pytestmark = pytest.mark.django_db(transaction=True)

RACERS = 6


def together(*actions: Callable[[], object]) -> list[object]:
    """Run the actions at the same moment, each on a connection of its own; a refusal is an answer."""
    start = Barrier(len(actions))

    def run(action: Callable[[], object]) -> object:
        try:
            start.wait(timeout=10)
            return action()
        except RuleBroken as refusal:
            return str(refusal)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def last_seat_race(now, program: Program) -> list[object]:
    by = UserFactory()
    people = ParticipantFactory.create_batch(RACERS)

    def take_the_seat(person):
        return lambda: enrollment.add_people(program=program, participants=[person], by=by, at=now)

    return together(*(take_the_seat(person) for person in people))


def test_six_people_reach_for_the_last_seat_and_one_gets_it(now):
    program = ProgramFactory(capacity=3)
    EnrollmentFactory.create_batch(2, program=program)

    answers = last_seat_race(now, program)

    assert program.enrollments.seated().count() == 3
    assert sum(isinstance(answer, list) for answer in answers) == 1
    assert sum("모두 찼습니다" in str(answer) for answer in answers) == RACERS - 1


def test_the_same_person_four_times_at_once_is_enrolled_once(now):
    program, person, by = ProgramFactory(), ParticipantFactory(), UserFactory()

    together(
        *[lambda: enrollment.add_people(program=program, participants=[person], by=by, at=now)] * 4
    )

    assert Enrollment.objects.filter(participant=person).count() == 1


def test_without_the_lock_the_database_still_keeps_the_capacity(now, monkeypatch):
    monkeypatch.setattr(steps, "lock", lambda program: Program.objects.get(pk=program.pk))
    program = ProgramFactory(capacity=1)

    answers = last_seat_race(now, program)

    assert program.enrollments.seated().count() == 1
    assert sum("모두 찼습니다" in str(answer) for answer in answers) == RACERS - 1


def test_control_without_lock_and_trigger_the_same_race_oversells(now, monkeypatch):
    """Were this green with the guards off, the tests above would prove nothing."""
    everybody_has_looked = Barrier(RACERS)
    looked = steps.seats_left

    def look_and_wait(program: Program) -> int:
        left = looked(program)
        everybody_has_looked.wait(timeout=10)
        return left

    monkeypatch.setattr(steps, "lock", lambda program: Program.objects.get(pk=program.pk))
    monkeypatch.setattr(steps, "seats_left", look_and_wait)
    program = ProgramFactory(capacity=1)

    with trigger_off():
        last_seat_race(now, program)

    assert program.enrollments.seated().count() == RACERS


@contextmanager
def trigger_off() -> Iterator[None]:
    """The seat trigger is away for every connection, and back afterwards whatever happens."""
    name = "participants.Enrollment:enrollment_within_capacity"
    pgtrigger.disable(name)
    try:
        yield
    finally:
        pgtrigger.enable(name)


def test_the_trigger_is_back_in_its_place():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgenabled FROM pg_trigger WHERE tgname LIKE 'pgtrigger_enrollment_within_capacity%'"
        )
        assert cursor.fetchall() == [("O",)]
