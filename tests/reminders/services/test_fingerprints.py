"""A sweep with nothing to do plans nothing, and no change is ever missed."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.permissions import Role
from programs.models import Holiday
from reminders.models import Message, MessageState, ReminderRule
from reminders.services import fingerprints, planning, wanted
from tests.factories.accounts import DepartmentFactory, UserFactory
from tests.factories.participants import EnrollmentFactory
from tests.factories.programs import GroupFactory, ProgramStaffFactory
from tests.factories.reminders import next_publication, program_starting

pytestmark = pytest.mark.django_db


@pytest.fixture
def trip():
    program = program_starting(timezone.now() + timedelta(hours=20), people=2)
    ProgramStaffFactory(program=program, user=UserFactory())
    planning.plan()
    return program


def changed():
    return set(fingerprints.changed(at=timezone.now()))


def test_a_sweep_with_nothing_to_do_plans_nothing(trip, monkeypatch):
    monkeypatch.setattr(planning, "PLAN", "this is no statement")

    assert planning.plan() == planning.Planned()


def test_the_price_of_looking_does_not_grow_with_people(trip, django_assert_max_num_queries):
    EnrollmentFactory.create_batch(20, program=trip)
    planning.plan()

    with django_assert_max_num_queries(15):
        planning.plan()


CHANGES = {
    "somebody joins": lambda trip: EnrollmentFactory(program=trip),
    "somebody withdraws": lambda trip: trip.enrollments.filter(
        pk=trip.enrollments.first().pk
    ).update(status="withdrawn"),
    "somebody gets a group": lambda trip: trip.enrollments.update(group=GroupFactory(program=trip)),
    "somebody stays shorter": lambda trip: trip.enrollments.update(active_until=timezone.now()),
    "somebody changes department": lambda trip: type(
        trip.enrollments.first().participant
    ).objects.update(department=DepartmentFactory()),
    "a rule changes": lambda trip: ReminderRule.objects.filter(program=trip).update(
        is_active=False
    ),
    "a new publication": next_publication,
    "the program is cancelled": lambda trip: type(trip).objects.update(status_reason="강사 사정"),
    "a leader is added": lambda trip: ProgramStaffFactory(program=trip, user=UserFactory()),
    "a leader may not sign in": lambda trip: type(trip.staff.get().user).objects.update(
        is_active=False
    ),
    "a holiday is declared": lambda _: Holiday.objects.create(date=date(2026, 12, 24), name="임시"),
    "a coordinator is named": lambda _: UserFactory(
        role=Role.COORDINATOR, department=DepartmentFactory()
    ),
}


@pytest.mark.parametrize("happens", CHANGES.values(), ids=CHANGES.keys())
def test_whatever_planning_asks_for_is_noticed(trip, happens):
    assert changed() == set()

    happens(trip)

    assert changed() == {trip.pk}


def test_a_sign_in_is_no_reason_to_plan(trip):
    user = trip.staff.get().user
    type(user).objects.filter(pk=user.pk).update(last_login=timezone.now())

    assert changed() == set()


def test_every_table_that_planning_reads_is_in_the_fingerprint():
    def tables(statement):
        return set(re.findall(r"(?:FROM|JOIN) (\w+_\w+)", statement)) & {
            table for table in re.findall(r"\w+_\w+", statement) if table.split("_")[0] in ROOMS
        }

    immutable = {"site_visits_publisheditem"}
    assert tables(wanted.WANTED) - immutable <= tables(fingerprints.CHANGED)


ROOMS = {"accounts", "programs", "participants", "site", "reminders"}


def test_what_comes_into_sight_with_time_alone_is_planned(trip):
    later = program_starting(timezone.now() + timedelta(days=4))
    planning.plan()
    assert not Message.objects.filter(program=later, kind="reminder").exists()

    planning.plan(at=timezone.now() + timedelta(days=3))

    assert Message.objects.filter(program=later, kind="reminder").exists()


def test_only_the_program_that_changed_is_planned_anew(trip):
    other = program_starting(timezone.now() + timedelta(hours=20))
    planning.plan()
    Message.objects.filter(program=other).update(due_at=timezone.now() + timedelta(days=1))
    untouched = set(Message.objects.filter(program=other).values_list("pk", "due_at", "state"))
    trip.enrollments.filter(pk=trip.enrollments.first().pk).update(status="withdrawn")

    planning.plan()

    assert set(Message.objects.filter(program=other).values_list("pk", "due_at", "state")) == (
        untouched
    )
    assert Message.objects.filter(program=trip, state=MessageState.SUPPRESSED).exists()
