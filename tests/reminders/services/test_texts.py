import re
from datetime import timedelta

import pytest
from django.utils import timezone, translation

from accounts.permissions import Role
from core.dates import ktime
from participants.models import EnrollmentEvent
from programs.models import ProgramStatus
from reminders.models import Audience, Message, MessageKind, MessageState
from reminders.services import delivery, planning, sms, wording
from reminders.services.defaults import DEFAULTS, PLAIN
from reminders.services.rule_facts import TEXTS
from reminders.services.texts import NothingToSayError, OutdatedError, Writer
from site_visits.models import SiteVisit
from tests.factories.accounts import UserFactory
from tests.factories.participants import EnrollmentFactory
from tests.factories.programs import GroupFactory, ProgramStaffFactory
from tests.factories.reminders import (
    due_reminders,
    host_of,
    next_publication,
    program_starting,
    rule,
)
from tests.factories.site_visits import published_item

pytestmark = pytest.mark.django_db


@pytest.fixture
def coming():
    """A program that is ten days away, with one item and one person."""
    return program_starting(timezone.now().replace(minute=0, second=0) + timedelta(days=10))


def first_item(program):
    return program.publications.order_by("number").last().items.order_by("starts_at").first()


def written(kind):
    return Writer().write(Message.objects.get(kind=kind, state=MessageState.PLANNED))


def test_a_reminder_says_who_when_where_and_what_to_bring():
    message = due_reminders()[0]

    text = Writer().write(message)

    assert text.subject.startswith("[고령군] ")
    assert "집결" in text.subject
    assert "장소: 군청 주차장" in text.body
    assert "준비물: 신분증, 명찰" in text.body
    assert "총무과 교육 담당" in text.body


def test_the_contact_of_the_program_goes_by_role_without_a_name():
    message = due_reminders()[0]
    leader = UserFactory(name="강바다", office_phone="054-000-1234")
    ProgramStaffFactory(program=message.program, user=leader)

    text = Writer().write(message)

    assert "문의: 인솔자 ☎ 054-000-1234" in text.body
    assert "강바다" not in text.body


def test_a_phone_gets_a_short_text_with_the_time_where_it_is_seen():
    text = Writer().write(due_reminders()[0])

    seen = sms.cut(text.short, limit=sms.SEEN_BYTES)
    assert sms.measure(text.short).bytes <= sms.SHORT_BYTES
    assert text.short.startswith("[고령군] ")
    assert re.search(r"\d\d:\d\d 집결", seen)


def test_a_rule_without_a_short_text_sends_its_subject_to_the_phone():
    message = due_reminders()[0]
    message.rule.sms = ""

    text = Writer().write(message)

    assert text.short == sms.sendable(text.subject)


def test_no_text_of_an_organizer_opens_anything_but_its_placeholders():
    message = due_reminders()[0]
    message.rule.subject = "{user.password}\r\nBcc: x@goryeong.example {시각}"
    message.rule.body = "{0.__class__}{message.rule} {성명}"

    text = Writer().write(message)

    assert "\n" not in text.subject
    assert "{" not in text.subject + text.body
    assert message.participant.name in text.body


def told(audience, program, **fields):
    """The text of one audience's reminder, due in the past or not."""
    for one in DEFAULTS:
        if one.get("audience", Audience.CONFIRMED) == audience:
            texts = {name: value for name, value in (PLAIN | one).items() if name in TEXTS}
    rule(program, audience, minutes_before=90, **(texts | fields))
    planning.plan()
    return Writer().write(Message.objects.get(rule__audience=audience))


@pytest.fixture
def leaving():
    """A trip of three people that begins in an hour."""
    begins = timezone.now().replace(microsecond=0) + timedelta(hours=1)
    return program_starting(begins, people=3)


def test_a_leader_hears_how_many_travel_and_whom_to_call_and_no_names(leaving):
    ProgramStaffFactory(program=leaving, user=UserFactory(name="강바다"))

    text = told(Audience.LEADERS, leaving)

    assert text.body.startswith("강바다 님, ")
    assert "함께 가는 인원: 3명" in text.body
    assert "문의: 총무과 교육 담당" in text.body
    names = leaving.enrollments.values_list("participant__name", flat=True)
    assert not [name for name in names if name in text.body]


def test_a_coordinator_hears_of_the_own_department_only(leaving):
    department = leaving.enrollments.first().participant.department
    UserFactory(role=Role.COORDINATOR, department=department, name="문서무")

    text = told(Audience.COORDINATORS, leaving)

    assert f"{department.name}에서 1명이" in text.body


def test_a_host_hears_the_time_and_the_headcount_of_the_own_visit(leaving):
    first = leaving.publications.get().items.get()
    visit = host_of(leaving, starts_at=first.starts_at + timedelta(minutes=20), title="관제센터")
    SiteVisit.objects.filter(pk=visit.pk).update(headcount=36)

    text = told(Audience.HOSTS, leaving)

    assert "관제센터" in text.subject
    assert "방문 인원: 36명" in text.body
    assert ktime(first.starts_at + timedelta(minutes=20)) in text.body


def test_who_waits_hears_the_place_on_the_list(leaving):
    for _ in range(2):
        EnrollmentFactory(program=leaving, status="waitlisted")
    leaving.enrollments.waitlisted().first().delete()

    text = told(Audience.WAITLISTED, leaving)

    assert "대기순번은 1번" in text.body


@pytest.mark.parametrize("default", DEFAULTS, ids=lambda default: default["name"])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_default_is_allowed_and_says_when_within_what_a_phone_shows(default, language):
    texts = PLAIN | default
    audience = texts.get("audience", Audience.CONFIRMED)
    for field in TEXTS:
        wording.check(texts[field], field=field, audience=audience)

    with translation.override(language):
        short = wording.fill(
            texts["sms"] if language == "ko" else texts["sms_en"],
            {"date": "12. 3.(목)", "time": "05:40", "item": "집결", "headcount": "36"},
        )

    assert "05:40" in sms.cut(f"[고령군] {short}", limit=sms.SEEN_BYTES)


def test_somebody_who_reads_english_gets_english():
    message = due_reminders()[0]
    type(message.participant).objects.update(user=UserFactory(language="en"))
    message.participant.refresh_from_db()

    text = Writer().write(message)

    assert text.body.startswith("Dear ")


def test_a_reminder_of_an_item_that_moved_is_not_written():
    message = due_reminders()[0]
    next_publication(message.program, moved=first_item(message.program), title="다른 집결")

    with pytest.raises(OutdatedError):
        Writer().write(message)


def test_a_change_tells_old_and_new_and_the_subject_says_which(coming):
    item = first_item(coming)
    later = item.starts_at + timedelta(minutes=15)
    next_publication(coming, moved=item, starts_at=later, ends_at=later + timedelta(minutes=90))

    planning.plan()

    text = written(MessageKind.CHANGE)
    assert "일정 변경: 집결" in text.subject
    assert "→" in text.subject
    assert "시간: " in text.body


def test_a_cancelled_and_an_added_item_are_told_too(coming):
    new = next_publication(coming, moved=first_item(coming), cancelled=True)
    published_item(new, starts_at=first_item(coming).starts_at + timedelta(hours=3), title="특강")

    planning.plan()

    body = written(MessageKind.CHANGE).body
    assert "■ 집결 – 취소되었습니다" in body
    assert "■ 특강 – 새로 생겼습니다" in body


def test_only_the_group_concerned_is_told(coming):
    group = GroupFactory(program=coming)
    EnrollmentFactory(program=coming, group=group)
    new = next_publication(coming)
    published_item(
        new, starts_at=first_item(coming).starts_at, title="조별 실습", group_ids=[group.pk]
    )

    planning.plan()

    told = Message.objects.get(kind=MessageKind.CHANGE)
    assert told.participant == group.enrollments.get().participant


def test_a_publication_that_changes_nothing_for_people_tells_nobody(coming):
    next_publication(coming)

    planning.plan()

    assert not Message.objects.exists()


def test_what_lies_in_the_past_is_not_told(coming):
    item = first_item(coming)
    past = timezone.now() - timedelta(days=1)
    new = next_publication(coming)
    published_item(new, starts_at=past, title="지난 일")
    assert item.starts_at > past

    planning.plan()

    assert not Message.objects.exists()


def test_who_came_after_the_change_is_not_told_of_it(coming):
    person = coming.enrollments.get()
    new = next_publication(coming, moved=first_item(coming), title="다른 집결")
    EnrollmentEvent.objects.create(
        enrollment=person, status="confirmed", at=new.published_at + timedelta(seconds=1)
    )

    planning.plan()

    assert not Message.objects.filter(kind=MessageKind.CHANGE).exists()


def test_two_changes_before_the_first_was_sent_are_told_together_once(coming, smtp):
    next_publication(coming, moved=first_item(coming), title="둘째 제목")
    planning.plan()
    next_publication(coming, moved=first_item(coming), place="군민체육관")
    planning.plan()

    assert delivery.send_due() == 1

    text = smtp.received[0].text
    assert "집결 → 둘째 제목" in text
    assert "군청 주차장 → 군민체육관" in text
    states = Message.objects.order_by("publication__number").values_list("state", flat=True)
    assert list(states) == [MessageState.SUPERSEDED, MessageState.ACCEPTED]


def test_a_second_change_after_the_first_was_told_tells_only_what_is_new(coming, smtp):
    next_publication(coming, moved=first_item(coming), title="둘째 제목")
    planning.plan()
    delivery.send_due()
    next_publication(coming, moved=first_item(coming), place="군민체육관")
    planning.plan()

    assert delivery.send_due() == 1

    assert "제목:" not in smtp.received[1].text
    assert "군청 주차장 → 군민체육관" in smtp.received[1].text


def test_a_change_taken_back_before_it_was_told_is_not_told(coming, smtp):
    title = first_item(coming).title
    next_publication(coming, moved=first_item(coming), title="둘째 제목")
    planning.plan()
    next_publication(coming, moved=first_item(coming), title=title)
    planning.plan()

    assert delivery.send_due() == 0

    assert smtp.received == []
    states = Message.objects.order_by("publication__number").values_list("state", flat=True)
    assert list(states) == [MessageState.SUPERSEDED, MessageState.SUPPRESSED]


def test_planning_changes_again_adds_nothing(coming):
    next_publication(coming, moved=first_item(coming), title="둘째 제목")

    assert [planning.plan().added, planning.plan().added] == [1, 0]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("confirmed", "확정되었습니다"),
        ("waitlisted", "대기자"),
        ("rejected", "선발되지 않았습니다"),
        ("withdrawn", "취소되었습니다"),
        ("substituted", "대신 참가합니다"),
    ],
)
def test_an_answer_says_what_became_of_the_place(coming, status, words):
    enrollment = EnrollmentFactory(program=coming, status=status)
    EnrollmentEvent.objects.create(enrollment=enrollment, status=status, at=timezone.now())

    planning.plan()

    text = written(MessageKind.ENROLLMENT)
    assert words in text.subject
    assert coming.full_title in text.body


def test_an_answer_that_no_longer_holds_is_not_sent(coming, smtp):
    enrollment = EnrollmentFactory(program=coming, status="waitlisted")
    EnrollmentEvent.objects.create(enrollment=enrollment, status="waitlisted", at=timezone.now())
    planning.plan()
    type(enrollment).objects.filter(pk=enrollment.pk).update(
        status="withdrawn", waitlist_position=None
    )

    assert delivery.send_due() == 0

    assert Message.objects.get().state == MessageState.SUPERSEDED


def test_a_cancelled_program_says_why(coming):
    type(coming).objects.update(status=ProgramStatus.CANCELLED, status_reason="강사 사정")

    planning.plan()

    text = written(MessageKind.PROGRAM)
    assert "폐강" in text.subject
    assert "사유: 강사 사정" in text.body


def test_nothing_to_say_is_said_so(coming):
    new = next_publication(coming)
    message = Message(
        kind=MessageKind.CHANGE,
        program=coming,
        publication=new,
        participant=coming.enrollments.get().participant,
    )

    with pytest.raises(NothingToSayError):
        Writer().write(message)
