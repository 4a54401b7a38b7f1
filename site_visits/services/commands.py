"""What an organizer can do on the schedule board, as values."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from site_visits.services.itinerary import Shift

Versioned = tuple[UUID, int]


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an item is put: no start sends it back to the unscheduled, no minutes keep its length."""

    uid: UUID
    version: int
    starts_at: datetime | None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Move:
    placements: tuple[Placement, ...]


@dataclass(frozen=True, slots=True)
class MoveBy:
    shifts: tuple[Shift, ...]


@dataclass(frozen=True, slots=True)
class Add:
    """New items by the uids their makers gave them; a site, a kind and a length fill in what is missing."""

    items: tuple[tuple[UUID, dict[str, Any], int | None], ...]


@dataclass(frozen=True, slots=True)
class Edit:
    uid: UUID
    version: int
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Cancel:
    items: tuple[Versioned, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Restore:
    items: tuple[Versioned, ...]


@dataclass(frozen=True, slots=True)
class Delete:
    items: tuple[Versioned, ...]


@dataclass(frozen=True, slots=True)
class Duplicate:
    items: tuple[Versioned, ...]
    day: date
    starts_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Legs:
    day: date


@dataclass(frozen=True, slots=True)
class Retime:
    day: date


@dataclass(frozen=True, slots=True)
class ShiftDay:
    starts_at: datetime
    by: timedelta
    groups: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CloseGaps:
    day: date
    keep: timedelta
    starts_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Stagger:
    uid: UUID
    version: int
    groups: tuple[int, ...]
    gap: timedelta


@dataclass(frozen=True, slots=True)
class Swap:
    items: tuple[Versioned, ...]


Command = (
    Move | MoveBy | Add | Edit | Cancel | Restore | Delete | Duplicate | Legs | Retime | ShiftDay
    | CloseGaps | Stagger | Swap
)  # fmt: skip
