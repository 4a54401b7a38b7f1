"""Re-timing, releasing, passing on and doing it to several: by hand, and for good."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connections
from django.utils import timezone

from core.errors import RuleBroken, StaleEdit
from reminders.models import Channel, DeliveryAttempt, Message, MessageState
from reminders.services import delivery, handling, holding, planning
from tests.factories.reminders import due_reminders, moved_trip, notice

pytestmark = pytest.mark.django_db


def retimed(message, to, by, **shown):
    return handling.retime(
        message=message, to=to, shown=shown.get("shown"), by=by, at=timezone.now()
    )


def test_a_time_set_by_hand_survives_the_next_sweep(organizer):
    message = due_reminders()[0]
    later = timezone.now() + timedelta(minutes=20)
    retimed(message, later, organizer)

    planning.plan()
    planning.plan_reminders(at=timezone.now(), program=message.program)

    message.refresh_from_db()
    assert (message.due_at, message.retimed_by) == (later, organizer)
    assert delivery.send_due() == 0


def test_a_time_set_by_hand_survives_a_change_of_its_rule(organizer):
    message = due_reminders()[0]
    later = timezone.now() + timedelta(minutes=20)
    retimed(message, later, organizer)

    planning.retime(rule=message.rule, at=timezone.now())

    message.refresh_from_db()
    assert message.due_at == later


@pytest.mark.parametrize("minutes", [-5, 24 * 60])
def test_a_message_is_moved_neither_into_the_past_nor_beyond_its_use(organizer, minutes):
    message = due_reminders()[0]

    with pytest.raises(RuleBroken) as refusal:
        retimed(message, timezone.now() + timedelta(minutes=minutes), organizer)

    message.refresh_from_db()
    assert refusal.value.field == "to"
    assert message.retimed_by is None


def test_the_last_moment_of_its_use_is_too_late(organizer):
    message = due_reminders()[0]

    with pytest.raises(RuleBroken):
        retimed(message, message.expires_at, organizer)


def test_what_is_being_sent_or_was_sent_keeps_its_time(organizer, smtp):
    message = due_reminders()[0]
    delivery.send_due()

    with pytest.raises(RuleBroken):
        retimed(message, timezone.now() + timedelta(minutes=5), organizer)


def test_who_read_an_older_time_is_told_that_somebody_was_quicker(organizer, administrator):
    message = due_reminders()[0]
    shown = message.due_at.replace(second=0, microsecond=0)
    retimed(message, timezone.now() + timedelta(minutes=20), administrator, shown=shown)

    with pytest.raises(StaleEdit):
        retimed(message, timezone.now() + timedelta(minutes=30), organizer, shown=shown)


def held(**fields):
    publication = moved_trip()
    return notice(
        publication,
        publication.program.enrollments.get().participant,
        state=MessageState.HELD,
        held_reason="야간이라 아침에 보냅니다",
        held_until=timezone.now() + timedelta(hours=9),
        **fields,
    )


def test_a_held_message_is_released_now_and_goes_out(organizer, smtp):
    message = held()

    for _click in range(2):
        handling.release(message=message, by=organizer, at=timezone.now() - timedelta(seconds=1))

    assert delivery.send_due() == 1
    assert Message.objects.get().retimed_by == organizer


def test_a_held_message_that_is_given_a_time_is_no_longer_held(organizer):
    message = held()

    message = retimed(message, timezone.now() + timedelta(hours=1), organizer)

    assert (message.state, message.held_until) == (MessageState.PLANNED, None)


def test_what_was_released_at_night_is_not_held_again(organizer, settings):
    settings.QUIET_FROM, settings.QUIET_UNTIL = "00:00", "23:59"
    message = held()
    handling.release(message=message, by=organizer, at=timezone.now())

    holding.hold(at=timezone.now())

    assert Message.objects.get().state == MessageState.PLANNED


def test_a_text_for_the_messenger_goes_the_next_way_when_it_is_released(organizer):
    message = held(channel="copy", channels=["copy", "email"])

    handling.release(message=message, by=organizer, at=timezone.now() - timedelta(seconds=1))
    message.refresh_from_db()
    assert (message.state, message.place, message.channel) == (MessageState.PLANNED, 1, "")


def test_a_text_for_the_messenger_alone_can_only_be_passed_on(organizer):
    message = held(channel="copy", channels=["copy"])
    later = timezone.now() + timedelta(hours=1)

    for step in (
        lambda: handling.release(message=message, by=organizer, at=timezone.now()),
        lambda: retimed(message, later, organizer),
    ):
        with pytest.raises(RuleBroken):
            step()

    assert handling.pass_on(message=message, by=organizer, at=timezone.now()).accepted_at


def test_what_is_past_its_use_is_not_released(organizer):
    message = held(expires_at=timezone.now() - timedelta(minutes=1))

    with pytest.raises(RuleBroken):
        handling.release(message=message, by=organizer, at=timezone.now())


def test_what_was_passed_on_by_hand_counts_as_sent_and_says_by_whom(organizer, smtp):
    message = due_reminders()[0]

    for _click in range(2):
        handling.pass_on(message=message, by=organizer, at=timezone.now())

    message.refresh_from_db()
    attempt = DeliveryAttempt.objects.get()
    assert (message.state, message.channel) == (MessageState.ACCEPTED, Channel.COPY)
    assert "장소: 군청 주차장" in message.body
    assert (attempt.by, attempt.channel) == (organizer, Channel.COPY)
    assert delivery.send_due() == 0


def test_a_message_that_failed_can_still_be_passed_on(organizer):
    publication = moved_trip()
    person = publication.program.enrollments.get().participant
    message = notice(publication, person, state=MessageState.DEAD, last_error="550 unknown")

    passed = handling.pass_on(message=message, by=organizer, at=timezone.now())

    assert (passed.state, passed.last_error) == (MessageState.ACCEPTED, "")


def test_a_message_the_plan_has_overtaken_is_not_passed_on(organizer):
    message = due_reminders()[0]
    Message.objects.update(state=MessageState.SUPERSEDED)

    with pytest.raises(RuleBroken):
        handling.pass_on(message=message, by=organizer, at=timezone.now())


def test_of_several_those_that_can_be_stopped_are_stopped(organizer):
    messages = due_reminders(3)
    Message.objects.filter(pk=messages[0].pk).update(
        state=MessageState.ACCEPTED, accepted_at=timezone.now()
    )

    handled = handling.each(handling.cancel, messages=messages, by=organizer, at=timezone.now())

    assert (handled.done, len(handled.refused)) == (2, 1)
    assert Message.objects.filter(cancelled_by=organizer).count() == 2


def together(*actions):
    """Each on a connection of its own, at the same moment; a refusal is an answer."""
    start = Barrier(len(actions))

    def run(action):
        try:
            start.wait(timeout=10)
            return action()
        except RuleBroken as refusal:
            return str(refusal)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


@pytest.mark.django_db(transaction=True)
def test_two_organizers_who_send_the_same_again_send_it_once(organizer, administrator):
    publication = moved_trip()
    person = publication.program.enrollments.get().participant
    message = notice(publication, person, state=MessageState.DEAD)

    def again(by):
        return lambda: handling.send_again(message=message, by=by, at=timezone.now()).pk

    answers = together(*(again(by) for by in (organizer, administrator) * 3))

    assert len(set(answers)) == 1
    assert Message.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_one_stops_and_one_passes_on_and_only_one_of_it_happens(organizer, administrator):
    message = due_reminders()[0]

    together(
        lambda: handling.cancel(message=message, by=organizer, at=timezone.now()),
        lambda: handling.pass_on(message=message, by=administrator, at=timezone.now()),
    )

    message.refresh_from_db()
    stopped = message.state == MessageState.SUPPRESSED
    assert stopped != (message.state == MessageState.ACCEPTED)
    assert DeliveryAttempt.objects.count() == (0 if stopped else 1)


@pytest.mark.django_db(transaction=True)
def test_two_who_handle_the_same_many_in_other_order_do_not_block_each_other(
    organizer, administrator
):
    messages = due_reminders(8)

    answers = together(
        lambda: (
            handling.each(handling.cancel, messages=messages, by=organizer, at=timezone.now()).done
        ),
        lambda: (
            handling.each(
                handling.cancel, messages=messages[::-1], by=administrator, at=timezone.now()
            ).done
        ),
    )

    assert answers == [8, 8]
    assert len(set(Message.objects.values_list("cancelled_by", flat=True))) == 1
