"""The demo in a real browser: the county freshly loaded, a server, and windows that may not complain."""

from collections.abc import Callable, Iterator
from io import StringIO

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from tests.browser.chromium import DESKTOP, Complaints, chromium, window

PATIENCE = 20_000

Visit = Callable[..., Page]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with chromium() as found:
        yield found


@pytest.fixture
def county(transactional_db, live_server, settings) -> str:
    """The demo of today, loaded as a stranger loads it; the address of its server."""
    settings.SITE_URL = live_server.url
    call_command("demo", stdout=StringIO())
    return live_server.url


@pytest.fixture
def visit(county, browser) -> Iterator[Visit]:
    """Opens a window, signed in as a person of the demo; at the end none of them has complained.

    Chromium notes a refused form as an error of the page: `refused` is the status a test asks for,
    or what Chromium calls a lost answer.
    """
    opened = []

    def open_window(who="", *, size=DESKTOP, language="ko", refused=0) -> Page:
        user = User.objects.get(email=f"{who}@goryeong.example") if who else None
        context = window(browser, county, size=size, user=user, language=language)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        opened.append(
            (
                context,
                Complaints(page),
                refused if isinstance(refused, str) else f"status of {refused} ",
            )
        )
        return page

    yield open_window
    found = [text for _, said, asked in opened for text in said.take() if asked not in text]
    for context, *_ in opened:
        context.close()
    assert found == []
