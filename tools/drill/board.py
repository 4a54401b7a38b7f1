"""Many organizers on one board at the same moment: nothing anybody was told is done may be undone unseen."""

import http.client
import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from io import StringIO
from random import Random
from threading import Barrier
from typing import Any, Final

from django.apps import apps
from django.core.management import call_command
from django.urls import reverse

from accounts.models import RoleGrant, User
from accounts.permissions import Role
from core.dates import local as seoul
from programs.models import Program
from site_visits.models import ItineraryItem
from tools.bench.asking import Ask, prepared, signed_in
from tools.bench.house import House, wait_answering
from tools.drill.place import Scene

DATA: Final = ("--people=60", "--programs=12", "--items=25", "--enrollments=20")
CLIENTS: Final = 8
MOVES: Final = 1000
# (method, path, body) → status and what was answered.
Client = Callable[[str, str, Any], tuple[int, dict[str, Any]]]


@dataclass
class Tally:
    """What one client was told: its accepted moves as (uid, version, start), and every status."""

    accepted: list[tuple[str, int, str]] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    # Accepted although somebody else had changed the item since it was seen.
    unseen: int = 0


def storm(scene: Scene) -> dict[str, Any]:
    """1,000 moves of one program's items by 8 clients over HTTP; who comes too late gets 409 and looks again."""
    said = StringIO()
    call_command("bench_data", *DATA, stdout=said)
    found = json.loads(said.getvalue())
    code = found["board"]["programs"]["200"]
    web, port = scene.web()
    wait_answering(web, port)
    house = House(port, found, scene.place.postgres, scene.environment)
    clients = scene.of(full=CLIENTS, short=4)
    tallies = blow(
        [browser(house, code, _organizer(number)) for number in range(clients)],
        code,
        moves=scene.of(full=MOVES, short=80),
    )
    return verdict(code, tallies)


def _organizer(number: int) -> int:
    person = User.objects.create(
        employee_number=f"DRILL-BOARD-{number}",
        name=f"담당자 {number}",
        email=f"board{number}@goryeong.example",
    )
    RoleGrant.objects.create(user=person, role=Role.ORGANIZER)
    return person.pk


def browser(house: House, code: str, user: int) -> Client:
    """One signed-in organizer with one connection that stays open."""
    page = Ask(reverse("organize:board", args=[code]), signed_in(user))
    headers = {
        "Host": house.host,
        "Content-Type": "application/json",
        **prepared(house, page).headers,
    }
    headers["X-CSRFToken"] = headers["Cookie"].rsplit("csrftoken=", 1)[1].split(";")[0]
    wire = http.client.HTTPConnection("127.0.0.1", house.port, timeout=60)

    def ask(method: str, path: str, body: Any) -> tuple[int, dict[str, Any]]:
        wire.request(method, path, None if body is None else json.dumps(body), headers)
        answer = wire.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if answer.status in {200, 409, 422} else {}

    return ask


def blow(clients: list[Client], code: str, *, moves: int) -> list[Tally]:
    """All clients begin together; each asks its share of the moves, whatever the answers."""
    barrier = Barrier(len(clients))

    def run(place: int) -> Tally:
        barrier.wait(60)
        return _one(clients[place], code, moves // len(clients), Random(place))  # noqa: S311 (no secret)

    with ThreadPoolExecutor(len(clients)) as pool:
        return list(pool.map(run, range(len(clients))))


def _one(ask: Client, code: str, moves: int, draw: Random) -> Tally:
    tally = Tally()
    items = _seen(ask("GET", reverse("organize:board-state", args=[code]), None)[1])
    path = reverse("organize:board-command", args=[code])
    for _ in range(moves):
        item = draw.choice(list(items.values()))
        # Never where it is: a move that changes nothing is no move.
        start = (item["start"] + 5 * draw.randrange(1, 24 * 12)) % (24 * 60)
        move = {
            "uid": item["uid"], "version": item["version"], "date": item["date"], "start": start,
        }  # fmt: skip
        status, answer = ask("POST", path, {"command": "move", "moves": [move]})
        tally.statuses[status] += 1
        if status == 409:
            items = _seen(answer["state"])
        elif status == 200 and answer["items"]:
            [now] = answer["items"]
            tally.unseen += now["version"] != item["version"] + 1
            tally.accepted.append((now["uid"], now["version"], f"{now['date']} {now['start']}"))
            items[now["uid"]] = now
    return tally


def _seen(state: dict[str, Any]) -> dict[str, Any]:
    """A dozen items everybody fights for."""
    return {item["uid"]: item for item in [row for row in state["items"] if row["date"]][:12]}


def verdict(code: str, tallies: list[Tally]) -> dict[str, Any]:
    """What was promised beside what the database holds, row by row."""
    event: Any = apps.get_model("site_visits", "ItineraryItemEvent")
    program = Program.objects.get(code=code)
    promised = Counter(move for tally in tallies for move in tally.accepted)
    history = Counter(
        _as_told(*row)
        for row in event.objects.filter(program=program, version__gt=1).values_list(
            "uid", "version", "starts_at"
        )
    )
    last: dict[str, tuple[str, int, str]] = {}
    for move in promised:
        if move[0] not in last or last[move[0]][1] < move[1]:
            last[move[0]] = move
    rows = ItineraryItem.objects.filter(program=program, version__gt=1)
    now = {_as_told(row.uid, row.version, row.starts_at) for row in rows}
    statuses = sum((tally.statuses for tally in tallies), Counter[int]())
    lost = sum((promised - history).values()) + sum(tally.unseen for tally in tallies)
    errors = sum(n for status, n in statuses.items() if status >= 500)
    return {
        "moves": sum(statuses.values()),
        "clients": len(tallies),
        "accepted": sum(promised.values()),
        "stale": statuses[409],
        "lost": lost,
        "unexplained": sum((history - promised).values()),
        "errors": errors,
        "other": sum(statuses.values()) - statuses[200] - statuses[409] - errors,
        "rows_differ": len(now ^ set(last.values())),
        "history_equals_accepted": history == promised,
        "ok": not lost and not errors and history == promised and now == set(last.values()),
    }


def _as_told(uid: Any, version: int, starts_at: Any) -> tuple[str, int, str]:
    start = seoul(starts_at)
    return (str(uid), version, f"{start.date().isoformat()} {start.hour * 60 + start.minute}")
