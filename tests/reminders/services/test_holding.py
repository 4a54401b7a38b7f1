from datetime import UTC, date, datetime, timedelta
from threading import Event, Thread

import pytest
from django.db import connection, transaction
from django.utils import timezone

from participants.models import EnrollmentEvent
from reminders.models import Message, MessageKind, MessageState
from reminders.services import delivery, handling, holding, planning, sweep
from tests.factories.reminders import due_reminders, next_publication, program_starting
from tests.factories.site_visits import at

pytestmark = pytest.mark.django_db
DAY = date(2026, 12, 3)
TEN_IN_THE_EVENING = at(date(2026, 12, 2), "22:00")
EIGHT = at(DAY, "08:00")


@pytest.fixture(autouse=True)
def _quiet(settings):
    settings.QUIET_FROM, settings.QUIET_UNTIL = "21:00", "08:00"


@pytest.fixture
def always_night(settings):
    """Quiet hours around whatever hour the test runs at."""
    settings.QUIET_FROM, settings.QUIET_UNTIL = "00:00", "23:59:59.999999"


@pytest.mark.parametrize(
    ("clock", "until"),
    [
        ("20:59", None),
        ("21:00", at(date(2026, 12, 4), "08:00")),
        ("23:59", at(date(2026, 12, 4), "08:00")),
        ("00:00", EIGHT),
        ("07:59", EIGHT),
        ("08:00", None),
        ("12:00", None),
    ],
)
def test_between_nine_in_the_evening_and_eight_what_can_wait_waits(clock, until):
    assert holding.held_until(at(DAY, clock), None) == until


def test_a_change_at_ten_of_a_departure_at_twenty_to_six_goes_out_at_once():
    assert holding.held_until(TEN_IN_THE_EVENING, at(DAY, "05:40")) is None


def test_nothing_is_held_until_less_than_the_lead_before_it_begins():
    assert holding.held_until(TEN_IN_THE_EVENING, at(DAY, "10:59")) is None
    assert holding.held_until(TEN_IN_THE_EVENING, at(DAY, "11:00")) == EIGHT


def test_quiet_hours_may_lie_within_one_day(settings):
    settings.QUIET_FROM, settings.QUIET_UNTIL = "12:00", "13:00"

    assert holding.held_until(at(DAY, "12:30"), None) == at(DAY, "13:00")
    assert holding.held_until(at(DAY, "13:00"), None) is None


def test_a_change_published_at_night_is_held_with_its_reason_and_then_goes_out(
    settings, always_night, smtp
):
    program = program_starting(timezone.now() + timedelta(days=10))
    next_publication(program, moved=program.publications.get().items.get(), title="다른 집결")

    planning.plan()

    held = Message.objects.get(kind=MessageKind.CHANGE)
    assert held.state == MessageState.HELD
    assert "보내지 않습니다" in held.held_reason
    assert held.held_until == held.held_until.replace(microsecond=999999)
    assert delivery.send_due() == 0

    settings.QUIET_FROM = settings.QUIET_UNTIL = "00:00"
    Message.objects.update(held_until=timezone.now() - timedelta(seconds=1))
    assert holding.release() == 1
    assert delivery.send_due() == 1


def test_what_was_held_is_due_when_it_is_let_go_and_not_late():
    program = program_starting(timezone.now() + timedelta(days=10))
    until = timezone.now() - timedelta(seconds=1)
    event = EnrollmentEvent.objects.create(
        enrollment=program.enrollments.get(), status="confirmed", at=timezone.now()
    )
    planning.plan()
    Message.objects.filter(event=event).update(
        state=MessageState.HELD, held_until=until, held_reason="밤"
    )

    holding.release()

    message = Message.objects.get(event=event)
    assert (message.state, message.due_at) == (MessageState.PLANNED, until)
    assert (message.held_reason, message.held_until) == ("", None)


def test_what_is_held_is_not_let_go_early(always_night):
    program = program_starting(timezone.now() + timedelta(days=10))
    next_publication(program, moved=program.publications.get().items.get(), title="다른 집결")
    planning.plan()

    assert holding.release() == 0


def test_an_answer_is_held_too_but_what_the_organizer_timed_is_not(always_night):
    reminder = due_reminders()[0]
    later = program_starting(timezone.now() + timedelta(days=10))
    EnrollmentEvent.objects.create(
        enrollment=later.enrollments.get(), status="confirmed", at=timezone.now()
    )

    planning.plan()

    reminder.refresh_from_db()
    assert reminder.state == MessageState.PLANNED
    assert Message.objects.get(kind=MessageKind.ENROLLMENT).state == MessageState.HELD


def test_what_somebody_sends_again_by_hand_goes_out_at_night(always_night, organizer):
    program = program_starting(timezone.now() + timedelta(days=10))
    next_publication(program, moved=program.publications.get().items.get(), title="다른 집결")
    planning.plan()
    held = Message.objects.get()
    Message.objects.update(
        state=MessageState.DEAD, held_until=None, held_reason="", settled_at=timezone.now()
    )

    again = handling.send_again(message=held, by=organizer, at=timezone.now())
    planning.plan()

    again.refresh_from_db()
    assert again.state == MessageState.PLANNED


def test_a_change_of_what_begins_within_three_hours_is_urgent_and_goes_out_at_night(always_night):
    soon = timezone.now() + timedelta(hours=2)
    program = program_starting(soon)
    next_publication(
        program, moved=program.publications.get().items.get(), starts_at=soon + timedelta(minutes=9)
    )

    planning.plan()

    message = Message.objects.get(kind=MessageKind.CHANGE)
    assert (message.urgent, message.state) == (True, MessageState.PLANNED)
    assert message.matters_at == soon


def test_a_held_notice_gives_way_to_the_next_publication(always_night):
    program = program_starting(timezone.now() + timedelta(days=10))
    item = program.publications.get().items.get()
    next_publication(program, moved=item, title="다른 집결")
    planning.plan()
    next_publication(program, moved=item, place="군민체육관")
    planning.plan()

    states = Message.objects.order_by("publication__number").values_list("state", flat=True)

    assert list(states) == [MessageState.SUPERSEDED, MessageState.HELD]


def test_the_time_between_is_the_offices_own(settings):
    settings.QUIET_FROM, settings.QUIET_UNTIL = "22:00", "07:00"

    assert holding.held_until(datetime(2026, 12, 2, 12, 30, tzinfo=UTC), None) is None
    assert "22:00~07:00" in holding.reason()


# -- while messages are being sent


@pytest.fixture
def waiting_notice():
    """A change that waits to go out; its day is far."""
    program = program_starting(timezone.now() + timedelta(days=10))
    next_publication(program, moved=program.publications.get().items.get(), title="다른 집결")
    planning.plan()
    Message.objects.update(state=MessageState.PLANNED, held_reason="", held_until=None)
    return Message.objects.get(kind=MessageKind.CHANGE)


def test_a_refused_message_that_is_due_again_in_the_night_waits_though_sending_goes_on(
    settings, monkeypatch, waiting_notice
):
    settings.QUIET_FROM = settings.QUIET_UNTIL = "00:00"
    due_reminders()
    Message.objects.filter(pk=waiting_notice.pk).update(state=MessageState.RETRY, tries=1)
    deliver = delivery._deliver

    def night_falls(*about):
        deliver(*about)
        settings.QUIET_FROM, settings.QUIET_UNTIL = "00:00", "23:59:59.999999"

    Message.objects.filter(kind=MessageKind.REMINDER).update(urgent=True)
    monkeypatch.setattr(delivery, "_deliver", night_falls)

    assert delivery.send_due(batch=1) == 1

    waiting_notice.refresh_from_db()
    assert (waiting_notice.state, waiting_notice.retry_at) == (MessageState.HELD, None)


@pytest.mark.django_db(transaction=True)
def test_a_sweep_holds_though_another_one_plans_at_this_moment(
    settings, monkeypatch, always_night, waiting_notice
):
    Message.objects.update(state=MessageState.RETRY, retry_at=timezone.now())
    monkeypatch.setattr(planning, "plan", planning.Planned)

    sweep.once()

    waiting_notice.refresh_from_db()
    assert waiting_notice.state == MessageState.HELD


@pytest.mark.django_db(transaction=True)
def test_what_somebody_else_has_in_hand_is_not_waited_for(always_night, waiting_notice):
    taken, done, held = Event(), Event(), []

    def takes_it():
        try:
            with transaction.atomic():
                Message.objects.select_for_update().get(pk=waiting_notice.pk)
                taken.set()
                done.wait(10)
        finally:
            connection.close()

    sender = Thread(target=takes_it)
    sender.start()
    taken.wait(10)
    held.append(holding.hold())
    done.set()
    sender.join()

    assert held == [0]
    assert holding.hold() == 1
