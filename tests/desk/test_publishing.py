"""Publishing at the desk: read first, then publish exactly that."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from programs.models import Program, ProgramStatus
from site_visits.models import ItineraryItem
from site_visits.services import publishing
from tests.factories.accounts import UserFactory
from tests.factories.participants import EnrollmentFactory
from tests.factories.programs import ProgramFactory
from tests.factories.site_visits import ItemFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def program():
    return ProgramFactory(code="ai-1")


@pytest.fixture
def desk(client, organizer):
    client.force_login(organizer)
    return client


def url(name, *args):
    return reverse(f"organize:{name}", args=args)


def as_read(program, **more):
    review = publishing.review(program)
    return {"number": review.number, "digest": review.digest} | more


def test_nothing_to_publish_says_so(desk, program):
    assert "공개할 변경이 없습니다" in desk.get(url("publish", program.code)).text


def test_the_page_lists_old_and_new_and_how_many_people_are_touched(desk, program, organizer, now):
    item = ItemFactory(program=program, title="실습")
    publishing.publish(program=program, by=organizer, at=now, expected_number=0)
    EnrollmentFactory(program=program)
    item.starts_at += timedelta(minutes=15)
    item.ends_at += timedelta(minutes=15)
    item.save()

    page = desk.get(url("publish", program.code)).text

    for words in ("2판 공개", "교육생 1명의 일정이", "10:30~12:00", "10:45~12:15", "시간 변경"):
        assert words in page


def test_publishing_leads_to_the_publication(desk, program):
    ItemFactory(program=program, title="실습")

    answer = desk.post(
        url("publish", program.code), as_read(program, comment="처음 알립니다"), follow=True
    )

    assert answer.redirect_chain == [(url("publication-detail", program.code, 1), 302)]
    for words in ("공개 1판", "지금 보이는 판", "처음 알립니다", "실습"):
        assert words in answer.text
    assert "1판" in desk.get(url("publication-list", program.code)).text


def test_an_unsolved_error_needs_a_reason(desk, program):
    ItemFactory(program=program)
    ItemFactory(program=program)

    answer = desk.post(url("publish", program.code), as_read(program))

    assert answer.status_code == 422
    assert "사유를 적어 주세요" in answer.text
    assert not program.publications.exists()
    desk.post(url("publish", program.code), as_read(program, override_reason="두 조로 나눕니다"))
    assert program.publications.get().override_reason == "두 조로 나눕니다"


def test_a_draft_edited_after_reading_is_shown_again_and_what_was_typed_stays(desk, program):
    item = ItemFactory(program=program, title="처음")
    read = as_read(program, comment="알립니다")
    ItineraryItem.objects.filter(pk=item.pk).update(title="그사이 바뀜", version=2)

    answer = desk.post(url("publish", program.code), read)

    assert answer.status_code == 409
    assert "그사이 바뀜" in answer.text
    assert 'value="알립니다"' in answer.text
    assert publishing.review(program).digest in answer.text
    assert not program.publications.exists()


def test_a_double_submit_publishes_once(desk, program):
    ItemFactory(program=program)
    read = as_read(program)

    one, two = (
        desk.post(url("publish", program.code), read),
        desk.post(url("publish", program.code), read),
    )

    assert (one.status_code, two.status_code) == (302, 409)
    assert program.publications.count() == 1


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"number": "x", "digest": "y"},
        {"number": -1, "digest": "0" * 64},
        {"number": 0, "digest": "g" * 64},
    ],
)
def test_a_form_without_what_was_read_publishes_nothing(desk, program, data):
    ItemFactory(program=program)

    assert desk.post(url("publish", program.code), data).status_code == 422
    assert not program.publications.exists()


def test_unknown_publications_are_not_found(desk, program):
    assert desk.get(url("publication-detail", program.code, 7)).status_code == 404


@pytest.mark.parametrize("size", [1, 10, 100])
def test_the_pages_cost_the_same_at_any_size(
    desk, program, organizer, now, size, django_assert_num_queries
):
    for _ in range(size):
        ItemFactory(program=program)
    desk.get(url("publish", program.code))

    with django_assert_num_queries(13):
        desk.get(url("publish", program.code))
    publishing.publish(
        program=program, by=organizer, at=now, expected_number=0, override_reason="시험"
    )
    with django_assert_num_queries(8):
        desk.get(url("publication-detail", program.code, 1))
    with django_assert_num_queries(9):
        desk.get(url("publication-compare", program.code, 1, "draft"))


def test_what_is_read_comes_before_the_button_and_the_way_back_has_the_focus(desk, program):
    ItemFactory(program=program, title="실습")
    ItemFactory(program=program, title="겹치는 실습")

    page = desk.get(url("publish", program.code)).text

    order = [
        "data-focus-safe",
        "바뀌는 것",
        "겹치는 실습",
        "확인할 것",
        "override_reason",
        "지금 공개",
    ]
    places = [page.index(words) for words in order]
    assert places == sorted(places)
    assert "<details" not in page.split("<main", 1)[1], "nothing that matters is folded away"


def test_changes_stand_under_their_days(desk, program):
    ItemFactory(program=program, title="첫날")
    later = ItemFactory(program=program, title="둘째 날")
    later.starts_at += timedelta(days=1)
    later.ends_at += timedelta(days=1)
    later.save()

    page = desk.get(url("publish", program.code)).text

    order = ["2026. 12. 3.(목)", "첫날", "2026. 12. 4.(금)", "둘째 날"]
    places = [page.index(words) for words in order]
    assert places == sorted(places)


def test_the_page_says_what_stays_at_the_desk(desk, program):
    ItemFactory(program=program)
    ItemFactory(program=program, starts_at=None, ends_at=None)
    ItemFactory(program=program, planner_only=True)

    page = desk.get(url("publish", program.code)).text

    assert "시간을 정하지 않은 일정 1건, 담당자만 보는 일정 1건" in page


@pytest.fixture
def three_editions(program, organizer, now):
    """1: 실습 at 10:30. 2: at 11:00, with 점심. 3: 실습 is gone."""
    item = ItemFactory(program=program, title="실습")

    def publish(number):
        publishing.publish(
            program=program, by=organizer, at=now, expected_number=number, override_reason="시험"
        )

    publish(0)
    item.starts_at += timedelta(minutes=30)
    item.ends_at += timedelta(minutes=30)
    item.save()
    ItemFactory(program=program, title="점심")
    publish(1)
    ItineraryItem.objects.filter(pk=item.pk).update(cancelled_at=now, cancel_reason="사정")
    publish(2)
    return program


def test_any_publication_can_be_compared_with_any_other(desk, three_editions):
    first_third = desk.get(url("publication-compare", three_editions.code, 1, 3)).text
    first_second = desk.get(url("publication-compare", three_editions.code, 1, 2)).text
    back = desk.get(url("publication-compare", three_editions.code, 3, 1)).text

    assert "1판 → 3판" in first_third
    assert "<del>10:30~12:00</del>" in first_third
    assert "점심" in first_third
    for words in ("10:30~12:00", "11:00~12:30", "시간 변경", "점심", "추가"):
        assert words in first_second
    assert "3판 → 1판" in back


def test_a_publication_is_compared_with_the_draft(desk, three_editions):
    same = desk.get(url("publication-compare", three_editions.code, 3, "draft")).text
    three_editions.meeting_point = "정문"
    three_editions.save()
    ItemFactory(program=three_editions, title="새로 넣은 것")
    changed = desk.get(url("publication-compare", three_editions.code, 3, "draft")).text

    assert "일정이 같습니다" in same
    for words in ("새로 넣은 것", "정문", "집결지"):
        assert words in changed


@pytest.mark.parametrize(("one", "other"), [(1, 9), (9, "draft")])
def test_what_was_never_published_cannot_be_compared(desk, three_editions, one, other):
    assert desk.get(url("publication-compare", three_editions.code, one, other)).status_code == 404


def test_another_programs_publication_is_not_found(desk, three_editions):
    stranger = ProgramFactory(code="other")

    assert desk.get(url("publication-compare", stranger.code, 1, "draft")).status_code == 404


def digest_of(page):
    return re.search(r'name="digest" id="id_digest" value="([0-9a-f]{64})"', page)[1]


def test_restoring_is_read_first_and_leads_to_the_board(desk, three_editions):
    address = url("publication-restore", three_editions.code, 1)

    page = desk.get(address).text
    answer = desk.post(address, {"digest": digest_of(page)})

    for words in (
        "1판을 초안으로 되돌리기",
        "되살림",
        "실습",
        "점심",
        "교육생이 보는 일정은 그대로입니다",
    ):
        assert words in page
    assert (answer.status_code, answer.url) == (302, url("board", three_editions.code))
    assert publishing.latest(three_editions).number == 3
    titles = ItineraryItem.objects.live().values_list("title", flat=True)
    assert list(titles) == ["실습"]


def test_a_restore_that_was_not_read_changes_nothing(desk, three_editions):
    address = url("publication-restore", three_editions.code, 1)
    stale = digest_of(desk.get(address).text)
    ItemFactory(program=three_editions, title="그사이")

    assert desk.post(address, {}).status_code == 422
    answer = desk.post(address, {"digest": stale})

    assert answer.status_code == 409
    assert "다시 확인해 주세요" in answer.text
    assert "그사이" in answer.text
    assert not ItineraryItem.objects.live().filter(title="실습").exists()


def test_a_program_that_is_over_says_why_it_is_not_restored(desk, three_editions):
    Program.objects.update(status=ProgramStatus.FINISHED)

    page = desk.get(url("publication-restore", three_editions.code, 1)).text

    assert "끝난 과정의 일정은 고칠 수 없습니다" in page
    assert 'name="digest"' not in page


def test_the_page_says_how_many_messages_go_out_by_which_channel_and_how_long_it_takes(
    desk, program, organizer, now, settings
):
    settings.EMAIL_RATE = 0.1
    item = ItemFactory(program=program, title="실습")
    publishing.publish(program=program, by=organizer, at=now, expected_number=0)
    for _ in range(12):
        EnrollmentFactory(program=program, participant__user=UserFactory())
    ItineraryItem.objects.filter(pk=item.pk).update(place="2층", version=2)

    page = desk.get(url("publish", program.code)).text

    for words in ("알림 12건이 나갑니다", "나갈 알림", "전자우편 12", "약 2분"):
        assert words in page


def test_changes_that_concern_nobody_send_nothing_and_the_page_says_so(desk, program):
    ItemFactory(program=program)

    assert "이 변경으로 나갈 알림은 없습니다" in desk.get(url("publish", program.code)).text
