"""The board with somebody else on it, on a tablet, on a broken line, and up to publishing; axe finds nothing."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from site_visits.models import Publication
from tests.browser.board import (
    address,
    card,
    day,
    drag,
    expect_at,
    item_called,
    look_at,
    open_board,
    spot,
)
from tests.browser.chromium import window
from tests.guards.test_pages_in_chromium import AXE, TAGS

pytestmark = pytest.mark.django_db(transaction=True)

TABLET = (1024, 768)


def faults(page: Page) -> list[str]:
    page.evaluate(AXE)
    report = page.evaluate(
        "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", TAGS
    )
    return [
        f"{one['id']}: {[node['target'] for node in one['nodes'][:2]]}"
        for one in report["violations"]
    ]


def test_of_two_windows_the_second_is_told_what_the_first_did_and_then_shows_it(visit):
    first, second = visit("organizer"), visit("admin", refused=409)
    program = open_board(first)
    item = item_called(program, "석식")
    # The second does not ask meanwhile: it must learn from the refusal.
    second.route("**/board/state/*", lambda route: route.fulfill(status=204))
    open_board(second)
    for page in (first, second):
        look_at(page, 16 * 60)
    drag(first, card(first, item), spot(first, program.starts_on, 20 * 60))
    expect_at(first, item, program.starts_on, "20:00~21:00")

    drag(second, card(second, item), spot(second, program.starts_on, 21 * 60 + 30))

    theirs = second.locator("#board-theirs")
    expect(theirs).to_contain_text("석식")
    expect(theirs).to_contain_text("18:30~19:30 → 20:00~21:00")
    expect(theirs).to_contain_text("정마루")
    expect_at(second, item, program.starts_on, "20:00~21:00")


def test_a_window_shows_by_itself_what_somebody_else_changed_and_keeps_the_focus(visit):
    first, second = visit("organizer"), visit("admin")
    program = open_board(first)
    open_board(second)
    item, other = item_called(program, "석식"), item_called(program, "조식·체크아웃")
    card(second, other).focus()
    look_at(first, 16 * 60)

    drag(first, card(first, item), spot(first, program.starts_on, 20 * 60))

    expect_at(second, item, program.starts_on, "20:00~21:00")
    expect(card(second, other)).to_be_focused()


def test_one_click_takes_a_way_out_and_the_problem_is_gone(visit):
    page = visit("organizer")
    program = open_board(page)
    lunch = program.items.filter(title="중식").order_by("starts_at").last()
    look_at(page, 10 * 60)
    drag(page, card(page, lunch), spot(page, program.ends_on, 11 * 60 + 30))
    expect_at(page, lunch, program.ends_on, "11:30~12:30")
    problem = page.locator("#problem-list").get_by_role("listitem").filter(has_text="15분 겹칩니다")
    expect(problem).to_contain_text("중식")
    expect(card(page, lunch)).to_have_class(re.compile("has-error"))

    problem.get_by_role("button", name=re.compile("줄이기|앞당기|일찍|늦추")).first.click()

    expect(problem).to_have_count(0)
    expect(card(page, lunch)).not_to_have_class(re.compile("has-error"))


def test_a_problem_leads_to_its_card(visit):
    page = visit("organizer")
    program = open_board(page)
    item = item_called(program, "스마트관광·도시데이터 현장")
    waiting = page.locator("#problem-list").get_by_role("listitem").filter(has_text=item.title)

    waiting.get_by_role("button").first.click()

    expect(card(page, item)).to_be_focused()
    expect(card(page, item)).to_be_in_viewport()


def test_an_error_is_published_with_a_reason(visit):
    page = visit("organizer")
    program = open_board(page)
    lunch = program.items.filter(title="중식").order_by("starts_at").last()
    look_at(page, 10 * 60)
    drag(page, card(page, lunch), spot(page, program.ends_on, 11 * 60 + 30))
    expect_at(page, lunch, program.ends_on, "11:30~12:30")

    page.get_by_role("link", name=re.compile("공개…")).click()
    page.get_by_label(re.compile("사유")).fill("식당 사정으로 먼저 공개합니다.")
    page.get_by_role("button", name="지금 공개").click()

    expect(page.get_by_role("status").filter(has_text="3판").first).to_be_visible()
    assert (
        Publication.objects.get(program=program, number=3).override_reason
        == "식당 사정으로 먼저 공개합니다."
    )


def test_a_finger_scrolls_and_takes_hold_after_a_moment(county, browser):
    user = User.objects.get(email="organizer@goryeong.example")
    context = window(browser, county, size=TABLET, user=user, touch=True)
    page = context.new_page()
    program = open_board(page)
    item = item_called(program, "석식")
    look_at(page, 16 * 60)
    box = card(page, item).bounding_box()
    x, y = box["x"] + 60, box["y"] + 20
    to = spot(page, program.starts_on, 20 * 60)
    hand = context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        hand.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": a, "y": b} for a, b in points]},
        )

    touch("touchStart", (x, y))
    expect(page.locator(".board-ghost")).to_be_visible()
    for step in range(1, 9):
        touch("touchMove", (x, y + (to[1] + 20 - y) * step / 8))
    expect(page.locator(".board-ghost")).to_contain_text("20:00~21:00")
    touch("touchEnd")
    expect_at(page, item, program.starts_on, "20:00~21:00")

    before = page.locator("#board-scroll").evaluate("node => node.scrollTop")
    touch("touchStart", (x, y))
    for step in range(1, 9):
        touch("touchMove", (x, y - 12 * step))
    touch("touchEnd")
    page.wait_for_function(
        "before => document.getElementById('board-scroll').scrollTop > before", arg=before
    )
    expect_at(page, item, program.starts_on, "20:00~21:00")
    context.close()


def test_what_cannot_be_sent_stays_and_is_sent_once_the_line_is_back(county, browser):
    user = User.objects.get(email="organizer@goryeong.example")
    context = window(browser, county, size=(1440, 900), user=user)
    page = context.new_page()
    program = open_board(page)
    item = item_called(program, "석식")
    look_at(page, 16 * 60)
    context.set_offline(True)

    drag(page, card(page, item), spot(page, program.starts_on, 20 * 60))
    expect(page.get_by_text("서버와 연결되지 않습니다")).to_be_visible()
    expect(card(page, item)).to_have_accessible_name(re.compile("20:00~21:00"))
    context.set_offline(False)

    expect(page.get_by_text("서버와 연결되지 않습니다")).to_be_hidden()
    expect_at(page, item, program.starts_on, "20:00~21:00")
    context.close()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_axe_finds_nothing_with_a_card_chosen_something_in_hand_and_a_dialog_open(visit, language):
    # A day without a gap has nothing to close: the dialog shows that refusal.
    page = visit("organizer", language=language, refused=422)
    program = open_board(page)
    item = item_called(program, "석식")
    card(page, item).click()
    assert faults(page) == []

    page.keyboard.press("Enter")
    expect(page.locator(".board-ghost")).to_be_visible()
    assert faults(page) == []
    page.keyboard.press("Escape")

    for key in ("n", "?", "l", "s", "g"):
        page.keyboard.press(key)
        expect(page.get_by_role("dialog")).to_be_visible()
        assert faults(page) == []
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_phone_shows_one_day_at_a_time_without_scrolling_sideways(visit):
    page = visit("organizer", size=(360, 780))
    program = open_board(page)
    expect(day(page, program.starts_on)).to_be_visible()
    expect(day(page, program.ends_on)).to_have_count(0)

    page.get_by_role("button", name="뒤 날짜").click()

    expect(day(page, program.ends_on)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.url.endswith(address(program.code))
