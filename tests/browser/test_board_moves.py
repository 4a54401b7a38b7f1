"""The board by mouse: other times and days, out of the plan and back, longer and shorter, undone and done again."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.board import (
    HOUR,
    card,
    drag,
    expect_at,
    item_called,
    look_at,
    open_board,
    said,
    spot,
    unscheduled,
)

pytestmark = pytest.mark.django_db(transaction=True)

VISIT = "스마트관광·도시데이터 현장"


@pytest.fixture
def page(visit):
    return visit("organizer")


def test_a_card_is_dragged_to_another_time_and_day_and_shows_the_time_before_it_is_dropped(page):
    program = open_board(page)
    item = item_called(program, "석식")
    look_at(page, 16 * 60)

    drag(page, card(page, item), spot(page, program.ends_on, 20 * 60), let_go=False)
    ghost = page.locator(".board-ghost")
    expect(ghost).to_contain_text("20:00~21:00")
    expect(ghost).to_contain_text("+1시간 30분")
    page.mouse.up()

    expect_at(page, item, program.ends_on, "20:00~21:00")
    expect(ghost).to_have_count(0)


def test_escape_puts_a_dragged_card_back(page):
    program = open_board(page)
    item = item_called(program, "석식")
    look_at(page, 16 * 60)
    drag(page, card(page, item), spot(page, program.starts_on, 21 * 60), let_go=False)
    expect(page.locator(".board-ghost")).to_be_visible()

    page.keyboard.press("Escape")
    page.mouse.up()

    expect_at(page, item, program.starts_on, "18:30~19:30")
    expect(page.locator(".board-ghost")).to_have_count(0)


def test_times_that_cannot_work_are_shaded_while_a_card_is_held(page):
    program = open_board(page)
    item = item_called(program, VISIT)
    look_at(page, 12 * 60)

    drag(page, card(page, item), spot(page, program.starts_on, 14 * 60 + 30), let_go=False)

    expect(page.locator(".board-shade").first).to_be_attached()
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(page.locator(".board-shade")).to_have_count(0)


def test_a_card_goes_out_of_the_plan_and_back_onto_a_day(page):
    program = open_board(page)
    item = item_called(program, "석식")
    look_at(page, 16 * 60)
    pool = page.locator("#board-pool").bounding_box()

    drag(page, card(page, item), (pool["x"] + 60, pool["y"] + 200))

    expect(unscheduled(page, item)).to_be_visible()
    expect(card(page, item)).to_have_count(0)
    drag(page, unscheduled(page, item), spot(page, program.ends_on, 20 * 60 + 8))
    expect_at(page, item, program.ends_on, "20:00~21:00")


def test_a_site_of_the_catalogue_is_dropped_onto_a_day(page):
    program = open_board(page)
    look_at(page, 17 * 60)
    page.get_by_role("searchbox", name="찾기").first.fill("로봇인공지능")
    site = (
        page.locator("#pool-sites").get_by_role("option").filter(has_text="서울로봇인공지능과학관")
    )
    expect(page.locator("#pool-sites").get_by_role("option")).to_have_count(1)

    drag(page, site, spot(page, program.ends_on, 20 * 60 + 8))

    expect(said(page)).to_contain_text("서울로봇인공지능과학관")
    item = program.items.get(site__name="서울로봇인공지능과학관")
    expect_at(page, item, program.ends_on, f"20:00~21:{'30' if item.minutes == 90 else '00'}")


def test_the_bottom_edge_makes_a_card_longer(page):
    program = open_board(page)
    item = item_called(program, VISIT)
    look_at(page, 12 * 60)
    box = card(page, item).bounding_box()

    page.mouse.move(box["x"] + 60, box["y"] + box["height"] - 1)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + box["height"] - 1 + HOUR / 2, steps=6)
    expect(page.locator(".board-ghost")).to_contain_text("13:45~15:45")
    page.mouse.up()

    expect_at(page, item, program.starts_on, "13:45~15:45")


def test_several_chosen_cards_move_together(page):
    program = open_board(page)
    dinner, talk = item_called(program, "석식"), item_called(program, "분임토의: 우리 군 적용과제")
    look_at(page, 16 * 60)
    card(page, dinner).click()
    card(page, talk).click(modifiers=["ControlOrMeta"])
    expect(page.get_by_role("heading", name="일정 2건")).to_be_visible()

    drag(page, card(page, dinner), spot(page, program.ends_on, 20 * 60))

    expect_at(page, dinner, program.ends_on, "20:00~21:00")
    expect_at(page, talk, program.ends_on, "21:10~22:10")


def test_a_move_is_undone_and_done_again_also_after_the_page_was_left(page):
    program = open_board(page)
    item = item_called(program, "석식")
    look_at(page, 16 * 60)
    drag(page, card(page, item), spot(page, program.starts_on, 20 * 60))
    expect_at(page, item, program.starts_on, "20:00~21:00")

    page.keyboard.press("ControlOrMeta+z")
    expect_at(page, item, program.starts_on, "18:30~19:30")
    page.reload()
    redo = page.get_by_role("button", name=re.compile("^다시 하기"))
    expect(redo).to_have_accessible_name(re.compile("석식"))
    redo.click()
    expect_at(page, item, program.starts_on, "20:00~21:00")
    page.get_by_role("button", name=re.compile("^되돌리기")).click()
    expect_at(page, item, program.starts_on, "18:30~19:30")


def test_exact_times_are_typed_instead_of_dragged(page):
    program = open_board(page)
    item = item_called(program, "석식")
    look_at(page, 16 * 60)
    card(page, item).click()
    panel = page.get_by_role("region", name="고른 일정")

    panel.get_by_label("시작").fill("1917")
    panel.get_by_label("길이(분)").fill("43")
    panel.get_by_role("button", name="이 시간으로").click()

    expect_at(page, item, program.starts_on, "19:17~20:00")


def test_drawing_over_free_time_opens_the_form_with_that_time(page):
    program = open_board(page)
    look_at(page, 19 * 60)
    x, y = spot(page, program.ends_on, 20 * 60)

    page.mouse.move(x, y + 2)
    page.mouse.down()
    page.mouse.move(x, y + HOUR, steps=6)
    page.mouse.up()

    dialog = page.get_by_role("dialog", name="일정 넣기")
    expect(dialog.get_by_label("시작")).to_have_value("20:00")
    expect(dialog.get_by_label("길이(분)")).to_have_value("60")
    dialog.get_by_label("종류").select_option("session")
    dialog.get_by_label("제목").fill("하루 정리")
    dialog.get_by_role("button", name="넣기", exact=True).click()
    expect(dialog).to_be_hidden()
    expect_at(page, program.items.get(title="하루 정리"), program.ends_on, "20:00~21:00")
