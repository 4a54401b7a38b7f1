"""What the board does with a whole day or several cards at once: shown first, then done."""

import re

import pytest
from playwright.sync_api import expect

from site_visits.models import ItemKind
from tests.browser.board import (
    HOUR,
    card,
    drag,
    expect_at,
    item_called,
    look_at,
    minute_of,
    open_board,
    said,
    spot,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(visit):
    return visit("organizer")


def test_the_rest_of_a_day_is_shown_first_and_then_shifted(page):
    program = open_board(page)
    dinner, talk = item_called(program, "석식"), item_called(program, "분임토의: 우리 군 적용과제")
    look_at(page, 16 * 60)
    card(page, dinner).click()

    page.keyboard.press("s")
    dialog = page.get_by_role("dialog", name="나머지 밀기·당기기")
    expect(dialog.get_by_label("이 시각부터")).to_have_value("18:30")
    dialog.get_by_label("늦추기(분)").fill("10")
    expect(dialog.get_by_role("listitem").filter(has_text="석식")).to_contain_text("18:40~19:40")
    dinner.refresh_from_db()
    assert minute_of(dinner.starts_at) == 18 * 60 + 30
    # Pressed twice by an impatient hand, and done once.
    dialog.get_by_role("button", name="이대로 옮기기").dblclick()

    expect(dialog).to_be_hidden()
    expect_at(page, dinner, program.starts_on, "18:40~19:40")
    expect_at(page, talk, program.starts_on, "19:50~20:50")


def test_one_visit_becomes_one_slot_for_each_group_in_lanes_side_by_side(page):
    program = open_board(page)
    visit = item_called(program, "스마트관광·도시데이터 현장")
    look_at(page, 12 * 60)
    card(page, visit).click()

    page.keyboard.press("t")
    dialog = page.get_by_role("dialog", name="조별로 나누기")
    for name in ("4조", "5조", "6조"):
        dialog.get_by_label(name).uncheck()
    expect(dialog.get_by_role("listitem").filter(has_text="15:15~16:45").first).to_be_visible()
    dialog.get_by_role("button", name="이대로 나누기").click()
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="조별로", exact=True).click()
    expect(page.locator("#board-grid")).to_have_class(re.compile("by-group"))

    slots = program.items.filter(kind=ItemKind.VISIT, site=visit.site).order_by("starts_at")
    assert [[group.name for group in slot.groups.all()] for slot in slots] == [
        ["1조"],
        ["2조"],
        ["3조"],
    ]
    lefts = [card(page, slot).bounding_box()["x"] for slot in slots]
    assert lefts == sorted(set(lefts))


def test_a_frame_drawn_with_shift_chooses_what_it_touches(page):
    program = open_board(page)
    dinner, talk = item_called(program, "석식"), item_called(program, "분임토의: 우리 군 적용과제")
    look_at(page, 17 * 60)
    x, y = spot(page, program.starts_on, 18 * 60 + 22)

    page.keyboard.down("Shift")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 20, y + 2 * HOUR, steps=6)
    page.mouse.up()
    page.keyboard.up("Shift")

    for item in (dinner, talk):
        expect(card(page, item)).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("heading", name="일정 2건")).to_be_visible()


def test_a_copy_goes_to_another_day(page):
    program = open_board(page)
    item = item_called(program, "석식")
    look_at(page, 16 * 60)
    card(page, item).click()

    page.keyboard.press("d")
    dialog = page.get_by_role("dialog", name="복제")
    dialog.get_by_label("날짜").select_option(program.ends_on.isoformat())
    dialog.get_by_label("시작").fill("20:00")
    dialog.get_by_role("button", name="복제").click()

    expect(dialog).to_be_hidden()
    copy = program.items.filter(title="석식").exclude(pk=item.pk).get()
    expect_at(page, copy, program.ends_on, "20:00~21:00")


def test_a_block_only_planners_see_is_added_by_the_form(page):
    program = open_board(page)
    page.keyboard.press("n")
    dialog = page.get_by_role("dialog", name="일정 넣기")
    dialog.get_by_label("종류").select_option("rest")
    dialog.get_by_label("제목").fill("버스 기사 휴식")
    dialog.get_by_label("날짜").select_option(program.ends_on.isoformat())
    dialog.get_by_label("시작").fill("19:10")
    dialog.get_by_label("담당자에게만 보이기").check()

    dialog.get_by_role("button", name="넣기", exact=True).click()

    expect(said(page)).to_contain_text("버스 기사 휴식")
    block = program.items.get(title="버스 기사 휴식")
    assert block.planner_only
    expect(card(page, block)).to_have_accessible_name(re.compile("담당자만"))


def test_two_cards_are_dragged_by_either_and_undone_as_one_step(page):
    program = open_board(page)
    dinner, talk = item_called(program, "석식"), item_called(program, "분임토의: 우리 군 적용과제")
    look_at(page, 16 * 60)
    card(page, dinner).click()
    card(page, talk).click(modifiers=["Shift"])
    drag(page, card(page, talk), spot(page, program.starts_on, 20 * 60))
    expect_at(page, dinner, program.starts_on, "18:50~19:50")

    page.keyboard.press("ControlOrMeta+z")

    expect_at(page, dinner, program.starts_on, "18:30~19:30")
    expect_at(page, talk, program.starts_on, "19:40~20:40")


def test_a_way_out_pressed_twice_is_taken_once_and_nobody_else_is_blamed(page):
    program = open_board(page)
    dinner = item_called(program, "석식")
    look_at(page, 16 * 60)
    card(page, dinner).click()
    page.locator("#chosen-start").fill("17:50")
    page.locator("#chosen-start").press("Enter")
    expect_at(page, dinner, program.starts_on, "17:50~18:50")

    sent = []
    page.on(
        "request", lambda request: sent.append(request.url) if request.method == "POST" else None
    )

    page.get_by_role("button", name=re.compile("석식: .*늦추기")).first.dblclick()

    expect_at(page, dinner, program.starts_on, "18:20~19:20")
    page.wait_for_load_state("networkidle")
    assert len(sent) == 1
    expect(page.locator("#board-theirs")).to_be_hidden()


def test_a_day_is_shifted_once_though_the_answer_was_lost_on_the_way(visit):
    # Chromium notes the lost answer as an error of the page.
    page = visit("organizer", refused="ERR_FAILED")
    program = open_board(page)
    dinner = item_called(program, "석식")
    lost = []

    def lose_the_first_answer(route):
        answer = route.fetch()
        if not lost and not route.request.post_data_json.get("preview"):
            lost.append(answer.status)
            return route.abort()
        return route.fulfill(response=answer)

    page.route("**/board/commands/", lose_the_first_answer)
    look_at(page, 16 * 60)
    card(page, dinner).click()
    page.keyboard.press("s")
    dialog = page.get_by_role("dialog", name="나머지 밀기·당기기")
    dialog.get_by_label("늦추기(분)").fill("10")
    expect(dialog.get_by_role("listitem").filter(has_text="석식")).to_contain_text("18:40~19:40")

    dialog.get_by_role("button", name="이대로 옮기기").click()

    expect(dialog).to_be_hidden()
    expect_at(page, dinner, program.starts_on, "18:40~19:40")
    assert lost == [200]


def test_what_people_were_told_of_is_not_cancelled_without_a_reason(page):
    program = open_board(page)
    breakfast = item_called(program, "간편 조식")
    card(page, breakfast).click()
    page.get_by_role("button", name="취소…").click()
    dialog = page.get_by_role("dialog", name="일정 취소")

    dialog.get_by_role("button", name="일정 취소").click()
    expect(dialog).to_be_visible()
    dialog.get_by_label("사유").fill("휴게소 공사")
    dialog.get_by_role("button", name="일정 취소").click()

    expect(dialog).to_be_hidden()
    expect(card(page, breakfast)).to_have_count(0)
    breakfast.refresh_from_db()
    assert breakfast.cancel_reason == "휴게소 공사"
