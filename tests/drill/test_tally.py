"""The count of a drill sees what it is there to see."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from reminders.models import Message, MessageState
from tests.factories.reminders import due_reminders
from tools.drill.tally import tally
from tools.smtp_sink import ACCEPTED, SILENT

pytestmark = pytest.mark.django_db


class Notes:
    """What the mail server of a drill wrote down."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, message: Message, said: str = ACCEPTED, *, late: float = 0) -> None:
        at = message.due_at + timedelta(seconds=late)
        entry = {"id": f"<{message.pk}@localhost>", "at": at.timestamp(), "to": "", "said": said}
        self.lines.append(json.dumps(entry))

    def mails(self) -> list[dict]:
        return [json.loads(line) for line in self.lines]


@pytest.fixture
def notes() -> Notes:
    return Notes()


def settle(message: Message, state: MessageState) -> None:
    now = timezone.now()
    accepted = now if state == MessageState.ACCEPTED else None
    Message.objects.filter(pk=message.pk).update(
        state=state, settled_at=now, accepted_at=accepted, planned_at=message.due_at
    )


def test_a_message_marked_sent_that_never_arrived_is_lost(notes):
    there, gone = due_reminders(2)
    for message in (there, gone):
        settle(message, MessageState.ACCEPTED)
    notes.add(there)

    line = tally(notes)

    assert (line["planned"], line["delivered"], line["unaccounted"], line["lost"]) == (2, 1, 1, 1)


def test_a_message_nobody_settled_is_unaccounted_for_but_not_lost(notes):
    due_reminders(1)

    line = tally(notes)

    assert (line["unaccounted"], line["lost"]) == (1, 0)


@pytest.mark.parametrize("state", ["dead", "expired", "superseded", "suppressed"])
def test_an_end_an_organizer_sees_is_accounted_for(notes, state):
    settle(due_reminders(1)[0], MessageState(state))

    line = tally(notes)

    assert (line["unaccounted"], line[state]) == (0, 1)


def test_a_mail_that_came_twice_is_a_duplicate_and_its_first_arrival_counts(notes):
    message = due_reminders(1)[0]
    settle(message, MessageState.ACCEPTED)
    notes.add(message, SILENT, late=3)
    notes.add(message, late=40)

    line = tally(notes)

    assert (line["delivered"], line["duplicates"], line["lost_replies"]) == (1, 1, 1)
    assert line["max"] == 3


def test_a_mail_taken_in_other_words_has_arrived(notes):
    message = due_reminders(1)[0]
    settle(message, MessageState.ACCEPTED)
    notes.add(message, "250 2.0.0 drop by drop")

    assert tally(notes)["lost"] == 0


def test_a_refused_mail_has_not_arrived(notes):
    message = due_reminders(1)[0]
    settle(message, MessageState.DEAD)
    notes.add(message, "550 5.1.1 no such person")

    line = tally(notes)

    assert (line["delivered"], line["dead"], line["unaccounted"]) == (0, 1, 0)


def test_a_mail_no_message_stands_for_is_noticed(notes):
    message = due_reminders(1)[0]
    notes.add(message)
    Message.objects.filter(pk=message.pk).delete()

    assert tally(notes)["unknown_to_us"] == 1
