"""What a check says: values without a database, so that the board, the list and the publication page share them."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

# How many findings a process keeps worded.
KEPT: Final = 4000


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


class Code(StrEnum):
    OVERLAP = "overlap"
    SITE_CLOSED = "site_closed"
    OUTSIDE_HOURS = "outside_hours"
    OVER_CAPACITY = "over_capacity"
    TRAVEL_TOO_SHORT = "travel_too_short"
    LEG_WITHOUT_BREAK = "leg_without_break"
    LUNCH_MISSING = "lunch_missing"
    OUTSIDE_PROGRAM = "outside_program"
    PUBLIC_HOLIDAY = "public_holiday"
    HOST_NOT_CONFIRMED = "host_not_confirmed"
    ENROLLED_TWICE = "enrolled_twice"
    TEAM_AWAY = "team_away"


class Unit(StrEnum):
    MINUTES = "minutes"
    PEOPLE = "people"
    DAYS = "days"


class FixKind(StrEnum):
    MOVE = "move"
    RESIZE = "resize"
    SWAP = "swap"
    ADD = "add"
    SPLIT = "split"
    ASK_HOST = "ask_host"
    RETIME = "retime"
    SEE_PEOPLE = "see_people"


@dataclass(frozen=True, slots=True)
class Edit:
    """Minutes by which the two ends of an item shift."""

    uid: UUID
    start_by: int = 0
    end_by: int = 0


@dataclass(frozen=True, slots=True)
class Fix:
    """One way out, as data: `edits` to apply together, or `parameters` of the thing to add, split or ask."""

    kind: FixKind
    label: str
    edits: tuple[Edit, ...] = ()
    parameters: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Conflict:
    """`size` is how far off it is, in `unit`; `message` says the size first, `why` the rest."""

    code: Code
    severity: Severity
    size: int
    unit: Unit
    message: str
    why: str = ""
    item_uids: tuple[UUID, ...] = ()
    fixes: tuple[Fix, ...] = ()

    @property
    def is_error(self) -> bool:
        return self.severity == Severity.ERROR

    @property
    def key(self) -> tuple[Code, frozenset[UUID], str]:
        """The same finding for several groups is one finding."""
        return (self.code, frozenset(self.item_uids), self.message)
