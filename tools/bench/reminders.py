"""Planning and sending, each against the least it can cost, in the same run and in turn."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any, Final

from tools.bench.house import FOLDER, House
from tools.drill.place import Place, Scene
from tools.drill.sink import SinkProcess
from tools.local_env import ROOT
from tools.servers import ServerError

SENT_TIMEOUT: Final = 120
LATER: Final = timedelta(hours=1)
NO_BROKER: Final = "redis://127.0.0.1:1/0"


def _place(house: House) -> Place:
    """The servers of the bench, with a database of its own for each line."""
    return Place(FOLDER / "reminders", house.postgres, house.environment)


@dataclass(frozen=True)
class Planning:
    """All reminders of a province at once; the limit is a bare copy of the same rows, indexes and checks included."""

    programs: int = 300
    people: int = 40
    items: int = 25
    seconds_at_most: float = 30

    def run(self, house: House, name: str) -> dict[str, Any]:
        with _place(house).scene(name):
            return self._measured(name)

    def _measured(self, name: str) -> dict[str, Any]:
        from django.db import connection  # noqa: PLC0415 (Django is set up by now)

        from reminders.services import planning  # noqa: PLC0415

        self._load()
        began = time.monotonic()
        first = planning.plan()
        seconds = time.monotonic() - began
        began = time.monotonic()
        second = planning.plan()
        again = time.monotonic() - began
        limit = []
        with connection.cursor() as cursor:
            for _ in range(2):
                cursor.execute("DROP TABLE IF EXISTS bare")
                cursor.execute("CREATE TABLE bare (LIKE reminders_message INCLUDING ALL)")
                began = time.monotonic()
                cursor.execute("INSERT INTO bare SELECT * FROM reminders_message")
                limit.append(time.monotonic() - began)
        wanted = self.programs * self.people * self.items
        return {
            "name": name,
            "value": round(seconds, 2),
            "unit": "s",
            "limit": round(min(limit), 2),
            "ratio": round(seconds / min(limit), 2),
            "n": first.added,
            "again_s": round(again, 2),
            "added_again": second.added,
            "load": round(os.getloadavg()[0], 1),
            "bar": {"seconds_at_most": self.seconds_at_most, "added_again": 0},
            "ok": first.added == wanted and second.added == 0 and seconds <= self.seconds_at_most,
        }

    def _load(self) -> None:
        """Everything due within the look-ahead of the planner."""
        from django.db import connection  # noqa: PLC0415 (Django is set up by now)

        from reminders.models import Trigger  # noqa: PLC0415
        from tools.drill import data  # noqa: PLC0415

        start, people = data.clock() + timedelta(hours=2), data.people(2000)
        items = [
            [
                data.Item(f"일정 {n}", start + timedelta(minutes=90 * n, seconds=program))
                for n in range(self.items)
            ]
            for program in range(self.programs)
        ]
        groups = [
            [people[(program * self.people + n) % len(people)] for n in range(self.people)]
            for program in range(self.programs)
        ]
        data.load(items, groups, trigger=Trigger.BEFORE_ITEM)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


@dataclass(frozen=True)
class Throughput:
    """One worker process against bare smtplib: one connection, the same mails, the same sink, in turn.

    Both rates are read off the sink, from the first mail of a turn to its last.
    """

    messages: int = 4000
    rounds: int = 5
    ratio_at_least: float = 0.5

    def run(self, house: House, name: str) -> dict[str, Any]:
        with _place(house).scene(name) as scene:
            return self._measured(scene, name)

    def _measured(self, scene: Scene, name: str) -> dict[str, Any]:
        sink = scene.sink(content=True)
        self._load()
        # Without a broker one loop in the worker's one process does all the sending.
        scene.worker("worker", concurrency=1, REDIS_URL=NO_BROKER, REMINDERS_SWEEP_SECONDS="0.5")
        self._sent(sink)
        mails = scene.logs / "mails.json"
        mails.write_text(
            json.dumps([(mail["to"], mail["content"]) for mail in sink.mails()][: self.messages])
        )
        self._bare(sink, mails)
        turns = [(self._ours(sink), self._bare(sink, mails)) for _ in range(self.rounds)]
        ratios = sorted(ours / bare for ours, bare in turns)
        return {
            "name": name,
            "value": round(median(ours for ours, _ in turns), 1),
            "unit": "messages/s",
            "limit": round(median(bare for _, bare in turns), 1),
            "ratio": round(median(ratios), 3),
            "ratio_range": [round(ratios[0], 3), round(ratios[-1], 3)],
            "n": self.messages,
            "load": round(os.getloadavg()[0], 1),
            "bar": {"ratio_at_least": self.ratio_at_least},
            "ok": median(ratios) >= self.ratio_at_least,
        }

    def _load(self) -> None:
        from django.db import connection  # noqa: PLC0415 (Django is set up by now)

        from reminders.services import planning  # noqa: PLC0415
        from tools.drill import data  # noqa: PLC0415

        data.due_between(data.clock() - timedelta(seconds=10), 5, messages=self.messages)
        planning.plan()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    def _ours(self, sink: SinkProcess) -> float:
        """The same messages become due once more, without the dead rows that this leaves and sending never meets."""
        from django.db import connection  # noqa: PLC0415 (Django is set up by now)
        from django.db.models import F  # noqa: PLC0415

        from reminders.models import Message, MessageState  # noqa: PLC0415

        sink.forget()
        Message.objects.update(
            state=MessageState.PLANNED,
            accepted_at=None,
            settled_at=None,
            due_at=F("due_at") + LATER,
        )
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE) reminders_message, reminders_deliveryattempt")
        Message.objects.update(due_at=F("due_at") - LATER)
        return self._sent(sink)

    def _bare(self, sink: SinkProcess, mails: Path) -> float:
        sink.forget()
        subprocess.run(
            [sys.executable, "-m", "tools.bench.bare_smtp", str(sink.port), str(mails)],
            cwd=ROOT, check=True,
        )  # fmt: skip
        return self._sent(sink)

    def _sent(self, sink: SinkProcess) -> float:
        """Mails a second, once all have arrived."""
        deadline = time.monotonic() + SENT_TIMEOUT
        while sink.count() < self.messages:
            if time.monotonic() > deadline:
                raise ServerError(f"{sink.count()} of {self.messages} mails came. {sink.log}")
            time.sleep(0.2)
        at = [mail["at"] for mail in sink.mails()]
        return (len(at) - 1) / (at[-1] - at[0])
