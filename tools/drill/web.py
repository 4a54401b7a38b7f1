"""The web while its broker is gone or frozen: nothing it answers may depend on it."""

import http.client
import json
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from io import StringIO
from statistics import median
from typing import Any, Final
from urllib.parse import urlencode

from django.core.management import call_command
from django.urls import reverse

from accounts.models import RoleGrant, User
from accounts.permissions import Role
from programs.models import Program
from tools.bench.asking import Ask, measure, signed_in
from tools.bench.house import House, wait_answering
from tools.drill.data import organizer
from tools.drill.place import Scene
from tools.drill.tally import quantile
from tools.servers import Valkey

CONNECTIONS: Final = 4
PASSWORD: Final = "Gaya-tumuli-42"  # noqa: S105 (of an invented person in a database of minutes)
DATA: Final = ("--people=60", "--programs=12", "--items=25", "--enrollments=20")
TOKEN: Final = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
TWICE: Final = 2
# On a machine that does other things meanwhile two short turns differ by more than a broker could explain; a page
# that waited for one would wait for its timeouts.
A_TIMEOUT_MS: Final = 5000


def valkey_down(scene: Scene) -> dict[str, Any]:
    """p95 of each page, normally, with Valkey stopped, and with Valkey frozen, in turn; the bar is twice normal."""
    valkey = scene.place.valkey
    assert valkey is not None  # noqa: S101 (for the type checker)
    said = _load()
    web, port = scene.web()
    wait_answering(web, port)
    house = House(port, said, scene.place.postgres, scene.environment)
    asks = _asks(said)
    seen: dict[tuple[str, str], list[float]] = defaultdict(list)
    statuses: Counter[str] = Counter()
    for round_ in range(scene.of(full=7, short=1) + 1):
        for state, broken in _states(valkey):
            with broken:
                for page, p95, answers in _turn(house, asks, scene.of(full=3.0, short=0.7)):
                    # The first round warms up and is not counted.
                    seen[page, state] += [p95] if round_ else []
                    statuses.update(answers)
    return _line(scene, seen, statuses)


def _load() -> dict[str, Any]:
    said = StringIO()
    call_command("bench_data", *DATA, stdout=said)
    RoleGrant.objects.create(user=organizer(), role=Role.ORGANIZER)
    User.objects.create_user(
        employee_number="DRILL-WEB", name="이누리", email="web@goryeong.example", password=PASSWORD
    )
    return json.loads(said.getvalue())


def _asks(said: dict[str, Any]) -> dict[str, Ask]:
    desk = signed_in(organizer().pk)
    code = Program.objects.order_by("pk").first().code
    return {
        "itinerary": Ask("/", signed_in(said["itinerary"]["user"])),
        "feed": Ask(reverse("itinerary:feed", args=[said["feed"]["token"]])),
        "desk": Ask(reverse("organize:home"), desk),
        "board": Ask(reverse("organize:board", args=[code]), desk),
    }


def _states(valkey: Valkey) -> Iterator[tuple[str, AbstractContextManager[None]]]:
    yield "normal", nullcontext()
    yield "stopped", _stopped(valkey)
    yield "frozen", valkey.frozen()


@contextmanager
def _stopped(valkey: Valkey) -> Iterator[None]:
    valkey.stop()
    try:
        yield
    finally:
        valkey.start()


def _turn(
    house: House, asks: dict[str, Ask], seconds: float
) -> Iterator[tuple[str, float, dict[str, int]]]:
    for page, ask in asks.items():
        found = measure(house, ask, seconds=seconds, connections=CONNECTIONS)
        yield page, found["p95_ms"], found["statuses"]
    took, answers = [], Counter[str]()
    until = time.monotonic() + seconds
    while time.monotonic() < until or not took:
        began = time.monotonic()
        answers[str(_sign_in(house))] += 1
        took.append((time.monotonic() - began) * 1000)
    yield "sign-in", quantile(sorted(took), 0.95), answers


def _sign_in(house: House) -> int:
    """The form and its sending, as a person does it; the status of the second answer."""
    connection = http.client.HTTPConnection("127.0.0.1", house.port, timeout=60)
    path = reverse("account_login")
    connection.request("GET", path, headers={"Host": house.host})
    answer = connection.getresponse()
    token = TOKEN.search(answer.read().decode())
    cookie = (answer.getheader("Set-Cookie") or "").split(";")[0]
    body = urlencode(
        {
            "login": "web@goryeong.example",
            "password": PASSWORD,
            "csrfmiddlewaretoken": token.group(1) if token else "",
        }
    )
    headers = {
        "Host": house.host, "Cookie": cookie, "Origin": f"http://{house.host}",
        "Content-Type": "application/x-www-form-urlencoded",
    }  # fmt: skip
    connection.request("POST", path, body, headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def _line(
    scene: Scene, seen: dict[tuple[str, str], list[float]], statuses: Counter[str]
) -> dict[str, Any]:
    p95 = {
        page: {state: median(seen[page, state]) for state in ("normal", "stopped", "frozen")}
        for page in dict.fromkeys(page for page, _state in seen)
    }
    errors = sum(n for status, n in statuses.items() if status.startswith("5"))
    near = 0 if not scene.place.short else A_TIMEOUT_MS
    fast = all(
        found[state] <= max(TWICE * found["normal"], near)
        for found in p95.values()
        for state in found
    )
    signed = {status for status in statuses if status not in ("200", "302")}
    return {
        "asked": sum(statuses.values()),
        "statuses": dict(statuses),
        "errors": errors,
        "p95_ms": {
            page: {state: round(value, 1) for state, value in found.items()}
            for page, found in p95.items()
        },
        "worst_ratio": round(
            max(found[state] / found["normal"] for found in p95.values() for state in found), 2
        ),
        "ok": errors == 0 and fast and not signed,
    }
