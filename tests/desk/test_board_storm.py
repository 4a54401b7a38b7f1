"""Several organizers move the same items at the same moment, with real threads and real commits."""

import json

import pytest
from django.db import connection

from accounts.permissions import Role
from programs.models import Program
from site_visits.services import editing
from tests.conftest import signed_in
from tests.factories.accounts import UserFactory
from tests.factories.programs import ProgramFactory
from tests.factories.site_visits import ItemFactory
from tools.drill.board import blow, verdict

pytestmark = pytest.mark.django_db(transaction=True)

CLIENTS = 4
MOVES = 80


@pytest.fixture
def clients():
    return [_client(UserFactory(role=Role.ORGANIZER)) for _ in range(CLIENTS)]


def _client(user):
    browser = signed_in(user)

    def ask(method, path, body):
        try:
            answer = browser.generic(
                method, path, json.dumps(body or {}), content_type="application/json"
            )
        finally:
            connection.close()
        return answer.status_code, json.loads(answer.content)

    return ask


@pytest.fixture
def program():
    program = ProgramFactory(code="storm")
    for _ in range(6):
        ItemFactory(program=program)
    return program


def blown(clients, program: Program):
    return verdict(program.code, blow(clients, program.code, moves=MOVES))


def test_every_accepted_move_is_in_the_history_and_no_other(clients, program):
    line = blown(clients, program)

    assert line["ok"], line
    assert line["accepted"] + line["stale"] == line["moves"] == MOVES
    assert line["stale"] > 0
    assert line["lost"] == line["unexplained"] == line["errors"] == line["other"] == 0


def test_without_the_version_check_the_storm_is_lost(clients, program, monkeypatch):
    """The control: what keeps the promise is the check, and the drill would see it missing."""
    checked = editing.seen

    def unchecked(draft, versions):
        return checked(draft, [(uid, draft.entries[uid].version) for uid, _seen in versions])

    monkeypatch.setattr(editing, "seen", unchecked)

    line = blown(clients, program)

    assert line["lost"] > 0
    assert not line["ok"]
