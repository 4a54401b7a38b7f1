"""After signing in everybody begins where their work is."""

import pytest
from django.urls import reverse

from accounts.permissions import Role
from tests.conftest import signed_in
from tests.factories.accounts import PASSWORD, DepartmentFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "first_page"),
    [
        (Role.PARTICIPANT, "itinerary:index"),
        (Role.LEADER, "itinerary:index"),
        (Role.COORDINATOR, "itinerary:index"),
        (Role.ORGANIZER, "organize:home"),
        (Role.ADMINISTRATOR, "organize:home"),
        (Role.PRIVACY_OFFICER, "privacy:access-log"),
    ],
)
def test_everybody_begins_where_their_work_is(role, first_page):
    person = UserFactory(
        role=role, department=DepartmentFactory() if role == Role.COORDINATOR else None
    )

    answer = signed_in(person).get(reverse("start"))

    assert answer.headers["Location"] == reverse(first_page)


def test_signing_in_leads_there(client):
    organizer = UserFactory(role=Role.ORGANIZER)

    answer = client.post(
        reverse("account_login"), {"login": organizer.employee_number, "password": PASSWORD}
    )

    assert answer.headers["Location"] == reverse("start")
