"""The drills in their short version: the same processes, faults and bars as `make drill`, with fewer messages.

Three lanes run side by side, each with servers of its own, because one drill crashes its database. Drills mostly
wait, for leases and time limits: beside each other they take less than three minutes.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.smtp_sink import until

ROOT = Path(__file__).resolve().parent.parent.parent
LANES = (
    (
        "reminders.smtp_silent",
        "reminders.postgres_restart",
        "reminders.change_storm",
        "reminders.smtp_5xx",
        "reminders.nofault",
        "reminders.valkey_flush",
    ),
    (
        "reminders.worker_kill",
        "reminders.child_kill",
        "reminders.two_beats",
        "reminders.clock_skew",
        "reminders.no_broker",
        "reminders.valkey_freeze",
        "reminders.valkey_halfopen",
    ),
    (
        "reminders.smtp_4xx",
        "reminders.valkey_stop",
        "reminders.smtp_slow",
        "web.valkey_down",
        "board.storm",
    ),
)
PATIENCE = 900


@pytest.fixture(scope="module")
def lines(tmp_path_factory) -> Iterator[dict[str, dict[str, Any]]]:
    """What every drill printed, by name."""
    folder = tmp_path_factory.mktemp("drills")
    running = [_start(folder, number, names) for number, names in enumerate(LANES)]
    try:
        for process in running:
            process.wait(PATIENCE)
        said = "".join(path.read_text() for path in sorted(folder.glob("*.jsonl")))
        yield {line["name"]: line for line in map(json.loads, said.splitlines())}
    finally:
        for process in running:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(60)


def _start(folder: Path, number: int, names: tuple[str, ...]) -> subprocess.Popen[bytes]:
    servers = ROOT / "var" / "test" / f"drill-{number}"
    with (folder / f"{number}.jsonl").open("wb") as lines:
        return subprocess.Popen(
            [sys.executable, "-m", "tools.drill", "--short", "--folder", str(servers), *names],
            stdin=subprocess.DEVNULL,
            stdout=lines,
            cwd=ROOT,
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
        )


@pytest.mark.parametrize("name", [name for lane in LANES for name in lane if "reminders" in name])
def test_every_message_is_accounted_for_whatever_breaks(name, lines):
    line = lines[name]

    assert line["ok"], line
    assert line["unaccounted"] == line["lost"] == line["unknown_to_us"] == 0
    assert line["planned"] > 0
    assert line["duplicates"] <= line["in_flight"] + line["lost_replies"]


def test_nobody_is_told_twice_when_nothing_breaks(lines):
    line = lines["reminders.nofault"]

    assert line["delivered"] == line["planned"]
    assert line["duplicates"] == line["in_flight"] == line["dead"] == 0


@pytest.mark.parametrize(("name", "kills"), [("worker_kill", 3), ("child_kill", 3)])
def test_senders_were_really_killed(name, kills, lines):
    assert lines[f"reminders.{name}"]["kills"] == kills


def test_what_is_refused_for_good_is_shown_as_failed(lines):
    line = lines["reminders.smtp_5xx"]

    assert line["dead"] == line["planned"] - line["delivered"] > 0


def test_no_mail_states_what_its_sender_could_know_to_be_outdated(lines):
    line = lines["reminders.change_storm"]

    assert line["changed"] == 24
    assert line["superseded"] > 0
    assert line["statements"] >= line["mails"] > line["planned"] / 2
    assert line["stale"] == line["wrong_times"] == line["left_wrong"] == 0


def test_the_web_answers_without_its_broker(lines):
    line = lines["web.valkey_down"]

    assert line["ok"], line
    assert line["errors"] == 0
    assert set(line["p95_ms"]) == {"itinerary", "feed", "desk", "board", "sign-in"}


def test_no_organizer_undoes_anothers_move_unseen(lines):
    line = lines["board.storm"]

    assert line["ok"], line
    assert line["lost"] == line["errors"] == line["other"] == 0
    assert line["accepted"] + line["stale"] == line["moves"] == 80


def test_ctrl_c_ends_everything_a_drill_started(lines, tmp_path, monkeypatch):
    monkeypatch.setenv("DRILL_MARK", mark := uuid4().hex)
    log = ROOT / "var" / "test" / "drill-0" / "logs" / "reminders.nofault" / "worker1.log"
    log.unlink()
    drill = _start(tmp_path, 0, ("reminders.nofault",))
    until(lambda: log.exists() and " ready." in log.read_text(), PATIENCE)
    # Database, broker, mail server, worker with its child, beat and sweeper.
    assert len(_marked(mark)) > 6

    drill.send_signal(signal.SIGINT)
    drill.wait(60)

    until(lambda: not _marked(mark))


def _marked(mark: str) -> list[int]:
    """Processes that have inherited the mark, wherever they are by now."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mark.encode() in (process / "environ").read_bytes():
                found.append(int(process.name))
    return found
