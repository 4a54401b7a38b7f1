"""Day, week and list: the same board in three ways, and what the address remembers of it."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from programs.models import Program
from tests.browser.board import (
    address,
    card,
    drag,
    expect_at,
    item_called,
    look_at,
    open_board,
    spot,
)
from tests.browser.board import day as column
from tests.browser.test_board_together import faults
from tests.factories.programs import ProgramFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(visit):
    return visit("organizer")


def row(page: Page, title: str) -> Locator:
    return page.locator("#board-list").get_by_role("listitem").filter(has_text=title).first


def test_the_list_shows_the_same_items_and_the_address_remembers_it(page):
    program = open_board(page)

    page.get_by_role("button", name="목록", exact=True).click()
    expect(page.locator("#board-list [data-uid]")).to_have_count(program.items.live().count())
    page.reload()

    expect(row(page, "석식")).to_contain_text("18:30~19:30")
    assert page.url.endswith(f"{address(program.code)}?view=list")
    page.get_by_role("button", name="하루", exact=True).click()
    page.get_by_role("button", name="뒤 날짜").click()
    page.wait_for_url(re.compile(f"view=day&day={program.ends_on}"))
    page.reload()
    expect(column(page, program.ends_on)).to_be_visible()
    expect(column(page, program.starts_on)).to_have_count(0)


def test_in_the_list_a_time_is_mended_by_keyboard_and_a_problem_by_its_way_out(page):
    program = Program.objects.get(code="ai-field-1")
    lunch = program.items.filter(title="중식").order_by("starts_at").last()
    page.goto(f"{address(program.code)}?view=list")
    here = page.locator(f'#board-list [data-uid="{lunch.uid}"]')
    here.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowDown")
    expect(here).to_be_focused()

    page.keyboard.press("Enter")
    start = page.get_by_role("form", name="시간").get_by_label("시작")
    expect(start).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("11:30")
    page.keyboard.press("Enter")
    problem = page.locator(f'[data-item="{lunch.uid}"]').get_by_text("15분 겹칩니다").first
    expect(problem).to_be_visible()
    assert faults(page) == []
    page.locator(f'[data-item="{lunch.uid}"]').get_by_role(
        "button", name=re.compile("줄이기|앞당기|일찍|늦추")
    ).first.click()

    expect(problem).to_have_count(0)
    expect(page.locator("#board-list")).not_to_contain_text("겹칩니다")


def test_on_a_phone_a_tap_in_the_list_opens_the_times_and_saving_leads_back(visit):
    page = visit("organizer", size=(360, 780))
    program = Program.objects.get(code="ai-field-1")
    page.goto(f"{address(program.code)}?view=list")
    row(page, "석식").get_by_role("button").first.click()
    form = page.get_by_role("form", name="시간")
    expect(form.get_by_label("시작")).to_be_in_viewport()

    form.get_by_label("시작").fill("18:40")
    form.get_by_role("button", name="이 시간으로").click()

    expect(row(page, "석식")).to_contain_text("18:40~19:40")
    expect(row(page, "석식")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_week_of_seven_days_needs_no_scrolling_sideways(visit, language):
    trip = Program.objects.get(code="ai-field-1")
    ProgramFactory(code="week", starts_on=trip.starts_on, ends_on=trip.starts_on + timedelta(6))
    page = visit("organizer", language=language)
    open_board(page, "week")
    expect(page.locator("#board-grid .board-day")).to_have_count(7)
    sideways = "node => node.scrollWidth - node.clientWidth"
    assert page.locator("#board-scroll").evaluate(sideways) == 0
    expect(page.locator("#board-pool")).to_be_hidden()

    page.locator("[data-panel=pool]").click()

    expect(page.locator("#board-pool")).to_be_visible()
    assert page.locator("#board-scroll").evaluate(sideways) == 0
    assert faults(page) == []


def test_alt_moves_the_start_and_shift_the_end_by_keyboard(page):
    program = open_board(page)
    item = item_called(program, "석식")
    card(page, item).focus()

    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Enter")
    expect_at(page, item, program.starts_on, "18:00~19:45")
    page.keyboard.press("Alt+ArrowDown")
    for _ in range(9):
        page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Enter")

    # Never past its own end.
    expect_at(page, item, program.starts_on, "19:40~19:45")


def test_a_move_made_after_the_session_is_over_is_kept_and_saved_after_signing_in(visit, settings):
    page = visit("organizer", refused=401)
    program = open_board(page)
    item = item_called(program, "석식")
    look_at(page, 16 * 60)
    context, session = page.context, page.context.cookies()
    context.clear_cookies(name=settings.SESSION_COOKIE_NAME)

    drag(page, card(page, item), spot(page, program.starts_on, 20 * 60))
    expect(page.get_by_text("로그인이 끝났습니다")).to_be_visible()
    expect(card(page, item)).to_have_accessible_name(re.compile("20:00~21:00"))
    context.add_cookies(session)
    page.evaluate("window.dispatchEvent(new Event('focus'))")

    expect_at(page, item, program.starts_on, "20:00~21:00")
    expect(page.get_by_text("로그인이 끝났습니다")).to_be_hidden()
