"""What a board needs beside its items, in one statement: groups, publication, the person's steps, and a stamp."""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, NamedTuple

from django.db import connection

from accounts.models import User
from programs.models import Program
from site_visits.services import undo
from site_visits.services.undo import Peek

# Every insert, update and delete changes the count or the sum of a table's row versions (xmin): one way to ask
# "is anything different?" for tables that have no version of their own.
_VERSIONS: Final = "concat(count(*), '.', sum({row}.xmin::text::bigint))"
_STAMP: Final = """
SELECT concat_ws(' ',
    (SELECT program.xmin FROM programs_program program WHERE program.id = %(program)s),
    (SELECT {item} FROM site_visits_itineraryitem item WHERE item.program_id = %(program)s),
    (SELECT {visit} FROM site_visits_sitevisit visit
     JOIN site_visits_itineraryitem item ON item.id = visit.item_id WHERE item.program_id = %(program)s),
    (SELECT {link} FROM site_visits_itineraryitem_groups link
     JOIN site_visits_itineraryitem item ON item.id = link.itineraryitem_id WHERE item.program_id = %(program)s),
    (SELECT {part} FROM programs_group part WHERE part.program_id = %(program)s),
    (SELECT {seat} FROM participants_enrollment seat WHERE seat.program_id = %(program)s),
    (SELECT max(publication.number) FROM site_visits_publication publication
     WHERE publication.program_id = %(program)s),
    (SELECT {other} FROM site_visits_itineraryitem other WHERE other.program_id <> %(program)s AND other.site_id IN
     (SELECT item.site_id FROM site_visits_itineraryitem item WHERE item.program_id = %(program)s)),
    (SELECT {site} FROM site_visits_site site),
    (SELECT {hours} FROM site_visits_openinghours hours),
    (SELECT {closure} FROM site_visits_siteclosure closure),
    (SELECT {road} FROM site_visits_traveltime road),
    (SELECT {holiday} FROM programs_holiday holiday)
)
""".format(  # noqa: S608 (names of our own tables)
    **{
        row: _VERSIONS.format(row=row)
        for row in (
            "item", "visit", "link", "part", "seat", "other", "site", "hours", "closure", "road", "holiday",
        )
    }
)  # fmt: skip
_HEAD: Final = f"""
SELECT
    (SELECT coalesce(jsonb_agg(jsonb_build_array(part.id, part.name) ORDER BY part.sort_order, part.id), '[]')
     FROM programs_group part WHERE part.program_id = %(program)s),
    (SELECT jsonb_build_array(publication.id, publication.number, publication.meeting_point, publication.bring)
     FROM site_visits_publication publication WHERE publication.program_id = %(program)s
     ORDER BY publication.number DESC LIMIT 1),
    (SELECT coalesce(jsonb_agg(jsonb_build_array(
         command.kind, command.title, command.title_en, command.size, command.undone_at IS NOT NULL
     ) ORDER BY command.id), '[]')
     FROM site_visits_boardcommand command
     WHERE command.program_id = %(program)s AND command.user_id = %(user)s),
    ({_STAMP})
"""  # noqa: S608 (no value of anybody's stands in it)


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
    *known, stamp = _one(_HEAD, {"program": program.pk, "user": user.pk})
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
    """Differs when anything the board shows of this program differs, whoever changed it."""
    return _digest(_one(_STAMP, {"program": program.pk})[0])


def _one(sql: str, parameters: dict[str, Any]) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return tuple(cursor.fetchone())


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:24]
