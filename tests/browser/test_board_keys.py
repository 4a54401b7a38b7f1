"""The board by keyboard alone: an empty board becomes the first day of the demo's trip."""

import re

import pytest
from playwright.sync_api import Page, expect

from core.dates import local, local_date
from programs.models import Program
from site_visits.models import ItemKind, ItineraryItem
from tests.browser.board import card, expect_at, item_called, minute_of, open_board, said
from tests.factories.programs import ProgramFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(visit):
    return visit("organizer")


def first_day(program: Program) -> list[ItineraryItem]:
    items = program.items.live().select_related("site", "origin", "target").in_order()
    return [item for item in items if local_date(item.starts_at) == program.starts_on]


def facts(item: ItineraryItem) -> tuple:
    sites = tuple(getattr(item, name) for name in ("site", "origin", "target"))
    return (item.kind, item.title, minute_of(item.starts_at), item.minutes, item.place, *sites)


def press(page: Page, keys: str) -> None:
    for key in keys.split():
        page.keyboard.press(key)


def choose_site(page: Page, site) -> None:
    """Looks for it by name; Enter takes it and leads to the list of what was found."""
    type_in(page, "방문지 찾기", site.name)
    page.keyboard.press("Enter")
    expect(page.locator("dialog[open] select:focus")).to_have_value(str(site.pk))


def choose_end(page: Page, label: str, site) -> None:
    """An end of a leg: looked for by name, then taken from its own list."""
    type_in(page, "방문지 찾기", site.name)
    found = page.locator("dialog[open]").get_by_label(label, exact=True).locator("option").last
    expect(found).to_contain_text(site.name)
    go_to(page, label)
    page.keyboard.press("End")
    expect(page.locator("dialog[open] select:focus")).to_have_value(str(site.pk))


def go_to(page: Page, label: str) -> None:
    """Tab to a field, around the dialog if need be."""
    field = page.get_by_role("dialog", name="일정 넣기").get_by_label(label, exact=True)
    for _ in range(30):
        if field.evaluate("node => node === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(field).to_be_focused()


def type_in(page: Page, label: str, text: str) -> None:
    """Over what stands there."""
    go_to(page, label)
    press(page, "ControlOrMeta+a Delete")
    page.keyboard.type(text)


def add(page: Page, item: ItineraryItem) -> None:
    """From the title, where the form begins, onwards; the kind stands before it."""
    dialog = page.get_by_role("dialog", name="일정 넣기")
    press(page, "Shift+Tab")
    expect(dialog.get_by_label("종류")).to_be_focused()
    press(page, "Home" + " ArrowDown" * ItemKind.values.index(item.kind))
    expect(dialog.get_by_label("종류")).to_have_value(item.kind)
    press(page, "Tab")
    page.keyboard.type(item.title)
    if item.site:
        choose_site(page, item.site)
    for label, site in (("출발", item.origin), ("도착", item.target)):
        if site:
            choose_end(page, label, site)
    type_in(page, "장소", item.place)
    type_in(page, "시작", local(item.starts_at).strftime("%H:%M"))
    type_in(page, "길이(분)", str(item.minutes))
    page.keyboard.press("Enter")


def test_the_first_day_of_the_trip_is_planned_from_an_empty_board_by_keyboard_alone(page):
    trip = Program.objects.get(code="ai-field-1")
    wanted = first_day(trip)
    empty = ProgramFactory(code="empty-1", starts_on=trip.starts_on, ends_on=trip.ends_on)
    open_board(page, empty.code)
    expect(page.get_by_text("아직 일정이 없습니다")).to_be_visible()

    for number, item in enumerate(wanted, start=1):
        page.keyboard.press("n")
        expect(page.get_by_role("dialog", name="일정 넣기").get_by_label("제목")).to_be_focused()
        add(page, item)
        expect(page.locator("#board-grid").get_by_role("option")).to_have_count(number)
        expect(page.get_by_role("dialog")).to_have_count(0)

    assert [facts(item) for item in first_day(empty)] == [facts(item) for item in wanted]


def test_a_card_is_picked_up_moved_by_arrows_and_put_down(page):
    program = open_board(page)
    item = item_called(program, "석식")
    card(page, item).focus()

    page.keyboard.press("Enter")
    expect(said(page)).to_contain_text("석식: 들었습니다")
    press(page, "ArrowDown ArrowDown ArrowRight Shift+ArrowDown")
    expect(said(page)).to_contain_text("19:00~20:15")
    page.keyboard.press("Enter")

    expect_at(page, item, program.ends_on, "19:00~20:15")
    expect(card(page, item)).to_be_focused()


def test_escape_leaves_the_card_where_it_was(page):
    program = open_board(page)
    item = item_called(program, "석식")
    card(page, item).focus()

    press(page, "Enter ArrowDown PageDown Escape")

    expect(said(page)).to_contain_text("제자리에")
    expect_at(page, item, program.starts_on, "18:30~19:30")


def test_arrows_walk_from_card_to_card_and_to_the_same_time_of_another_day(page):
    program = open_board(page)
    first, second = first_day(program)[:2]
    card(page, first).focus()

    page.keyboard.press("ArrowDown")
    expect(card(page, second)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(card(page, first)).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator(f'[data-date="{program.ends_on}"] [data-uid]:focus')).to_have_count(1)


def test_delete_takes_the_time_away_and_undo_brings_it_back(page):
    program = open_board(page)
    item = item_called(program, "석식")
    card(page, item).focus()

    page.keyboard.press("Delete")
    expect(
        page.locator("#pool-items").get_by_role("option", name=re.compile("석식"))
    ).to_be_visible()
    expect(card(page, item)).to_have_count(0)
    page.keyboard.press("u")

    expect_at(page, item, program.starts_on, "18:30~19:30")


def test_the_letters_can_be_switched_off_in_the_list_of_keys(page):
    open_board(page)
    page.keyboard.press("?")
    help_page = page.get_by_role("dialog", name="자판 안내")
    help_page.get_by_role("button", name="자판 단축키 끄기").click()
    expect(help_page.get_by_role("button", name="자판 단축키 켜기")).to_be_visible()
    page.keyboard.press("Escape")

    press(page, "n ?")

    expect(page.get_by_role("dialog")).to_have_count(0)
