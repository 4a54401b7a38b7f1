"""What hosts are told by mail: through the real outbox into a real SMTP dialogue."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from core.dates import local
from core.errors import RuleBroken
from programs.models import ProgramStatus
from reminders.models import Message, MessageKind, MessageState
from reminders.services import delivery, plan_hosts, planning, sweep
from site_visits.models import HostRules, HostState, SiteVisit
from site_visits.services import host_links, hosts, itinerary, publishing
from tests.factories.programs import ProgramFactory
from tests.factories.site_visits import SiteFactory, VisitItemFactory

pytestmark = pytest.mark.django_db

DAYS_AHEAD = 20


@pytest.fixture(autouse=True)
def _no_quiet_hours(settings):
    """What is tested here is what goes out, not when; the quiet hours have tests of their own."""
    settings.QUIET_FROM = settings.QUIET_UNTIL = "00:00"
    settings.SITE_URL = "https://training.goryeong.example"


@pytest.fixture
def visit():
    """A visit in twenty days to a site that reads mail."""
    day = (timezone.now() + timedelta(days=DAYS_AHEAD)).date()
    program = ProgramFactory(
        starts_on=day, ends_on=day, title="AI 현장학습", title_en="AI Field Trip"
    )
    site = SiteFactory(name="한빛", contact_email="visit@goryeong.example")
    starts_at = datetime(day.year, day.month, day.day, 1, 30, tzinfo=UTC)
    return VisitItemFactory(program=program, site=site, title="AI 사례", starts_at=starts_at).visit


def ask(visit, organizer, **more):
    return hosts.ask(visit=visit, by=organizer, at=timezone.now(), by_mail=True, **more)


def host_messages():
    return Message.objects.filter(kind=MessageKind.HOST).order_by("due_at", "dedupe_key")


def states():
    return [(plan_hosts.topic_of(m), m.state) for m in host_messages()]


def move(visit, organizer, hours=1):
    item = visit.item
    item.refresh_from_db()
    return itinerary.move_item(
        program=item.program, uid=item.uid, version=item.version, by=organizer, at=timezone.now(),
        starts_at=item.starts_at + timedelta(hours=hours), ends_at=item.ends_at + timedelta(hours=hours),
    )  # fmt: skip


def cancel(visit, organizer, at=None):
    item = visit.item
    item.refresh_from_db()
    itinerary.cancel_item(
        program=item.program, uid=item.uid, version=item.version, reason="폭설", by=organizer, at=at or timezone.now()
    )  # fmt: skip


def publish(program, organizer):
    current = publishing.latest(program)
    return publishing.publish(
        program=program, by=organizer, at=timezone.now(), override_reason="시험",
        expected_number=current.number if current else 0,
    )  # fmt: skip


# -- asking


def test_an_asking_goes_out_with_the_link_and_the_row_keeps_the_letter_without_it(
    smtp, visit, organizer
):
    token = ask(visit, organizer)

    assert sweep.once() == 1

    (mail,) = smtp.wait_for(1)
    message = host_messages().get()
    assert mail.to == "visit@goryeong.example"
    assert f"/host/{token}/" in mail.text
    assert token in mail.mail.get_body(("html",)).get_content()
    assert "AI 현장학습" in mail.text
    assert token not in message.body + message.subject + message.dedupe_key + message.last_error
    assert "/host/********/" in message.body
    assert Client().get(re.search(r"(/host/[\w-]+/)", mail.text)[1]).status_code == 200


def test_an_english_letter_has_no_korean_but_names(smtp, visit, organizer):
    ask(visit, organizer, language="en")
    sweep.once()

    (mail,) = smtp.wait_for(1)
    text = mail.text.replace("한빛", "").replace("AI 사례", "")

    assert not re.search("[가-힣]", text + str(mail.mail["Subject"]))
    assert "AI Field Trip" in text


def test_planning_again_adds_nothing_and_an_asking_by_letter_sends_nothing(smtp, visit, organizer):
    ask(visit, organizer)
    hosts.ask(
        visit=VisitItemFactory(program=visit.item.program).visit, by=organizer, at=timezone.now()
    )

    planning.plan()
    planning.plan()

    assert states() == [("host-ask", MessageState.PLANNED)]


@pytest.mark.parametrize("what", ["answered", "moved", "another site"])
def test_an_asking_that_stopped_being_true_before_it_went_out_is_superseded(
    smtp, visit, organizer, what
):
    token = ask(visit, organizer)
    planning.plan()
    if what == "answered":
        hosts.answer(token=token, confirmed=True, note="", at=timezone.now())
    elif what == "moved":
        move(visit, organizer)
    else:
        type(visit.item).objects.filter(pk=visit.item_id).update(site=SiteFactory())

    assert delivery.send_due() == 0

    assert states()[0] == ("host-ask", MessageState.SUPERSEDED)
    assert smtp.received == []


def test_a_cancelled_visit_is_no_longer_asked_for(smtp, visit, organizer):
    ask(visit, organizer)
    planning.plan()
    cancel(visit, organizer)

    assert delivery.send_due() == 0

    assert states() == [("host-ask", MessageState.SUPPRESSED)]


def test_an_asking_whose_time_came_back_goes_out_after_all(smtp, visit, organizer):
    ask(visit, organizer)
    planning.plan()
    SiteVisit.objects.update(host_state=HostState.NOT_ASKED)
    delivery.send_due()
    assert states() == [("host-ask", MessageState.SUPERSEDED)]

    SiteVisit.objects.update(host_state=HostState.ASKED)

    assert sweep.once() == 1


def test_a_site_that_refuses_mail_is_named_as_failed(smtp, visit, organizer):
    smtp.answer("550 5.1.1 no such person")
    ask(visit, organizer)

    assert sweep.once() == 0

    assert states() == [("host-ask", MessageState.DEAD)]


# -- no answer


def later(days):
    return timezone.now() + timedelta(days=days)


def test_hosts_who_do_not_answer_are_reminded_at_most_so_often_on_working_days(visit, organizer):
    ask(visit, organizer)
    for days in range(DAYS_AHEAD):
        planning.plan(at=later(days))

    reminders = [m for m in host_messages() if plan_hosts.topic_of(m) == plan_hosts.REMIND]

    assert len(reminders) == 2
    for message in reminders:
        assert local(message.due_at).weekday() < 5
        assert local(message.due_at).hour == 10
    assert reminders[0].due_at >= later(2)
    assert reminders[1].due_at - reminders[0].due_at >= timedelta(days=3)


def test_the_program_says_how_often_and_when(visit, organizer):
    HostRules.objects.create(program=visit.item.program, remind_after_days=1, remind_at_most=0)
    ask(visit, organizer)
    for days in range(10):
        planning.plan(at=later(days))

    assert [topic for topic, _state in states()] == ["host-ask"]


def test_a_reminder_holds_the_same_link_and_stops_with_the_answer(smtp, visit, organizer):
    token = ask(visit, organizer)
    sweep.once()
    plan_hosts.remind_now(visit=visit, by=organizer, at=timezone.now())
    sweep.once()
    text = smtp.wait_for(2)[1].text
    assert f"/host/{token}/" in text
    assert "회신을 기다리고" in text

    Message.objects.update(due_at=timezone.now() - timedelta(hours=2))
    plan_hosts.remind_now(visit=visit, by=organizer, at=timezone.now())
    hosts.answer(token=token, confirmed=True, note="", at=timezone.now())

    assert sweep.once() == 0
    assert ("host-remind", MessageState.SUPERSEDED) in states()


def test_two_presses_send_one_reminder_and_an_early_one_replaces_the_next(visit, organizer):
    ask(visit, organizer)
    now = timezone.now()
    plan_hosts.remind_now(visit=visit, by=organizer, at=now)

    with pytest.raises(RuleBroken, match="조금 전에"):
        plan_hosts.remind_now(visit=visit, by=organizer, at=now + timedelta(minutes=5))

    assert host_messages().filter(dedupe_key__startswith="host-remind").count() == 1


def test_only_a_host_asked_by_mail_and_waiting_is_reminded(visit, organizer):
    hosts.ask(visit=visit, by=organizer, at=timezone.now())

    with pytest.raises(RuleBroken, match="전자우편으로 요청하고"):
        plan_hosts.remind_now(visit=visit, by=organizer, at=timezone.now())


# -- moved


def test_a_moved_visit_is_asked_again_by_mail_when_its_new_time_is_published(
    smtp, visit, organizer
):
    program = visit.item.program
    token = ask(visit, organizer)
    publish(program, organizer)
    sweep.once()
    move(visit, organizer)
    sweep.once()
    visit.refresh_from_db()
    assert (visit.host_state, len(smtp.received)) == (HostState.NOT_ASKED, 1)

    publish(program, organizer)
    sweep.once()

    visit.refresh_from_db()
    mail = [mail for mail in smtp.received if mail.to == "visit@goryeong.example"][-1]
    assert visit.host_state == HostState.ASKED
    assert "앞서 요청드린 때" in mail.text
    assert f"/host/{token}/" in mail.text
    sweep.once()
    assert [topic for topic, _state in states()].count("host-ask") == 2


@pytest.mark.parametrize("how", ["the program says no", "asked by letter"])
def test_a_moved_visit_is_not_asked_again_by_itself(visit, organizer, how):
    program = visit.item.program
    if how == "asked by letter":
        hosts.ask(visit=visit, by=organizer, at=timezone.now())
    else:
        HostRules.objects.create(program=program, asks_again=False)
        ask(visit, organizer)
    publish(program, organizer)
    move(visit, organizer)
    publish(program, organizer)

    planning.plan()

    visit.refresh_from_db()
    assert visit.host_state == HostState.NOT_ASKED


# -- cancelled


def test_a_host_learns_of_a_published_cancellation_once(smtp, visit, organizer):
    program = visit.item.program
    ask(visit, organizer)
    publish(program, organizer)
    sweep.once()
    cancel(visit, organizer, at=timezone.now() - timedelta(hours=1))
    sweep.once()
    assert len(smtp.received) == 1

    publish(program, organizer)
    for _ in range(2):
        sweep.once()

    mails = [mail for mail in smtp.received if mail.to == "visit@goryeong.example"]
    assert len(mails) == 2
    assert "취소되었습니다" in mails[1].text
    assert "/host/" not in mails[1].text


def test_a_visit_never_published_is_called_off_after_second_thoughts(smtp, visit, organizer):
    ask(visit, organizer)
    sweep.once()
    cancel(visit, organizer)
    planning.plan()
    assert len(states()) == 1

    planning.plan(at=timezone.now() + timedelta(minutes=11))

    assert states()[1][0] == "host-gone"


def test_a_restored_visit_takes_the_cancellation_back(smtp, visit, organizer):
    ask(visit, organizer)
    sweep.once()
    cancel(visit, organizer, at=timezone.now() - timedelta(hours=1))
    planning.plan()
    item = visit.item
    item.refresh_from_db()
    itinerary.restore_item(
        program=item.program, uid=item.uid, version=item.version, by=organizer, at=timezone.now()
    )

    delivery.send_due()

    assert ("host-gone", MessageState.SUPERSEDED) in states()
    assert len(smtp.received) == 1


def test_a_cancelled_program_tells_hosts_but_not_one_who_refused_or_was_told(
    smtp, visit, organizer
):
    program = visit.item.program
    others = [
        VisitItemFactory(
            program=program, site=SiteFactory(contact_email=f"host{n}@goryeong.example"), starts_at=visit.item.starts_at
        ).visit
        for n in range(2)
    ]  # fmt: skip
    ask(visit, organizer)
    hosts.answer(token=ask(others[0], organizer), confirmed=False, note="", at=timezone.now())
    ask(others[1], organizer)
    SiteVisit.objects.filter(pk=others[1].pk).update(cancellation_told_at=timezone.now())
    program.status, program.status_reason = ProgramStatus.CANCELLED, "폭설"
    program.save()

    sweep.once()

    assert {mail.to for mail in smtp.received} == {"visit@goryeong.example"}


def test_the_host_of_a_site_that_was_left_is_told(smtp, visit, organizer):
    ask(visit, organizer)
    sweep.once()
    item = visit.item
    type(item).objects.filter(pk=item.pk).update(
        site=SiteFactory(contact_email="new@goryeong.example")
    )

    sweep.once()

    last = smtp.wait_for(2)[-1]
    assert last.to == "visit@goryeong.example"
    assert "한빛" in last.text
    assert "취소되었습니다" in last.text


def test_without_the_key_the_organizer_is_asked_to_ask_again(smtp, visit, organizer, settings):
    ask(visit, organizer)
    planning.plan()
    settings.SECRET_KEY = "another key of the office, long enough to be one"

    assert delivery.send_due() == 0

    assert states() == [("host-ask", MessageState.SUPERSEDED)]
    assert host_links.token_of(SiteVisit.objects.get(pk=visit.pk)) is None
