"""The administrator's pages: inviting, roles, closing accounts."""

import re
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AccessLog, User
from accounts.permissions import Role
from tests.conftest import signed_in
from tests.factories.accounts import UserFactory
from tests.factories.participants import ParticipantFactory

pytestmark = pytest.mark.django_db
INVITATION = {
    "employee_number": "GR-2026-0001",
    "name": "한별",
    "email": "star@goryeong.example",
    "language": "ko",
}


@pytest.fixture
def client(administrator) -> Client:
    return signed_in(administrator)


def page_of(user: User) -> str:
    return reverse("accounts:account-detail", args=[user.pk])


def invite(client: Client, **fields: str):
    return client.post(reverse("organize:account-create"), INVITATION | fields)


def test_an_invited_person_sets_a_password_and_signs_in(client, mailoutbox):
    answer = invite(client)
    user = User.objects.get(employee_number="GR-2026-0001")
    link = re.search(r"https?://[^/]+(/account/\S+)", mailoutbox[0].body)[1]

    guest = Client()
    form = guest.get(link, follow=True).redirect_chain[-1][0]
    guest.post(form, {"password1": "Daegaya-jisan-9", "password2": "Daegaya-jisan-9"})
    signed = guest.post(
        reverse("account_login"), {"login": user.email, "password": "Daegaya-jisan-9"}
    )

    assert answer.url == page_of(user)
    assert signed.status_code == 302
    assert guest.session["_auth_user_id"] == str(user.pk)


def test_the_invitation_speaks_the_language_of_the_guest(client, mailoutbox):
    invite(client)

    assert mailoutbox[0].subject == "교육훈련 시스템에 초대합니다"
    assert "3일" in mailoutbox[0].body


def test_a_double_submit_invites_once(client, mailoutbox):
    invite(client)

    again = invite(client)

    assert again.status_code == 422
    assert "이미 등록된 사번입니다" in again.content.decode()
    assert len(mailoutbox) == 1


def test_a_mail_that_cannot_leave_is_said_and_can_be_sent_again(client, monkeypatch, mailoutbox):
    def broken(*_args, **_kwargs):
        raise SMTPServerDisconnected

    with monkeypatch.context() as patched:
        patched.setattr("accounts.services.invitations.send_mail", broken)
        answer = client.post(reverse("organize:account-create"), INVITATION, follow=True)
    user = User.objects.get(employee_number="GR-2026-0001")
    assert "메일을 보내지 못했습니다" in answer.content.decode()
    assert user.invited_at is None

    client.post(reverse("accounts:account-invite", args=[user.pk]))
    user.refresh_from_db()
    assert user.invited_at is not None
    assert len(mail.outbox) == 1


def test_a_person_of_the_directory_is_invited_with_the_form_filled(client):
    person = ParticipantFactory(name="한별")

    page = client.get(reverse("organize:account-create"), {"person": person.pk}).content.decode()

    assert person.employee_number in page
    assert client.get(reverse("organize:account-create"), {"person": "x"}).status_code == 400


def test_roles_are_given_and_taken_on_the_page(client):
    user = UserFactory()

    given = client.post(
        reverse("accounts:role-grant", args=[user.pk]),
        {"role": "organizer", "reason": "7월 인사발령"},
    )
    grant = user.role_grants.get()
    no_reason = client.post(
        reverse("accounts:role-revoke", args=[user.pk, grant.pk]), {"reason": ""}
    )
    taken = client.post(
        reverse("accounts:role-revoke", args=[user.pk, grant.pk]), {"reason": "전출"}
    )
    page = client.get(page_of(user)).content.decode()

    assert [given.status_code, no_reason.status_code, taken.status_code] == [302, 422, 302]
    assert not user.role_grants.exists()
    assert "7월 인사발령" in page
    assert "전출" in page


def test_a_closed_account_is_thrown_out_at_once_and_loses_its_roles(client):
    user = UserFactory(role=Role.ORGANIZER)
    browser = signed_in(user)
    assert browser.get(reverse("apply:index")).status_code == 200

    client.post(
        reverse("accounts:account-state", args=[user.pk]), {"state": "closed", "reason": "퇴직"}
    )
    user.refresh_from_db()

    assert browser.get(reverse("apply:index")).status_code == 302
    assert not user.role_grants.exists()
    assert AccessLog.objects.filter(
        object="계정 중지", reason="퇴직", subjects=[user.employee_number]
    ).exists()

    client.post(
        reverse("accounts:account-state", args=[user.pk]), {"state": "open", "reason": "복직"}
    )
    assert browser.get(reverse("apply:index")).status_code == 302


def test_nobody_closes_the_own_account(client, administrator):
    answer = client.post(
        reverse("accounts:account-state", args=[administrator.pk]),
        {"state": "closed", "reason": "실수"},
    )

    assert answer.status_code == 422
    administrator.refresh_from_db()
    assert administrator.is_active


@pytest.mark.parametrize(
    "who", ["civil_servant", "leader", "coordinator", "organizer", "privacy_officer"]
)
def test_accounts_are_the_administrators(request, who):
    browser, user = signed_in(request.getfixturevalue(who)), UserFactory()

    assert browser.get(reverse("accounts:account-list")).status_code == 403
    assert browser.get(page_of(user)).status_code == 403
    assert browser.get(reverse("organize:account-create")).status_code == 403
    for name in ("role-grant", "account-state", "account-invite"):
        assert browser.post(reverse(f"accounts:{name}", args=[user.pk])).status_code == 403


def test_the_list_filters_by_role_and_state(client, organizer, mailoutbox):
    invite(client)

    def found(**query):
        rows = client.get(reverse("accounts:account-list"), query).context["listing"].rows
        return [str(row.cells[0].value) for row in rows]

    assert found(role="organizer") == [organizer.name]
    assert found(state="invited") == ["한별"]
    assert found(q="GR-2026-0001") == ["한별"]
    assert found(state="closed") == []


def test_the_list_needs_the_same_queries_for_one_ten_and_a_hundred(client):
    counts = []
    for more in (1, 9, 90):
        for _ in range(more):
            UserFactory(role=Role.LEADER)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("accounts:account-list"))
        counts.append(len(queries))

    assert len(set(counts)) == 1
