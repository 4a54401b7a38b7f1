"""Conflicts as the board reads them: stable keys, and ways out that are ready to post."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID, uuid4

from django.urls import reverse

from core.dates import iso, local, local_date
from desk import board_links
from site_visits.conflicts import Conflict, Edit, Fix, FixKind
from site_visits.draft import Draft


def rows(draft: Draft, conflicts: Iterable[Conflict]) -> list[dict[str, Any]]:
    days = {
        uid: iso(local_date(entry.facts.starts_at))
        for uid, entry in draft.entries.items()
        if entry.facts.starts_at
    }
    return [_row(draft, conflict, days) for conflict in conflicts]


def _row(draft: Draft, conflict: Conflict, days: Mapping[UUID, str]) -> dict[str, Any]:
    uids = [str(uid) for uid in conflict.item_uids]
    return {
        "key": _key(conflict, uids),
        "code": conflict.code.value,
        "severity": conflict.severity.value,
        "size": conflict.size,
        "unit": conflict.unit.value,
        "message": conflict.message,
        "why": conflict.why,
        "uids": uids,
        "date": min((days[uid] for uid in conflict.item_uids if uid in days), default=None),
        "fixes": [found for fix in conflict.fixes if (found := _fix(draft, fix))],
    }


def _key(conflict: Conflict, uids: list[str]) -> str:
    """The same finding keeps its key while its size changes."""
    about = ",".join(sorted(uids)) or conflict.why
    return f"{conflict.code.value}-{sha256(about.encode()).hexdigest()[:12]}"


def _fix(draft: Draft, fix: Fix) -> dict[str, Any] | None:
    """The label with a command to post, or with a page where the matter can be settled."""
    if fix.edits:
        return _command(
            fix, {"command": "move_by", "edits": [_edit(draft, edit) for edit in fix.edits]}
        )
    make = WAYS.get(fix.kind)
    return make(draft, fix) if make else None


def _edit(draft: Draft, edit: Edit) -> dict[str, Any]:
    return {
        "uid": str(edit.uid),
        "version": draft.entries[edit.uid].version,
        "start_by": edit.start_by,
        "end_by": edit.end_by,
    }


def _add(draft: Draft, fix: Fix) -> dict[str, Any]:
    start = local(datetime.fromisoformat(fix.parameters["starts_at"]))
    added = {
        "uid": str(uuid4()),
        "kind": fix.parameters["kind"],
        "date": iso(start.date()),
        "start": start.hour * 60 + start.minute,
        "minutes": fix.parameters["minutes"],
        "groups": fix.parameters["groups"],
    }
    return _command(fix, {"command": "add", "items": [added]})


def _split(draft: Draft, fix: Fix) -> dict[str, Any]:
    """One group after another, where groups fit; otherwise groups have to be made first."""
    if not fix.parameters["groups"]:
        return _url(fix, "group-list", draft)
    uid = UUID(fix.parameters["uid"])
    return _command(
        fix,
        {
            "command": "stagger",
            "uid": str(uid),
            "version": draft.entries[uid].version,
            "groups": fix.parameters["groups"],
            "gap": 0,
        },
    )


def _retime(draft: Draft, fix: Fix) -> dict[str, Any]:
    return _command(fix, {"command": "retime", "date": fix.parameters["date"]})


def _ask(draft: Draft, fix: Fix) -> dict[str, Any]:
    visit = draft.entries[UUID(fix.parameters["uid"])].visit
    if visit is None:
        return _url(fix, "host-list", draft)
    url = board_links.ask_host(draft.program.code, visit)
    return {"label": fix.label, "command": None, "url": url}


def _command(fix: Fix, command: dict[str, Any]) -> dict[str, Any]:
    return {"label": fix.label, "command": command, "url": None}


def _url(fix: Fix, name: str, draft: Draft) -> dict[str, Any]:
    url = reverse(f"organize:{name}", args=[draft.program.code])
    return {"label": fix.label, "command": None, "url": url}


WAYS: Final[dict[FixKind, Callable[[Draft, Fix], dict[str, Any]]]] = {
    FixKind.ADD: _add,
    FixKind.SPLIT: _split,
    FixKind.RETIME: _retime,
    FixKind.ASK_HOST: _ask,
    FixKind.SEE_PEOPLE: lambda draft, fix: _url(fix, "enrollment-list", draft),
}
