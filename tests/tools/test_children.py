"""The supervisor's care for its programs."""

import os
import sys
import time
from pathlib import Path

import pytest

from tools.children import Child, stop_all

FOREVER = "import time\nwhile True: time.sleep(1)"
# A program with a worker of its own, as gunicorn and Celery have.
WITH_WORKER = f"""
import subprocess, sys
print(subprocess.Popen([sys.executable, "-c", {FOREVER!r}]).pid, flush=True)
{FOREVER}
"""


@pytest.fixture
def start(tmp_path):
    started = []

    def start(code: str) -> Child:
        log = tmp_path / f"{len(started)}.log"
        child = Child(
            "web", [sys.executable, "-c", code], log, dict(os.environ), tmp_path, said.append
        )
        child.start()
        started.append(child)
        return child

    said: list[str] = []
    start.said = said
    yield start
    stop_all(started)


def until(condition) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline


def test_a_crashed_program_is_started_again_after_a_pause(start):
    child = start("raise SystemExit(3)")
    child.process.wait()

    child.watch()
    assert child.process is None
    assert "web ended with code 3; again in 1 s" in start.said[0]
    child.watch()
    assert child.process is None, "the pause is not over"
    child.restart_at = 0
    child.watch()
    assert child.process is not None


def test_each_crash_makes_the_pause_longer(start):
    child = start("raise SystemExit(3)")
    for _ in range(7):
        child.process.wait()
        child.watch()
        child.restart_at = 0
        child.watch()

    pauses = [int(line.split("again in ")[1].split()[0]) for line in start.said]
    assert pauses == [1, 2, 4, 8, 16, 30, 30]


def test_stopping_ends_the_program_and_its_workers(start):
    child = start(WITH_WORKER)
    until(child.log.read_text)
    worker = int(child.log.read_text())

    stop_all([child])

    assert child.process is None
    until(lambda: not is_running(worker))


def is_running(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    return state.exists() and state.read_text().rpartition(")")[2].split()[0] != "Z"
