"""What people were told, laid beside a draft read as plain values: one statement at any size.

`services.publishing.review` does the same row by row for the person about to publish; the board asks after every move.
A test keeps the two in agreement.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from core.prepared import prepared
from programs.models import Group
from site_visits.differences import FROZEN
from site_visits.draft import Draft, Place, Snapshot
from site_visits.models import Change, PublishedItem

NOWHERE: Final = Place(0, "", "", "", "", "", None, None, None, "", "", "", "")


@dataclass(frozen=True, slots=True)
class Compared:
    """`changes` are those publishing now would make, by uid; `published` what anybody was told of."""

    changes: dict[UUID, Change]
    published: frozenset[UUID]


def compare(draft: Draft, groups: Mapping[int, str], publication: int | None) -> Compared:
    """`groups` are the names of the program's groups in their order, `publication` the one in force."""
    told = _told(publication) if publication else {}
    changes = {}
    for uid, entry in draft.entries.items():
        facts, before = entry.facts, told.get(uid)
        change = _change(_frozen(draft, facts, groups) if _is_shown(facts) else None, before)
        if change is not None:
            changes[uid] = change
    return Compared(changes, frozenset(told))


def rows(draft: Draft) -> list[PublishedItem]:
    """What the draft would be as published, unsaved; live, scheduled, not for planners only. One statement."""
    groups = dict(Group.objects.filter(program=draft.program).values_list("pk", "name"))
    return [
        PublishedItem(
            uid=uid, **dict(zip(FROZEN, _frozen(draft, entry.facts, groups), strict=True))
        )
        for uid, entry in draft.entries.items()
        if _is_shown(entry.facts)
    ]


def _is_shown(facts: Snapshot) -> bool:
    return facts.is_live and facts.starts_at is not None and not facts.planner_only


def _told(publication: int) -> dict[UUID, tuple[Any, ...]]:
    return {row[0]: row[1:] for row in _rows(publication)}


def _question(publication: int) -> Any:
    rows = PublishedItem.objects.filter(publication=publication).order_by()
    return rows.values_list("uid", *FROZEN)


_rows = prepared(_question)


WHEN: Final = tuple(FROZEN.index(name) for name in ("starts_at", "ends_at"))
CANCELLED: Final = FROZEN.index("cancelled")


def _change(now: tuple[Any, ...] | None, before: tuple[Any, ...] | None) -> Change | None:
    if now is None:
        return None if before is None or before[CANCELLED] else Change.CANCELLED
    if before is None or before[CANCELLED]:
        return Change.ADDED
    if now == before:
        return None
    return Change.MOVED if any(now[n] != before[n] for n in WHEN) else Change.CHANGED


def _frozen(draft: Draft, facts: Snapshot, groups: Mapping[int, str]) -> tuple[Any, ...]:
    """In the order of FROZEN, as publishing would write it."""
    site = draft.places[facts.site] if facts.site else NOWHERE
    names = [name for pk, name in groups.items() if pk in facts.groups]
    return (
        facts.kind,
        facts.title,
        facts.title_en,
        facts.starts_at,
        facts.ends_at,
        facts.site,
        site.name,
        site.name_en,
        site.kind,
        facts.place,
        site.address,
        site.latitude,
        site.longitude,
        draft.places[facts.origin].name if facts.origin else "",
        draft.places[facts.target].name if facts.target else "",
        facts.km,
        list(facts.groups),
        ", ".join(names)[:300],
        facts.counts_as_learning,
        facts.note,
        facts.bring,
        facts.dress_rule or site.dress_rule,
        facts.id_rule or site.id_rule,
        site.access_notes,
        site.contact_phone,
        False,
    )
