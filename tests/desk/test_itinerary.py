"""The organizer's day list: what can be typed, what is refused, and what it costs."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from site_visits.models import HostState, ItemKind, ItineraryItem, SiteClosure, SiteVisit
from tests.factories.participants import EnrollmentFactory
from tests.factories.programs import GroupFactory, ProgramFactory
from tests.factories.site_visits import ItemFactory, SiteFactory, VisitItemFactory, at

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


def typed(program, **more):
    return {
        "title": "프롬프트 실습",
        "day": str(program.starts_on),
        "starts_at": "10:00",
        "ends_at": "11:00",
        "uid": str(uuid4()),
    } | more


def test_an_empty_itinerary_says_what_to_do(desk, program):
    page = desk.get(url("item-list", program.code))

    assert page.status_code == 200
    assert "첫 일정 넣기" in page.text


def test_the_list_shows_days_totals_and_warnings(desk, program):
    ItemFactory(program=program, title="실습")
    ItemFactory(
        program=program, title="겹치는 이동", kind=ItemKind.TRAVEL, km=12, counts_as_learning=False
    )
    ItemFactory(program=program, title="언젠가", starts_at=None, ends_at=None)

    page = desk.get(url("item-list", program.code)).text

    for words in ("1일차 · 12. 3.(목)", "12 km", "1시간 30분 겹칩니다", "시간 미정", "언젠가"):
        assert words in page


@pytest.mark.parametrize("kind", ItemKind.values)
def test_every_kind_has_a_form_and_can_be_added(desk, program, kind):
    page = url("item-create", program.code) + f"?kind={kind}"
    assert desk.get(page).status_code == 200

    answer = desk.post(page, typed(program, site=SiteFactory().pk))

    item = program.items.get()
    assert (answer.status_code, item.kind) == (302, kind)
    assert answer.url.endswith(f"#item-{item.uid}")


def test_the_new_item_follows_the_one_before(desk, program):
    before = ItemFactory(program=program)

    page = desk.get(url("item-create", program.code) + f"?kind=session&after={before.uid}").text

    assert 'value="12:00"' in page
    assert 'value="13:00"' in page
    assert (
        desk.get(url("item-create", program.code) + "?after=nonsense&day=x&minutes=-5").status_code
        == 200
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ends_at": "09:00"}, "끝나는 시각이 시작 시각보다"),
        ({"ends_at": ""}, "끝나는 시각을 적어"),
        ({"starts_at": ""}, "시작 시각을 적어"),
        ({"day": ""}, "날짜를 적어"),
        ({"day": "어제"}, "날짜를 알 수 없습니다"),
        ({"day": "2026-12-05"}, "밖의 날입니다"),
        ({"ends_at": "12:00", "ends_next_day": "on"}, "24시간을 넘을 수"),
        ({"title": ""}, "제목을 적어"),
        ({"title": "가" * 1000}, "120"),
        ({"site": "999999"}, "없는 방문지입니다"),
        ({"groups": "999999"}, "이 과정에 없는 조"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_nothing_is_saved(desk, program, change, words):
    GroupFactory(program=program)

    answer = desk.post(url("item-create", program.code) + "?kind=session", typed(program, **change))

    assert answer.status_code == 422
    assert words in answer.text
    assert 'aria-invalid="true"' in answer.text or "groups" in change
    assert not program.items.exists()


def test_a_group_of_another_program_and_a_retired_site_are_refused(desk, program):
    other = GroupFactory()
    retired = SiteFactory(retired_on=program.starts_on)

    for change in ({"groups": other.pk}, {"site": retired.pk}):
        answer = desk.post(
            url("item-create", program.code) + "?kind=session", typed(program, **change)
        )
        assert answer.status_code == 422
    assert not program.items.exists()


def test_decomposed_hangul_is_stored_composed_and_nul_is_refused(desk, program):
    desk.post(
        url("item-create", program.code) + "?kind=session",
        typed(program, title="\u1112\u1161\u11ab글"),
    )

    assert program.items.get().title == "한글"
    page = url("item-create", program.code) + "?kind=session"
    assert desk.post(page, typed(program, title="가\x00나")).status_code == 400


def test_a_double_submit_adds_one_item_and_ends_on_the_same_page(desk, program):
    data = typed(program)
    page = url("item-create", program.code) + "?kind=session"

    one, two = desk.post(page, data), desk.post(page, data)

    assert one.url == two.url
    assert program.items.count() == 1


def test_a_visit_on_a_closed_day_is_saved_and_said_at_once(desk, program):
    site = SiteFactory(name="박물관")
    SiteClosure.objects.create(site=site, kind="weekday", weekday=3)

    answer = desk.post(
        url("item-create", program.code) + "?kind=visit", typed(program, site=site.pk), follow=True
    )

    assert program.items.count() == 1
    assert "쉬는 날입니다" in str([str(message) for message in answer.context["messages"]])


def test_a_stale_form_keeps_what_was_typed_and_shows_the_other_value(desk, program):
    item = ItemFactory(program=program, title="처음")
    ItineraryItem.objects.filter(pk=item.pk).update(title="남이 고침", version=2)

    answer = desk.post(
        url("item-edit", program.code, item.uid), typed(program, title="내가 고침", version=1)
    )

    assert answer.status_code == 409
    assert "남이 고침" in answer.text
    assert 'value="내가 고침"' in answer.text
    assert 'name="version" value="2"' in answer.text
    item.refresh_from_db()
    assert item.title == "남이 고침"


def test_quick_buttons_move_by_minutes_as_page_or_fragment(desk, program):
    item = ItemFactory(program=program)
    page = url("item-move", program.code, item.uid)

    answer = desk.post(page, {"version": 1, "by": 15})
    piece = desk.post(page, {"version": 2, "by": -5}, headers={"HX-Request": "true"})

    assert answer.url.endswith(f"#item-{item.uid}")
    assert piece.status_code == 200
    assert piece.text.lstrip().startswith('<div id="plan">')
    before = item.starts_at
    item.refresh_from_db()
    assert (item.starts_at - before, item.version) == (timedelta(minutes=10), 3)


def test_a_move_keeps_the_length_and_can_take_the_item_out(desk, program):
    item = ItemFactory(program=program)
    page = url("item-move", program.code, item.uid)

    desk.post(page, {"version": 1, "day": "2026-12-04", "starts_at": "14:00"})
    item.refresh_from_db()
    assert (item.starts_at, item.minutes) == (at(program.ends_on, "14:00"), 90)

    desk.post(page, {"version": 2, "unschedule": "1"})
    item.refresh_from_db()
    assert item.starts_at is None


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"version": 9, "by": 5}, 409),
        ({"by": 5}, 422),
        ({"version": 1, "by": "x"}, 422),
        ({"version": 1, "by": 99999}, 422),
        ({"version": 1, "day": "2026-12-04", "starts_at": "25:00"}, 422),
        ({"version": 1, "day": "2026-12-05", "starts_at": "10:00"}, 422),
        ({"version": 1, "day": "2026-12-04", "starts_at": "10:00", "minutes": -5}, 422),
        ({}, 422),
    ],
)
def test_a_move_that_makes_no_sense_changes_nothing(desk, program, data, status):
    item = ItemFactory(program=program)

    answer = desk.post(url("item-move", program.code, item.uid), data)

    assert answer.status_code == status
    item.refresh_from_db()
    assert item.version == 1


def test_moving_a_confirmed_visit_says_that_the_host_must_be_asked_again(desk, program, now):
    item = VisitItemFactory(program=program)
    SiteVisit.objects.filter(item=item).update(
        host_state=HostState.CONFIRMED,
        asked_at=now,
        answered_at=now,
        asked_starts_at=item.starts_at,
        asked_ends_at=item.ends_at,
    )

    answer = desk.post(
        url("item-move", program.code, item.uid), {"version": 1, "by": 5}, follow=True
    )

    assert "다시 요청해 주세요" in answer.text
    item.visit.refresh_from_db()
    assert item.visit.host_state == HostState.NOT_ASKED


def test_a_fix_is_one_click_and_a_broken_one_is_refused(desk, program):
    first = ItemFactory(program=program)
    second = ItemFactory(program=program, starts_at=first.starts_at + timedelta(minutes=60))
    page = desk.get(url("item-list", program.code)).text
    shift = f"{second.uid}:1:30:30"
    assert shift in page

    assert desk.post(url("item-fix", program.code), {"shift": shift}).status_code == 302
    assert "겹칩니다" not in desk.get(url("item-list", program.code)).text
    other = ItemFactory()
    for bad in (
        "",
        "x:y",
        f"{uuid4()}:1:0:0",
        f"{other.uid}:1:5:5",
        f"{first.uid}:1:99999999999:0",
        f"{first.uid}:1:0:-90",
    ):
        assert desk.post(url("item-fix", program.code), {"shift": bad}).status_code == 422
    other.refresh_from_db()
    assert other.version == 1


def test_cancel_restore_and_delete(desk, program):
    item = ItemFactory(program=program)
    assert desk.get(url("item-cancel", program.code, item.uid)).status_code == 200
    assert (
        desk.post(
            url("item-cancel", program.code, item.uid), {"version": 1, "reason": ""}
        ).status_code
        == 422
    )

    desk.post(url("item-cancel", program.code, item.uid), {"version": 1, "reason": "기관 사정"})
    item.refresh_from_db()
    assert item.is_cancelled
    edit = desk.post(
        url("item-edit", program.code, item.uid) + "?kind=session", typed(program, version=2)
    )
    assert edit.status_code == 422
    desk.post(url("item-restore", program.code, item.uid), {"version": 2})
    assert desk.post(url("item-delete", program.code, item.uid), {"version": 2}).status_code == 422
    desk.post(url("item-delete", program.code, item.uid), {"version": 3})

    assert not program.items.exists()


@pytest.mark.parametrize("name", ["item-edit", "item-cancel", "item-delete"])
def test_an_item_of_another_program_is_not_found(desk, program, name):
    other = ItemFactory()

    assert desk.get(url(name, program.code, other.uid)).status_code == 404
    assert (
        desk.post(url("item-move", program.code, other.uid), {"version": 1, "by": 5}).status_code
        == 404
    )


def test_only_organizers_enter(client, leader, program):
    client.force_login(leader)

    assert client.get(url("item-list", program.code)).status_code == 403


@pytest.mark.parametrize("size", [1, 10, 100])
def test_the_list_costs_the_same_at_any_size(desk, program, size, django_assert_num_queries):
    for number in range(size):
        item = VisitItemFactory(
            program=program,
            starts_at=at(program.starts_on, "08:00") + timedelta(minutes=5 * number),
        )
        item.groups.set([GroupFactory(program=program)])
        if number < program.capacity:
            EnrollmentFactory(program=program)
    desk.get(url("item-list", program.code))

    with django_assert_num_queries(11):
        desk.get(url("item-list", program.code))
