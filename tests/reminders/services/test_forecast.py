from datetime import timedelta

import pytest
from django.utils import timezone

from core.dates import local_date
from reminders.models import Message, MessageKind
from reminders.services import forecast, planning
from site_visits.services import publishing
from tests.factories.accounts import UserFactory
from tests.factories.participants import EnrollmentFactory
from tests.factories.programs import GroupFactory, ProgramFactory, ProgramStaffFactory
from tests.factories.site_visits import ItemFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def trip():
    """A confirmed program with a draft of two items, in ten days."""
    day = local_date(timezone.now() + timedelta(days=10))
    program = ProgramFactory(starts_on=day, ends_on=day + timedelta(days=1), capacity=400)
    ItemFactory(program=program, title="집결")
    ItemFactory(program=program, title="실습", starts_at=None, ends_at=None)
    return program


def publish(program, **fields):
    return publishing.publish(
        program=program,
        by=UserFactory(),
        at=timezone.now(),
        override_reason="시험",
        expected_number=publishing.review(program).number,
        **fields,
    )


def planned(program):
    planning.plan()
    return set(
        Message.objects.filter(program=program, kind=MessageKind.CHANGE)
        .exclude(state="superseded")
        .values_list("participant", "user")
    )


def told(program):
    return forecast.of_publication(program, at=timezone.now())


def test_the_forecast_of_a_first_publication_is_what_is_planned_afterwards(trip):
    EnrollmentFactory.create_batch(3, program=trip)
    ProgramStaffFactory(program=trip, user=UserFactory())
    before = told(trip)

    publish(trip)

    assert before.messages == len(planned(trip)) == 4
    assert before.by_channel == {"email": 4}


def test_only_those_whom_the_change_concerns_are_counted(trip):
    group = GroupFactory(program=trip)
    EnrollmentFactory.create_batch(2, program=trip, group=group)
    EnrollmentFactory(program=trip)
    publish(trip)
    planning.plan()
    Message.objects.update(state="accepted", accepted_at=timezone.now())
    ItemFactory(program=trip, title="조별 견학").groups.add(group)

    before = told(trip)
    publish(trip)

    planning.plan()
    assert before.people == 2
    assert Message.objects.filter(kind=MessageKind.CHANGE, state="planned").count() == 2


def test_a_draft_that_changes_nothing_sends_nothing(trip):
    EnrollmentFactory(program=trip)
    publish(trip)

    assert told(trip) == forecast.Forecast()


def test_the_drain_follows_the_rate_of_the_gateway_and_what_waits_there_already(trip, settings):
    settings.EMAIL_RATE = 2
    EnrollmentFactory.create_batch(10, program=trip)

    assert told(trip).drain == timedelta(seconds=5)

    publish(trip)
    planning.plan()
    other = ProgramFactory(starts_on=trip.starts_on, ends_on=trip.ends_on)
    ItemFactory(program=other)
    EnrollmentFactory.create_batch(2, program=other)
    assert told(other).drain == timedelta(seconds=6)


def test_who_would_hear_of_it_only_after_it_began_is_counted(trip, settings):
    settings.EMAIL_RATE = 0.01
    trip.items.filter(title="집결").update(
        starts_at=timezone.now() + timedelta(minutes=5),
        ends_at=timezone.now() + timedelta(minutes=50),
    )
    EnrollmentFactory.create_batch(5, program=trip)

    assert told(trip).too_late == 3


def test_those_held_for_the_night_are_counted_and_planned_so(trip, settings):
    settings.QUIET_FROM, settings.QUIET_UNTIL = "00:00", "23:59:59.999999"
    EnrollmentFactory.create_batch(2, program=trip)

    before = told(trip)
    publish(trip)
    planning.plan()

    assert before.held == Message.objects.filter(state="held").count() == 2


def test_the_number_of_statements_depends_neither_on_people_nor_on_items(
    trip, django_assert_max_num_queries
):
    publish(trip)
    EnrollmentFactory.create_batch(30, program=trip)
    for number in range(20):
        ItemFactory(program=trip, title=f"추가 {number}")

    with django_assert_max_num_queries(12):
        assert told(trip).messages == 30
