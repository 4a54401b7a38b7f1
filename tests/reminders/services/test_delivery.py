from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from participants.models import Participant
from reminders.models import Channel, Message, MessageKind, MessageState, ReminderRule
from reminders.services import delivery, fingerprints, outbox, planning, sweep
from reminders.services.facts import Facts
from reminders.services.texts import Writer
from tests.factories.reminders import due_reminders, next_publication
from tests.smtp_sink import SILENT

pytestmark = pytest.mark.django_db


def state_of(message) -> str:
    return Message.objects.values_list("state", flat=True).get(pk=message.pk)


def address_of(message) -> str:
    return message.participant.email


def test_a_due_reminder_arrives_with_its_text_and_the_row_keeps_it(smtp):
    message = due_reminders()[0]

    assert delivery.send_due() == 1

    mail = smtp.wait_for(1)[0]
    message.refresh_from_db()
    assert mail.message_id == f"<{message.pk}@localhost>"
    assert mail.to == address_of(message)
    assert mail.mail["Subject"].strip() == message.subject
    assert mail.text.strip() == message.body.strip()
    assert mail.mail.get_body(("html",)) is not None
    assert message.state == MessageState.ACCEPTED
    assert message.provider_reference == "2.0.0 taken"


def test_many_messages_share_one_connection(smtp):
    due_reminders(12)

    assert delivery.send_due(batch=5) == 12

    assert smtp.connections == 1


def test_sending_again_sends_nothing(smtp):
    due_reminders(3)

    assert [delivery.send_due(), delivery.send_due()] == [3, 0]

    assert len(smtp.received) == 3


def test_a_temporary_refusal_is_tried_again_with_the_same_message_id(smtp):
    message = due_reminders()[0]
    smtp.answer("451 4.7.1 try later", times=1)

    assert delivery.send_due() == 0
    assert state_of(message) == MessageState.RETRY
    Message.objects.update(retry_at=None)
    assert delivery.send_due() == 1

    assert len({mail.message_id for mail in smtp.received}) == 1
    assert [attempt.outcome for attempt in message.attempts.all()] == ["deferred", "accepted"]


@pytest.mark.parametrize("step", ["rcpt", "data"])
def test_a_final_refusal_is_dead_and_the_others_go_out(smtp, step):
    refused, *others = due_reminders(3)
    smtp.answer("550 5.1.1 no such person", to=address_of(refused), step=step)

    assert delivery.send_due() == 2

    refused.refresh_from_db()
    assert (refused.state, refused.last_error) == (MessageState.DEAD, "550 5.1.1 no such person")
    assert {state_of(message) for message in others} == {MessageState.ACCEPTED}


def test_a_server_that_says_good_bye_is_called_again(smtp):
    due_reminders(3)
    smtp.answer("421 4.3.2 closing", times=1)

    assert delivery.send_due() == 2

    assert smtp.connections == 2


def test_a_silent_server_costs_one_timeout_and_the_message_is_tried_again(smtp, settings):
    settings.EMAIL_TIMEOUT = 1
    silent, *others = due_reminders(2)
    smtp.answer(SILENT, to=address_of(silent))

    assert delivery.send_due() == 1

    assert state_of(silent) == MessageState.RETRY
    assert silent.attempts.get().outcome == "unknown"
    assert state_of(others[0]) == MessageState.ACCEPTED


def test_a_server_that_is_not_there_defers_everything_at_once(settings, sink):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    messages = due_reminders(5)

    assert delivery.send_due() == 0

    assert {state_of(message) for message in messages} == {MessageState.RETRY}


def test_somebody_without_an_address_is_named_as_failed(smtp):
    message = due_reminders()[0]
    type(message.participant).objects.update(email="")

    assert delivery.send_due() == 0

    message.refresh_from_db()
    assert (message.state, message.last_error) == (MessageState.DEAD, "전자우편 주소가 없습니다.")


def test_the_next_channel_is_tried_after_a_clear_no(smtp, civil_servant):
    message = due_reminders()[0]
    type(message.participant).objects.update(user=civil_servant)
    Message.objects.update(channels=[Channel.EMAIL, Channel.INBOX])
    smtp.answer("550 5.1.1 no such person")

    assert delivery.send_due() == 1

    message.refresh_from_db()
    assert message.channel == Channel.INBOX
    assert [attempt.channel for attempt in message.attempts.all()] == ["email", "inbox"]


def test_a_message_that_cannot_be_written_dies_after_three_times_and_the_others_go_out(
    smtp, monkeypatch
):
    poisoned, *others = due_reminders(3)
    write = Writer.write

    def poison(self, message):
        if message.pk == poisoned.pk:
            raise ValueError("poison")
        return write(self, message)

    monkeypatch.setattr(Writer, "write", poison)
    for _time in range(3):
        delivery.send_due()
        Message.objects.filter(pk=poisoned.pk).update(retry_at=None)

    poisoned.refresh_from_db()
    assert (poisoned.state, poisoned.crash_claims, poisoned.tries) == (MessageState.DEAD, 3, 0)
    assert poisoned.last_error == "ValueError: poison"
    assert {state_of(message) for message in others} == {MessageState.ACCEPTED}


def test_facts_broken_behind_our_back_kill_only_their_own_message(smtp):
    broken, fine = due_reminders()[0], due_reminders()[0]
    Message.objects.filter(pk=broken.pk).update(kind=MessageKind.ENROLLMENT, event=None)
    for _time in range(3):
        delivery.send_due()
        Message.objects.filter(pk=broken.pk).update(retry_at=None)

    assert state_of(broken) == MessageState.DEAD
    assert state_of(fine) == MessageState.ACCEPTED


def test_an_expired_message_is_not_sent(smtp):
    message = due_reminders()[0]
    Message.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert delivery.send_due() == 0

    assert state_of(message) == MessageState.EXPIRED
    assert smtp.received == []


@pytest.fixture
def meanwhile(monkeypatch):
    """Something that happens after the batch was read and its text written, just before the message is sent."""

    def arrange(happens):
        begin = outbox.begin
        monkeypatch.setattr(outbox, "begin", lambda ticket: (happens(), begin(ticket))[1])

    return arrange


def test_a_change_after_the_text_was_written_supersedes_the_message(smtp, meanwhile):
    message = due_reminders()[0]
    item = message.program.publications.get().items.get()
    meanwhile(lambda: next_publication(message.program, moved=item, title="다른 집결"))

    assert delivery.send_due() == 0
    assert state_of(message) == MessageState.SUPERSEDED
    assert smtp.received == []


def test_a_text_says_what_was_true_when_it_was_sent_not_when_its_batch_was_read(smtp, meanwhile):
    message = due_reminders()[0]
    meanwhile(
        lambda: (
            ReminderRule.objects.filter(pk=message.rule_id).update(body="새 말"),
            next_publication(message.program, moved=None),
            Participant.objects.update(email="new@goryeong.example"),
        )
    )

    assert delivery.send_due() == 1

    assert smtp.received[0].text.strip() == "새 말"
    assert smtp.received[0].to == "new@goryeong.example"


def test_without_the_stamp_a_text_would_be_out_of_date(smtp, meanwhile, monkeypatch):
    message = due_reminders()[0]
    monkeypatch.setattr(Facts, "read_again", lambda *_: None)
    meanwhile(lambda: ReminderRule.objects.filter(pk=message.rule_id).update(body="새 말"))

    assert delivery.send_due() == 1

    assert smtp.received[0].text.strip() != "새 말"


def test_by_default_mail_becomes_a_file_on_this_machine(settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    message = due_reminders()[0]

    assert delivery.send_due() == 1

    assert str(message.pk) in "".join(file.read_text() for file in tmp_path.iterdir())


@pytest.mark.django_db(transaction=True)
def test_two_sweepers_at_once_deliver_each_message_once(smtp):
    due_reminders(30)
    barrier = Barrier(2)

    def sweep_once():
        try:
            barrier.wait()
            delivery.send_due(batch=4)
        finally:
            connection.close()

    threads = [Thread(target=sweep_once) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(smtp.received) == len({mail.message_id for mail in smtp.received}) == 30
    assert set(Message.objects.values_list("state", flat=True)) == {MessageState.ACCEPTED}


def test_one_sweep_plans_and_sends(smtp):
    due_reminders()
    Message.objects.all().delete()
    fingerprints.forget()

    assert sweep.once() >= 1


@pytest.mark.parametrize(("minutes", "warned"), [(4, False), (6, True)])
def test_a_sweep_says_so_when_messages_wait_too_long(smtp, caplog, monkeypatch, minutes, warned):
    due_reminders()
    Message.objects.update(due_at=timezone.now() - timedelta(minutes=minutes))
    monkeypatch.setattr(delivery, "send_all_due", lambda: 0)

    sweep.once()

    assert ("the oldest due message" in caplog.text) == warned


def test_what_a_sweep_refuses_to_begin_planning_does_not_bring_back(smtp):
    """Both ask the same question; otherwise a message would come and go with every sweep."""
    message = due_reminders()[0]
    item = message.program.publications.get().items.get()
    next_publication(message.program, moved=item, title="다른 집결")
    delivery.send_due()

    planning.plan()

    assert state_of(message) == MessageState.SUPERSEDED
