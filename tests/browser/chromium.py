"""A real Chromium, quiet on the network, that remembers what a page complained about."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from accounts.models import User

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE, DESKTOP = (360, 780), (1440, 900)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The distribution's browser; without one the tests fail, they are never skipped."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "Chromium is missing: apt-get install chromium"
    # Playwright's own event loop runs in this thread, beside Django's ordinary database calls.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def window(
    browser: Browser,
    base: str,
    *,
    size: tuple[int, int],
    user: User | None = None,
    language: str = "ko",
    touch: bool = False,
) -> BrowserContext:
    """A fresh profile, signed in as `user` when given; `touch` for fingers instead of a mouse."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale="ko-KR",
        base_url=base,
        has_touch=touch,
    )
    cookies = [{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": base}]
    if user:
        cookies.append(
            {"name": settings.SESSION_COOKIE_NAME, "value": session_of(user), "url": base}
        )
    context.add_cookies(cookies)
    return context


def session_of(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return session.session_key


class Complaints:
    """What a page said against itself: console errors (a broken CSP is one) and requests to elsewhere."""

    def __init__(self, page: Page) -> None:
        self.found: list[str] = []
        page.on("console", lambda message: self._note(message.type == "error", message.text))
        page.on("pageerror", lambda error: self._note(True, str(error)))
        page.on(
            "request",
            lambda request: self._note(not _is_here(request.url), f"request to {request.url}"),
        )

    def _note(self, bad: bool, text: str) -> None:
        if bad:
            self.found.append(text)

    def take(self) -> list[str]:
        """What was found since the last time."""
        found, self.found = self.found, []
        return found


def _is_here(url: str) -> bool:
    return urlsplit(url).scheme in {"data", "blob", "about"} or urlsplit(url).hostname in {
        "localhost",
        "127.0.0.1",
    }
