"""Who may do what, as a table the office can read; the code has to agree with every cell."""

from itertools import product

import pytest

from accounts.permissions import GRANTS, Can, Role, allowed
from tests.factories.accounts import DepartmentFactory, UserFactory

MATRIX = """
                      participant  leader  coordinator  organizer  administrator  privacy_officer
apply                 yes          yes     yes          yes        yes            yes
edit_catalogues       -            -       -            yes        yes            -
export_reports        -            -       -            yes        yes            -
manage_accounts       -            -       -            -          yes            -
manage_programs       -            -       -            yes        yes            -
nominate              -            -       yes          -          -              -
read_reports          -            -       yes          yes        yes            -
see_access_log        -            -       -            -          -              yes
see_own_itinerary     yes          yes     yes          yes        yes            yes
see_personal_details  -            -       -            yes        yes            -
take_attendance       -            yes     -            yes        yes            -
use_admin_site        -            -       -            yes        yes            -
"""
HEAD, *LINES = [line.split() for line in MATRIX.strip().splitlines()]
CELLS = [
    (Role(role), Can(permission), answer == "yes")
    for permission, *answers in LINES
    for role, answer in zip(HEAD, answers, strict=True)
]


@pytest.mark.parametrize(("role", "permission", "expected"), CELLS)
def test_a_role_has_exactly_the_written_powers(role, permission, expected):
    assert (permission in GRANTS[role]) is expected


def test_the_matrix_forgets_nobody():
    assert {(role, permission) for role, permission, _ in CELLS} == set(product(Role, Can))


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role))
def test_a_granted_role_gives_its_powers_and_no_others(role):
    user = UserFactory(
        role=role, department=DepartmentFactory() if role == Role.COORDINATOR else None
    )

    assert {what for what in Can if allowed(user, what)} == GRANTS[role]


@pytest.mark.django_db
@pytest.mark.parametrize("what", list(Can))
def test_a_deactivated_account_may_do_nothing(what):
    assert not allowed(UserFactory(role=Role.ADMINISTRATOR, is_active=False), what)
