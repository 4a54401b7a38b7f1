"""The account of somebody in the directory."""

import pytest

from accounts.models import User
from core.errors import RuleBroken
from participants.services import directory
from tests.factories.accounts import UserFactory
from tests.factories.participants import ParticipantFactory

pytestmark = pytest.mark.django_db


def invite(by, at, **fields):
    words = {"employee_number": "GR-2026-0001", "name": "한별", "email": "star@goryeong.example"}
    return directory.invite(by=by, at=at, **(words | fields))


def test_an_invitation_finds_the_person_of_the_same_number(administrator, now, mailoutbox):
    person = ParticipantFactory(employee_number="GR-2026-0001")

    user = invite(administrator, now)
    person.refresh_from_db()

    assert person.user == user
    assert mailoutbox[0].to == ["star@goryeong.example"]


def test_somebody_outside_the_directory_can_be_invited_too(administrator, now, mailoutbox):
    assert invite(administrator, now).pk


def test_an_account_is_never_taken_from_its_person(administrator, now, mailoutbox):
    holder = UserFactory()
    person = ParticipantFactory(employee_number="GR-2026-0001", user=holder)

    invite(administrator, now)
    person.refresh_from_db()

    assert person.user == holder


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"employee_number": "GR-1"}, "employee_number"),
        ({"email": "TAKEN@goryeong.example"}, "email"),
        ({"name": "가" * 1000}, "name"),
        ({"name": "\u200b "}, "name"),
        ({"employee_number": ""}, "employee_number"),
        ({"email": "no address"}, "email"),
    ],
)
def test_what_cannot_be_stored_is_refused_at_its_field(
    administrator, now, mailoutbox, fields, field
):
    UserFactory(employee_number="GR-1", email="taken@goryeong.example")
    before = User.objects.count()

    with pytest.raises(RuleBroken) as refused:
        invite(administrator, now, **fields)

    assert refused.value.field == field
    assert User.objects.count() == before
    assert not mailoutbox
