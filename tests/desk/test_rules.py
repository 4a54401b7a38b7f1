from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from programs.models import ProgramStatus
from reminders.models import (
    Message,
    MessageState,
    ReminderRule,
    Trigger,
)
from reminders.services import defaults
from tests.conftest import signed_in
from tests.factories.programs import ProgramFactory
from tests.factories.reminders import due_reminders, program_starting
from tests.factories.reminders import rule as make_rule

pytestmark = pytest.mark.django_db

TYPED = {
    "name": "이틀 전",
    "is_active": "on",
    "audience": "confirmed",
    "department": "",
    "trigger": "day_before_at",
    "days_before": "2",
    "at_time": "17:30",
    "before": "",
    "unit": "60",
    "first": "email",
    "second": "inbox",
    "third": "",
    "subject": "{날짜} {시각} {일정}",
    "body": "{성명} 님, {장소}에서 모입니다.",
    "sms": "",
    "subject_en": "",
    "body_en": "",
    "sms_en": "",
}


@pytest.fixture
def trip():
    """A program that begins in three days."""
    return program_starting(timezone.now().replace(microsecond=0) + timedelta(days=3), people=2)


@pytest.fixture
def rule():
    return due_reminders()[0].rule


def url(name, rule=None, program=None):
    room = "program-rule" if program else "default-rule"
    args = [*([program.code] if program else []), *([rule.pk] if rule else [])]
    return reverse(f"organize:{room}-{name}", args=args)


def test_a_rule_is_added_with_its_channels_in_order(as_organizer, trip):
    answer = as_organizer.post(url("add", program=trip), TYPED | {"business_days": "on"})

    rule = ReminderRule.objects.get(program=trip, name="이틀 전")
    assert answer.status_code == 302
    assert (rule.days_before, rule.business_days, rule.channels) == (2, True, ["email", "inbox"])
    # Beside it the program has got copies of the defaults it lived by until now.
    assert ReminderRule.objects.filter(program=trip).count() == len(defaults.DEFAULTS) + 1


def test_only_the_facts_of_the_trigger_are_kept(as_organizer, trip):
    typed = TYPED | {"trigger": "before_item", "before": "2", "item_kinds": ["visit", "session"]}

    as_organizer.post(url("add", program=trip), typed)

    rule = ReminderRule.objects.get(program=trip, name="이틀 전")
    assert (rule.minutes_before, rule.item_kinds) == (120, ["visit", "session"])
    assert (rule.days_before, rule.at_time) == (None, None)


def test_the_form_of_a_rule_shows_what_is_saved(as_organizer, rule):
    ReminderRule.objects.filter(pk=rule.pk).update(
        trigger=Trigger.BEFORE_PROGRAM, minutes_before=7 * 24 * 60, channels=["inbox", "email"]
    )

    shown = as_organizer.get(url("edit", rule, rule.program)).context["form"]

    assert (shown["before"].value(), shown["unit"].value()) == (7, 24 * 60)
    assert (shown["first"].value(), shown["second"].value()) == ("inbox", "email")


def test_a_rule_is_edited_and_what_is_planned_moves_along(as_organizer, rule):
    typed = TYPED | {"trigger": "before_first_item", "before": "55", "unit": "1"}
    before = Message.objects.get(rule=rule).due_at

    as_organizer.post(url("edit", rule, rule.program), typed)

    message = Message.objects.get(rule=rule)
    assert message.due_at - before == timedelta(minutes=5)
    assert message.channels == ["email", "inbox"]


def test_a_rule_that_somebody_else_changed_shows_both_and_saves_at_the_second_try(
    as_organizer, rule
):
    address = url("edit", rule, rule.program)
    opened = as_organizer.get(address).context["form"]["stamp"].value()
    ReminderRule.objects.filter(pk=rule.pk).update(subject="다른 사람의 제목")

    answer = as_organizer.post(address, TYPED | {"stamp": opened})
    shown, stamp = answer.content.decode(), answer.context["form"]["stamp"].value()
    unsaved = ReminderRule.objects.get(pk=rule.pk).subject
    again = as_organizer.post(address, TYPED | {"stamp": stamp})

    assert (answer.status_code, again.status_code) == (409, 302)
    assert "다른 사람의 제목" in shown
    assert unsaved == "다른 사람의 제목"
    assert ReminderRule.objects.get(pk=rule.pk).subject == TYPED["subject"]


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"body": "{이름} 님"}, "body", "{성명}"),
        ({"subject_en": "{dat}"}, "subject_en", "{date}"),
        ({"body": "{날짜"}, "body", "짝이 맞지"),
        ({"body": "{대기순번}"}, "body", "대기자"),
        ({"body": "{user.password}"}, "body", "쓸 수 없는 자리표시"),
        ({"sms": "안녕 🙂"}, "sms", "🙂"),
        ({"days_before": ""}, "days_before", "0일에서 30일"),
        ({"days_before": "0", "business_days": "on"}, "days_before", "1일에서 30일"),
        ({"days_before": "31"}, "days_before", "30"),
        ({"at_time": ""}, "at_time", "보낼 시각"),
        ({"trigger": "before_item", "before": "2", "unit": "1440"}, "before", "24시간"),
        ({"trigger": "before_program", "before": "61", "unit": "1440"}, "before", "60일"),
        ({"trigger": "before_item", "before": ""}, "before", "1분"),
        ({"second": "email"}, "first", "서로 다르게"),
        ({"first": "pigeon"}, "first", ""),
        ({"audience": "everybody"}, "audience", ""),
        ({"trigger": "someday"}, "trigger", ""),
        ({"subject": "가" * 121}, "subject", "120"),
        ({"subject": ""}, "subject", ""),
        ({"name": "첫 일정 60분 전"}, "name", "같은 이름"),
    ],
)
def test_a_bad_rule_is_refused_at_its_field_and_nothing_is_saved(
    as_organizer, rule, change, field, words
):
    answer = as_organizer.post(url("add", program=rule.program), TYPED | change)

    assert answer.status_code == 422
    assert words in str(answer.context["form"].errors[field])
    assert not ReminderRule.objects.filter(name="이틀 전").exists()


def test_a_department_is_refused_for_leaders(as_organizer, trip):
    department = trip.enrollments.first().participant.department
    typed = TYPED | {"audience": "leaders", "department": str(department.pk)}

    answer = as_organizer.post(url("add", program=trip), typed)

    assert "부서를 비워" in str(answer.context["form"].errors["department"])


def test_text_with_signs_that_cannot_be_stored_is_refused(as_organizer, trip):
    answer = as_organizer.post(url("add", program=trip), TYPED | {"subject": "a\x00b"})

    assert answer.status_code in (400, 422)
    assert not ReminderRule.objects.filter(name="이틀 전").exists()


def test_a_copy_is_off_and_has_a_name_of_its_own(as_organizer, rule):
    for _ in range(2):
        as_organizer.post(url("copy", rule, rule.program))

    twins = ReminderRule.objects.filter(name__contains="사본").order_by("pk")
    assert [twin.name for twin in twins] == [f"{rule.name} (사본)", f"{rule.name} (사본 2)"]
    assert not any(twin.is_active for twin in twins)


def test_a_rule_is_switched_off_and_on(as_organizer, rule):
    address = url("switch", rule, rule.program)

    as_organizer.post(address)
    off = Message.objects.get().state
    as_organizer.post(address, {"on": "yes"})

    assert (off, Message.objects.get().state) == (MessageState.SUPPRESSED, MessageState.PLANNED)


def test_deleting_a_rule_says_how_many_messages_go_with_it_and_supersedes_them(as_organizer):
    rule = due_reminders(3)[0].rule
    address = url("delete", rule, rule.program)

    asked = as_organizer.get(address).content.decode()
    said = as_organizer.post(address, follow=True).content.decode()

    assert "알림 3건을 거둡니다" in asked
    assert "알림 3건을 거두었습니다" in said
    assert set(Message.objects.values_list("state", flat=True)) == {MessageState.SUPERSEDED}
    assert not ReminderRule.objects.filter(pk=rule.pk).exists()


def test_what_was_sent_under_a_deleted_rule_stays(as_organizer, rule):
    Message.objects.update(state=MessageState.ACCEPTED, accepted_at=timezone.now())

    as_organizer.post(url("delete", rule, rule.program))

    assert Message.objects.get().state == MessageState.ACCEPTED


def test_the_last_rule_of_a_program_stays(as_organizer):
    only = make_rule(ProgramFactory())

    said = as_organizer.post(url("delete", only, only.program), follow=True).content.decode()

    assert "마지막 규칙은 지울 수 없습니다" in said
    assert ReminderRule.objects.filter(pk=only.pk).exists()


# -- defaults


@pytest.fixture
def evening():
    defaults.ensure()
    return ReminderRule.objects.get(program=None, name="하루 전 18:00")


def test_changing_a_default_touches_no_program_that_has_rules(as_organizer, evening, rule):
    answer = as_organizer.post(url("edit", evening), TYPED | {"name": evening.name})

    evening.refresh_from_db()
    own = ReminderRule.objects.get(program=rule.program, name=evening.name)
    assert answer.url == url("list")
    assert (evening.days_before, own.days_before) == (2, 1)


def test_a_default_is_felt_by_a_program_that_gets_rules_afterwards(as_organizer, evening, trip):
    as_organizer.post(url("edit", evening), TYPED | {"name": evening.name})

    defaults.copy(trip)

    assert ReminderRule.objects.get(program=trip, name=evening.name).days_before == 2


def test_one_rule_of_a_program_goes_back_to_the_default(as_organizer, evening, rule):
    own = ReminderRule.objects.get(program=rule.program, name=evening.name)
    ReminderRule.objects.filter(pk=own.pk).update(subject="다른 제목", days_before=3)
    listed = as_organizer.get(url("list", program=rule.program)).content.decode()

    as_organizer.post(url("reset", own, rule.program))

    own.refresh_from_db()
    assert "기본으로" in listed
    assert (own.subject, own.days_before) == (evening.subject, 1)


def test_a_default_goes_back_to_what_the_house_came_with(as_organizer, evening):
    ReminderRule.objects.filter(pk=evening.pk).update(subject="다른 제목")

    as_organizer.post(url("reset", evening))

    evening.refresh_from_db()
    assert evening.subject == defaults.SUBJECT


def test_a_rule_with_a_name_of_its_own_has_no_default_to_go_back_to(as_organizer, trip):
    own = make_rule(trip)

    said = as_organizer.post(url("reset", own, trip), follow=True).content.decode()

    assert "되돌릴 수 없습니다" in said


def test_a_rule_of_another_program_is_not_found(as_organizer, rule):
    other = program_starting(timezone.now(), status=ProgramStatus.DRAFT)

    pages = [("get", "edit"), ("get", "preview"), ("get", "delete"), ("post", "switch")]

    for method, name in pages:
        assert getattr(as_organizer, method)(url(name, rule, other)).status_code == 404


@pytest.mark.parametrize("person", ["leader", "coordinator", "civil_servant", "privacy_officer"])
def test_only_who_manages_programs_keeps_rules(request, rule, person):
    client = signed_in(request.getfixturevalue(person))

    assert client.get(url("list", program=rule.program)).status_code == 403
    assert client.post(url("switch", rule, rule.program)).status_code == 403
    assert client.get(url("list")).status_code == 403


def test_a_lacking_default_is_shown_and_added_with_one_click(as_organizer, rule):
    make_rule(None, name="새 기본", days_before=4)
    address = url("list", program=rule.program)
    before = as_organizer.get(address).content.decode()

    said = as_organizer.post(
        url("adopt", program=rule.program), {"name": "새 기본"}, follow=True
    ).content.decode()

    assert "이 과정에 없는 기본 규칙" in before
    assert "새 기본 규칙을 넣었습니다" in said
    assert "이 과정에 없는 기본 규칙" not in said
    assert ReminderRule.objects.filter(program=rule.program, name="새 기본").exists()


@pytest.mark.parametrize("name", ["", "없는 것", "가" * 100])
def test_what_is_no_default_is_refused_in_words(as_organizer, rule, name):
    said = as_organizer.post(url("adopt", program=rule.program), {"name": name}, follow=True)

    assert "이미 있거나 없어졌습니다" in said.content.decode()


def test_a_default_the_house_lost_is_offered_at_the_defaults(as_organizer, evening):
    evening.delete()

    before = as_organizer.get(url("list")).content.decode()
    as_organizer.post(url("adopt"), {"name": evening.name})

    assert "새로 나온 규칙" in before
    assert ReminderRule.objects.filter(program=None, name=evening.name).exists()
