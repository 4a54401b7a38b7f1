"""Items change while their reminders are going out: no mail may state what its sender could know to be outdated.

Each change gives an item another place that names its revision, and every other one an earlier start too. A mail
is stale when a newer publication had been acknowledged before the mail was checked for the last time; what is
published between that check and the answer of the mail server nobody can help, and how long that is, is printed.
"""

import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any, Final

from django.db import connection

from core.dates import ktime
from programs.models import Program
from reminders.models import Trigger
from site_visits.models import ItineraryItem, Publication, PublishedItem
from site_visits.services import publishing
from tools.children import Child
from tools.drill import data
from tools.drill.delivery import FIRST_DUE, Run, plan, wait_ready, wait_settled
from tools.drill.place import Scene
from tools.drill.sink import was_taken
from tools.drill.tally import quantile, tally

STATED: Final = re.compile(r"(\d\d:\d\d)[^\n]*?장소 (\d+)-(\d+) (\d+)판")
NAMED: Final = re.compile(r"장소 (\d+)-(\d+) (\d+)판")
EARLIER: Final = timedelta(minutes=2)
# When each message was checked for the last time before it was handed over: statement_timestamp() is earlier than
# what the statement could see, so the window is rather made too long than too short.
WATCH: Final = """
CREATE TABLE drill_check (id uuid, at timestamptz);
CREATE FUNCTION drill_note_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO drill_check VALUES (NEW.id, statement_timestamp());
    RETURN NULL;
END $$;
CREATE TRIGGER drill_check AFTER UPDATE OF state ON reminders_message FOR EACH ROW
WHEN (NEW.state = 'sending' AND OLD.state <> 'sending') EXECUTE FUNCTION drill_note_check();
"""

FOREVER: Final = float("inf")

Name = tuple[int, int]


@dataclass
class History:
    """What was in force when: for every program the revisions of its items, with when that was acknowledged."""

    starts: dict[tuple[int, int, int], str] = field(default_factory=dict)
    known: dict[int, list[tuple[float, dict[Name, int]]]] = field(default_factory=dict)

    def add(self, number: int, publication: Publication) -> None:
        acknowledged = data.clock().timestamp()
        revisions: dict[Name, int] = {}
        for item in PublishedItem.objects.filter(publication=publication):
            found = NAMED.search(item.place)
            assert found  # noqa: S101 (every item of the drill has such a place)
            program, place, revision = map(int, found.groups())
            revisions[program, place] = revision
            self.starts[program, place, revision] = ktime(item.starts_at)
        self.known.setdefault(number, []).append((acknowledged, revisions))

    def at(self, name: Name, moment: float) -> int:
        """The newest revision of an item that was acknowledged by then."""
        seen = [revisions[name] for at, revisions in self.known[name[0]] if at <= moment]
        return seen[-1] if seen else 1


@dataclass(frozen=True)
class Mail:
    """What a mail states of each item, and whether the times beside the places are theirs."""

    to: str
    id: str
    at: float
    checked_at: float
    stated: dict[Name, int]
    times_fit: bool


def change_storm(scene: Scene) -> dict[str, Any]:
    """500 items are changed, five at a time, while four workers are sending 4,000 reminders of them."""
    programs, items, people = scene.of(full=(20, 25, 8), short=(4, 6, 8))
    seconds = scene.of(full=90, short=6)
    sink = scene.sink(content=True)
    workers = _crew(scene)
    wait_ready(workers)
    with connection.cursor() as cursor:
        cursor.execute(WATCH)
    loaded = _load(programs, items, people, seconds)
    plan(programs * items * people)
    history = History()
    for number, program in enumerate(loaded):
        history.add(number, publishing.latest(program))
    this = Run(scene, sink, workers, seconds)
    changed = _storm(this, loaded, items, history)
    wait_settled()
    ended = scene.ended()
    scene.end()
    mails = list(_read(sink.mails(), history))
    line = tally(sink) | {"changed": changed, "ended": ended} | judged(mails, history)
    right = not (line["stale"] or line["wrong_times"] or line["left_wrong"] or line["unaccounted"])
    return line | {"ok": right and line["duplicates"] <= line["in_flight"] and not ended}


def _crew(scene: Scene) -> list[Child]:
    count, each = scene.of(full=(4, 1), short=(1, 4))
    workers = [scene.worker(f"worker{n}", concurrency=each) for n in range(count)]
    scene.beat()
    scene.sweeper()
    return workers


def _load(programs: int, items: int, people: int, seconds: float) -> list[Program]:
    start = data.clock() + FIRST_DUE + data.LEAD
    them = data.people(programs * people)
    plans = [
        [
            data.Item(
                f"일정 {number}-{n}",
                start + timedelta(seconds=seconds * n / items),
                _place(number, n, 1),
            )
            for n in range(items)
        ]
        for number in range(programs)
    ]
    groups = [them[number * people : (number + 1) * people] for number in range(programs)]
    return data.load(plans, groups, trigger=Trigger.BEFORE_ITEM)


def _place(program: int, item: int, revision: int) -> str:
    return f"장소 {program}-{item} {revision}판"


def _storm(this: Run, programs: list[Program], items: int, history: History) -> int:
    """Every item is changed once; the programs take turns, five items a publication."""
    by, at_once = data.organizer(), 5
    turns = [
        (number, first)
        for first in range(0, items, at_once)
        for number in range(len(programs))
    ]  # fmt: skip
    this.draw.shuffle(turns)
    began, changed = time.monotonic(), 0
    for place, (number, first) in enumerate(turns):
        time.sleep(max(0, began + this.seconds * place / len(turns) - time.monotonic()))
        for n in range(first, min(first + at_once, items)):
            _change(programs[number], number, n)
            changed += 1
        current = publishing.latest(programs[number])
        assert current  # noqa: S101 (it was published when it was loaded)
        publication = publishing.publish(
            program=programs[number], by=by, at=data.clock(), override_reason="훈련",
            expected_number=current.number,
        )  # fmt: skip
        history.add(number, publication)
    return changed


def _change(program: Program, number: int, n: int) -> None:
    item = ItineraryItem.objects.get(program=program, title=f"일정 {number}-{n}")
    assert item.starts_at  # noqa: S101 (every item of the drill has its time)
    assert item.ends_at  # noqa: S101
    moved = EARLIER if n % 2 else timedelta()
    ItineraryItem.objects.filter(pk=item.pk).update(
        place=_place(number, n, 2), starts_at=item.starts_at - moved, ends_at=item.ends_at - moved
    )


def _read(mails: Iterable[dict[str, Any]], history: History) -> Iterator[Mail]:
    checks: dict[str, list[float]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id::text, extract(epoch FROM at)::float8 FROM drill_check ORDER BY at"
        )
        for pk, at in cursor.fetchall():
            checks.setdefault(pk, []).append(at)
    for mail in mails:
        if not was_taken(mail):
            continue
        content = message_from_bytes(mail["content"].encode("latin-1"), policy=policy.default)
        body = content.get_body(("plain",))
        text = body.get_content() if body else ""
        pk = mail["id"].split("@")[0].strip("<")
        stated: dict[Name, int] = {}
        for program, n, revision in NAMED.findall(text):
            name = int(program), int(n)
            # A notice names the old place too: what it states is the newest one.
            stated[name] = max(stated.get(name, 0), int(revision))
        fit = all(
            history.starts.get((int(program), int(n), int(revision))) == clock
            for clock, program, n, revision in STATED.findall(text)
            if "→" not in text
        )
        before = [at for at in checks.get(pk, []) if at <= mail["at"]]
        yield Mail(mail["to"], pk, mail["at"], before[-1] if before else 0, stated, fit)


def judged(mails: list[Mail], history: History) -> dict[str, Any]:
    """`stale`: outdated already when it was checked. `overtaken`: outdated when it was accepted, checked before.

    `left_wrong`: what somebody was last told of an item is not what is in force in the end.
    """
    stale = overtaken = 0
    last: dict[tuple[str, Name], int] = {}
    for mail in mails:
        stale += any(rev < history.at(name, mail.checked_at) for name, rev in mail.stated.items())
        overtaken += any(rev < history.at(name, mail.at) for name, rev in mail.stated.items())
        last |= {(mail.to, name): revision for name, revision in mail.stated.items()}
    windows = sorted((mail.at - mail.checked_at) * 1000 for mail in mails if mail.checked_at)
    return {
        "mails": len(mails),
        "statements": sum(len(mail.stated) for mail in mails),
        "stale": stale,
        "overtaken": overtaken - stale,
        "wrong_times": sum(not mail.times_fit for mail in mails),
        "left_wrong": sum(
            revision < history.at(name, FOREVER) for (_to, name), revision in last.items()
        ),
        **{f"window_p{n}_ms": round(quantile(windows, n / 100), 1) for n in (50, 95, 99)},
        "window_max_ms": round(windows[-1], 1) if windows else 0,
    }
