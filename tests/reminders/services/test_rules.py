from dataclasses import replace
from datetime import time, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from core.errors import RuleBroken
from reminders.models import Message, MessageState, ReminderRule
from reminders.services import defaults, planning, rules
from tests.factories.programs import ProgramFactory
from tests.factories.reminders import due_reminders, program_starting
from tests.factories.reminders import rule as make_rule

pytestmark = pytest.mark.django_db


def edit(rule, program, by, **changes):
    facts = replace(rules.Facts.of(rule), **changes)
    return rules.edit(program=program, rule=rule, facts=facts, by=by, at=timezone.now())


@pytest.fixture
def evening():
    """The default rule "the day before at 18:00"."""
    defaults.ensure()
    return ReminderRule.objects.get(program=None, name="하루 전 18:00")


def test_an_office_that_changed_its_defaults_keeps_them(evening):
    ReminderRule.objects.exclude(pk=evening.pk).delete()

    defaults.ensure()

    assert ReminderRule.objects.get() == evening


def test_editing_a_default_in_a_program_makes_the_programs_own_copies(evening, organizer):
    program = ProgramFactory(status="draft")

    own = edit(evening, program, organizer, subject="{날짜} 안내")

    evening.refresh_from_db()
    assert (own.program, own.subject) == (program, "{날짜} 안내")
    assert evening.subject == defaults.SUBJECT
    assert {rule.program for rule in rules.of(program)} == {program}


def test_a_program_without_rules_of_its_own_shows_the_defaults(evening):
    assert evening in rules.of(ProgramFactory())


def test_an_unknown_placeholder_is_refused_at_its_field_and_nothing_is_saved(evening, organizer):
    program = ProgramFactory()

    with pytest.raises(RuleBroken) as refusal:
        edit(evening, program, organizer, body="{이름} 님")

    assert refusal.value.field == "body"
    assert not ReminderRule.objects.filter(program=program).exists()


@pytest.mark.parametrize(
    ("timing", "field"),
    [
        ({"days_before": 31}, "days_before"),
        ({"days_before": None}, "days_before"),
        ({"days_before": 0, "business_days": True}, "days_before"),
        ({"at_time": None}, "at_time"),
        ({"trigger": "before_item", "minutes_before": 24 * 60 + 1}, "minutes_before"),
        ({"channels": []}, "channels"),
        ({"channels": ["email", "email"]}, "channels"),
    ],
)
def test_an_impossible_time_is_refused_at_its_field(evening, organizer, timing, field):
    with pytest.raises(RuleBroken) as refusal:
        edit(evening, ProgramFactory(), organizer, **timing)

    assert refusal.value.field == field


def test_what_is_planned_moves_with_its_rule(organizer):
    program = program_starting(timezone.now() + timezone.timedelta(hours=5))
    planning.plan()
    rule = ReminderRule.objects.get(program=program, trigger="before_first_item")
    message = Message.objects.get(rule=rule)

    edit(rule, program, organizer, minutes_before=90)

    moved = Message.objects.get(rule=rule)
    assert moved.pk == message.pk
    assert message.due_at - moved.due_at == timezone.timedelta(minutes=30)


def test_what_was_sent_is_not_sent_again_because_its_rule_moved(organizer):
    message = due_reminders()[0]
    Message.objects.update(state=MessageState.ACCEPTED, accepted_at=timezone.now())

    edit(message.rule, message.program, organizer, minutes_before=55)

    assert Message.objects.get().state == MessageState.ACCEPTED


def test_switching_a_rule_off_stops_what_it_planned_and_on_again_brings_it_back(organizer):
    message = due_reminders()[0]

    edit(message.rule, message.program, organizer, is_active=False)
    off = Message.objects.get().state
    edit(message.rule, message.program, organizer, is_active=True)

    assert (off, Message.objects.get().state) == (MessageState.SUPPRESSED, MessageState.PLANNED)


def test_a_rule_of_another_program_is_refused(organizer):
    message = due_reminders()[0]

    with pytest.raises(RuleBroken):
        edit(message.rule, ProgramFactory(), organizer)


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_delete_the_last_two_rules_at_once_one_is_refused(organizer):
    program = ProgramFactory()
    two = [make_rule(program), make_rule(program, "leaders")]
    refused, together = [], Barrier(2)

    def delete(rule):
        together.wait()
        try:
            rules.delete(program=program, rule=rule, by=organizer, at=timezone.now())
        except RuleBroken as refusal:
            refused.append(str(refusal))
        finally:
            connection.close()

    threads = [Thread(target=delete, args=[rule]) for rule in two]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 1
    assert ReminderRule.objects.filter(program=program).count() == 1


# -- defaults that are lacking


@pytest.fixture
def trip():
    """Confirmed, three days ahead, with the rules the defaults gave it."""
    program = program_starting(timezone.now() + timedelta(days=1, hours=3), people=2)
    defaults.copy(program)
    return program


def names(program):
    return [one.name for one in rules.lacking(program)]


def adopt(program, name, by):
    return rules.adopt(program=program, name=name, by=by, at=timezone.now())


def new_default(**facts):
    return make_rule(None, name="새 기본", **({"days_before": 4} | facts))


def test_a_program_with_every_default_lacks_none_and_one_that_lives_by_them_neither(trip):
    assert rules.lacking(trip) == []
    assert rules.lacking(ProgramFactory()) == []


def test_a_default_that_came_later_is_lacking_until_it_is_added_and_then_plans(trip, organizer):
    new_default(days_before=1, at_time=time(17))
    before = Message.objects.count()
    unasked = names(trip)
    planning.plan()
    planned_unasked = Message.objects.filter(rule__name="새 기본").count()

    for _click in range(2):
        own = adopt(trip, "새 기본", organizer)

    assert (unasked, names(trip)) == (["새 기본"], [])
    assert (before, planned_unasked) == (0, 0)
    assert ReminderRule.objects.filter(program=trip, name="새 기본").get() == own
    assert Message.objects.filter(rule=own).count() == 2


def test_a_default_that_was_deleted_on_purpose_comes_back_only_when_asked_for(trip, organizer):
    gone = ReminderRule.objects.get(program=trip, name="하루 전 18:00")
    rules.delete(program=trip, rule=gone, by=organizer, at=timezone.now())

    planning.plan()

    assert not ReminderRule.objects.filter(program=trip, name=gone.name).exists()
    assert names(trip) == [gone.name]


def test_a_default_under_another_name_is_not_offered_a_second_time(trip, organizer):
    ReminderRule.objects.filter(program=trip, name="하루 전 18:00").update(
        name="전날 저녁", subject="다른 말"
    )

    assert names(trip) == []
    with pytest.raises(RuleBroken):
        adopt(trip, "하루 전 18:00", organizer)


def test_what_is_no_default_cannot_be_added(trip, organizer):
    make_rule(ProgramFactory(), name="남의 규칙")

    with pytest.raises(RuleBroken):
        adopt(trip, "남의 규칙", organizer)


def test_the_house_lacks_what_newer_versions_brought(organizer):
    defaults.ensure()
    ReminderRule.objects.filter(program=None, name="일주일 전").delete()
    lacked = names(None)

    own = adopt(None, "일주일 전", organizer)

    assert (lacked, names(None)) == (["일주일 전"], [])
    assert (own.program, own.is_active) == (None, False)


@pytest.mark.django_db(transaction=True)
def test_two_organizers_who_add_the_same_default_at_once_add_it_once(organizer):
    program = ProgramFactory()
    defaults.copy(program)
    new_default()
    both = Barrier(2)

    def add():
        try:
            both.wait()
            adopt(program, "새 기본", organizer)
        finally:
            connection.close()

    threads = [Thread(target=add) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert ReminderRule.objects.filter(program=program, name="새 기본").count() == 1
