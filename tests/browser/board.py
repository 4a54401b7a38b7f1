"""The board as a person handles it: which card, which time, how it is dragged there."""

import re
from datetime import date, datetime

from playwright.sync_api import Locator, Page, expect

from core.dates import ktimerange, local
from programs.models import Program
from site_visits.models import ItineraryItem

HOUR = 72


def address(code: str) -> str:
    return f"/organize/programs/{code}/board/"


def open_board(page: Page, code: str = "ai-field-1") -> Program:
    page.goto(address(code))
    expect(page.locator("#board")).to_be_visible()
    return Program.objects.get(code=code)


def day(page: Page, on: date) -> Locator:
    return page.locator(f'.board-day[data-date="{on.isoformat()}"]')


def card(page: Page, item: ItineraryItem) -> Locator:
    return page.locator(f'#board-grid [data-uid="{item.uid}"]')


def unscheduled(page: Page, item: ItineraryItem) -> Locator:
    return page.locator("#pool-items").get_by_role("option").filter(has_text=item.title)


def item_called(program: Program, title: str) -> ItineraryItem:
    return program.items.filter(title=title).order_by("starts_at").first()


def said(page: Page) -> Locator:
    """What is read aloud."""
    return page.locator("#board-spoken")


def look_at(page: Page, minute: int) -> None:
    """Rolls the days so that this minute is near the top."""
    page.locator("#board-scroll").evaluate(
        "(node, top) => { node.scrollTop = top }", (minute - 60) * HOUR / 60
    )


def spot(page: Page, on: date, minute: int) -> tuple[float, float]:
    """Where a time is in the window."""
    box = day(page, on).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + minute * HOUR / 60


def drag(page: Page, taken: Locator, to: tuple[float, float], *, let_go: bool = True) -> None:
    """By the top of the card, in small steps as a hand does."""
    box = taken.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(to[0], to[1] + 8 - 1, steps=8)
    page.mouse.move(to[0], to[1] + 8, steps=2)
    if let_go:
        page.mouse.up()


def expect_at(page: Page, item: ItineraryItem, on: date, times: str) -> None:
    """On the screen and in the database; the page is asked first, since it waits."""
    expect(day(page, on).locator(f'[data-uid="{item.uid}"]')).to_have_accessible_name(
        re.compile(re.escape(times))
    )
    expect(card(page, item)).not_to_have_class(re.compile(r"\bwaiting\b"))
    item.refresh_from_db()
    assert (local(item.starts_at).date(), ktimerange(item.starts_at, item.ends_at)) == (on, times)


def minute_of(moment: datetime) -> int:
    return local(moment).hour * 60 + local(moment).minute
