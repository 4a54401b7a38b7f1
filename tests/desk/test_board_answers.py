"""What the board's script is told when it may not, or cannot, do something: words in its language, never a page."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import RoleGrant
from site_visits.models import BoardCommand
from tests.factories.programs import ProgramFactory
from tests.factories.site_visits import ItemFactory

pytestmark = pytest.mark.django_db

SCRIPT = {"accept": "application/json"}


@pytest.fixture
def program(db):
    return ProgramFactory(code="ai-1")


def post(client, data, *, code="ai-1", language="ko"):
    client.cookies["django_language"] = language
    return client.post(
        reverse("organize:board-command", args=[code]),
        json.dumps(data),
        content_type="application/json",
        headers=SCRIPT,
    )


def refused(answer, status: int) -> str:
    """The sentence in the answer; nothing was done."""
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/json"
    assert not BoardCommand.objects.exists()
    return answer.json()["error"]


def test_an_item_of_another_program_is_refused_in_the_language_of_the_person(
    as_organizer, organizer, program
):
    move = {"uid": str(ItemFactory().uid), "version": 1, "date": None, "start": None}
    data = {"command": "move", "moves": [move]}

    assert "이 과정에 없는 일정입니다" in refused(post(as_organizer, data), 404)

    organizer.language = "en"
    organizer.save()
    assert "not in this program" in refused(post(as_organizer, data, language="en"), 404)


def test_a_program_that_is_not_there_is_refused_in_words(as_organizer):
    assert "없어졌거나" in refused(post(as_organizer, {}, code="no-such"), 404)


def test_somebody_without_the_role_is_told_whom_to_ask(as_organizer, organizer, program):
    RoleGrant.objects.filter(user=organizer).delete()

    assert "권한을 요청" in refused(post(as_organizer, {}), 403)


def test_a_session_that_is_over_is_said_to_a_script_and_leads_a_person_to_the_sign_in(
    client, program
):
    assert "로그인이 끝났습니다" in refused(post(client, {}), 401)

    page = client.get(reverse("organize:board", args=["ai-1"]), headers={"accept": "text/html"})
    assert page.status_code == 302


def test_the_token_of_a_former_sign_in_is_refused_with_a_sign_that_a_new_one_helps(
    organizer, program
):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(organizer)
    url = reverse("organize:board-undo", args=["ai-1"])

    answer = strict.post(url, "{}", content_type="application/json", headers=SCRIPT)

    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")
    state = strict.get(reverse("organize:board-state", args=["ai-1"]), headers=SCRIPT)
    headers = SCRIPT | {"X-CSRFToken": state["X-CSRFToken"]}
    again = strict.post(url, "{}", content_type="application/json", headers=headers)
    assert again.status_code == 422
    assert state.json()["me"] == organizer.pk
