"""A coordinator nominates the own department's people, and nobody else's."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from participants.models import EnrollmentStatus
from tests.conftest import signed_in
from tests.factories.participants import EnrollmentFactory, ParticipantFactory
from tests.participants.views.test_participant import open_program

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(coordinator):
    return coordinator.role_grants.get().department


@pytest.fixture
def client(coordinator):
    return signed_in(coordinator)


def test_somebody_of_the_department_is_nominated(client, office):
    program, person = open_program(), ParticipantFactory(department=office, name="한별")

    answer = client.post(
        reverse("nominate:nominate", args=[program.code]), {"participant": person.pk}, follow=True
    )

    row = program.enrollments.get()
    assert (row.participant, row.status) == (person, EnrollmentStatus.NOMINATED)
    assert "한별 님을 추천했습니다" in answer.content.decode()


def test_somebody_of_another_department_is_no_choice(client):
    program, stranger = open_program(), ParticipantFactory()

    answer = client.post(
        reverse("nominate:nominate", args=[program.code]), {"participant": stranger.pk}
    )

    assert answer.status_code == 422
    assert not program.enrollments.exists()


def test_only_the_own_department_is_on_the_page(client, office):
    program = open_program()
    ours = EnrollmentFactory(
        program=program,
        participant=ParticipantFactory(department=office, name="우리사람"),
        status="applied",
    )
    EnrollmentFactory(
        program=program, participant=ParticipantFactory(name="남의사람"), status="applied"
    )

    page = client.get(reverse("nominate:index")).content.decode()

    assert "우리사람" in page
    assert "남의사람" not in page
    assert f'<option value="{ours.participant.pk}"' not in page


def test_who_is_on_the_list_already_is_refused_by_name(client, office):
    row = EnrollmentFactory(
        program=open_program(),
        participant=ParticipantFactory(department=office, name="한별"),
        status="selected",
    )

    answer = client.post(
        reverse("nominate:nominate", args=[row.program.code]), {"participant": row.participant.pk}
    )

    assert answer.status_code == 422
    assert "한별 님은 이미" in answer.content.decode()


@pytest.mark.parametrize("who", ["civil_servant", "leader", "organizer", "privacy_officer"])
def test_nominating_is_for_coordinators(request, who):
    assert signed_in(request.getfixturevalue(who)).get(reverse("nominate:index")).status_code == 403


def test_the_page_needs_the_same_queries_for_one_ten_and_a_hundred(client, office):
    counts = []
    for more in (1, 9, 90):
        program = open_program()
        for person in ParticipantFactory.create_batch(more, department=office):
            EnrollmentFactory(program=program, participant=person, status="applied")
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("nominate:index"))
        counts.append(len(queries))

    assert len(set(counts)) == 1
