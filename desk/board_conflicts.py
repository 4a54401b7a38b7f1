"""Conflicts as the board reads them: stable keys, and ways out that are ready to post."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Any
from uuid import uuid4

from django.urls import reverse

from core.dates import iso, local, parse_datetime
from site_visits.conflicts import Conflict, Fix, FixKind
from site_visits.draft import Draft


def rows(draft: Draft, conflicts: Iterable[Conflict]) -> list[dict[str, Any]]:
    return [
        {
            "key": _key(conflict),
            "code": conflict.code.value,
            "severity": conflict.severity.value,
            "size": conflict.size,
            "unit": conflict.unit.value,
            "message": conflict.message,
            "why": conflict.why,
            "uids": [str(uid) for uid in conflict.item_uids],
            "date": _day(draft, conflict),
            "fixes": [found for fix in conflict.fixes if (found := _fix(draft, fix))],
        }
        for conflict in conflicts
    ]


def _key(conflict: Conflict) -> str:
    """The same finding keeps its key while its size changes."""
    about = ",".join(sorted(str(uid) for uid in conflict.item_uids)) or conflict.why
    return f"{conflict.code}-{sha256(about.encode()).hexdigest()[:12]}"


def _day(draft: Draft, conflict: Conflict) -> str | None:
    starts = [
        starts_at
        for uid in conflict.item_uids
        if uid in draft.entries and (starts_at := draft.entries[uid].facts.starts_at)
    ]
    return iso(local(min(starts)).date()) if starts else None


def _fix(draft: Draft, fix: Fix) -> dict[str, Any] | None:
    if fix.edits:
        edits = [
            {
                "uid": str(edit.uid),
                "version": draft.entries[edit.uid].version,
                "start_by": edit.start_by,
                "end_by": edit.end_by,
            }
            for edit in fix.edits
        ]
        return _command(fix, {"command": "move_by", "edits": edits})
    if fix.kind == FixKind.ADD and (starts_at := parse_datetime(fix.parameters["starts_at"])):
        start = local(starts_at)
        added = {
            "uid": str(uuid4()),
            "kind": fix.parameters["kind"],
            "date": iso(start.date()),
            "start": start.hour * 60 + start.minute,
            "minutes": fix.parameters["minutes"],
        }
        return _command(fix, {"command": "add", "items": [added]})
    if fix.kind == FixKind.ASK_HOST:
        return {
            "label": fix.label,
            "command": None,
            "url": reverse("organize:host-list", args=[draft.program.code]),
        }
    if fix.kind == FixKind.SPLIT:
        return {
            "label": fix.label,
            "command": None,
            "url": reverse("organize:item-edit", args=[draft.program.code, fix.parameters["uid"]]),
        }
    return None


def _command(fix: Fix, command: dict[str, Any]) -> dict[str, Any]:
    return {"label": fix.label, "command": command, "url": None}
