"""The steps of each organizer on each board: remembered, undone, done again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db.models import Q

from accounts.models import User
from core.dates import is_english
from programs.models import Program
from site_visits.draft import Snapshot
from site_visits.models import BoardCommand, BoardStep

KEPT: Final = 60


# What everybody reads beside the items, by the program's field: as it was, as it became.
Told = Mapping[str, tuple[str, str]]


class Change(NamedTuple):
    """One item of a step; None means it was not there."""

    uid: UUID
    before: Snapshot | None
    after: Snapshot | None


@dataclass(frozen=True, slots=True)
class Peek:
    """The step that would be undone or done again next, and how many there are."""

    kind: BoardStep
    title: str
    title_en: str
    size: int
    count: int

    @property
    def display_title(self) -> str:
        return self.title_en if self.title_en and is_english() else self.title


def remember(
    program: Program,
    *,
    kind: BoardStep,
    changes: list[Change],
    told: Told,
    by: User,
    at: datetime,
    nonce: UUID | None = None,
) -> None:
    """On top of the person's steps; what was undone before can no longer be done again."""
    first = next((change.before or change.after for change in changes), None)
    BoardCommand.objects.create(
        program=program,
        user=by,
        kind=kind,
        title=first.title if first else "",
        title_en=first.title_en if first else "",
        size=len(changes) + len(told),
        told={name: list(pair) for name, pair in told.items()},
        changes=[
            {
                "uid": str(uid),
                "before": before and before.to_json(),
                "after": after and after.to_json(),
            }
            for uid, before, after in changes
        ],
        at=at,
        nonce=nonce,
    )
    mine = _mine(program, by)
    kept = mine.filter(undone_at=None).order_by("-pk").values("pk")[:KEPT]
    mine.filter(~Q(pk__in=kept)).delete()


def _mine(program: Program, user: User) -> Any:
    return BoardCommand.objects.filter(program=program, user=user)


def next_undo(program: Program, user: User) -> BoardCommand | None:
    return _mine(program, user).filter(undone_at=None).order_by("-pk").first()


def next_redo(program: Program, user: User) -> BoardCommand | None:
    """The step undone last is the oldest of those undone."""
    return _mine(program, user).filter(undone_at__isnull=False).order_by("pk").first()


def mark(command: BoardCommand, *, undone_at: datetime | None, nonce: UUID | None) -> None:
    BoardCommand.objects.filter(pk=command.pk).update(undone_at=undone_at, nonce=nonce)


def carried_out(program: Program, user: User, nonce: UUID | None) -> BoardCommand | None:
    """The step this very request has done, undone or redone already."""
    return _mine(program, user).filter(nonce=nonce).first() if nonce else None


def told_of(command: BoardCommand) -> Told:
    return {name: (before, after) for name, (before, after) in command.told.items()}


def changes_of(command: BoardCommand) -> list[Change]:
    return [
        Change(
            UUID(change["uid"]),
            change["before"] and Snapshot.from_json(change["before"]),
            change["after"] and Snapshot.from_json(change["after"]),
        )
        for change in command.changes
    ]


def peeks(steps: Iterable[Sequence[Any]]) -> tuple[Peek | None, Peek | None]:
    """What can be undone and what done again, of (kind, title, title_en, size, undone) in their order."""
    steps = list(steps)
    done = [row for row in steps if not row[-1]]
    undone = [row for row in steps if row[-1]]
    return _peek(done[-1:], len(done)), _peek(undone[:1], len(undone))


def _peek(rows: Iterable[Sequence[Any]], count: int) -> Peek | None:
    return next((Peek(BoardStep(row[0]), row[1], row[2], row[3], count) for row in rows), None)


def was_deleted(program: Program, uid: UUID) -> bool:
    """Whether an item of this draft was deleted in one of the steps that are remembered."""
    return BoardCommand.objects.filter(
        program=program, changes__contains=[{"uid": str(uid)}]
    ).exists()
