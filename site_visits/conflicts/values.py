"""What a check says: values without a database, so that the board, the list and the publication page share them."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


class Code(StrEnum):
    """The conflict codes of the house, as stored in reports and shown to nobody."""

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


class FixKind(StrEnum):
    MOVE = "move"
    RESIZE = "resize"
    SWAP = "swap"
    ADD = "add"
    ASK_HOST = "ask_host"


@dataclass(frozen=True, slots=True)
class Fix:
    """One way out, as data: `move` by minutes, `resize` to minutes, `swap` with another item, `add` an item."""

    kind: FixKind
    label: str
    uid: UUID | None = None
    parameters: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Conflict:
    """`size` is how far off it is, in `unit` (minutes or people); `message` says the size first."""

    code: Code
    severity: Severity
    size: int
    unit: str
    message: str
    why: str = ""
    item_uids: tuple[UUID, ...] = ()
    fixes: tuple[Fix, ...] = ()

    @property
    def is_error(self) -> bool:
        return self.severity == Severity.ERROR
