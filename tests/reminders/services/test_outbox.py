from datetime import timedelta
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from reminders.channels import Answer, Outcome
from reminders.models import Channel, DeliveryAttempt, Message, MessageState
from reminders.services import outbox, outbox_sql
from reminders.services.facts import Facts
from tests.factories.reminders import due_reminders

pytestmark = pytest.mark.django_db
TAKEN = Answer(Outcome.ACCEPTED, Channel.EMAIL, "250 taken", "taken")
LATER = Answer(Outcome.DEFERRED, Channel.EMAIL, "451 later")
NEVER = Answer(Outcome.REFUSED, Channel.EMAIL, "550 nobody")


def take(owner=None, limit=10):
    return outbox.claim(owner=owner or uuid4(), limit=limit)


def taken_one():
    due_reminders()
    return take()[0]


def let_the_lease_lapse():
    Message.objects.exclude(lease_until=None).update(
        lease_until=timezone.now() - timedelta(seconds=1)
    )


def test_what_is_due_is_claimed_once():
    due_reminders(3)

    first, second = take(), take()

    assert len(first) == 3
    assert second == []
    assert {ticket.fence for ticket in first} == {1}


def test_what_is_not_due_yet_is_not_claimed():
    due_reminders()
    Message.objects.update(due_at=timezone.now() + timedelta(minutes=1))

    assert take() == []


def test_the_oldest_is_claimed_first():
    due_reminders(3)
    oldest = Message.objects.order_by("pk").last()
    Message.objects.filter(pk=oldest.pk).update(due_at=timezone.now() - timedelta(hours=1))

    assert take(limit=1)[0].id == oldest.pk


def test_an_accepted_message_keeps_its_text_and_its_attempt():
    ticket = taken_one()
    assert outbox.begin(ticket)

    assert outbox.settle(ticket, TAKEN, subject="제목", body="내용")

    message = Message.objects.get()
    assert (message.state, message.subject, message.body) == (MessageState.ACCEPTED, "제목", "내용")
    assert message.accepted_at is not None
    assert message.provider_reference == "taken"
    assert message.attempts.get().answer == "250 taken"


def test_a_late_answer_of_a_sender_that_was_overtaken_is_refused():
    slow = taken_one()
    outbox.begin(slow)
    let_the_lease_lapse()
    outbox.tidy()
    fast = take()[0]
    outbox.begin(fast)

    assert not outbox.settle(slow, LATER)
    assert outbox.settle(fast, TAKEN)

    assert Message.objects.get().state == MessageState.ACCEPTED
    assert DeliveryAttempt.objects.count() == 2


def test_control_without_the_fence_the_late_answer_would_be_counted(monkeypatch):
    for name, fence in (("SETTLE", "fence"), ("BEGIN_PLAIN", "next_fence")):
        unguarded = getattr(outbox_sql, name).replace(
            f"AND m.owner = %(owner)s AND m.fence = %({fence})s", ""
        )
        monkeypatch.setattr(outbox_sql, name, unguarded)
    slow = taken_one()
    outbox.begin(slow)
    let_the_lease_lapse()
    outbox.tidy()
    outbox.begin(take()[0])

    assert outbox.settle(slow, LATER)


def test_what_was_accepted_is_written_down_with_the_check_of_the_next():
    due_reminders(2)
    first, second = take()
    outbox.begin(first)

    settled, stamp = outbox.settle_and_begin(first, TAKEN, second, subject="제목", body="내용")

    assert settled
    assert stamp == Facts.of([second.id]).stamps[second.id]
    accepted = Message.objects.get(pk=first.id)
    assert (accepted.state, accepted.body) == (MessageState.ACCEPTED, "내용")
    assert accepted.attempts.get().answer == "250 taken"
    assert Message.objects.get(pk=second.id).state == MessageState.SENDING


def test_a_late_yes_does_not_keep_the_next_from_being_sent():
    due_reminders(2)
    first, second = take()
    outbox.begin(first)
    Message.objects.filter(pk=first.id).update(fence=first.fence + 1)

    settled, stamp = outbox.settle_and_begin(first, TAKEN, second, subject="제목", body="내용")

    assert not settled
    assert stamp
    assert Message.objects.get(pk=first.id).state == MessageState.SENDING


def test_a_yes_is_kept_although_the_next_must_not_be_sent():
    due_reminders(2)
    first, second = take()
    outbox.begin(first)
    Message.objects.filter(pk=second.id).update(expires_at=timezone.now())

    assert outbox.settle_and_begin(first, TAKEN, second, subject="", body="") == (True, None)

    states = Message.objects.in_bulk([first.id, second.id])
    assert states[first.id].state == MessageState.ACCEPTED
    assert states[second.id].state == MessageState.EXPIRED


def test_a_claim_has_one_attempt_of_a_machine_in_the_table_itself():
    ticket = taken_one()
    outbox.begin(ticket)
    outbox.settle(ticket, TAKEN)

    with pytest.raises(IntegrityError), transaction.atomic():
        DeliveryAttempt.objects.create(
            message_id=ticket.id,
            channel=Channel.EMAIL,
            fence=ticket.fence,
            outcome=Outcome.ACCEPTED,
            at=timezone.now(),
        )


def test_a_message_nobody_took_in_time_expires():
    due_reminders()
    Message.objects.update(expires_at=timezone.now())

    assert outbox.tidy() == 1

    assert Message.objects.get().state == MessageState.EXPIRED


def test_a_deferred_message_is_tried_again_later_and_counts_a_try():
    ticket = taken_one()
    outbox.begin(ticket)

    outbox.settle(ticket, LATER)

    message = Message.objects.get()
    assert (message.state, message.tries, message.crash_claims) == (MessageState.RETRY, 1, 0)
    assert message.retry_at > timezone.now()
    assert take() == []


def test_a_retry_is_never_planned_past_the_time_it_is_of_use(monkeypatch):
    monkeypatch.setattr(outbox.random, "random", lambda: 1.0)
    ticket = taken_one()
    Message.objects.update(tries=20, expires_at=timezone.now() + timedelta(seconds=60))
    outbox.begin(ticket)

    outbox.settle(ticket, LATER)

    message = Message.objects.get()
    assert message.retry_at == message.expires_at - timedelta(seconds=5)


@pytest.mark.parametrize(("tries", "pause"), [(0, 21), (1, 41), (2, 81), (30, 1801)])
def test_pauses_double_and_have_a_ceiling(monkeypatch, tries, pause):
    monkeypatch.setattr(outbox.random, "random", lambda: 1.0)
    ticket = taken_one()
    Message.objects.update(tries=tries, expires_at=timezone.now() + timedelta(days=1))
    outbox.begin(ticket)
    before = timezone.now()

    outbox.settle(ticket, LATER)

    assert round((Message.objects.get().retry_at - before).total_seconds()) == pause


def test_a_refused_message_is_dead_and_says_why():
    ticket = taken_one()
    outbox.begin(ticket)

    outbox.settle(ticket, NEVER)

    message = Message.objects.get()
    assert (message.state, message.last_error) == (MessageState.DEAD, "550 nobody")


def test_the_batch_of_a_vanished_sender_goes_back_without_blame():
    due_reminders(2)
    first, _second = take()
    outbox.begin(first)
    let_the_lease_lapse()

    outbox.tidy()

    found = set(Message.objects.values_list("state", "crash_claims", "tries"))
    assert found == {(MessageState.RETRY, 1, 0), (MessageState.PLANNED, 0, 0)}
    assert len(take()) == 2


def test_a_message_whose_sender_vanished_three_times_is_dead():
    due_reminders()
    for _time in range(3):
        outbox.begin(take()[0])
        let_the_lease_lapse()
        outbox.tidy()

    message = Message.objects.get()
    assert (message.state, message.crash_claims, message.tries) == (MessageState.DEAD, 3, 0)
    assert take() == []


def test_a_held_lease_is_left_alone():
    due_reminders()
    take()

    assert outbox.tidy() == 0


def test_how_late_the_outbox_is_can_be_asked():
    due_reminders()
    Message.objects.update(due_at=timezone.now() - timedelta(minutes=3))

    assert outbox.is_late_by() > timedelta(minutes=2, seconds=59)
    take()
    assert outbox.is_late_by() == timedelta(0)


def _claim_at_once(claimers: int) -> list[outbox.Ticket]:
    barrier, tickets = Barrier(claimers), []

    def claim():
        try:
            barrier.wait()
            for _round in range(10):
                tickets.extend(take(limit=3))
        finally:
            connection.close()

    threads = [Thread(target=claim) for _ in range(claimers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tickets


@pytest.mark.django_db(transaction=True)
def test_many_claimers_at_once_never_share_a_message():
    due_reminders(40)

    tickets = _claim_at_once(6)

    assert len(tickets) == len({ticket.id for ticket in tickets}) == 40


@pytest.mark.django_db(transaction=True)
def test_control_without_the_row_lock_claimers_do_share_messages(monkeypatch):
    careless = outbox_sql.CLAIM.replace("FOR UPDATE SKIP LOCKED", "").replace(
        "LIMIT %(limit)s", "LIMIT %(limit)s + 0 * (SELECT count(*) FROM pg_sleep(0.05))"
    )
    monkeypatch.setattr(outbox_sql, "CLAIM", careless)
    due_reminders(40)

    tickets = _claim_at_once(6)

    assert len(tickets) > len({ticket.id for ticket in tickets})
