"""Delivery by real processes: worker, broker, database and mail server, nothing mocked, real commits."""

from pathlib import Path

import pytest

from reminders.models import Message, MessageState
from reminders.tasks import send_due
from tests.factories.reminders import due_reminders
from tests.reminders import processes
from tests.smtp_sink import SILENT, until
from tools.servers import Valkey

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def run(sink, tmp_path):
    """Start programs; whatever still runs at the end is killed."""
    started = []

    def start(program, **more):
        environment = processes.environment(sink, **more)
        process = program(environment, tmp_path / f"{len(started)}.log")
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()


@pytest.fixture
def valkey(tmp_path):
    server = Valkey(tmp_path / "valkey")
    server.start()
    yield server
    server.stop()


def all_accepted() -> bool:
    return not Message.objects.exclude(state=MessageState.ACCEPTED).exists()


def test_a_due_reminder_arrives_exactly_once_though_the_worker_is_killed_and_restarted(sink, run):
    first = due_reminders()[0]
    worker = run(processes.worker)
    sink.wait_for(1)
    until(all_accepted)

    worker.kill()
    second = due_reminders()[0]
    worker.start()
    sink.wait_for(2)
    until(all_accepted)

    ids = [mail.message_id for mail in sink.received]
    assert ids == [f"<{first.pk}@localhost>", f"<{second.pk}@localhost>"]


def test_the_bell_alone_is_enough(sink, run):
    due_reminders()
    run(processes.worker, REMINDERS_SWEEP_SECONDS="3600")
    sink.wait_for(1)  # the sweep with which a worker begins; the next one is an hour away

    due_reminders()
    send_due.delay()

    sink.wait_for(2)


def test_a_worker_killed_while_a_mail_is_under_way_repeats_at_most_that_mail(sink, run):
    messages = due_reminders(4)
    sink.answer(SILENT, to=messages[0].participant.email, times=1)
    worker = run(processes.worker)
    sink.wait_for_seen(1)
    until(lambda: any(mail.answered == SILENT for mail in sink.received))

    worker.kill()
    worker.start()
    sink.wait_for(4)
    until(all_accepted)

    ids = [mail.message_id for mail in sink.received]
    assert len(set(ids)) == 4
    assert len(ids) == 5


def test_nothing_is_lost_when_the_worker_is_killed_again_and_again(sink, run):
    kills, hands, count = 4, 2, 120
    sink.delay = 0.02
    due_reminders(count)
    worker = run(processes.worker, REMINDERS_HANDS=str(hands))
    for kill in range(1, kills + 1):
        sink.wait_for_seen(kill * 15)
        worker.kill()
        worker.start()

    sink.wait_for(count)
    until(all_accepted)

    ids = [mail.message_id for mail in sink.received]
    assert len(set(ids)) == count
    # Each hand of a killed worker has at most one message in flight.
    assert len(ids) - count <= kills * hands


def test_the_sweeper_delivers_with_the_broker_stopped(sink, run, valkey):
    address = valkey.url
    valkey.stop()
    due_reminders(3)
    sweeper = run(processes.loop, REDIS_URL=address)

    sink.wait_for(3)
    until(all_accepted)

    assert sweeper.stop() == 0
    assert len(sink.received) == 3


def test_a_worker_goes_on_delivering_after_its_broker_has_gone(sink, run, valkey):
    due_reminders()
    run(processes.worker, REDIS_URL=valkey.url)
    sink.wait_for(1)

    valkey.stop()
    due_reminders()

    sink.wait_for(2)
    until(all_accepted)
    assert len(sink.received) == 2


def test_worker_and_two_sweepers_together_deliver_each_message_once(sink, run):
    sink.delay = 0.02
    due_reminders(60)
    for program in (processes.worker, processes.loop, processes.loop):
        run(program)

    sink.wait_for(60)
    until(all_accepted)

    ids = [mail.message_id for mail in sink.received]
    assert len(ids) == len(set(ids)) == 60


def test_a_worker_asked_to_stop_finishes_what_it_is_sending(sink, run, tmp_path: Path):
    sink.delay = 0.2
    due_reminders(10)
    worker = run(processes.worker)
    sink.wait_for_seen(2)

    worker.stop()

    in_hand = Message.objects.filter(state=MessageState.SENDING)
    assert not in_hand.exists()
    assert len(sink.received) == Message.objects.filter(state=MessageState.ACCEPTED).count()
