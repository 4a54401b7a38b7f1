"""What keeps sending right: order, ledger, pacing, leases, and the talk with a mail server."""

import smtplib
import time
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import OperationalError, connection
from django.db.models import F
from django.utils import timezone

from reminders.channels import Answer, Outcome, Senders, Text
from reminders.channels.email import EmailSender
from reminders.models import Channel, DeliveryAttempt, Message, MessageState
from reminders.services import delivery, outbox
from reminders.services.ledger import AT_MOST, Ledger
from tests.factories.reminders import due_reminders
from tests.smtp_sink import SILENT

pytestmark = pytest.mark.django_db
YES = Answer(Outcome.ACCEPTED, Channel.EMAIL, "250 ok")
TEXT = Text("제목", "내용")


def begun(count: int = 1):
    due_reminders(count)
    tickets = outbox.claim(owner=uuid4(), limit=count)
    assert all(outbox.begin(ticket) for ticket in tickets)
    return tickets


# -- order


def test_what_is_urgent_goes_first_then_what_was_due_first_then_what_begins_first():
    first, second, third, fourth = due_reminders(4)
    now = timezone.now()
    for message, due_at, matters_in, urgent in (
        (first, now - timedelta(minutes=1), 9, False),
        (second, now - timedelta(minutes=1), 5, False),
        (third, now - timedelta(minutes=2), 9, False),
        (fourth, now, 9, True),
    ):
        Message.objects.filter(pk=message.pk).update(
            due_at=due_at, matters_at=now + timedelta(hours=matters_in), urgent=urgent
        )

    order = [ticket.id for ticket in outbox.claim(owner=uuid4(), limit=4)]

    assert order == [fourth.pk, third.pk, second.pk, first.pk]


def test_no_more_than_asked_for_is_taken_of_urgent_and_others_together():
    messages = due_reminders(4)
    Message.objects.filter(pk__in=[m.pk for m in messages[:2]]).update(urgent=True)

    assert len(outbox.claim(owner=uuid4(), limit=3)) == 3


# -- the ledger


class Crash:
    """A database that crashes after settlements it had not written to the disk yet."""

    def __init__(self, monkeypatch) -> None:
        self.settle, self.crashed = outbox.settle, False
        monkeypatch.setattr(outbox, "settle", self)
        monkeypatch.setattr("reminders.services.ledger.PAUSES", (0,))
        monkeypatch.setattr(type(connection._connections[connection._alias]), "close", lambda _: 0)

    def __call__(self, ticket, answer, **facts) -> bool:
        if not self.crashed and ticket.id == self.at:
            self.crashed = True
            Message.objects.filter(pk__in=self.forgotten).update(
                state="claimed",
                accepted_at=None,
                settled_at=None,
                owner=ticket.owner,
                lease_until=timezone.now() + timedelta(minutes=1),
            )
            raise OperationalError("the server closed the connection")
        return self.settle(ticket, answer, **facts)


def test_what_a_crash_of_the_database_forgot_is_settled_again(monkeypatch):
    """Also where it forgot BEGIN with it, so that the row is merely claimed."""
    tickets = begun(3)
    crash = Crash(monkeypatch)
    crash.at, crash.forgotten = tickets[2].id, [tickets[0].id, tickets[1].id]
    ledger = Ledger()

    for ticket in tickets:
        ledger.settle(ticket, YES, TEXT)
    ledger.close()

    assert (crash.crashed, ledger.accepted) == (True, 3)
    assert set(Message.objects.values_list("state", flat=True)) == {MessageState.ACCEPTED}


def test_however_long_the_database_recovers_what_was_sent_is_not_sent_again(monkeypatch):
    ticket = begun()[0]
    away = iter([OperationalError("the database system is starting up")] * 50)
    settle = outbox.settle

    def refused_for_a_while(*about, **facts):
        for problem in away:
            raise problem
        return settle(*about, **facts)

    monkeypatch.setattr(outbox, "settle", refused_for_a_while)
    monkeypatch.setattr("reminders.services.ledger.PAUSES", (0,))
    monkeypatch.setattr(type(connection._connections[connection._alias]), "close", lambda _: 0)

    ledger = Ledger()
    ledger.settle(ticket, YES, TEXT)
    ledger.close()

    assert ledger.accepted == 1
    assert Message.objects.get().state == MessageState.ACCEPTED


def test_a_crash_while_the_yes_and_the_next_check_are_written_loses_neither(monkeypatch):
    due_reminders(2)
    first, second = outbox.claim(owner=uuid4(), limit=2)
    outbox.begin(first)
    ledger = Ledger()
    ledger.settle(first, YES, TEXT)

    def crashed(*_, **__):
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(outbox, "settle_and_begin", crashed)
    monkeypatch.setattr(type(connection._connections[connection._alias]), "close", lambda _: 0)

    assert ledger.begin(second)

    assert ledger.accepted == 1
    states = dict(Message.objects.values_list("pk", "state"))
    assert states == {first.id: MessageState.ACCEPTED, second.id: MessageState.SENDING}


def test_a_yes_is_not_kept_waiting_while_a_connection_is_opened(smtp, monkeypatch):
    """A sender that is killed while it waits must not send again what it has sent."""
    due_reminders(2)
    monkeypatch.setattr(EmailSender, "is_ready", False)
    states = []
    prepare = EmailSender.prepare

    def preparing(sender):
        states.append(sorted(Message.objects.values_list("state", flat=True)))
        prepare(sender)

    monkeypatch.setattr(EmailSender, "prepare", preparing)

    assert delivery.send_due() == 2

    assert states == [["claimed", "claimed"], ["accepted", "claimed"]]


def test_settling_twice_is_one_attempt():
    ticket = begun()[0]

    assert outbox.settle(ticket, YES)
    assert not outbox.settle(ticket, YES)

    assert DeliveryAttempt.objects.count() == 1


def test_every_twentieth_settlement_waits_for_the_disk_and_so_does_the_end(monkeypatch):
    waits: list[bool | str] = []
    monkeypatch.setattr(outbox, "settle", lambda *_, durable, **__: waits.append(durable) or True)
    monkeypatch.setattr(outbox, "make_durable", lambda: waits.append("end"))
    ledger = Ledger()

    for _message in range(AT_MOST + 1):
        ledger.settle(outbox.Ticket(uuid4(), uuid4(), 1), YES, TEXT)
    ledger.close()
    ledger.close()

    assert waits == [False] * (AT_MOST - 1) + [True, False, "end"]


@pytest.mark.django_db(transaction=True)
def test_at_the_end_of_a_batch_all_that_was_settled_is_on_the_disk():
    ticket = begun()[0]
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = on")
        try:
            outbox.settle(ticket, YES, durable=False)
            cursor.execute("SELECT pg_current_wal_insert_lsn()")
            written = cursor.fetchone()
            outbox.make_durable()
            cursor.execute("SELECT pg_current_wal_flush_lsn() >= %s", written)
            assert cursor.fetchone() == (True,)
        finally:
            cursor.execute("RESET synchronous_commit")


def test_after_a_restart_of_the_database_no_lease_is_over_before_its_sender_could_come_back(
    monkeypatch,
):
    begun()
    Message.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp() - pg_postmaster_start_time()")
        running_since = cursor.fetchone()[0]

    monkeypatch.setattr(outbox, "GRACE_AFTER_RESTART", running_since + timedelta(minutes=1))
    monkeypatch.setattr(outbox, "_lease", lambda: running_since + timedelta(minutes=1))
    assert outbox.tidy() == 0

    monkeypatch.setattr(outbox, "GRACE_AFTER_RESTART", running_since)
    assert outbox.tidy() == 1


# -- nobody can tell


def test_a_hand_over_without_an_answer_that_is_too_late_to_repeat_is_unknown_not_expired():
    ticket = begun()[0]
    Message.objects.update(expires_at=timezone.now() + timedelta(seconds=1))

    outbox.settle(ticket, Answer(Outcome.UNKNOWN, Channel.EMAIL, "silence"))

    message = Message.objects.get()
    assert (message.state, message.settled_at is not None) == (MessageState.UNKNOWN, True)


def test_a_sender_that_vanished_while_sending_past_the_time_leaves_an_unknown():
    begun()
    past = timezone.now() - timedelta(seconds=1)
    Message.objects.update(lease_until=past, expires_at=past)

    outbox.tidy()

    assert Message.objects.get().state == MessageState.UNKNOWN


# -- pacing and leases


def test_a_gateway_with_a_stated_rate_is_not_pushed(settings, smtp):
    settings.EMAIL_RATE = 20
    due_reminders(5)
    began = time.monotonic()

    assert delivery.send_due() == 5

    assert time.monotonic() - began >= 4 / 20


def test_the_rate_is_shared_with_the_others_at_work(settings):
    settings.EMAIL_RATE = 10
    settings.REMINDERS_LEASE_SECONDS = 100
    due_reminders(2)
    for _other in range(2):
        outbox.claim(owner=uuid4(), limit=1)
    senders = Senders()

    assert delivery._batch(100, senders) == 50
    assert senders.share == 1 / 2


def test_what_was_only_taken_up_is_free_sooner_than_what_is_being_sent(settings):
    settings.REMINDERS_LEASE_SECONDS = 100
    due_reminders(2)
    first, _second = outbox.claim(owner=uuid4(), limit=2)
    outbox.begin(first)
    Message.objects.update(lease_until=F("lease_until") - timedelta(seconds=26))

    assert outbox.tidy() == 1

    states = dict(Message.objects.values_list("pk", "state"))
    assert states.pop(first.id) == MessageState.SENDING
    assert set(states.values()) == {MessageState.PLANNED}


def test_a_slow_sender_leaves_the_rest_of_its_batch_to_others(settings, smtp):
    settings.REMINDERS_LEASE_SECONDS = 1
    smtp.delay = 0.3
    due_reminders(2)
    claims = iter([outbox.claim(owner=uuid4(), limit=2)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outbox, "claim", lambda **_: next(claims, []))
        assert delivery.send_due() == 1

    assert delivery.send_due() == 1


def test_a_sender_that_slept_longer_than_its_lease_touches_nothing_more(smtp, monkeypatch):
    due_reminders(3)
    clock = iter([0.0, 0.0, 1000.0])
    monkeypatch.setattr(delivery, "time", SimpleNamespace(monotonic=lambda: next(clock, 1000.0)))
    claims = iter([outbox.claim(owner=uuid4(), limit=3), []])
    monkeypatch.setattr(outbox, "claim", lambda **_: next(claims))

    assert delivery.send_due() == 1


def test_a_connection_is_not_used_again_after_a_whole_lease(smtp, settings):
    messages = due_reminders(2)
    sender = EmailSender()
    sender.send(messages[0], TEXT)
    sender.used_at -= settings.REMINDERS_LEASE_SECONDS

    sender.prepare()
    sender.send(messages[1], TEXT)
    sender.close()

    assert smtp.connections == 2


# -- the talk


@pytest.fixture(params=[("pipelining", "chunking"), ("pipelining",), ()], ids=str)
def talk(request, monkeypatch):
    """What the server says that it can."""
    monkeypatch.setattr(smtplib.SMTP, "has_extn", lambda _self, name: name in request.param)


@pytest.mark.usefixtures("talk")
def test_a_mail_arrives_as_it_was_written(smtp):
    message = due_reminders()[0]
    sender = EmailSender()

    answer = sender.send(message, Text("제목", ".점으로 시작\n..둘\n끝"))
    sender.close()

    assert (answer.outcome, answer.text) == (Outcome.ACCEPTED, "250 2.0.0 taken")
    assert smtp.received[0].text.strip() == ".점으로 시작\n..둘\n끝"


@pytest.mark.usefixtures("talk")
@pytest.mark.parametrize("step", ["rcpt", "data"])
def test_a_refusal_leaves_the_connection_ready_for_the_next_mail(smtp, step):
    refused, fine = due_reminders(2)
    smtp.answer("550 5.1.1 no such person", to=refused.participant.email, step=step)
    sender = EmailSender()

    outcomes = [sender.send(message, TEXT).outcome for message in (refused, fine)]
    sender.close()

    assert outcomes == [Outcome.REFUSED, Outcome.ACCEPTED]
    assert [mail.to for mail in smtp.received if mail.answered.startswith("2")] == [
        fine.participant.email
    ]
    assert smtp.connections == 1


def test_a_server_that_says_goodbye_is_a_later_and_the_next_mail_takes_a_new_connection(smtp):
    first, second = due_reminders(2)
    smtp.answer("421 4.3.2 closing", to=first.participant.email, step="rcpt", times=1)
    sender = EmailSender()

    outcomes = [sender.send(message, TEXT).outcome for message in (first, second)]
    sender.close()

    assert outcomes == [Outcome.DEFERRED, Outcome.ACCEPTED]
    assert smtp.connections == 2


def test_a_server_that_takes_the_mail_and_never_answers_is_cut_off(smtp, settings):
    settings.EMAIL_TIMEOUT = 0.3
    message = due_reminders()[0]
    smtp.answer(SILENT)
    sender = EmailSender()
    began = time.monotonic()

    answer = sender.send(message, TEXT)
    sender.close()

    assert answer.outcome == Outcome.UNKNOWN
    assert time.monotonic() - began < 5


@pytest.mark.django_db(transaction=True)
def test_several_hands_of_one_process_send_each_message_once(smtp, settings):
    settings.REMINDERS_HANDS = 3
    many = delivery.BATCH + 30
    due_reminders(many)

    assert delivery.send_all_due() == many

    assert len({mail.message_id for mail in smtp.received}) == len(smtp.received) == many
    assert smtp.connections >= 2
