"""Publishing at the desk: read first, then publish exactly that."""

from datetime import timedelta

import pytest
from django.urls import reverse

from site_visits.models import ItineraryItem
from site_visits.services import publishing
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
