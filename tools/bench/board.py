"""The lines of the schedule board: round trips one at a time, each beside a bare signed-in request."""

import http.client
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from tools.bench.asking import SESSION_AND_USER, Ask, prepared, signed_in
from tools.bench.house import House

ROUNDS = 40
BARE = "/bench/bare/"
# SQL that only opens and closes a transaction.
CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
SIZES = ("200", "500", "1000")
# A quarter more an item at five times the items is noise; twice as much would be a square.
LINEAR = 1.35


@dataclass
class Browser:
    """One signed-in person with one connection that stays open."""

    house: House
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        user = self.house.data["board"]["user"]
        ask = prepared(self.house, Ask(self.board("200"), signed_in(user)))
        token = ask.headers["Cookie"].rsplit("csrftoken=", 1)[1].split(";")[0]
        self.headers = {
            "Host": self.house.host,
            "Accept-Language": "ko",
            "X-CSRFToken": token,
            "Content-Type": "application/json",
            **ask.headers,
        }
        self.wire = http.client.HTTPConnection("127.0.0.1", self.house.port, timeout=30)

    def board(self, items: str, *, what: str = "") -> str:
        code = self.house.data["board"]["programs"][items]
        return f"/organize/programs/{code}/board/{what}"

    def ask(self, method: str, path: str, body: Any = None) -> tuple[float, bytes]:
        """Milliseconds and the answer; anything but 200 is a failure of the bench."""
        payload = None if body is None else json.dumps(body).encode()
        begun = time.perf_counter()
        self.wire.request(method, path, body=payload, headers=self.headers)
        answer = self.wire.getresponse()
        text = answer.read()
        taken = (time.perf_counter() - begun) * 1000
        if answer.status != 200:
            raise RuntimeError(f"{method} {path} answers {answer.status}: {text[:200]!r}")
        return taken, text


class Mover:
    """Moves one item after the other by five minutes to and fro, with the version each has by then."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        _ms, text = browser.ask("GET", browser.board("200", what="state/"))
        self.items = [item for item in json.loads(text)["items"] if item["date"]]
        self.turn = 0

    def body(self) -> dict[str, Any]:
        place = self.turn % len(self.items)
        item = self.items[place]
        start = item["start"] + (5 if (self.turn // len(self.items)) % 2 == 0 else -5)
        return {
            "command": "move",
            "moves": [
                {
                    "uid": item["uid"],
                    "version": item["version"],
                    "date": item["date"],
                    "start": start,
                }
            ],
        }

    def __call__(self) -> float:
        taken, text = self.browser.ask(
            "POST", self.browser.board("200", what="commands/"), self.body()
        )
        self.moved(json.loads(text))
        return taken

    def moved(self, answer: dict[str, Any]) -> None:
        [item] = answer["items"]
        self.items[self.turn % len(self.items)] = item
        self.turn += 7


def in_turn(
    ours: Callable[[], float], bare: Callable[[], float]
) -> tuple[list[float], list[float]]:
    """Ours and the bare one, one after the other, so that whatever else runs disturbs both alike."""
    for _ in range(5):
        ours()
        bare()
    mine, limit = [], []
    for _ in range(ROUNDS):
        mine.append(ours())
        limit.append(bare())
    return mine, limit


def statements(call: Callable[[Any], Any]) -> tuple[int, int]:
    """Of one request in this process: without sign-in, and all of them; transaction control is no question."""
    from django.core.cache import caches  # noqa: PLC0415 (Django is set up by now)
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    caches["process"].clear()
    with CaptureQueriesContext(connection) as captured:
        answer = call(Client)
    if answer.status_code != 200:
        raise RuntimeError(f"wanted 200, got {answer.status_code} in process")
    found = [
        query["sql"] for query in captured.captured_queries if not query["sql"].startswith(CONTROL)
    ]
    return len([sql for sql in found if not SESSION_AND_USER.search(sql)]), len(found)


def _in_process(browser: Browser, path: str, body: Any = None) -> tuple[int, int]:
    def call(client_class: Any) -> Any:
        cookies = browser.headers["Cookie"]
        client = client_class(headers={"host": browser.house.host}, HTTP_COOKIE=cookies)
        if body is None:
            return client.get(path)
        return client.post(path, json.dumps(body), content_type="application/json")

    return statements(call)


@dataclass(frozen=True)
class BoardLine:
    """`ratio_at_most` is how many bare requests ours may take."""

    ours: Callable[[Browser], Callable[[], float]]
    queries: Callable[[Browser], tuple[int, int]]
    n: int
    queries_at_most: int
    ratio_at_most: float | None = None
    more: Callable[[Browser], dict[str, Any]] | None = None

    def run(self, house: House, name: str) -> dict[str, Any]:
        browser = Browser(house)
        queries, with_sign_in = self.queries(browser)
        mine, limit = in_turn(self.ours(browser), lambda: browser.ask("GET", BARE)[0])
        ratio = median(mine) / median(limit)
        more = self.more(browser) if self.more else {}
        quick = self.ratio_at_most is None or ratio <= self.ratio_at_most
        return {
            "name": name,
            "value": round(median(mine), 2),
            "unit": "ms",
            "limit": round(median(limit), 2),
            "ratio": round(ratio, 2),
            "p95_ms": round(sorted(mine)[int(len(mine) * 0.95)], 2),
            "n": self.n,
            "queries": queries,
            "queries_with_sign_in": with_sign_in,
            **more,
            "load": round(os.getloadavg()[0], 1),
            "bar": {"ratio_at_most": self.ratio_at_most, "queries_at_most": self.queries_at_most},
            "ok": quick and queries <= self.queries_at_most and more.get("linear", True),
        }


def _get(path: Callable[[Browser], str]) -> Callable[[Browser], Callable[[], float]]:
    return lambda browser: lambda: browser.ask("GET", path(browser))[0]


def _conflicts(items: str) -> Callable[[Browser], str]:
    return lambda browser: f"/bench/conflicts/{browser.house.data['board']['programs'][items]}/"


def _move_statements(browser: Browser) -> tuple[int, int]:
    mover = Mover(browser)
    # A visit whose host had confirmed is the dearest: its answer is taken back.
    confirmed = [item for item in mover.items if (item["host"] or {}).get("state") == "confirmed"]
    mover.items = confirmed[-1:] or mover.items
    return _in_process(browser, browser.board("200", what="commands/"), mover.body())


def _per_item(browser: Browser) -> dict[str, Any]:
    """Microseconds an item beyond the bare request, at each size: equal when the time is linear."""
    found = {}
    for size in SIZES:
        mine, limit = in_turn(_get(_conflicts(size))(browser), lambda: browser.ask("GET", BARE)[0])
        found[size] = round((median(mine) - median(limit)) / int(size) * 1000, 1)
    return {"us_per_item": found, "linear": found["1000"] <= found["200"] * LINEAR}


def _page(browser: Browser) -> str:
    return browser.board("200")


LINES = {
    "board.move": BoardLine(Mover, _move_statements, n=200, queries_at_most=15, ratio_at_most=12),
    "board.page": BoardLine(
        _get(_page), lambda browser: _in_process(browser, _page(browser)), n=200, queries_at_most=12
    ),
    "board.conflicts.200": BoardLine(
        _get(_conflicts("200")),
        lambda browser: _in_process(browser, _conflicts("200")(browser)),
        n=200,
        queries_at_most=8,
        ratio_at_most=10,
    ),
    "board.conflicts.1000": BoardLine(
        _get(_conflicts("1000")),
        lambda browser: _in_process(browser, _conflicts("1000")(browser)),
        n=1000,
        queries_at_most=8,
        more=_per_item,
    ),
}
