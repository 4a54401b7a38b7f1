"""Asking hosts from the desk, and the host's own page."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from reminders.models import Message
from reminders.services import planning
from site_visits.models import HostState, ItineraryItem, SiteVisit
from site_visits.services import hosts, itinerary
from tests.factories.participants import EnrollmentFactory
from tests.factories.programs import GroupFactory, ProgramFactory
from tests.factories.site_visits import VisitItemFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def item():
    return VisitItemFactory(program=ProgramFactory(code="ai-1"), title="AI 사례")


@pytest.fixture
def desk(client, organizer):
    client.force_login(organizer)
    return client


@pytest.fixture
def link(item, organizer, now):
    return reverse("host:answer", args=[hosts.ask(visit=item.visit, by=organizer, at=now)])


def answer(starts_at="2026-12-03 10:30", **more):
    return {"starts_at": starts_at, "answer": "confirm", "note": ""} | more


def language_of(client, token, browser):
    shown = client.get(
        reverse("host:answer", args=[token]), headers={"accept-language": browser}
    ).content.decode()
    return shown.partition('<html lang="')[2][:2]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_page_of_a_host_speaks_as_the_mail_did_and_after_a_letter_as_the_browser(
    client, item, organizer, now, language
):
    other = {"ko": "en", "en": "ko"}[language]
    type(item.site).objects.filter(pk=item.site_id).update(contact_email="host@goryeong.example")
    item.refresh_from_db()

    asked = {"visit": item.visit, "by": organizer, "language": language}
    mailed = hosts.ask(**asked, at=now, by_mail=True)
    after_mail = language_of(client, mailed, other)
    written = hosts.ask(**asked, at=now + timedelta(days=1))

    assert after_mail == language
    assert language_of(client, written, other) == other


LETTER = {"by": "letter"}
MAIL = {"by": "mail", "language": "ko"}


def test_asking_by_letter_shows_it_in_both_languages_with_its_link(desk, item, settings):
    settings.SITE_URL = "https://training.goryeong.example"
    EnrollmentFactory(program=item.program)

    page = desk.post(
        reverse("organize:host-ask", args=["ai-1", item.visit.pk]), LETTER, follow=True
    )

    path = re.search(r"https://training\.goryeong\.example(/host/[\w-]+/)", page.text)[1]
    korean, english = page.context["letters"]
    for words in ("2026. 12. 3.(목) 10:30~12:00", item.site.name, "인원: 1명", "AI 사례", path):
        assert words in korean["text"]
    for words in ("Thu, 3 Dec 2026 10:30–12:00", path):
        assert words in english["text"]
    assert not re.search("[가-힣]요청", english["text"])
    assert Client().get(path).status_code == 200
    assert path not in desk.get(reverse("organize:host-list", args=["ai-1"])).text


def test_a_site_without_an_address_is_asked_by_telephone_or_letter(desk, item):
    page = reverse("organize:host-ask", args=["ai-1", item.visit.pk])

    assert "전화나 공문으로 요청해 주세요" in desk.get(page).text
    assert desk.post(page, MAIL).status_code == 422
    assert desk.post(page, {"by": "pigeon"}).status_code == 422
    item.visit.refresh_from_db()
    assert item.visit.host_state == HostState.NOT_ASKED


def test_a_moved_visit_shows_old_and_new_time_in_the_letter(desk, item, organizer, now):
    hosts.ask(visit=item.visit, by=organizer, at=now - timedelta(days=1))
    itinerary.move_item(
        program=item.program, uid=item.uid, version=1, starts_at=item.starts_at + timedelta(hours=1),
        ends_at=item.ends_at + timedelta(hours=1), by=organizer, at=now,
    )  # fmt: skip
    page = reverse("organize:host-ask", args=["ai-1", item.visit.pk])
    assert "12. 3.(목) 10:30" in desk.get(page).text

    letter = desk.post(page, LETTER, follow=True).context["letters"][0]["text"]

    assert "앞서 요청드린 때: 2026. 12. 3.(목) 10:30~12:00" in letter
    assert "때: 2026. 12. 3.(목) 11:30~13:00" in letter


def test_a_cancelled_visit_asked_by_letter_waits_to_be_told(desk, item, organizer, now):
    hosts.ask(visit=item.visit, by=organizer, at=now - timedelta(days=1))
    itinerary.cancel_item(
        program=item.program, uid=item.uid, version=1, reason="폭설", by=organizer, at=now
    )
    board = reverse("organize:host-list", args=["ai-1"])
    assert "전화나 공문으로 취소를 알려" in desk.get(board).text
    assert (
        "현장방문이 취소되었습니다"
        in desk.get(reverse("organize:host-ask", args=["ai-1", item.visit.pk])).text
    )

    desk.post(reverse("organize:host-told", args=["ai-1", item.visit.pk]))

    assert "전화나 공문으로 취소를 알려" not in desk.get(board).text


def test_the_message_desk_never_shows_the_secret_of_a_host_link(desk, item, organizer, now):
    type(item.site).objects.update(contact_email="visit@goryeong.example")
    token = hosts.ask(visit=SiteVisit.objects.get(item=item), by=organizer, at=now, by_mail=True)
    planning.plan(at=now)
    message = Message.objects.get(kind="host")

    page = desk.get(reverse("organize:message-detail", args=[message.pk])).text

    assert "/host/********/" in page
    assert token not in page


def test_an_answer_is_waited_for_and_one_button_reminds(desk, item, organizer, now):
    type(item.site).objects.update(contact_email="visit@goryeong.example")
    hosts.ask(visit=SiteVisit.objects.get(item=item), by=organizer, at=now, by_mail=True)
    board = reverse("organize:host-list", args=["ai-1"])
    remind = reverse("organize:host-remind", args=["ai-1", item.visit.pk])
    assert remind in desk.get(board).text

    said = [desk.post(remind, follow=True).text for _ in range(2)]

    assert "다시 알리는 메일을 보냅니다" in said[0]
    assert "조금 전에 알렸습니다" in said[1]
    assert Message.objects.filter(dedupe_key__startswith="host-remind").count() == 1


def test_the_rules_of_a_program_are_kept(desk, item):
    page = reverse("organize:host-rules", args=["ai-1"])

    assert desk.post(page, {"remind_after_days": "0", "remind_at_most": "2"}).status_code == 422
    assert desk.post(page, {"remind_after_days": "2", "remind_at_most": "9"}).status_code == 422
    desk.post(page, {"remind_after_days": "2", "remind_at_most": "1"})

    rules = hosts.rules_of(item.program)
    assert (rules.remind_after_days, rules.remind_at_most, rules.asks_again) == (2, 1, False)


def test_the_board_of_all_programs_shows_coming_visits_by_answer(desk, item, organizer, now):
    hosts.ask(visit=item.visit, by=organizer, at=now)
    VisitItemFactory(starts_at=now - timedelta(days=1))

    page = desk.get(reverse("organize:host-board"))

    assert [column["total"] for column in page.context["columns"]] == [0, 1, 0, 0]
    assert item.program.full_title in page.text


def test_the_board_shows_the_answer_at_once(desk, item, link):
    Client().post(link, answer(note="정문으로 오세요"))

    page = desk.get(reverse("organize:host-list", args=["ai-1"]))

    states = {str(column["label"]): len(column["visits"]) for column in page.context["columns"]}
    assert states == {"요청 전": 0, "회신 대기": 0, "확인됨": 1, "거절": 0}
    assert "정문으로 오세요" in page.text


def test_a_visit_of_another_program_or_without_a_time_is_not_asked(desk, item):
    other = VisitItemFactory()
    assert desk.post(reverse("organize:host-ask", args=["ai-1", other.visit.pk])).status_code == 404
    ItineraryItem.objects.filter(pk=item.pk).update(starts_at=None, ends_at=None)

    page = desk.post(
        reverse("organize:host-ask", args=["ai-1", item.visit.pk]), LETTER, follow=True
    )

    assert "시간을 먼저 정해" in page.text
    item.visit.refresh_from_db()
    assert item.visit.host_state == HostState.NOT_ASKED


def test_the_host_page_is_private_and_names_no_person(link, item, organizer):
    person = EnrollmentFactory(program=item.program)

    page = Client().get(link)

    assert {"no-store", "private"} <= set(page["Cache-Control"].split(", "))
    assert "noindex" in page["X-Robots-Tag"]
    assert page["Referrer-Policy"] == "same-origin"
    for words in ("2026. 12. 3.(목)", "10:30~12:00", "1명", item.site.name):
        assert words in page.text
    assert person.name not in page.text
    assert organizer.name not in page.text


def test_the_host_confirms_then_changes_its_mind(link, item):
    host = Client()

    confirmed = host.post(link, answer(note="정문"), follow=True)
    refused = host.post(link, answer(answer="refuse", note="행사가 있습니다"), follow=True)

    assert "받겠다고 회신하셨습니다" in confirmed.text
    assert "받기 어렵다고 회신하셨습니다" in refused.text
    item.visit.refresh_from_db()
    assert (item.visit.host_state, item.visit.host_note) == (HostState.REFUSED, "행사가 있습니다")


def test_a_moved_visit_shows_the_new_time_and_refuses_an_answer_about_the_old(link, item):
    ItineraryItem.objects.filter(pk=item.pk).update(
        starts_at=item.starts_at + timedelta(hours=1), ends_at=item.ends_at + timedelta(hours=1)
    )

    shown = Client().get(link).text
    stale = Client().post(link, answer(note="정문"))
    fresh = Client().post(link, answer("2026-12-03 11:30"))

    assert "방문 시간이 바뀌었습니다" in shown
    assert "11:30~13:00" in shown
    assert (stale.status_code, fresh.status_code) == (409, 302)
    assert 'value="2026-12-03 11:30"' in stale.text
    assert "정문" in stale.text


@pytest.mark.parametrize(
    "data",
    [{}, {"answer": "maybe"}, {"note": "가" * 301}, {"starts_at": "soon"}, {"starts_at": ""}],
)
def test_an_answer_that_makes_no_sense_is_refused(link, item, data):
    wrong = answer(**data) if data else {}

    assert Client().post(link, wrong).status_code == 422
    item.visit.refresh_from_db()
    assert item.visit.host_state == HostState.ASKED


def test_a_wrong_link_is_a_404_of_ours_and_forgery_is_refused(link):
    assert Client().get("/host/nobody-knows-this/").status_code == 404
    assert Client().post("/host/nobody-knows-this/", answer()).status_code == 404
    assert Client(enforce_csrf_checks=True).post(link, answer()).status_code == 403


def test_a_cancelled_visit_asks_for_no_answer(link, item, now):
    ItineraryItem.objects.filter(pk=item.pk).update(cancelled_at=now)

    page = Client().get(link).text

    assert "취소된 방문입니다" in page
    assert 'name="answer"' not in page
    assert Client().post(link, answer()).status_code == 422


def test_the_time_is_past_once_the_visit_has_begun(link, item):
    with time_machine.travel(item.starts_at, tick=False):
        assert 'name="answer"' not in Client().get(link).text
        assert Client().post(link, answer()).status_code == 422


@pytest.mark.parametrize("size", [1, 10, 100])
def test_the_board_costs_the_same_at_any_size(
    desk, item, size, organizer, now, django_assert_num_queries
):
    for _ in range(size):
        visit = VisitItemFactory(program=item.program)
        visit.groups.set([GroupFactory(program=item.program)])
        hosts.ask(visit=visit.visit, by=organizer, at=now)
    page = reverse("organize:host-list", args=["ai-1"])
    desk.get(page)

    with django_assert_num_queries(10):
        desk.get(page)


@pytest.mark.parametrize("size", [1, 40])
def test_the_board_of_all_programs_costs_the_same_at_any_size(
    desk, item, size, organizer, now, django_assert_num_queries
):
    hosts.ask(visit=item.visit, by=organizer, at=now)
    for _ in range(size):
        hosts.ask(visit=VisitItemFactory().visit, by=organizer, at=now)
        VisitItemFactory()
    page = reverse("organize:host-board")
    desk.get(page)

    with django_assert_num_queries(7):
        shown = desk.get(page)

    assert [column["more"] for column in shown.context["columns"]] == (
        [0, 0, 0, 0] if size == 1 else [10, 11, 0, 0]
    )
