"""Every page, in both languages: answers, is private and strict, is valid HTML, and costs the same at any length."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from site_visits.services import hosts
from tests.conftest import signed_in
from tests.guards.pages import PageDoor, candidates
from tests.guards.world import World, found, grow

# The mark brings the database into being; the pages are opened once for all tests, in the fixture below.
pytestmark = pytest.mark.django_db

FRONTEND = Path(__file__).resolve().parents[2] / "frontend"
SIZES = (1, 10, 100)
LANGUAGES = ("ko", "en")


@dataclass
class Seen:
    """What opening a page brought: HTML by language and statements by number of rows."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    html: dict[str, str] = field(default_factory=dict)
    queries: dict[int, list[str]] = field(default_factory=dict)


@pytest.fixture(scope="module")
def seen(django_db_setup, django_db_blocker) -> Iterator[dict[str, Seen]]:
    """Opens every page once in a growing world; the tests below only read what was seen."""
    storage = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    with (
        django_db_blocker.unblock(),
        override_settings(
            STORAGES=storage, PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]
        ),
        transaction.atomic(),
    ):
        world = found(hosts=hosts)
        pages = {str(page): Seen() for page in candidates()}
        for size in SIZES:
            grow(world, to=size)
            for page in candidates():
                if pages[str(page)].status != 405:
                    _open(page, world, pages[str(page)])
        yield pages
        transaction.set_rollback(True)


def _open(page: PageDoor, world: World, seen: Seen) -> None:
    client = signed_in(world.people[page.role]) if page.role else Client()
    address = page.address(world)
    if not seen.html:
        # Once in both languages to fill what a process keeps.
        client.get(address)
        client.cookies["django_language"] = "en"
        seen.html["en"] = client.get(address).content.decode()
    client.cookies["django_language"] = "ko"
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    if world.size < SIZES[-1]:  # a hundred equal rows teach a validator nothing and cost it minutes
        seen.html["ko"] = answer.content.decode()
    seen.status, seen.headers = answer.status_code, dict(answer.headers)
    seen.queries[world.size] = [query["sql"] for query in queries]


PAGES = [str(page) for page in candidates()]


@pytest.fixture
def page(seen, request) -> Seen:
    return seen[request.param]


@pytest.mark.parametrize("page", PAGES, indirect=True)
def test_every_page_answers_or_takes_only_posts(page):
    assert page.status in {200, 405}


@pytest.mark.parametrize("page", PAGES, indirect=True)
def test_every_answer_carries_a_strict_policy(page):
    policy = page.headers["Content-Security-Policy"]

    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("page", PAGES, indirect=True)
def test_no_page_may_be_kept_by_a_shared_cache(page):
    assert "private" in page.headers["Cache-Control"]
    assert "no-store" in page.headers["Cache-Control"] or "ETag" in page.headers


@pytest.mark.parametrize("page", PAGES, indirect=True)
def test_no_page_holds_inline_styles_or_scripts(page):
    for html in page.html.values():
        assert " style=" not in html
        assert " onclick=" not in html
        assert "<style" not in html


@pytest.mark.parametrize("page", PAGES, indirect=True)
def test_a_page_costs_the_same_queries_at_any_length(page):
    counts = {size: len(queries) for size, queries in page.queries.items()}

    assert len(set(counts.values())) == 1, f"{counts}: " + "\n".join(
        sorted(set(page.queries[SIZES[-1]]), key=page.queries[SIZES[-1]].count)[-3:]
    )
    assert counts[SIZES[0]] <= 20


def _node() -> str:
    """From PATH, or the one the set-up brought along where the machine has none."""
    return shutil.which("node") or str(Path(sys.executable).with_name("node"))


@pytest.fixture(scope="module")
def faults(seen) -> dict[str, list[str]]:
    """What the validator has against each page and language."""
    texts = {
        f"{name} {language}": html
        for name, one in seen.items()
        if one.status == 200
        for language, html in one.html.items()
    }
    done = subprocess.run(
        [_node(), str(Path(__file__).with_name("validate.mjs"))],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=True,
        cwd=FRONTEND,
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_valid_html(faults, name, language):
    assert faults.get(f"{name} {language}", []) == []
