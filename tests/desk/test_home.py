from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from participants.models import EnrollmentStatus
from programs.models import Program, ProgramStatus
from reminders.models import Message, MessageState
from site_visits.models import HostState, SiteVisit
from site_visits.services import publishing
from tests.conftest import signed_in
from tests.factories.accounts import UserFactory
from tests.factories.participants import EnrollmentFactory, ParticipantFactory
from tests.factories.programs import ProgramFactory
from tests.factories.site_visits import ItemFactory, SiteFactory, VisitItemFactory, publication

# A Monday, ten days before the trip.
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(NOW, tick=False):
        yield


def page(client) -> str:
    return client.get(reverse("organize:home")).content.decode().replace("\N{NO-BREAK SPACE}", " ")


def message(program, **fields):
    defaults = {
        "dedupe_key": f"test:{Message.objects.count()}",
        "kind": "reminder",
        "program": program,
        "participant": ParticipantFactory(),
        "due_at": NOW,
        "expires_at": NOW + timedelta(days=2),
    }
    return Message.objects.create(**(defaults | fields))


def visit(program, site=None, **state):
    item = VisitItemFactory(program=program, site=site or SiteFactory())
    asked = {
        "asked_at": NOW - timedelta(days=2),
        "asked_starts_at": item.starts_at,
        "asked_ends_at": item.ends_at,
    }
    SiteVisit.objects.filter(item=item).update(**asked, **state)
    return item


def test_an_empty_house_says_what_to_do_first(as_organizer):
    text = page(as_organizer)

    assert "아직 과정이 없습니다" in text
    assert "지금 할 일이 없습니다" in text
    assert reverse("organize:program-create") in text


def test_the_figures_are_of_the_next_departure(as_organizer):
    program = ProgramFactory(title="AI 역량강화 현장학습", capacity=36)
    ItemFactory(program=program, starts_at=datetime(2026, 12, 2, 20, 40, tzinfo=UTC))
    visit(program, host_state=HostState.CONFIRMED, answered_at=NOW)
    EnrollmentFactory(program=program)
    EnrollmentFactory(program=program, status=EnrollmentStatus.WAITLISTED)
    ProgramFactory(starts_on=date(2027, 1, 20), ends_on=date(2027, 1, 20))
    ProgramFactory(
        status=ProgramStatus.CANCELLED, status_reason="사유", starts_on=date(2026, 11, 24)
    )

    text = page(as_organizer)

    assert "10일 뒤" in text
    assert "AI 역량강화 현장학습 1차 · 12. 3.(목) 05:40" in text
    assert "1 / 36" in text
    assert "대기 1명" in text
    assert "1 / 1" in text


def test_failed_and_planned_messages_are_counted(as_organizer):
    program = ProgramFactory()
    message(program, state=MessageState.DEAD)
    message(program, due_at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    message(program, due_at=datetime(2026, 11, 25, 9, 0, tzinfo=UTC))

    text = page(as_organizer)

    assert "실패 1건" in text
    assert "오늘 18:00부터 1건 예정" in text
    assert "보내지 못한 알림 1건" in text


def test_unpublished_changes_ask_for_a_review(as_organizer, organizer):
    program = ProgramFactory()
    ItemFactory(program=program)
    publishing.publish(
        program=program, by=organizer, at=NOW, override_reason="확인함", expected_number=0
    )
    assert "공개하지 않은 변경" not in page(as_organizer)

    ItemFactory(program=program)

    text = page(as_organizer)
    assert "공개하지 않은 변경 1건" in text
    assert reverse("organize:publish", args=[program.code]) in text


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"host_state": HostState.ASKED}, ["회신이 없습니다", "요청 2일 전 · 방문 10일 뒤"]),
        (
            {"host_state": HostState.REFUSED, "answered_at": NOW, "host_note": "수리 중"},
            ["거절", "수리 중"],
        ),
        ({"host_state": HostState.NOT_ASKED}, ["아직 묻지 않았습니다", "방문 10일 뒤"]),
    ],
)
def test_a_visit_without_a_yes_waits_for_the_organizer(as_organizer, state, words):
    visit(ProgramFactory(), SiteFactory(name="㈜그린큐브팜(가칭)"), **state)

    text = page(as_organizer)

    assert "㈜그린큐브팜(가칭)" in text
    assert all(word in text for word in words)


def test_a_departure_without_a_publication_is_named(as_organizer):
    program = ProgramFactory()
    assert "일정을 아직 공개하지 않았습니다" in page(as_organizer)

    publication(program)

    assert "일정을 아직 공개하지 않았습니다" not in page(as_organizer)


@pytest.mark.parametrize(
    ("status", "days", "words"),
    [
        (ProgramStatus.CONFIRMED, 0, "오늘 과정을 시작해 주세요"),
        (ProgramStatus.RUNNING, -3, "끝난 과정을 종료해 주세요"),
    ],
)
def test_a_program_whose_day_has_come_asks_for_its_step(as_organizer, status, days, words):
    day = date(2026, 11, 23) + timedelta(days=days)
    ProgramFactory(status=status, starts_on=day, ends_on=day)

    assert words in page(as_organizer)


def test_a_long_finished_program_leaves_the_table(as_organizer):
    ProgramFactory(
        title="지난가을 과정",
        status="finished",
        starts_on=date(2026, 9, 1),
        ends_on=date(2026, 9, 2),
    )
    ProgramFactory(
        title="갓 끝난 과정",
        status="finished",
        starts_on=date(2026, 11, 18),
        ends_on=date(2026, 11, 19),
    )

    text = page(as_organizer)

    assert "갓 끝난 과정" in text
    assert "지난가을 과정" not in text


def grow(organizer, number):
    """Programs that each have something of everything the page shows."""
    for _n in range(number - Program.objects.count()):
        program = ProgramFactory()
        visit(program, host_state=HostState.ASKED)
        EnrollmentFactory(program=program)
        publication(program, by=organizer)


def test_the_page_asks_the_same_number_of_questions_of_1_10_and_100_programs(
    as_organizer, organizer, django_assert_max_num_queries
):
    counts = []
    for number in (1, 10, 100):
        grow(organizer, number)
        with django_assert_max_num_queries(15) as asked:
            assert as_organizer.get(reverse("organize:home")).status_code == 200
        counts.append(len(asked))

    assert len(set(counts)) == 1


def test_only_organizers_and_administrators_come_in(leader, administrator):
    assert signed_in(leader).get(reverse("organize:home")).status_code == 403
    assert signed_in(UserFactory()).get(reverse("organize:gallery")).status_code == 403
    assert signed_in(administrator).get(reverse("organize:home")).status_code == 200


def test_the_gallery_shows_every_component_and_its_errors(as_organizer):
    shown = as_organizer.get(reverse("organize:gallery"))
    refused = as_organizer.post(reverse("organize:gallery"), {"title": ""})

    assert (shown.status_code, refused.status_code) == (200, 422)


def test_messages_that_do_not_go_out_are_the_first_thing_to_do(as_organizer):
    program = ProgramFactory()
    message(program, due_at=NOW - timedelta(minutes=9))

    text = page(as_organizer)

    assert "알림이 9분째 나가지 못하고 있습니다" in text


def test_messages_that_go_out_in_time_are_nothing_to_do(as_organizer):
    message(ProgramFactory(), due_at=NOW - timedelta(seconds=30))

    assert "나가지 못하고" not in page(as_organizer)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"held_until": NOW - timedelta(hours=1)}, "보류 시한이 지난 알림 1건"),
        ({"held_until": NOW + timedelta(hours=1), "channel": "copy"}, "직접 전할 문구 1건"),
    ],
)
def test_held_messages_that_wait_for_a_person_are_something_to_do(as_organizer, fields, words):
    message(ProgramFactory(), state=MessageState.HELD, held_reason="야간", **fields)

    assert words in page(as_organizer)


def test_people_who_have_not_seen_a_change_are_something_to_do(as_organizer):
    program = ProgramFactory(status=ProgramStatus.CONFIRMED)
    issue = publication(program, number=2)
    sent = {"state": MessageState.ACCEPTED, "accepted_at": NOW, "kind": "change"}
    for _person in range(4):
        message(program, publication=issue, due_at=NOW - timedelta(hours=2), **sent)

    text = page(as_organizer)

    assert "바뀐 일정을 4명이 보지 않았습니다" in text
    assert reverse("organize:unseen-list", args=[program.code, 2]) in text


def test_who_was_told_this_minute_has_time_to_look(as_organizer):
    program = ProgramFactory(status=ProgramStatus.CONFIRMED)
    issue = publication(program, number=2)
    sent = {"state": MessageState.ACCEPTED, "accepted_at": NOW, "kind": "change"}
    message(program, publication=issue, due_at=NOW, **sent)

    assert "보지 않았습니다" not in page(as_organizer)
