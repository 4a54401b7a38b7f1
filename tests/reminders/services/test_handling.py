from datetime import timedelta

import pytest
from django.utils import timezone

from core.errors import RuleBroken
from reminders.models import Message, MessageState
from reminders.services import delivery, handling, outbox, planning
from tests.factories.reminders import due_reminders

pytestmark = pytest.mark.django_db


def test_a_stopped_message_is_not_sent_and_says_who_stopped_it(organizer, now):
    message = due_reminders()[0]

    handling.cancel(message=message, by=organizer, at=now)

    assert outbox.claim(owner=message.pk, limit=1) == []
    assert Message.objects.get().cancelled_by == organizer


def test_stopping_twice_is_harmless(organizer, now):
    message = due_reminders()[0]

    for _click in range(2):
        handling.cancel(message=message, by=organizer, at=now)

    assert Message.objects.get().state == MessageState.SUPPRESSED


def test_what_is_being_sent_cannot_be_stopped(organizer, now):
    message = due_reminders()[0]
    outbox.begin(outbox.claim(owner=message.pk, limit=1)[0])

    with pytest.raises(RuleBroken):
        handling.cancel(message=message, by=organizer, at=now)


def test_sending_again_is_a_message_of_its_own_with_the_facts_of_now(organizer, smtp):
    message = due_reminders()[0]
    delivery.send_due()

    again = handling.send_again(message=message, by=organizer, at=timezone.now())
    planning.plan()

    assert delivery.send_due() == 1
    assert again.pk != message.pk
    assert [mail.message_id for mail in smtp.received] == [
        f"<{message.pk}@localhost>",
        f"<{again.pk}@localhost>",
    ]


def test_a_second_click_finds_the_repetition_that_waits(organizer, smtp):
    message = due_reminders()[0]
    delivery.send_due()
    at = timezone.now() + timedelta(minutes=1)

    first = handling.send_again(message=message, by=organizer, at=at)
    second = handling.send_again(message=message, by=organizer, at=at)

    assert first == second
    assert Message.objects.count() == 2


def test_a_message_that_failed_can_be_sent_again(organizer, smtp):
    message = due_reminders()[0]
    smtp.answer("550 5.1.1 no such person", times=1)
    delivery.send_due()

    handling.send_again(message=message, by=organizer, at=timezone.now())

    assert delivery.send_due() == 1


@pytest.mark.parametrize("state", [MessageState.PLANNED, MessageState.SUPERSEDED])
def test_what_was_not_sent_or_is_replaced_is_not_repeated(organizer, state):
    message = due_reminders()[0]
    Message.objects.update(state=state)

    with pytest.raises(RuleBroken):
        handling.send_again(message=message, by=organizer, at=timezone.now())
