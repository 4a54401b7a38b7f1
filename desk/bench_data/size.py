from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Size:
    """What to make; the same size is the same data."""

    people: int
    programs: int
    items: int
    enrollments: int
    seed: int
    base_date: date
    attendance: bool = False
