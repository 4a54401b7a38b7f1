"""Accounts of the people in the directory."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.services import invitations
from participants.models import Participant


def invite(
    *,
    employee_number: str,
    name: str,
    email: str,
    by: User,
    at: datetime,
    office_phone: str = "",
    language: str = "ko",
) -> User:
    """A new account by mail; the directory's row of the same employee number belongs to it from now on."""
    user = invitations.invite(
        employee_number=employee_number,
        name=name,
        email=email,
        office_phone=office_phone,
        language=language,
        by=by,
        at=at,
    )
    link(user=user)
    return user


@transaction.atomic
def link(*, user: User) -> Participant | None:
    """Tie the account to the person of the same employee number, who has none yet."""
    person = (
        Participant.objects.select_for_update(of=("self",))
        .filter(employee_number=user.employee_number, user=None)
        .first()
    )
    if person:
        person.user = user
        person.save(update_fields=["user"])
    return person
