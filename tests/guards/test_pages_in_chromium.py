"""Every page in a real browser: axe finds nothing, no broken policy, no request elsewhere, no scrolling sideways."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test.utils import override_settings
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from site_visits.services import hosts
from tests.browser.chromium import DESKTOP, PHONE, Complaints, chromium, window
from tests.guards.pages import PageDoor, candidates
from tests.guards.world import World, found, grow

# Real commits: the server answers from threads of its own.
pytestmark = pytest.mark.django_db(transaction=True)

FRONTEND = Path(__file__).resolve().parents[2] / "frontend"
AXE = (FRONTEND / "node_modules" / "axe-core" / "axe.min.js").read_text()
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
                tabs = Tabs(browser, server.url, world)
                yield {str(page): _inspect(tabs, page) for page in candidates()}
        finally:
            server.stop()
            call_command("flush", interactive=False, verbosity=0)


class Tabs:
    """One tab for each pair of eyes and look: what a page shares with the one before it is loaded once."""

    def __init__(self, browser: Browser, base: str, world: World) -> None:
        self.browser, self.base, self.world = browser, base, world
        self.open: dict[tuple, tuple[Page, Complaints]] = {}

    def of(self, page: PageDoor, look: tuple) -> tuple[Page, Complaints]:
        key = (page.role, *look)
        if key not in self.open:
            person = self.world.people[page.role] if page.role else None
            context = window(self.browser, self.base, size=look[1], user=person, language=look[0])
            tab = context.new_page()
            self.open[key] = tab, Complaints(tab)
        return self.open[key]


def _inspect(tabs: Tabs, page: PageDoor) -> list[str]:
    address, found = page.address(tabs.world), []
    for look in LOOKS:
        tab, noted = tabs.of(page, look)
        if _takes_only_posts(tab, address):
            return []
        tab.goto(address)
        tab.evaluate(AXE)
        report = tab.evaluate(
            "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", TAGS
        )
        found += noted.take()
        found += [_said(one) for one in report["violations"]]
        width, limit = tab.evaluate("document.documentElement.scrollWidth"), look[1][0]
        if width > limit:
            found.append(f"{width} px wide in a window of {limit} px")
    return found


def _takes_only_posts(tab: Page, address: str) -> bool:
    answer = tab.context.request.fetch(address, method="OPTIONS")
    return answer.status == 405 and "GET" not in answer.headers["allow"]


def _said(violation: dict) -> str:
    places = ", ".join(" ".join(node["target"]) for node in violation["nodes"][:3])
    return f"{violation['id']} ({violation['impact']}): {places}"


@pytest.mark.parametrize("page", [str(page) for page in candidates()])
def test_a_page_has_nothing_to_complain_about(complaints, page):
    assert complaints[page] == []
