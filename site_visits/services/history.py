"""Whose change came in between: what an item was, what it is now, who did it and when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.dates import kday, ktimerange, local_date
from programs.models import Program
from site_visits.draft import OF_ITEM, REFERENCES, Snapshot
from site_visits.models import BoardCommand, BoardStep
from site_visits.services.editing import Outdated

SHOWN: Final = 20
NAMES: Final[dict[str, Any]] = {
    "title": gettext_lazy("제목"),
    "place": gettext_lazy("장소"),
    "site": gettext_lazy("방문지"),
    "groups": gettext_lazy("조"),
    "note": gettext_lazy("교육생에게 알릴 말"),
    "bring": gettext_lazy("준비물"),
    "planner_note": gettext_lazy("담당자 메모"),
    "headcount": gettext_lazy("방문 인원"),
    "purpose": gettext_lazy("방문 목적"),
    "km": gettext_lazy("거리(km)"),
}


@dataclass(frozen=True, slots=True)
class Theirs:
    """One line: what somebody else did to an item; `who` is empty where nobody was signed in."""

    uid: UUID
    title: str
    what: str
    who: str
    at: datetime | None


def theirs(program: Program, outdated: Iterable[Outdated]) -> list[Theirs]:
    """What happened to the items since they were seen; three statements however many there are."""
    rows = list(outdated)[:SHOWN]
    events = _events(rows)
    deleted = _deletions(program, [row.uid for row in rows if row.now is None])
    people = dict(
        User.objects.filter(
            pk__in={who for *_rest, who in [*events.last.values(), *deleted.values()] if who}
        ).values_list("pk", "name")
    )
    found = []
    for row in rows:
        seen = row.seen or events.seen.get((row.uid, row.version or 0))
        if row.now is None:
            at, who = deleted.get(row.uid, (None, None))
            title = seen.display_title if seen else ""
            found.append(Theirs(row.uid, title, _("지웠습니다"), people.get(who, ""), at))
            continue
        at, who = events.last.get(row.uid, (None, None))
        facts = row.now.facts
        found.append(
            Theirs(row.uid, facts.display_title, what(seen, facts), people.get(who, ""), at)
        )
    return found


def what(before: Snapshot | None, after: Snapshot) -> str:
    """The change in one line, the most telling first."""
    if before is None:
        return _("다시 넣었습니다")
    if before.is_live != after.is_live:
        return _("취소했습니다") if before.is_live else _("되살렸습니다")
    if (before.starts_at, before.ends_at) != (after.starts_at, after.ends_at):
        return f"{_when(before, after)} → {_when(after, before)}"
    if before.title != after.title:
        return f"{before.display_title} → {after.display_title}"
    changed = [
        str(label) for name, label in NAMES.items() if getattr(before, name) != getattr(after, name)
    ]
    return ", ".join(changed) or _("내용을 고쳤습니다")


def _when(facts: Snapshot, other: Snapshot) -> str:
    """The day is said where it differs."""
    if facts.starts_at is None:
        return _("시간 미정")
    clock = ktimerange(facts.starts_at, facts.ends_at)
    same = other.starts_at and local_date(facts.starts_at) == local_date(other.starts_at)
    return clock if same else f"{kday(facts.starts_at)} {clock}"


@dataclass(frozen=True, slots=True)
class _Events:
    seen: dict[tuple[UUID, int], Snapshot]
    last: dict[UUID, tuple[datetime, int | None]]


def _events(rows: list[Outdated]) -> _Events:
    event: Any = apps.get_model("site_visits", "ItineraryItemEvent")
    columns = [f"{name}_id" if name in REFERENCES else name for name in OF_ITEM]
    found = (
        event.objects.filter(uid__in=[row.uid for row in rows])
        .order_by("pgh_id")
        .values_list("uid", "version", "pgh_created_at", "pgh_context__metadata", *columns)
    )
    wanted = {(row.uid, row.version) for row in rows}
    seen, last = {}, {}
    for uid, version, at, context, *facts in found.iterator(2000):
        if (uid, version) in wanted:
            seen[uid, version] = Snapshot(**dict(zip(OF_ITEM, facts, strict=True)))
        last[uid] = (at, (context or {}).get("user"))
    return _Events(seen, last)


def _deletions(program: Program, uids: list[UUID]) -> dict[UUID, tuple[datetime, int]]:
    """Deleted rows have no history of their own; the steps know who took them away."""
    if not uids:
        return {}
    steps = (
        BoardCommand.objects.filter(program=program)
        .order_by("pk")
        .values_list("changes", "kind", "at", "undone_at", "user")
    )
    found = {}
    for changes, kind, at, undone_at, user in steps:
        gone = "before" if undone_at and kind != BoardStep.DELETE else "after"
        for change in changes:
            if change[gone] is None and (uid := UUID(change["uid"])) in uids:
                found[uid] = (undone_at or at, user)
    return found
