from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from core.dates import at_local
from participants.models import EnrollmentEvent, EnrollmentStatus
from programs.models import ProgramStatus
from reminders.models import Message, MessageKind, MessageState, ReminderRule
from reminders.services import planning
from reminders.services.defaults import DEFAULTS
from tests.factories.participants import EnrollmentFactory
from tests.factories.programs import GroupFactory
from tests.factories.reminders import next_publication, program_starting, rules_of
from tests.factories.site_visits import at, publication, published_item

pytestmark = pytest.mark.django_db
DAY = date(2026, 12, 3)
EVENING_BEFORE = datetime(2026, 12, 2, 2, tzinfo=UTC)


@pytest.fixture
def trip():
    """Assembly at 05:40 on 3 December."""
    return program_starting(at(DAY, "05:40"))


def test_each_person_is_reminded_the_evening_before_and_an_hour_before_the_first_item(trip):
    planning.plan(at=EVENING_BEFORE)

    due = {message.rule.name: message for message in Message.objects.select_related("rule")}

    assert due["하루 전 18:00"].due_at == at(date(2026, 12, 2), "18:00")
    assert due["하루 전 18:00"].expires_at == at(DAY, "05:40")
    assert due["첫 일정 60분 전"].due_at == at(DAY, "04:40")
    assert due["첫 일정 60분 전"].expires_at == at(DAY, "05:50")
    assert len(due) == 2


def test_planning_again_adds_nothing(trip):
    first = planning.plan(at=EVENING_BEFORE)
    second = planning.plan(at=EVENING_BEFORE)

    assert (first.added, second.added) == (2, 0)
    assert Message.objects.count() == 2


def test_a_program_gets_copies_of_the_default_rules_once(trip):
    planning.plan(at=EVENING_BEFORE)
    planning.plan(at=EVENING_BEFORE)

    assert ReminderRule.objects.filter(program=None).count() == len(DEFAULTS)
    assert ReminderRule.objects.filter(program=trip).count() == len(DEFAULTS)


def test_nothing_is_planned_further_ahead_than_two_days(trip):
    planning.plan(at=at(DAY, "05:40") - timedelta(days=4))

    assert not Message.objects.exists()


def test_only_the_first_item_of_the_day_is_reminded_of(trip):
    published_item(trip.publications.get(), starts_at=at(DAY, "10:30"))

    planning.plan(at=EVENING_BEFORE)

    assert Message.objects.count() == 2


def test_a_group_with_its_own_start_is_reminded_of_its_own_first_item(trip):
    early = GroupFactory(program=trip)
    EnrollmentFactory(program=trip, group=early)
    published_item(trip.publications.get(), starts_at=at(DAY, "05:00"), group_ids=[early.pk])

    planning.plan(at=EVENING_BEFORE)

    due = Message.objects.filter(rule__trigger="before_first_item").order_by("due_at")
    assert [message.due_at for message in due] == [at(DAY, "04:00"), at(DAY, "04:40")]


def test_who_joins_at_noon_is_reminded_of_the_first_item_after_noon(trip):
    published_item(trip.publications.get(), starts_at=at(DAY, "13:00"))
    trip.enrollments.update(active_from=at(DAY, "12:00"))

    planning.plan(at=EVENING_BEFORE)

    due = Message.objects.get(rule__trigger="before_first_item")
    assert due.due_at == at(DAY, "12:00")


@pytest.mark.parametrize("status", [EnrollmentStatus.WAITLISTED, EnrollmentStatus.REJECTED])
def test_who_does_not_travel_is_not_reminded(trip, status):
    trip.enrollments.all().delete()
    EnrollmentFactory(program=trip, status=status)

    planning.plan(at=EVENING_BEFORE)

    assert not Message.objects.exists()


def test_a_reminder_due_in_the_past_is_still_sent_while_it_is_of_use(trip):
    planning.plan(at=at(DAY, "05:30"))

    assert Message.objects.get().rule.trigger == "before_first_item"


def test_who_joins_late_in_the_evening_still_gets_the_reminder_of_the_day_before(trip):
    planning.plan(at=at(date(2026, 12, 2), "21:00"))

    assert Message.objects.count() == 2


def test_a_reminder_that_could_only_come_too_late_is_not_planned(trip):
    planning.plan(at=at(DAY, "05:51"))

    assert not Message.objects.exists()


def test_a_moved_item_supersedes_its_reminder_and_arms_it_anew(trip):
    planning.plan(at=EVENING_BEFORE)
    item = trip.publications.get().items.get()

    next_publication(trip, moved=item, starts_at=at(DAY, "06:00"), ends_at=at(DAY, "06:30"))
    planning.plan(at=EVENING_BEFORE)

    reminders = Message.objects.filter(kind=MessageKind.REMINDER, rule__trigger="before_first_item")
    assert {(m.state, m.due_at) for m in reminders} == {
        (MessageState.SUPERSEDED, at(DAY, "04:40")),
        (MessageState.PLANNED, at(DAY, "05:00")),
    }


def test_a_corrected_typo_arms_nothing(trip):
    planning.plan(at=EVENING_BEFORE)

    next_publication(trip)
    planning.plan(at=EVENING_BEFORE)

    assert Message.objects.filter(kind=MessageKind.REMINDER).count() == 2


def test_an_item_put_before_the_first_takes_its_reminder(trip):
    planning.plan(at=EVENING_BEFORE)

    published_item(next_publication(trip), starts_at=at(DAY, "05:00"), title="버스 점검")
    planning.plan(at=EVENING_BEFORE)

    planned = Message.objects.filter(kind=MessageKind.REMINDER, state=MessageState.PLANNED)
    assert {m.due_at for m in planned} == {at(date(2026, 12, 2), "18:00"), at(DAY, "04:00")}
    assert Message.objects.filter(state=MessageState.SUPERSEDED).count() == 2


def test_a_cancelled_program_suppresses_its_reminders(trip):
    planning.plan(at=EVENING_BEFORE)
    type(trip).objects.update(status=ProgramStatus.CANCELLED, status_reason="신청 인원 부족")

    planning.plan(at=EVENING_BEFORE)

    states = Message.objects.filter(kind=MessageKind.REMINDER).values_list("state", flat=True)
    assert set(states) == {MessageState.SUPPRESSED}


def test_who_withdraws_and_comes_back_is_reminded_after_all(trip):
    planning.plan(at=EVENING_BEFORE)
    person = trip.enrollments.get()
    type(person).objects.update(status=EnrollmentStatus.WITHDRAWN)
    planning.plan(at=EVENING_BEFORE)
    gone = set(Message.objects.values_list("state", flat=True))

    EnrollmentFactory(program=trip, participant=person.participant)
    planning.plan(at=EVENING_BEFORE)

    assert gone == {MessageState.SUPPRESSED}
    assert set(Message.objects.values_list("state", flat=True)) == {MessageState.PLANNED}


def test_what_an_organizer_stopped_is_not_brought_back(trip, organizer):
    planning.plan(at=EVENING_BEFORE)
    Message.objects.update(
        state=MessageState.SUPPRESSED, cancelled_by=organizer, settled_at=timezone.now()
    )

    planning.plan(at=EVENING_BEFORE)

    assert set(Message.objects.values_list("state", flat=True)) == {MessageState.SUPPRESSED}


def test_a_rule_switched_off_suppresses_what_was_planned_under_it(trip):
    planning.plan(at=EVENING_BEFORE)
    ReminderRule.objects.filter(program=trip, trigger="day_before_at").update(is_active=False)

    planning.plan(at=EVENING_BEFORE)

    states = dict(Message.objects.values_list("rule__trigger", "state"))
    assert states == {"day_before_at": "suppressed", "before_first_item": "planned"}


def test_a_rule_for_every_item_reminds_of_every_item(trip):
    published_item(trip.publications.get(), starts_at=at(DAY, "10:30"))
    planning.plan(at=EVENING_BEFORE)
    rule = rules_of(trip)["before_first_item"]
    ReminderRule.objects.filter(pk=rule.pk).update(trigger="before_item")

    planning.plan(at=EVENING_BEFORE)

    due = Message.objects.filter(rule=rule, state=MessageState.PLANNED)
    assert {m.due_at for m in due} == {at(DAY, "04:40"), at(DAY, "09:30")}


def test_an_item_at_midnight_belongs_to_its_own_day(trip):
    published_item(trip.publications.get(), starts_at=at(date(2026, 12, 4), "00:00"))

    planning.plan(at=at(DAY, "06:00"))

    evening = Message.objects.get(rule__trigger="day_before_at")
    assert evening.due_at == at_local(DAY, datetime(2026, 12, 3, 18).time())


def test_a_draft_program_reminds_nobody(trip):
    type(trip).objects.update(status=ProgramStatus.DRAFT)

    planning.plan(at=EVENING_BEFORE)

    assert not Message.objects.exists()


def test_a_first_publication_is_no_change(trip):
    planning.plan(at=EVENING_BEFORE)

    assert not Message.objects.filter(kind=MessageKind.CHANGE).exists()


def test_planning_takes_the_same_number_of_queries_for_any_number_of_people(
    trip, django_assert_max_num_queries
):
    EnrollmentFactory.create_batch(20, program=trip)
    planning.plan(at=EVENING_BEFORE)

    with django_assert_max_num_queries(17):
        planning.plan(at=EVENING_BEFORE)


def _event(enrollment, status, **fields):
    moment = fields.pop("at", timezone.now())
    return EnrollmentEvent.objects.create(enrollment=enrollment, status=status, at=moment, **fields)


@pytest.fixture
def coming():
    """A program that is still ten days away."""
    return program_starting(timezone.now() + timedelta(days=10))


@pytest.mark.parametrize("status", ["confirmed", "waitlisted", "rejected", "withdrawn"])
def test_an_answer_is_told_once(coming, status):
    event = _event(coming.enrollments.get(), status)

    planning.plan()
    planning.plan()

    message = Message.objects.get(kind=MessageKind.ENROLLMENT)
    assert message.event == event
    assert message.participant == coming.enrollments.get().participant


def test_an_application_is_no_answer(coming):
    _event(coming.enrollments.get(), "applied")

    planning.plan()

    assert not Message.objects.exists()


def test_a_confirmation_that_comes_back_after_the_attendance_was_unlocked_is_no_news(coming):
    enrollment = coming.enrollments.get()
    for status in ("confirmed", "completed", "confirmed"):
        _event(enrollment, status)

    planning.plan()

    assert Message.objects.filter(kind=MessageKind.ENROLLMENT).count() == 1


def test_everybody_who_counted_on_a_cancelled_program_is_told_once(coming):
    EnrollmentFactory(program=coming, status=EnrollmentStatus.WAITLISTED)
    EnrollmentFactory(program=coming, status=EnrollmentStatus.REJECTED)
    left = EnrollmentFactory(program=coming, status=EnrollmentStatus.WITHDRAWN)
    _event(left, "withdrawn", reason_code="program")
    type(coming).objects.update(status=ProgramStatus.CANCELLED, status_reason="강사 사정")

    planning.plan()
    planning.plan()

    assert Message.objects.filter(kind=MessageKind.PROGRAM).count() == 3
    assert Message.objects.count() == 3


def test_old_events_are_left_alone(coming):
    _event(coming.enrollments.get(), "confirmed", at=timezone.now() - timedelta(days=3))

    planning.plan()

    assert not Message.objects.exists()


def test_a_program_without_a_publication_reminds_nobody():
    EnrollmentFactory()

    assert planning.plan(at=EVENING_BEFORE).added == 0


def test_a_publication_alone_without_people_is_harmless(trip):
    trip.enrollments.all().delete()
    publication(trip, number=2, published_at=timezone.now())

    assert planning.plan().added == 0
