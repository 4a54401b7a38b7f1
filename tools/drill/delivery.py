"""One run of delivery: programs at work, reminders falling due, something breaking meanwhile, and the count."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any, Final

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from reminders.models import Message
from reminders.services import planning
from tools.children import Child
from tools.drill import data
from tools.drill.place import Scene, say
from tools.drill.sink import SinkProcess
from tools.drill.tally import tally, unsettled
from tools.servers import ServerError

READY_TIMEOUT: Final = 90
# Beyond lease, sweep and the longest pause between two tries of a run.
SETTLED_TIMEOUT: Final = 600
# Between the loading of the data and the first message that is due.
FIRST_DUE: Final = timedelta(seconds=2)


@dataclass
class Run:
    """What a fault may lay hands on. `senders` = who may be sending at once in one worker."""

    scene: Scene
    sink: SinkProcess
    workers: list[Child]
    seconds: float
    kills: int = 0
    facts: dict[str, Any] = field(default_factory=dict)
    draw: Random = field(default_factory=lambda: Random(4))  # noqa: S311 (the same run for the same seed)

    def waits(self, share: float) -> None:
        """A share of the time over which messages fall due."""
        time.sleep(self.seconds * share)


def run(
    scene: Scene,
    fault: Callable[[Run], None] = lambda _: None,
    *,
    messages: int,
    seconds: float,
    crew: Callable[[Scene], list[Child]] | None = None,
) -> dict[str, Any]:
    """The line of a run; `ok` says that nothing is unaccounted for and every duplicate has its reason.

    `fault` begins before the first message is due and may return whenever it likes.
    """
    sink = scene.sink()
    workers = (crew or usual_crew)(scene)
    wait_ready(workers)
    data.due_between(data.clock() + FIRST_DUE, seconds, messages=messages)
    plan(messages)
    this = Run(scene, sink, workers, seconds)
    began = time.monotonic()
    fault(this)
    time.sleep(max(0, began + seconds + FIRST_DUE.total_seconds() - time.monotonic()))
    wait_settled()
    ended = scene.ended()
    scene.end()
    line = {**tally(sink), "kills": this.kills, **this.facts, "ended": ended, **_patience(scene)}
    allowed = line["in_flight"] + line["lost_replies"]
    fine = line["unaccounted"] == line["unknown_to_us"] == 0 and not ended
    return {**line, "ok": fine and line["duplicates"] <= allowed}


def _patience(scene: Scene) -> dict[str, float]:
    """What lateness depends on most: as in production unless the short version says otherwise."""
    return {
        f"{name.lower().removeprefix('reminders_')}": float(
            scene.environment.get(name) or getattr(settings, name)
        )
        for name in ("REMINDERS_LEASE_SECONDS", "REMINDERS_SWEEP_SECONDS")
    }


def plan(messages: int) -> None:
    """The programs at work plan too: whoever is first plans all, the other leaves at once."""
    deadline = time.monotonic() + READY_TIMEOUT
    while (planned := Message.objects.count()) != messages:
        if time.monotonic() > deadline:
            raise ServerError(f"{planned} messages were planned instead of {messages}")
        planning.plan()


def usual_crew(scene: Scene) -> list[Child]:
    """As in production: workers, beat, and the sweeper that needs no broker. Only the workers are returned."""
    workers = [scene.worker(f"worker{n}") for n in scene.of(full=(1, 2), short=(1,))]
    scene.beat()
    scene.sweeper()
    return workers


def wait_ready(workers: Sequence[Child]) -> None:
    deadline = time.monotonic() + READY_TIMEOUT
    while not all(" ready." in worker.log.read_text(errors="replace") for worker in workers):
        if time.monotonic() > deadline:
            raise ServerError(f"The workers do not start. Logs: {workers[0].log.parent}")
        time.sleep(0.1)


def wait_said(child: Child) -> str:
    """The first thing a program says."""
    deadline = time.monotonic() + READY_TIMEOUT
    while not (text := child.log.read_text()):
        if time.monotonic() > deadline:
            raise ServerError(f"{child.name} does not start. Log: {child.log}")
        time.sleep(0.05)
    return text


def wait_settled() -> None:
    """Until the outbox has nothing left, or for as long as anything reasonable may take."""
    deadline = time.monotonic() + SETTLED_TIMEOUT
    left: int | None = None
    while left != 0 and time.monotonic() < deadline:
        try:
            left = unsettled()
        except (DatabaseError, InterfaceError):
            connection.close()
        time.sleep(0.2 if left else 0)
    if left:
        say(f"{left} messages are not settled after {SETTLED_TIMEOUT} s")
