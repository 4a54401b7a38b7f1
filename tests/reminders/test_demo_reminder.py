"""The reminder that is due in the demo, through real processes: each mail once, whoever is killed in between."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.dates import local_date
from desk.demo import loader, today
from reminders.models import Channel, Message, MessageKind, MessageState
from tests.reminders import processes
from tests.smtp_sink import ACCEPTED, SILENT, until
from tools.servers import Valkey

pytestmark = pytest.mark.django_db(transaction=True)

# The demo's reminder is due two to three minutes after the moment it was loaded at.
LOADED_BEFORE = timedelta(minutes=5)
ANSWER = ACCEPTED.removeprefix("250 ")


@pytest.fixture
def reminders() -> list[Message]:
    """The demo as loaded five minutes ago; its reminders, all of them due."""
    at = timezone.now() - LOADED_BEFORE
    loader.load(base_date=local_date(at), clock=at)
    return list(
        Message.objects.filter(
            program__code=today.REMINDING, kind=MessageKind.REMINDER
        ).select_related("participant")
    )


@pytest.fixture
def broker_gone(tmp_path) -> str:
    """The address of a Valkey that has been stopped."""
    server = Valkey(tmp_path / "valkey")
    address = server.start()
    server.stop()
    return address


@pytest.mark.parametrize("program", [processes.worker, processes.loop])
def test_the_reminder_of_the_demo_arrives_once_though_its_sender_is_killed_and_restarted(
    program, reminders, sink, request, tmp_path
):
    gone = (
        {"REDIS_URL": request.getfixturevalue("broker_gone")} if program is processes.loop else {}
    )
    sink.delay = 0.5
    began = timezone.now()
    sender = program(processes.environment(sink, **gone), tmp_path / "sender.log")
    try:
        sink.wait_for(1)
        # The server keeps the sender waiting before it takes the next mail: there it is killed.
        sink.answer(SILENT, step="rcpt", times=1)
        until(lambda: sink.kept_waiting)
        sender.kill()
        assert 0 < len(sink.received) < len(reminders)
        sink.delay = 0
        sender.start()
        # Texts for the messenger stay held until their person has passed them on.
        due = Message.objects.filter(due_at__lte=timezone.now()).exclude(state=MessageState.HELD)
        until(lambda: not due.unsettled().exists(), 90)
    finally:
        sender.kill()

    # The demo comes with notices that were sent before.
    sent = Message.objects.filter(
        state=MessageState.ACCEPTED, channel=Channel.EMAIL, accepted_at__gt=began
    )
    assert sorted(mail.message_id for mail in sink.received) == sorted(map(message_id, sent))
    to = {mail.message_id: mail.to for mail in sink.received}
    for message in reminders:
        message.refresh_from_db()
        assert (message.state, message.provider_reference) == (MessageState.ACCEPTED, ANSWER)
        assert to[message_id(message)] == message.participant.email


def message_id(message: Message) -> str:
    return f"<{message.pk}@localhost>"
