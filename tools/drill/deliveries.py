"""Delivery with something broken meanwhile: one function a scenario.

Each line counts the same things (see tally.py); what a scenario adds to them is said in its docstring.
"""

import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from reminders.tasks import send_due
from tools.children import Child
from tools.drill.delivery import Run, run, usual_crew, wait_said
from tools.drill.place import Scene
from tools.smtp_sink import SILENT, Rule

TWO_HOURS: Final = 7200
DEAF_AFTER: Final = 120
NO_BROKER: Final = "redis://127.0.0.1:1/0"


def nofault(scene: Scene) -> dict[str, Any]:
    line = run(
        scene, messages=scene.of(full=20_000, short=300), seconds=scene.of(full=150, short=4)
    )
    return {**line, "ok": line["ok"] and line["lost"] == line["duplicates"] == line["dead"] == 0}


def _usual(scene: Scene, fault: Callable[[Run], None], **options: Any) -> dict[str, Any]:
    """5,000 messages over two minutes; a few hundred over some seconds in the short version."""
    size = {"messages": scene.of(full=5000, short=200), "seconds": scene.of(full=90, short=4)}
    return run(scene, fault, **{**size, **options})


def worker_kill(scene: Scene) -> dict[str, Any]:
    """A worker with all its children, at any moment, twenty times; started again at once."""
    times = scene.of(full=20, short=3)

    def fault(this: Run) -> None:
        _unhurried(this)
        for _ in range(times):
            this.waits(1 / times)
            victim = this.draw.choice(this.workers)
            victim.kill()
            victim.start()
            this.kills += 1

    return _usual(scene, fault)


def child_kill(scene: Scene) -> dict[str, Any]:
    """Only the child that does the work, as the kernel does when memory runs out."""
    times = scene.of(full=20, short=3)

    def fault(this: Run) -> None:
        _unhurried(this)
        for _ in range(times):
            this.waits(1 / times)
            while not (children := [pid for worker in this.workers for pid in _children(worker)]):
                time.sleep(0.05)  # the last one killed is being replaced
            with suppress(ProcessLookupError):
                os.kill(this.draw.choice(children), signal.SIGKILL)
                this.kills += 1

    return _usual(scene, fault)


def _unhurried(this: Run) -> None:
    """Each mail takes the server a moment, so that kills and crashes find senders at work, not between two sweeps."""
    this.sink.order(Rule(delay=0.05))


def _children(worker: Child) -> list[int]:
    assert worker.process is not None  # noqa: S101 (for the type checker)
    pid = worker.process.pid
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def valkey_stop(scene: Scene) -> dict[str, Any]:
    def fault(this: Run) -> None:
        valkey = _valkey(this)
        this.waits(0.1)
        valkey.stop()
        this.waits(0.6)
        valkey.start()

    return _usual(scene, fault)


def valkey_flush(scene: Scene) -> dict[str, Any]:
    def fault(this: Run) -> None:
        for _ in range(5):
            this.waits(0.15)
            _valkey(this).flush()

    return _usual(scene, fault)


def valkey_freeze(scene: Scene) -> dict[str, Any]:
    def fault(this: Run) -> None:
        this.waits(0.1)
        with _valkey(this).frozen():
            this.waits(0.7)

    return _usual(scene, fault)


def valkey_halfopen(scene: Scene) -> dict[str, Any]:
    """Twice the connections of that moment are swallowed without a word (`swallowed`), as by a firewall.

    Delivery does not wait for the broker; `hear_again_s` is how long the workers are deaf to its bell.
    """
    broker = urlsplit(scene.environment["REDIS_URL"])
    proxy = scene.start("proxy", [sys.executable, "-m", "tools.drill.proxy", str(broker.port)])
    port = wait_said(proxy).strip()
    scene.environment["REDIS_URL"] = broker._replace(
        netloc=f":{broker.password}@127.0.0.1:{port}"
    ).geturl()

    def fault(this: Run) -> None:
        assert proxy.process is not None  # noqa: S101 (for the type checker)
        for share in (0.2, 0.4):
            this.waits(share)
            proxy.process.send_signal(signal.SIGUSR1)
        this.waits(0.1)
        said = proxy.log.read_text().splitlines()[1:]
        this.facts["swallowed"] = sum(int(line.split()[1]) for line in said)
        if not scene.place.short:
            this.facts["hear_again_s"] = _hear_again(this)

    return _usual(scene, fault)


def _hear_again(this: Run) -> float | None:
    """Seconds until every worker has heard a bell again; None: some were deaf for two minutes."""
    heard = [_bells(worker) for worker in this.workers]
    began = time.monotonic()
    while (since := time.monotonic() - began) < DEAF_AFTER:
        if all(_bells(worker) > n for worker, n in zip(this.workers, heard, strict=True)):
            return round(since, 1)
        send_due.delay()
        time.sleep(0.5)
    return None


def _bells(worker: Child) -> int:
    return worker.log.read_text(errors="replace").count("send_due[")


def _valkey(this: Run) -> Any:
    assert this.scene.place.valkey is not None  # noqa: S101 (for the type checker)
    return this.scene.place.valkey


def postgres_restart(scene: Scene) -> dict[str, Any]:
    """`pg_ctl -m immediate`: no check point, no farewell; recovery from the log of the database."""
    times = scene.of(full=3, short=1)

    def fault(this: Run) -> None:
        _unhurried(this)
        for _ in range(times):
            this.waits(0.8 / times)
            this.scene.place.postgres.crash()
        this.facts["restarts"] = times

    # Recovery may outlast a short lease.
    _patient(scene, 20)
    return _usual(scene, fault)


def smtp_4xx(scene: Scene) -> dict[str, Any]:
    def fault(this: Run) -> None:
        this.sink.order(
            Rule("451 4.3.0 later", step="rcpt", every=20),
            Rule("451 4.3.0 later", every=40),
            Rule("421 4.7.0 closing", every=90),
        )

    return _usual(scene, fault)


def smtp_5xx(scene: Scene) -> dict[str, Any]:
    """Refused for good: dead and shown, once per refusal."""

    def fault(this: Run) -> None:
        this.sink.order(
            Rule("550 5.1.1 no such person", step="rcpt", every=50), Rule("554 5.7.1 no", every=99)
        )

    line = _usual(scene, fault)
    return {**line, "ok": line["ok"] and line["dead"] == line["planned"] - line["delivered"] > 0}


def _patient(scene: Scene, seconds: int = 40) -> None:
    """A lease outlasts whatever keeps a living sender waiting, in the short version too."""
    if scene.place.short:
        scene.environment["REMINDERS_LEASE_SECONDS"] = str(seconds)


def smtp_slow(scene: Scene) -> dict[str, Any]:
    """A slow greeting, answers after seconds, and some a byte at a time."""

    def fault(this: Run) -> None:
        wait = scene.of(full=5, short=1)
        this.sink.order(
            Rule(step="connect", delay=wait),
            Rule(every=100, delay=wait),
            Rule("250 2.0.0 drop by drop", every=scene.of(full=200, short=70), drip=wait / 20),
        )

    _patient(scene)
    return _usual(scene, fault)


def smtp_silent(scene: Scene) -> dict[str, Any]:
    """The server takes the mail and never answers, or never answers to the recipient's name."""

    def fault(this: Run) -> None:
        this.sink.order(
            Rule(SILENT, times=scene.of(full=10, short=1), every=scene.of(full=200, short=60)),
            Rule(SILENT, step="rcpt", times=scene.of(full=6, short=1), every=scene.of(full=300, short=90)),
        )  # fmt: skip

    _patient(scene)
    return _usual(scene, fault)


def two_beats(scene: Scene) -> dict[str, Any]:
    def crew(scene: Scene) -> list[Child]:
        scene.beat("beat2")
        return usual_crew(scene)

    return _usual(scene, lambda _: None, crew=crew)


def clock_skew(scene: Scene) -> dict[str, Any]:
    """One worker two hours early, one two hours late, and the sweeper right."""

    def crew(scene: Scene) -> list[Child]:
        workers = [
            scene.worker(f"worker{shift:+}", launcher=[sys.executable, "-m", "tools.drill.shifted", str(shift)])
            for shift in (-TWO_HOURS, TWO_HOURS)
        ]  # fmt: skip
        scene.beat()
        scene.sweeper()
        return workers

    return _usual(scene, lambda _: None, crew=crew)


def no_broker(scene: Scene) -> dict[str, Any]:
    """There never was a broker. The bar is a p99 of at most a minute."""

    def crew(scene: Scene) -> list[Child]:
        scene.environment["REDIS_URL"] = NO_BROKER
        scene.sweeper()
        scene.worker("worker")
        return []

    line = _usual(scene, lambda _: None, crew=crew)
    return {**line, "ok": line["ok"] and line["p99"] <= 60}
