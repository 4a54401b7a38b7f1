"""Every page in a real browser: axe finds nothing, no broken policy, no request elsewhere, no scrolling sideways."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test.utils import override_settings
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from site_visits.services import hosts
from tests.browser.chromium import DESKTOP, PHONE, Complaints, chromium, window
from tests.guards.pages import PageDoor, candidates
from tests.guards.world import World, found, grow

# Real commits: the server answers from threads of its own.
pytestmark = pytest.mark.django_db(transaction=True)

AXE = Path(__file__).resolve().parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Both languages and both widths, without opening each page four times.
LOOKS = [("ko", PHONE), ("en", DESKTOP)]
ROWS = 3


@pytest.fixture(scope="module")
def complaints(django_db_setup, django_db_blocker) -> Iterator[dict[str, list[str]]]:
    """Opens every page once in each look; the tests below only read what was found."""
    storage = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    with django_db_blocker.unblock(), override_settings(STORAGES=storage):
        world = found(hosts=hosts)
        grow(world, to=ROWS)
        server = LiveServer("localhost")
        try:
            with chromium() as browser:
                yield {
                    str(page): _inspect(browser, server.url, page, world) for page in candidates()
                }
        finally:
            server.stop()
            call_command("flush", interactive=False, verbosity=0)


def _inspect(browser: Browser, base: str, page: PageDoor, world: World) -> list[str]:
    person = world.people[page.role] if page.role else None
    found: list[str] = []
    for language, size in LOOKS:
        context = window(browser, base, size=size, user=person, language=language)
        tab = context.new_page()
        noted = Complaints(tab)
        address = page.address(world)
        if context.request.head(address).status == 405:
            return []
        tab.goto(address)
        tab.evaluate(AXE.read_text())
        report = tab.evaluate("tags => axe.run(document, {runOnly: tags})", TAGS)
        found += noted.take()
        found += [_said(one) for one in report["violations"]]
        width = tab.evaluate("document.documentElement.scrollWidth")
        if width > size[0]:
            found.append(f"{width} px wide in a window of {size[0]} px")
        context.close()
    return found


def _said(violation: dict) -> str:
    places = ", ".join(" ".join(node["target"]) for node in violation["nodes"][:3])
    return f"{violation['id']} ({violation['impact']}): {places}"


@pytest.mark.parametrize("page", [str(page) for page in candidates()])
def test_a_page_has_nothing_to_complain_about(complaints, page):
    assert complaints[page] == []
