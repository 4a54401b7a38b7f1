"""Applying on the phone, and taking it back."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from participants.models import EnrollmentStatus
from programs.models import ProgramStatus
from tests.conftest import signed_in
from tests.factories.participants import EnrollmentFactory, ParticipantFactory
from tests.factories.programs import ProgramFactory

S = EnrollmentStatus
pytestmark = pytest.mark.django_db


def open_program(**fields):
    now = timezone.now()
    return ProgramFactory(
        status=ProgramStatus.OPEN,
        applications_open_at=now - timedelta(days=1),
        applications_close_at=now + timedelta(days=1),
        **fields,
    )


@pytest.fixture
def person(civil_servant):
    return ParticipantFactory(user=civil_servant)


@pytest.fixture
def client(person):
    return signed_in(person.user)


def test_open_programs_can_be_applied_for_and_others_are_not_shown(client, person):
    program = open_program(title="AI 현장학습")
    ProgramFactory(title="준비 중인 과정", status=ProgramStatus.DRAFT)

    page = client.get(reverse("apply:index")).content.decode()
    answer = client.post(reverse("apply:apply", args=[program.code]), follow=True)

    assert "AI 현장학습" in page
    assert "준비 중인 과정" not in page
    assert "신청했습니다" in answer.content.decode()
    assert program.enrollments.get().participant == person


def test_a_double_tap_is_one_application(client):
    program = open_program()

    answers = [client.post(reverse("apply:apply", args=[program.code])) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert program.enrollments.count() == 1


@pytest.mark.parametrize(
    "status", [ProgramStatus.DRAFT, ProgramStatus.CLOSED, ProgramStatus.CONFIRMED]
)
def test_a_program_that_takes_no_applications_is_not_found(client, status):
    program = ProgramFactory(status=status)

    assert client.post(reverse("apply:apply", args=[program.code])).status_code == 404


def test_somebody_outside_the_directory_is_told_whom_to_ask(leader):
    program = open_program()
    client = signed_in(leader)

    assert "직원 명부에서 찾을 수 없습니다" in client.get(reverse("apply:index")).content.decode()
    assert client.post(reverse("apply:apply", args=[program.code])).status_code == 404


def test_an_application_is_taken_back_with_a_reason(client, person):
    row = EnrollmentFactory(program=open_program(), participant=person, status=S.APPLIED)
    url = reverse("apply:withdraw", args=[row.program.code])

    assert client.get(url).status_code == 200
    assert client.post(url, {"reason_code": ""}).status_code == 422
    assert client.post(url, {"reason_code": "duty"}).status_code == 302
    row.refresh_from_db()
    assert row.status == S.WITHDRAWN


def test_a_confirmed_place_is_not_given_up_by_a_tap(client, person):
    row = EnrollmentFactory(participant=person)

    answer = client.post(
        reverse("apply:withdraw", args=[row.program.code]), {"reason_code": "duty"}
    )

    assert answer.status_code == 422
    assert "교육 담당자에게 연락" in answer.content.decode()


def test_applications_of_others_are_neither_shown_nor_reached(client):
    row = EnrollmentFactory(
        program=open_program(title="남의 과정", status_reason=""), status=S.APPLIED
    )

    assert client.get(reverse("apply:withdraw", args=[row.program.code])).status_code == 404
    assert "내 신청" not in client.get(reverse("apply:index")).content.decode()


def test_the_page_needs_the_same_queries_for_one_ten_and_a_hundred(client, person):
    counts = []
    for more in (1, 9, 90):
        for _ in range(more):
            open_program()
            EnrollmentFactory(participant=person)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("apply:index"))
        counts.append(len(queries))

    assert len(set(counts)) == 1
