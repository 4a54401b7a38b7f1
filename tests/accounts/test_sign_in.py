"""Signing in and out through the real pages: who gets in, what is said, how often one may try."""

import re
import time

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
WRONG = "not-the-password-1"


@pytest.fixture
def user():
    return UserFactory(employee_number="GR-2019-0123", email="daon@goryeong.example", name="박다온")


def sign_in(client: Client, login: str, password: str = PASSWORD):
    return client.post(reverse("account_login"), {"login": login, "password": password})


def errors_of(response) -> list[str]:
    return [str(error) for errors in response.context["form"].errors.values() for error in errors]


@pytest.mark.parametrize(
    "login", ["GR-2019-0123", "daon@goryeong.example", "DAON@goryeong.example"]
)
def test_number_or_mail_opens_the_door(client, user, login):
    answer = sign_in(client, login)

    assert (answer.status_code, answer.url) == (302, reverse("start"))
    assert client.session["_auth_user_id"] == str(user.pk)


def test_a_stranger_and_a_wrong_password_get_the_same_words(user):
    wrong = sign_in(Client(), "GR-2019-0123", WRONG)
    stranger = sign_in(Client(), "GR-2099-9999", WRONG)
    by_mail = sign_in(Client(), "daon@goryeong.example", WRONG)
    strange_mail = sign_in(Client(), "nobody@goryeong.example", WRONG)

    assert errors_of(wrong) == errors_of(stranger)
    assert errors_of(by_mail) == errors_of(strange_mail)


def test_after_five_failures_even_the_right_password_waits(user):
    for _ in range(5):
        sign_in(Client(), user.employee_number, WRONG)

    late = sign_in(Client(), user.employee_number)

    assert late.status_code == 200
    assert "_auth_user_id" not in late.wsgi_request.session


def test_failures_of_one_account_do_not_lock_another(user):
    for _ in range(6):
        sign_in(Client(), "GR-2099-9999", WRONG)

    assert sign_in(Client(), user.employee_number).status_code == 302


def test_a_closed_account_is_not_let_in(client, user):
    user.is_active = False
    user.save()

    answer = sign_in(client, user.employee_number)

    assert "_auth_user_id" not in client.session
    assert answer.status_code in (200, 302)


def test_signing_out_ends_the_session(client, user):
    sign_in(client, user.employee_number)

    client.post(reverse("account_logout"))

    assert "_auth_user_id" not in client.session


def test_the_language_of_the_account_is_spoken_after_signing_in(client, user):
    user.language = "en"
    user.save()

    answer = sign_in(client, user.employee_number)

    assert answer.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"


def test_nobody_signs_up(client):
    assert client.get("/account/signup/").status_code in (302, 404)
    assert client.post("/account/signup/", {"username": "x"}).status_code in (302, 404)
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")


@pytest.mark.parametrize("path", ["email/", "confirm-email/", "login/code/", "login/code/confirm/"])
def test_doors_of_the_library_that_we_do_not_use_are_walled_up(user, path):
    client = Client()
    client.force_login(user)

    assert client.get(f"/account/{path}").status_code == 404


def test_the_admin_has_no_sign_in_of_its_own(client, user, organizer):
    shown = client.get("/admin/login/?next=/admin/")
    tried = client.post(
        "/admin/login/", {"username": organizer.employee_number, "password": PASSWORD}
    )

    assert shown.url.startswith(reverse("account_login"))
    assert tried.url.startswith(reverse("account_login"))
    assert "_auth_user_id" not in client.session
    client.force_login(user)
    assert client.get("/admin/login/").status_code == 403


# Password by mail


def ask_for_a_link(client: Client, email: str):
    return client.post(reverse("account_reset_password"), {"email": email})


def link_in(mail) -> str:
    return re.search(r"https?://[^/]+(/account/password/reset/key/\S+)", mail.body)[1]


def set_password(client: Client, link: str, password: str):
    form = client.get(link, follow=True)
    if not form.redirect_chain:
        return form
    return client.post(form.redirect_chain[-1][0], {"password1": password, "password2": password})


def test_a_forgotten_password_is_set_anew_by_a_link_that_works_once(client, user, mailoutbox):
    ask_for_a_link(client, user.email)
    link = link_in(mailoutbox[0])

    first = set_password(client, link, "Daegaya-jisan-9")
    again = set_password(Client(), link, "Other-password-9")

    assert first.status_code == 302
    assert "쓸 수 없는 링크입니다" in again.content.decode()
    assert sign_in(Client(), user.employee_number, "Daegaya-jisan-9").status_code == 302


def test_a_link_expires(client, user, mailoutbox, settings):
    ask_for_a_link(client, user.email)

    with time_machine.travel(time.time() + settings.PASSWORD_RESET_TIMEOUT + 60):
        answer = set_password(Client(), link_in(mailoutbox[0]), "Daegaya-jisan-9")

    assert "쓸 수 없는 링크입니다" in answer.content.decode()


@pytest.mark.parametrize("password", ["short-1", "1234567890123", "password1234", "GR-2019-0123"])
def test_weak_passwords_are_refused(client, user, mailoutbox, password):
    ask_for_a_link(client, user.email)

    assert set_password(client, link_in(mailoutbox[0]), password).status_code == 200


def test_an_unknown_address_gets_the_same_page_and_no_mail(client, user, mailoutbox):
    known, unknown = (
        ask_for_a_link(client, user.email),
        ask_for_a_link(client, "x@goryeong.example"),
    )

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert [mail.to for mail in mailoutbox] == [[user.email]]
