"""Django's admin: catalogues are edited there, people and accounts only looked at."""

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.models import Department
from tests.conftest import signed_in
from tests.factories.accounts import DepartmentFactory
from tests.factories.participants import EnrollmentFactory, ParticipantFactory

pytestmark = pytest.mark.django_db


def page(name: str, *args: object) -> str:
    return reverse(f"admin:{name}", args=args)


def test_a_department_is_kept_here_and_its_name_cleaned(as_organizer):
    answer = as_organizer.post(
        page("accounts_department_add"),
        {"code": "D9", "name": "  관광  진흥과\u200b ", "sort_order": 3},
    )

    assert answer.status_code == 302
    assert Department.objects.get(code="D9").name == "관광 진흥과"


@pytest.mark.parametrize(
    "name", ["accounts_user", "participants_participant", "participants_enrollment"]
)
def test_records_are_searched_and_seen_but_not_touched(as_organizer, organizer, name):
    row = EnrollmentFactory()
    pk = {
        "accounts_user": organizer.pk,
        "participants_participant": row.participant.pk,
        "participants_enrollment": row.pk,
    }[name]

    assert as_organizer.get(page(f"{name}_changelist"), {"q": "가람"}).status_code == 200
    seen = as_organizer.get(page(f"{name}_change", pk))
    assert seen.status_code == 200
    assert 'name="_save"' not in seen.content.decode()
    assert as_organizer.post(page(f"{name}_change", pk), {}).status_code == 403
    assert as_organizer.post(page(f"{name}_delete", pk), {"post": "yes"}).status_code == 403
    assert as_organizer.get(page(f"{name}_add")).status_code == 403


def test_the_mobile_number_is_not_in_the_admin(as_organizer):
    person = ParticipantFactory(mobile="010-0000-9876")

    seen = as_organizer.get(page("participants_participant_change", person.pk)).content.decode()

    assert "9876" not in seen
    assert reverse("organize:person-detail", args=[person.pk]) in seen


@pytest.mark.parametrize("who", ["civil_servant", "leader", "coordinator", "privacy_officer"])
def test_the_admin_is_for_organizers_and_administrators(request, who):
    client = signed_in(request.getfixturevalue(who))

    for url in (
        page("index"),
        page("accounts_department_changelist"),
        page("accounts_user_changelist"),
    ):
        assert client.get(url).status_code in (302, 403)
    assert client.post(
        page("accounts_rank_add"), {"name": "행정1급", "sort_order": 1}
    ).status_code in (302, 403)


def test_models_of_libraries_have_no_page_here():
    """An organizer who could add an address to an account could take it over by a password reset."""
    rooms = {model._meta.app_label for model in admin.site._registry}

    assert rooms.isdisjoint({"account", "auth", "mfa", "sessions", "pghistory", "contenttypes"})


def test_a_department_with_people_is_not_deleted(as_organizer):
    office = DepartmentFactory()
    ParticipantFactory(department=office)

    as_organizer.post(page("accounts_department_delete", office.pk), {"post": "yes"})

    assert Department.objects.filter(pk=office.pk).exists()
