"""A rehearsal shows the day as it would be, leaves nothing behind, and reaches nobody but the one who asked."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.dates import local_date
from core.errors import RuleBroken
from participants.models import Participant
from programs.models import ProgramStatus
from reminders.models import Channel, Message, MessageKind, MessageState, PlanMark, ReminderRule
from reminders.services import defaults, delivery, links, planning, rehearsal
from reminders.services.rehearsal import Fate
from tests.factories.programs import ProgramStaffFactory
from tests.factories.reminders import notice, program_starting, rules_of
from tests.factories.site_visits import at, published_item

pytestmark = pytest.mark.django_db

DAY = date(2026, 12, 3)
EVE = DAY - timedelta(days=1)
NOW = datetime(2026, 11, 25, 1, 0, tzinfo=timezone.get_fixed_timezone(0))


@pytest.fixture
def trip():
    """Leaves at 05:40 with three people."""
    program = program_starting(at(DAY, "05:40"), people=3)
    for person in Participant.objects.filter(enrollments__program=program):
        Participant.objects.filter(pk=person.pk).update(email=f"p{person.pk}@goryeong.example")
    return program


@pytest.fixture
def nights(settings):
    """Quiet hours as in the office."""
    settings.QUIET_FROM, settings.QUIET_UNTIL = "21:00", "08:00"


def shown(found):
    return [
        (batch.what, f"{timezone.localtime(batch.goes_at):%H:%M}", batch.people, batch.fate)
        for batch in found.batches
    ]


def everything():
    """All that a rehearsal might leave behind."""
    return (
        list(Message.objects.order_by("pk").values()),
        list(ReminderRule.objects.order_by("pk").values()),
        PlanMark.objects.count(),
    )


def test_the_eve_of_the_trip_shows_the_evening_reminder_for_everybody(trip):
    found = rehearsal.of_day(trip, EVE, at=NOW)

    assert ("하루 전 18:00", "18:00", 3, Fate.GOES) in shown(found)
    assert found.count(Fate.GOES) == found.messages


def test_the_day_itself_shows_the_reminder_an_hour_before_with_the_real_words(trip):
    found = rehearsal.of_day(trip, DAY, at=NOW)

    (batch,) = [one for one in found.batches if one.what == "첫 일정 60분 전"]
    assert f"{timezone.localtime(batch.goes_at):%H:%M}" == "04:40"
    assert "장소: 군청 주차장" in batch.sample.body


def test_the_sample_is_that_of_the_chosen_person(trip):
    last = trip.enrollments.order_by("-participant__name").first().participant

    found = rehearsal.of_day(trip, EVE, at=NOW, reader=f"p{last.pk}")

    assert found.batches[0].sample_name == last.name
    assert last.name in found.batches[0].sample.body


def test_nothing_is_left_behind(trip):
    before = everything()

    rehearsal.of_day(trip, EVE, at=NOW)
    rehearsal.of_day(trip, DAY, at=NOW)

    assert everything() == before


def test_what_is_planned_already_is_neither_doubled_nor_touched(trip):
    planning.plan(at=at(EVE, "09:00"))
    before = everything()

    found = rehearsal.of_day(trip, EVE, at=at(EVE, "09:00"))

    assert ("하루 전 18:00", "18:00", 3, Fate.GOES) in shown(found)
    assert everything() == before


def test_a_program_that_is_not_confirmed_yet_is_rehearsed_as_if_it_were(trip):
    type(trip).objects.filter(pk=trip.pk).update(status=ProgramStatus.CLOSED)
    trip.refresh_from_db()

    assert rehearsal.of_day(trip, EVE, at=NOW).messages >= 3


def test_a_rule_that_is_off_sends_nothing(trip):
    defaults.copy(trip)
    ReminderRule.objects.filter(program=trip).update(is_active=False)

    assert rehearsal.of_day(trip, EVE, at=NOW).batches == []


def test_a_change_notice_due_at_night_is_shown_as_held_with_the_reason(trip, nights):
    issue = trip.publications.get()
    person = trip.enrollments.first().participant
    due = at(EVE - timedelta(days=3), "22:00")
    notice(issue, person, state=MessageState.PLANNED, due_at=due, expires_at=at(DAY, "05:40"),
           matters_at=at(DAY, "05:40"), body="")  # fmt: skip

    found = rehearsal.of_day(trip, local_date(due), at=NOW)

    (batch,) = found.batches
    assert batch.fate == Fate.HELD
    assert "21:00~08:00" in batch.why
    assert "08:00에 나갑니다" in batch.why


def test_a_change_of_tomorrow_s_departure_is_not_held(trip, nights):
    issue = trip.publications.get()
    due = at(EVE, "22:00")
    notice(issue, trip.enrollments.first().participant, state=MessageState.PLANNED, due_at=due,
           expires_at=at(DAY, "05:40"), matters_at=at(DAY, "05:40"))  # fmt: skip

    found = rehearsal.of_day(trip, EVE, at=NOW)

    assert [one.fate for one in found.batches if one.what == "변경 알림"] == [Fate.GOES]


def test_what_would_come_too_late_is_shown_as_missed(trip):
    issue = trip.publications.get()
    notice(issue, trip.enrollments.first().participant, state=MessageState.PLANNED,
           due_at=at(EVE, "12:00"), expires_at=at(EVE, "11:00"))  # fmt: skip

    found = rehearsal.of_day(trip, EVE, at=NOW)

    assert [one.fate for one in found.batches if one.what == "변경 알림"] == [Fate.EXPIRES]


def test_what_somebody_stopped_is_shown_as_stopped(trip, organizer):
    planning.plan(at=at(EVE, "09:00"))
    Message.objects.update(state=MessageState.SUPPRESSED, cancelled_by=organizer)

    found = rehearsal.of_day(trip, EVE, at=at(EVE, "09:30"))

    assert {one.fate for one in found.batches} == {Fate.STOPPED}
    assert found.messages == 0


def test_the_link_of_a_sample_is_not_the_persons_own_but_that_of_a_trial(trip):
    issue = trip.publications.get()
    notice(issue, trip.enrollments.first().participant, state=MessageState.PLANNED, body="",
           due_at=at(EVE, "12:00"), expires_at=at(DAY, "05:40"))  # fmt: skip

    found = rehearsal.of_day(trip, EVE, at=NOW)

    (batch,) = [one for one in found.batches if one.what == "변경 알림"]
    assert links.trial_url() in batch.sample.body
    assert batch.sample.body.count("/ack/") == 1


def sent_to_me(trip, organizer, **facts):
    known = {"reader": "", "nonce": uuid4(), "by": organizer, "at": timezone.now()}
    return rehearsal.send_to_me(trip, EVE, **(known | facts))


def test_the_samples_go_to_the_organizer_and_to_nobody_else(trip, organizer, leader, smtp):
    ProgramStaffFactory(program=trip, user=leader)
    type(organizer).objects.filter(pk=organizer.pk).update(email="me@goryeong.example")

    sent_to_me(trip, organizer)
    delivery.send_due()

    assert smtp.received
    assert {mail.to for mail in smtp.received} == {"me@goryeong.example"}
    assert all("[연습]" in str(mail.mail["Subject"]) for mail in smtp.received)
    written = Message.objects.filter(kind=MessageKind.TEST)
    assert set(written.values_list("user", "participant", "host")) == {(organizer.pk, None, None)}
    assert not Message.objects.exclude(kind=MessageKind.TEST).exclude(user=None).exists()


def test_sending_to_oneself_changes_nothing_for_the_others(trip, organizer, smtp):
    planning.plan(at=at(EVE, "09:00"))
    before = everything()

    sent_to_me(trip, organizer, at=at(EVE, "10:00"))
    delivery.send_due()

    others = Message.objects.exclude(kind=MessageKind.TEST).order_by("pk")
    assert list(others.values()) == before[0]


def test_the_database_refuses_a_trial_to_anybody_but_an_account(trip):
    person = trip.enrollments.first().participant

    with pytest.raises(IntegrityError), transaction.atomic():
        notice(trip.publications.get(), person, kind=MessageKind.TEST)


def test_a_second_click_sends_nothing_more(trip, organizer):
    nonce = uuid4()

    for _click in range(2):
        sent_to_me(trip, organizer, nonce=nonce)

    assert Message.objects.filter(kind=MessageKind.TEST).count() == 1


def test_a_day_without_messages_has_nothing_to_send(trip, organizer):
    with pytest.raises(RuleBroken):
        rehearsal.send_to_me(
            trip, DAY - timedelta(days=5), reader="", nonce=uuid4(), by=organizer, at=NOW
        )


def test_who_has_no_address_reads_the_rehearsal_in_the_inbox(trip, organizer, smtp):
    type(organizer).objects.filter(pk=organizer.pk).update(email=None)

    sent_to_me(trip, organizer)
    delivery.send_due()

    trial = Message.objects.get(kind=MessageKind.TEST)
    assert (trial.state, trial.channel) == (MessageState.ACCEPTED, Channel.INBOX)


def test_items_of_the_day_are_in_the_rehearsal_in_order_of_time(trip):
    published_item(trip.publications.get(), starts_at=at(DAY, "13:00"), title="오후 교육")
    defaults.copy(trip)
    rule = rules_of(trip)["before_first_item"]
    ReminderRule.objects.filter(pk=rule.pk).update(trigger="before_item")

    times = [row[1] for row in shown(rehearsal.of_day(trip, DAY, at=NOW)) if row[0] == rule.name]

    assert times == ["04:40", "12:00"]


def test_the_usual_day_is_the_eve_or_tomorrow(trip):
    assert rehearsal.usual_day(trip, at=NOW) == EVE
    assert rehearsal.usual_day(trip, at=at(DAY, "10:00")) == trip.ends_on
