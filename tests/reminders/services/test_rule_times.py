"""When a rule speaks: days, working days, offsets, kinds, and the corners of the calendar."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import IntegrityError

from programs.models import Holiday
from reminders.models import Audience, Message, MessageState, Trigger
from reminders.services import outlook, planning
from site_visits.models import ItemKind
from tests.factories.accounts import DepartmentFactory
from tests.factories.participants import EnrollmentFactory
from tests.factories.programs import GroupFactory
from tests.factories.reminders import host_of, next_publication, program_starting, rule
from tests.factories.site_visits import at, published_item

pytestmark = pytest.mark.django_db
LONG_BEFORE = datetime(2026, 1, 1, tzinfo=UTC)
PROGRAM = {"trigger": Trigger.BEFORE_PROGRAM}


def due(of, *, seen_at=LONG_BEFORE):
    return [one.due_at for one in outlook.made(of, at=seen_at)]


@pytest.fixture
def seollal():
    """Seollal 2026: Monday 16 to Wednesday 18 February."""
    for day in (16, 17, 18):
        Holiday.objects.create(date=date(2026, 2, day), name="설날")


@pytest.fixture
def chuseok():
    """Chuseok 2026: Thursday 24 to Saturday 26 September."""
    for day in (24, 25, 26):
        Holiday.objects.create(date=date(2026, 9, day), name="추석")


@pytest.mark.parametrize(
    ("first_day", "days", "told_on"),
    [
        # Thursday after Seollal: the working days before are Friday 13 and Thursday 12.
        (date(2026, 2, 19), 1, date(2026, 2, 13)),
        (date(2026, 2, 19), 2, date(2026, 2, 12)),
        # Monday after Chuseok: Wednesday 23, then Tuesday 22.
        (date(2026, 9, 28), 1, date(2026, 9, 23)),
        (date(2026, 9, 28), 3, date(2026, 9, 21)),
        # An ordinary Monday: the Friday before.
        (date(2026, 11, 30), 1, date(2026, 11, 27)),
        # A trip on a Sunday counts back from it all the same.
        (date(2026, 11, 29), 1, date(2026, 11, 27)),
        # On a holiday itself.
        (date(2026, 2, 17), 1, date(2026, 2, 13)),
    ],
)
def test_working_days_skip_weekends_and_holidays(seollal, chuseok, first_day, days, told_on):
    trip = program_starting(at(first_day, "08:00"))

    assert due(rule(trip, days_before=days, business_days=True)) == [at(told_on, "18:00")]


def test_thirty_working_days_reach_over_the_longest_holidays(seollal):
    trip = program_starting(at(date(2026, 3, 20), "08:00"))

    assert due(rule(trip, days_before=30, business_days=True)) == [at(date(2026, 2, 3), "18:00")]


def test_plain_days_do_not_skip_anything(seollal):
    trip = program_starting(at(date(2026, 2, 19), "08:00"))

    assert due(rule(trip, days_before=1)) == [at(date(2026, 2, 18), "18:00")]


def test_a_holiday_declared_late_moves_what_is_planned(seollal):
    trip = program_starting(at(date(2026, 2, 20), "08:00"))
    rule(trip, days_before=1, business_days=True)
    before = datetime(2026, 2, 13, 1, tzinfo=UTC)
    planning.plan(at=before + timedelta(days=5))
    first = Message.objects.get().due_at

    Holiday.objects.create(date=date(2026, 2, 19), name="임시공휴일")
    planning.plan(at=before)

    assert first == at(date(2026, 2, 19), "18:00")
    assert Message.objects.get().due_at == at(date(2026, 2, 13), "18:00")


def test_a_time_an_organizer_chose_stays(seollal, organizer):
    trip = program_starting(at(date(2026, 2, 20), "08:00"))
    rule(trip, days_before=1, business_days=True)
    now = datetime(2026, 2, 18, 1, tzinfo=UTC)
    planning.plan(at=now)
    by_hand = at(date(2026, 2, 19), "12:00")
    Message.objects.update(due_at=by_hand, retimed_by=organizer)

    Holiday.objects.create(date=date(2026, 2, 19), name="임시공휴일")
    planning.plan(at=now)

    assert Message.objects.get().due_at == by_hand


def test_the_day_before_1_march_is_29_february_in_a_leap_year():
    trip = program_starting(at(date(2028, 3, 1), "08:00"))

    assert due(rule(trip)) == [at(date(2028, 2, 29), "18:00")]
    assert due(rule(trip, name="이틀 전", days_before=2)) == [at(date(2028, 2, 28), "18:00")]


def test_a_trip_on_29_february_is_reminded_of_a_year_of_days_or_so_before():
    trip = program_starting(at(date(2028, 2, 29), "08:00"))

    assert due(rule(trip, days_before=30)) == [at(date(2028, 1, 30), "18:00")]


def test_an_item_at_midnight_is_of_the_day_it_begins():
    trip = program_starting(at(date(2026, 12, 3), "00:00"))

    assert due(rule(trip)) == [at(date(2026, 12, 2), "18:00")]
    assert due(rule(trip, name="직전", minutes_before=60)) == [at(date(2026, 12, 2), "23:00")]
    assert due(rule(trip, name="그날", days_before=0, at_time=time(0))) == [
        at(date(2026, 12, 3), "00:00")
    ]


def test_a_night_that_lasts_until_morning_is_no_item_of_the_second_day():
    trip = program_starting(at(date(2026, 12, 3), "22:00"))
    issue = trip.publications.get()
    published_item(issue, starts_at=at(date(2026, 12, 3), "23:30"), minutes=480, kind="lodging")
    published_item(issue, starts_at=at(date(2026, 12, 4), "09:00"))

    assert due(rule(trip)) == [at(date(2026, 12, 2), "18:00"), at(date(2026, 12, 3), "18:00")]


def test_a_rule_before_the_program_speaks_of_its_first_item_only():
    trip = program_starting(at(date(2026, 12, 3), "05:40"))
    published_item(trip.publications.get(), starts_at=at(date(2026, 12, 4), "09:00"))

    week = rule(trip, minutes_before=7 * 24 * 60, **PROGRAM)

    assert due(week) == [at(date(2026, 11, 26), "05:40")]


def test_on_the_second_day_nothing_is_the_first_item_of_the_program_any_more():
    trip = program_starting(at(date(2026, 12, 3), "05:40"))
    published_item(trip.publications.get(), starts_at=at(date(2026, 12, 5), "09:00"))

    found = due(rule(trip, minutes_before=60, **PROGRAM), seen_at=at(date(2026, 12, 5), "08:00"))

    assert found == []


def test_who_joins_on_the_second_day_has_an_own_first_item():
    trip = program_starting(at(date(2026, 12, 3), "05:40"))
    published_item(trip.publications.get(), starts_at=at(date(2026, 12, 4), "09:00"))
    trip.enrollments.update(active_from=at(date(2026, 12, 3), "20:00"))

    assert due(rule(trip, minutes_before=60, **PROGRAM)) == [at(date(2026, 12, 4), "08:00")]


def test_who_leaves_at_noon_is_not_reminded_of_the_afternoon():
    trip = program_starting(at(date(2026, 12, 3), "05:40"))
    published_item(trip.publications.get(), starts_at=at(date(2026, 12, 3), "13:00"))
    trip.enrollments.update(active_until=at(date(2026, 12, 3), "12:00"))
    every = rule(trip, trigger=Trigger.BEFORE_ITEM, minutes_before=30)

    assert due(every) == [at(date(2026, 12, 3), "05:10")]


def test_only_the_kinds_that_were_chosen_are_reminded_of():
    trip = program_starting(at(date(2026, 12, 3), "05:40"))
    issue = trip.publications.get()
    published_item(issue, starts_at=at(date(2026, 12, 3), "10:00"), kind=ItemKind.VISIT)
    published_item(issue, starts_at=at(date(2026, 12, 3), "12:00"), kind=ItemKind.MEAL)
    visits = rule(trip, trigger=Trigger.BEFORE_ITEM, minutes_before=30, item_kinds=[ItemKind.VISIT])

    assert due(visits) == [at(date(2026, 12, 3), "09:30")]


def test_each_group_has_its_own_first_item_of_the_program():
    trip = program_starting(at(date(2026, 12, 3), "09:00"))
    early = GroupFactory(program=trip)
    EnrollmentFactory(program=trip, group=early)
    published_item(
        trip.publications.get(), starts_at=at(date(2026, 12, 3), "06:00"), group_ids=[early.pk]
    )

    assert due(rule(trip, minutes_before=60, **PROGRAM)) == [
        at(date(2026, 12, 3), "05:00"),
        at(date(2026, 12, 3), "08:00"),
    ]


def test_a_rule_whose_time_has_passed_speaks_at_once_while_it_is_of_use():
    trip = program_starting(at(date(2026, 12, 3), "05:40"))
    evening = at(date(2026, 12, 2), "20:00")
    rule(trip, minutes_before=7 * 24 * 60, **PROGRAM)
    rule(trip, name="첫 일정", minutes_before=60)

    planning.plan(at=evening)

    states = Message.objects.values_list("rule__trigger", "due_at")
    assert dict(states) == {
        "before_program": at(date(2026, 11, 26), "05:40"),
        "before_first_item": at(date(2026, 12, 3), "04:40"),
    }
    assert outlook.of(Message.objects.first().rule, at=evening).messages == 1


def test_a_trip_put_forward_moves_the_reminder_of_a_host_whose_visit_stayed():
    trip = program_starting(at(date(2026, 12, 3), "09:00"))
    host_of(trip, starts_at=at(date(2026, 12, 4), "10:00"))
    rule(trip, Audience.HOSTS, minutes_before=24 * 60, **PROGRAM)
    now = at(date(2026, 12, 1), "12:00")
    planning.plan(at=now)
    first = Message.objects.get().due_at

    assembly = trip.publications.get().items.get(title="집결")
    next_publication(trip, moved=assembly, starts_at=at(date(2026, 12, 3), "07:00"))
    planning.plan(at=now)

    reminder = Message.objects.get(host__isnull=False)
    assert first == at(date(2026, 12, 2), "09:00")
    assert (reminder.state, reminder.due_at) == (
        MessageState.PLANNED,
        at(date(2026, 12, 2), "07:00"),
    )


def test_the_outlook_counts_messages_and_their_times():
    trip = program_starting(at(date(2026, 12, 3), "05:40"), people=3)
    published_item(trip.publications.get(), starts_at=at(date(2026, 12, 4), "09:00"))
    off = rule(trip, is_active=False)

    found = outlook.of(off, at=at(date(2026, 12, 2), "20:00"))

    assert (found.messages, found.at_once) == (6, 3)
    assert found.times == [(at(date(2026, 12, 3), "18:00"), 3)]


@pytest.mark.parametrize(
    "facts",
    [
        {"business_days": True, "minutes_before": 60},
        {"business_days": True, "days_before": 0},
        {"item_kinds": ["visit"]},
        {"audience": "hosts", "department": "one"},
    ],
)
def test_the_database_refuses_a_rule_whose_facts_contradict_each_other(facts):
    if "department" in facts:
        facts = facts | {"department": DepartmentFactory()}

    with pytest.raises(IntegrityError):
        rule(None, **facts)
