"""The lines of the bench: what is measured, against what, and where the bar lies."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any, Protocol

from tools.bench import board, reminders
from tools.bench.asking import Ask, measure, signed_in, statements
from tools.bench.house import House

# Many short turns: whatever else runs on the machine then disturbs both sides alike.
ROUNDS = 9
SECONDS = 1.5
CONNECTIONS = 8


class Measured(Protocol):
    def run(self, house: House, name: str) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Line:
    """A page or a file over HTTP. The bars are `ratio_at_least` (None = only printed) and `queries_at_most`."""

    ours: Callable[[House], Ask]
    limit: Callable[[House], Ask]
    n: int
    queries_at_most: int
    ratio_at_least: float | None = None
    beside_session_and_user: bool = False
    # A time is measured with one connection, a rate with several.
    unit: str = "req/s"

    def run(self, house: House, name: str) -> dict[str, Any]:
        ours, limit = self.ours(house), self.limit(house)
        queries = statements(house, ours, beside_session_and_user=self.beside_session_and_user)
        connections = CONNECTIONS if self.unit == "req/s" else 1
        figure = "rate" if self.unit == "req/s" else "p50_ms"
        for ask in (ours, limit):
            measure(house, ask, seconds=1.0, connections=connections)
        rounds = [
            tuple(
                measure(house, ask, seconds=SECONDS, connections=connections)
                for ask in (ours, limit)
            )
            for _ in range(ROUNDS)
        ]
        ratios = sorted(mine[figure] / bare[figure] for mine, bare in rounds)
        ratio = median(ratios)
        fast = self.ratio_at_least is None or ratio >= self.ratio_at_least
        return {
            "name": name,
            "value": round(median(mine[figure] for mine, _ in rounds), 2),
            "unit": self.unit,
            "limit": round(median(bare[figure] for _, bare in rounds), 2),
            "ratio": round(ratio, 3),
            "ratio_range": [round(ratios[0], 3), round(ratios[-1], 3)],
            "n": self.n,
            "queries": queries,
            "p95_ms": round(median(mine["p95_ms"] for mine, _ in rounds), 2),
            "limit_p95_ms": round(median(bare["p95_ms"] for _, bare in rounds), 2),
            "load": round(os.getloadavg()[0], 1),
            "bar": {"ratio_at_least": self.ratio_at_least, "queries_at_most": self.queries_at_most},
            "ok": fast and queries <= self.queries_at_most,
        }


def _itinerary(house: House) -> Ask:
    return Ask("/", signed_in(house.data["itinerary"]["user"]))


def _itinerary_304(house: House) -> Ask:
    return Ask("/", signed_in(house.data["itinerary"]["user"]), conditional=True)


def _feed(house: House) -> Ask:
    return Ask(_feed_path(house))


def _feed_304(house: House) -> Ask:
    return Ask(_feed_path(house), conditional=True)


def _feed_path(house: House) -> str:
    from django.urls import reverse  # noqa: PLC0415 (Django is set up by now)

    return reverse("itinerary:feed", args=[house.data["feed"]["token"]])


def _bare_signed_in(house: House) -> Ask:
    return Ask("/bench/bare/", signed_in(house.data["itinerary"]["user"]))


def _bare_public(house: House) -> Ask:
    return Ask("/bench/bare/1/")


LINES: dict[str, Measured] = {
    "itinerary.page": Line(
        _itinerary,
        _bare_signed_in,
        n=25,
        queries_at_most=6,
        ratio_at_least=0.5,
        beside_session_and_user=True,
    ),
    "itinerary.304": Line(
        _itinerary_304,
        _bare_signed_in,
        n=25,
        queries_at_most=6,
        ratio_at_least=0.8,
        beside_session_and_user=True,
    ),
    "feed.304": Line(_feed_304, _bare_public, n=200, queries_at_most=2, ratio_at_least=0.8),
    "feed.200items": Line(_feed, _bare_public, n=200, queries_at_most=4, unit="ms"),
    **board.LINES,
    "reminders.plan.300k": reminders.Planning(),
    "reminders.throughput": reminders.Throughput(),
}
