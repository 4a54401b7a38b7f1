"""The privacy officer's log, and the policy everybody may read."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AccessAction
from accounts.services import access
from tests.conftest import signed_in
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def look(user, at, subjects=("GR-1",), action=AccessAction.VIEW, **more):
    return access.record(
        user=user, action=action, object="교육생 정보", at=at, subjects=subjects, **more
    )


def test_the_log_answers_who_when_whose_and_why(privacy_officer, organizer, now):
    look(organizer, now, action=AccessAction.UNMASK, reason="비상 연락", ip="10.1.2.7")

    page = signed_in(privacy_officer).get(reverse("privacy:access-log")).content.decode()

    for fact in (
        organizer.name,
        organizer.employee_number,
        "2026-11-23 10:00:00",
        "10.1.2.7",
        "GR-1",
        "비상 연락",
    ):
        assert fact in page


def test_the_log_is_filtered_by_person_subject_action_and_days(
    privacy_officer, organizer, leader, now
):
    first = look(organizer, now, subjects=["GR-77"])
    second = look(leader, now + timedelta(days=2), action=AccessAction.PRINT)
    client = signed_in(privacy_officer)

    def found(**query):
        return [
            row.pk
            for row in client.get(reverse("privacy:access-log"), query).context["listing"].rows
        ]

    assert found() == [second.pk, first.pk]
    assert found(q=organizer.name) == [first.pk]
    assert found(q="GR-77") == [first.pk]
    assert found(action="print") == [second.pk]
    assert found(since="2026-11-24") == [second.pk]
    assert found(until="2026-11-23") == [first.pk]
    assert found(since="어제") == [second.pk, first.pk]


@pytest.mark.parametrize(
    "who", ["civil_servant", "leader", "coordinator", "organizer", "administrator"]
)
def test_the_log_is_the_privacy_officers(request, who):
    assert (
        signed_in(request.getfixturevalue(who)).get(reverse("privacy:access-log")).status_code
        == 403
    )


def test_the_log_needs_the_same_queries_for_one_ten_and_a_hundred(privacy_officer, now):
    client, counts = signed_in(privacy_officer), []
    for more in (1, 9, 90):
        for _ in range(more):
            look(UserFactory(), now)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("privacy:access-log"))
        counts.append(len(queries))

    assert len(set(counts)) == 1


def test_the_policy_is_read_without_an_account(client, settings):
    settings.PRIVACY_OFFICER = "총무과장 김책임"

    page = client.get(reverse("privacy:policy")).content.decode()

    assert "개인정보 보호책임자" in page
    assert "총무과장 김책임" in page
