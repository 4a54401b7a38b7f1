"""What a board needs beside its items, in one statement: groups, publication, the person's steps, and a stamp."""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple

from django.db import connection

from accounts.models import User
from programs.models import Program
from site_visits.services import undo
from site_visits.services.undo import Peek


class Told(NamedTuple):
    """The publication in force."""

    pk: int
    number: int
    meeting_point: str
    bring: str


@dataclass(frozen=True, slots=True)
class Head:
    groups: dict[int, str]
    told: Told | None
    undo: Peek | None
    redo: Peek | None
    stamp: str


def read(program: Program, user: User) -> Head:
    *known, stamp = _one(
        "SELECT groups, told, steps, stamp FROM site_visits_board_head(%s, %s)",
        [program.pk, user.pk],
    )
    groups, told, steps = (json.loads(part or "[]") for part in known)
    undone, redone = undo.peeks(steps)
    return Head(
        groups=dict(groups),
        told=Told(*told) if told else None,
        undo=undone,
        redo=redone,
        stamp=_digest(stamp),
    )


def stamp(program: Program) -> str:
    """Differs when anything the board shows of this program differs, whoever changed it; the size of the offices people
    come from is left out."""
    return _digest(_one("SELECT site_visits_board_stamp(%s)", [program.pk])[0])


def _one(sql: str, parameters: list[int]) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return tuple(cursor.fetchone())


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:24]
