"""The page of the rehearsal: choose a day, walk through it minute by minute, send it to oneself."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessLog
from core.dates import local_date
from reminders.models import Message, MessageKind
from tests.conftest import signed_in
from tests.factories.reminders import program_starting
from tests.factories.site_visits import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def trip():
    day = local_date(timezone.now() + timedelta(days=8))
    return program_starting(at(day, "05:40"), people=2)


def page(client, program, **query):
    return client.get(reverse("organize:program-rehearsal", args=[program.code]), query)


def eve(program):
    return (program.starts_on - timedelta(days=1)).isoformat()


def test_the_page_opens_on_the_eve_of_the_program(as_organizer, trip):
    shown = page(as_organizer, trip).content.decode()

    assert "하루 전 18:00" in shown
    assert "시작: 18:00" in shown
    assert not Message.objects.exists()


def test_the_clock_is_moved_on_step_by_step_to_the_end_of_the_day(as_organizer, trip):
    day = trip.starts_on.isoformat()

    before = page(as_organizer, trip, day=day).content.decode()
    at_the_reminder = page(as_organizer, trip, day=day, clock="04:40").content.decode()

    assert "시작: 04:40" in before
    assert 'aria-current="step"' in at_the_reminder
    assert "이날의 알림을 모두 보았습니다" in at_the_reminder


@pytest.mark.parametrize(
    "query",
    [
        {"day": "어제"},
        {"day": "1999-01-01"},
        {"day": "2199-12-31"},
        {"clock": "99:99"},
        {"clock": "x" * 999},
        {"reader": "p999999999"},
        {"reader": "'; --"},
    ],
)
def test_odd_addresses_show_a_day_all_the_same(as_organizer, trip, query):
    assert page(as_organizer, trip, **query).status_code == 200


def test_the_day_is_sent_to_the_organizer_alone(as_organizer, organizer, trip):
    url = reverse("organize:program-rehearsal-send", args=[trip.code])

    answer = as_organizer.post(url, {"day": eve(trip), "nonce": "x"}, follow=True)

    assert "나에게만" in answer.content.decode()
    (trial,) = Message.objects.all()
    assert (trial.kind, trial.user, trial.participant) == (MessageKind.TEST, organizer, None)


def test_whose_texts_were_looked_at_is_logged(as_organizer, trip):
    page(as_organizer, trip)

    people = set(trip.enrollments.values_list("participant__employee_number", flat=True))
    subjects = AccessLog.objects.get().subjects
    assert subjects
    assert set(subjects) <= people


@pytest.mark.parametrize("person", ["leader", "coordinator", "civil_servant"])
def test_only_who_manages_programs_may_rehearse(request, trip, person):
    client = signed_in(request.getfixturevalue(person))

    assert page(client, trip).status_code == 403
    assert (
        client.post(reverse("organize:program-rehearsal-send", args=[trip.code])).status_code == 403
    )
