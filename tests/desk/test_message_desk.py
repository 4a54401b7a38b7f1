"""The message desk: handling one or several, one person's story, and whom to call."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessAction, AccessLog
from core.dates import local
from participants.models import Participant
from reminders.models import (
    Acknowledgement,
    DeliveryAttempt,
    Message,
    MessageKind,
    MessageState,
    SeenVia,
)
from reminders.services import planning
from site_visits.services import hosts
from tests.conftest import signed_in
from tests.factories.accounts import UserFactory
from tests.factories.programs import ProgramFactory
from tests.factories.reminders import due_reminders, moved_trip, notice
from tests.factories.site_visits import SiteFactory, VisitItemFactory

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"organize:{name}", args=args)


def page(client, name, *args, **query):
    answer = client.get(url(name, *args), query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def told():
    publication = moved_trip()
    person = publication.program.enrollments.get().participant
    Participant.objects.filter(pk=person.pk).update(
        mobile="010-0000-4321", email="garam.kim@goryeong.example"
    )
    person.refresh_from_db()
    return notice(publication, person)


def held(message, **fields):
    Message.objects.filter(pk=message.pk).update(
        state=MessageState.HELD,
        held_reason="야간이라 아침에 보냅니다",
        held_until=timezone.now() + timedelta(hours=9),
        accepted_at=None,
        settled_at=None,
        **fields,
    )


def typed(moment):
    return f"{local(moment):%Y-%m-%dT%H:%M}"


def test_the_page_of_a_message_hides_the_address_and_what_servers_say_of_it(as_organizer, told):
    DeliveryAttempt.objects.create(
        message=told, channel="email", fence=1, outcome="refused", at=timezone.now(),
        answer="550 <garam.kim@goryeong.example> unknown",
    )  # fmt: skip

    shown = page(as_organizer, "message-detail", told.pk)

    assert "garam.kim@" not in shown
    assert "ga***@goryeong.example" in shown


def test_a_held_message_says_why_and_until_when(as_organizer, told):
    held(told)

    shown = page(as_organizer, "message-detail", told.pk)

    assert "야간이라 아침에 보냅니다" in shown
    assert "보류 시한" in shown


def test_a_planned_message_is_moved_to_another_time(as_organizer):
    message = due_reminders()[0]
    later = (timezone.now() + timedelta(minutes=20)).replace(second=0, microsecond=0)

    as_organizer.post(
        url("message-retime", message.pk), {"to": typed(later), "shown": typed(message.due_at)}
    )

    message.refresh_from_db()
    assert message.due_at == later


@pytest.mark.parametrize(
    ("to", "words"),
    [
        ("", "필수"),
        ("내일쯤", "알 수 없습니다"),
        ("2001-01-01 10:00", "지난 시각"),
        ("2199-01-01 10:00", "쓸모"),
    ],
)
def test_a_time_that_cannot_be_is_refused_at_its_field(as_organizer, to, words):
    message = due_reminders()[0]

    answer = as_organizer.post(
        url("message-retime", message.pk), {"to": to, "shown": typed(message.due_at)}
    )

    message.refresh_from_db()
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert message.retimed_by is None


def test_the_slower_of_two_organizers_reads_the_new_time_and_may_insist(as_organizer):
    message = due_reminders()[0]
    shown = typed(message.due_at)
    soon = (timezone.now() + timedelta(minutes=10)).replace(second=0, microsecond=0)
    Message.objects.update(due_at=soon)

    answer = as_organizer.post(
        url("message-retime", message.pk),
        {"to": typed(soon + timedelta(minutes=5)), "shown": shown},
    )

    form = answer.context["form"]
    assert answer.status_code == 409
    assert "그사이" in answer.content.decode()
    assert form.data["shown"] == f"{local(soon):%Y-%m-%d %H:%M}"


def test_several_are_stopped_after_one_question(as_organizer):
    messages = due_reminders(3)
    chosen = {"action": "stop", "selected": [str(one.pk) for one in messages[:2]]}

    question = as_organizer.post(url("message-bulk"), chosen)
    assert Message.objects.filter(state=MessageState.SUPPRESSED).count() == 0
    as_organizer.post(url("message-bulk"), chosen | {"sure": "yes"})

    assert messages[0].participant.name in question.content.decode()
    assert Message.objects.filter(state=MessageState.SUPPRESSED).count() == 2


def test_what_could_not_be_done_to_some_is_said(as_organizer, told):
    planned = due_reminders()[0]
    chosen = {"action": "stop", "sure": "yes", "selected": [str(told.pk), str(planned.pk)]}

    answer = as_organizer.post(url("message-bulk"), chosen, follow=True)

    shown = answer.content.decode()
    assert "1건을 멈추었습니다" in shown
    assert "1건은 그대로 두었습니다" in shown


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"action": "stop"},
        {"action": "explode", "selected": ["x"]},
        {"action": "stop", "selected": ["x", "", "00000000-0000-0000-0000-000000000000"]},
    ],
)
def test_a_bulk_request_for_nothing_says_what_to_do(as_organizer, data):
    answer = as_organizer.post(url("message-bulk"), data, follow=True)

    assert "골라 주세요" in answer.content.decode()


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example", "x"])
def test_the_way_back_never_leads_elsewhere(as_organizer, back):
    answer = as_organizer.post(url("message-bulk"), {"back": back})

    assert answer.url == url("message-list")


def test_a_text_is_copied_and_said_to_be_passed_on(as_organizer, told, organizer):
    held(told, channel="copy")

    shown = page(as_organizer, "message-copy")
    assert told.body.strip() in shown
    as_organizer.post(url("message-told", told.pk), {"back": url("message-copy")})

    told.refresh_from_db()
    assert told.state == MessageState.ACCEPTED
    assert told.attempts.get().by == organizer
    assert "전할 문구가 없습니다" in page(as_organizer, "message-copy")


def test_the_secret_link_of_a_host_is_not_copied_from_here_but_from_the_letter(
    as_organizer, organizer
):
    day = (timezone.now() + timedelta(days=20)).date()
    program = ProgramFactory(starts_on=day, ends_on=day)
    site = SiteFactory(contact_email="visit@goryeong.example")
    visit = VisitItemFactory(program=program, site=site).visit
    hosts.ask(visit=visit, by=organizer, at=timezone.now(), by_mail=True)
    planning.plan(at=timezone.now())
    message = Message.objects.get(kind=MessageKind.HOST, asking__visit=visit)

    shown = page(as_organizer, "message-detail", message.pk)

    assert "<textarea" not in shown
    assert url("host-ask", program.code, visit.pk) in shown


def test_a_message_stopped_by_hand_says_so_instead_of_blaming_the_itinerary(
    as_organizer, told, organizer
):
    Message.objects.filter(pk=told.pk).update(
        state=MessageState.SUPPRESSED, cancelled_by=organizer, accepted_at=None, body=""
    )

    shown = page(as_organizer, "message-detail", told.pk)

    assert "멈추어서 나가지 않습니다" in shown
    assert "일정이나 참가가 바뀌어" not in shown


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"channel": "email"}, True),
        ({"channel": "sms"}, False),
        ({"state": "held"}, False),
        ({"state": "accepted"}, True),
        ({"day": "2199-01-01"}, False),
    ],
)
def test_the_messages_of_a_program_can_be_narrowed_down(as_organizer, told, query, found):
    shown = page(as_organizer, "program-message-list", told.program.code, **query)

    listed = url("message-detail", told.pk) in shown
    assert listed is found


def test_the_list_of_a_program_is_narrowed_down_to_one_rule(as_organizer):
    message = due_reminders()[0]
    code, other = message.program.code, message.program.reminder_rules.exclude(pk=message.rule_id)

    assert str(message.pk) in page(as_organizer, "program-message-list", code, rule=message.rule_id)
    assert str(message.pk) not in page(
        as_organizer, "program-message-list", code, rule=other.first().pk
    )


def test_one_person_s_story_has_the_words_the_tries_the_editions_and_the_answer(as_organizer, told):
    DeliveryAttempt.objects.create(
        message=told,
        channel="sms",
        fence=1,
        outcome="refused",
        at=timezone.now(),
        answer="없는 번호",
    )
    DeliveryAttempt.objects.create(
        message=told, channel="email", fence=2, outcome="accepted", at=timezone.now(), answer="250"
    )
    Acknowledgement.objects.create(message=told, at=timezone.now())

    shown = page(as_organizer, "person-messages", told.program.code, told.participant_id)

    for words in (
        "바뀌었습니다.", "없는 번호", "제1판 → 제2판", "09:00~10:30", "15:00~16:30", "에 확인했습니다",
    ):  # fmt: skip
        assert words in shown


def test_reading_a_person_s_story_is_logged(as_organizer, organizer, told):
    page(as_organizer, "person-messages", told.program.code, told.participant_id)

    entry = AccessLog.objects.get()
    assert (entry.user, entry.action) == (organizer, AccessAction.VIEW)
    assert entry.subjects == [told.participant.employee_number]


def test_the_story_of_a_leader_is_found_by_account(as_organizer, leader, told):
    notice(
        told.publication, None, user=leader, subject="[고령군] 인솔자께", kind=MessageKind.REMINDER
    )

    shown = page(as_organizer, "staff-messages", told.program.code, leader.pk)

    assert "인솔자께" in shown
    stranger = UserFactory()
    assert (
        as_organizer.get(url("staff-messages", told.program.code, stranger.pk)).status_code == 404
    )


def test_the_list_of_whom_to_call_hides_the_numbers_until_there_is_a_reason(
    as_organizer, organizer, told
):
    args = (told.program.code, 2)

    before = page(as_organizer, "unseen-list", *args)
    after = as_organizer.post(url("unseen-numbers", *args), {"reason": "출발이 가까워 전화"})

    assert "1명이 아직 보지 않았습니다" in before
    assert "010-****-4321" in before
    assert 'href="tel:01000004321"' in after.content.decode()
    noted = AccessLog.objects.get(action=AccessAction.UNMASK)
    assert (noted.user, noted.reason) == (organizer, "출발이 가까워 전화")
    assert noted.subjects == [told.participant.employee_number]


def test_without_a_reason_no_number_is_shown(as_organizer, told):
    answer = as_organizer.post(url("unseen-numbers", told.program.code, 2), {"reason": " "})

    assert answer.status_code == 422
    assert "01000004321" not in answer.content.decode()
    assert not AccessLog.objects.filter(action=AccessAction.UNMASK).exists()


def test_who_was_called_leaves_the_list(as_organizer, organizer, told):
    as_organizer.post(url("unseen-called", told.program.code, 2, told.pk))

    word = Acknowledgement.objects.get()
    assert (word.via, word.by) == (SeenVia.CALL, organizer)
    assert "모두 확인했습니다" in page(as_organizer, "unseen-list", told.program.code, 2)


def test_the_program_s_tab_says_how_many_have_not_seen_the_change(as_organizer, told):
    code = told.program.code

    assert "1명이 아직 보지 않았습니다" in page(as_organizer, "program-message-list", code)
    Acknowledgement.objects.create(message=told, at=timezone.now())

    assert "아직 보지 않았습니다" not in page(as_organizer, "program-message-list", code)


def test_the_top_of_the_list_says_what_is_late_and_why_things_failed(as_organizer, told):
    message = due_reminders()[0]
    Message.objects.filter(pk=message.pk).update(due_at=timezone.now() - timedelta(minutes=7))
    notice(
        told.publication, told.participant, state=MessageState.DEAD, settled_at=timezone.now(),
        last_error="550 <garam.kim@goryeong.example> unknown user",
    )  # fmt: skip

    shown = page(as_organizer, "message-list")

    assert "7분째 나가지 못한 알림이 있습니다 · 1건" in shown
    assert "550 &lt;***&gt; unknown user" in shown


def test_while_all_is_well_nothing_is_late(as_organizer, told):
    assert "나가지 못한" not in page(as_organizer, "message-list")


@pytest.mark.parametrize("person", ["leader", "coordinator", "civil_servant", "privacy_officer"])
def test_only_who_manages_programs_may_see_or_do_any_of_it(request, told, person):
    client = signed_in(request.getfixturevalue(person))
    code = told.program.code
    reads = [
        url("person-messages", code, told.participant_id),
        url("unseen-list", code, 2),
        url("message-copy"),
    ]
    deeds = [
        *[url(f"message-{name}", told.pk) for name in ("now", "retime", "told")],
        url("message-bulk"),
        url("unseen-numbers", code, 2),
        url("unseen-called", code, 2, told.pk),
    ]

    assert {client.get(one).status_code for one in reads} == {403}
    assert {client.post(one).status_code for one in deeds} == {403}
