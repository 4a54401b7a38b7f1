"""How long the bus takes between two places: what the table says, else what the map suggests."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import asin, ceil, cos, radians, sin, sqrt
from typing import Final

EARTH_RADIUS_KM: Final = 6371.0
# A road is longer than the line on the map; a coach averages this over expressway and town.
DETOUR: Final = 1.25
COACH_KM_PER_HOUR: Final = 60

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Leg:
    minutes: int
    km: int
    estimated: bool


def great_circle_km(one: Point, other: Point) -> float:
    lat1, lon1, lat2, lon2 = map(radians, (*one, *other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, half)))


def estimate(one: Point, other: Point) -> Leg:
    km = great_circle_km(one, other) * DETOUR
    return Leg(
        minutes=max(1, ceil(km / COACH_KM_PER_HOUR * 60)), km=max(1, round(km)), estimated=True
    )


@dataclass(frozen=True, slots=True)
class Travel:
    """Directed legs by pair of site ids; `points` are the coordinates of the sites that have some."""

    table: Mapping[tuple[int, int], Leg] = field(default_factory=dict)
    points: Mapping[int, Point] = field(default_factory=dict)

    def between(self, origin: int, target: int) -> Leg | None:
        """None when nobody knows: no row and no coordinates."""
        if origin == target:
            return None
        if known := self.table.get((origin, target)):
            return known
        if origin in self.points and target in self.points:
            return estimate(self.points[origin], self.points[target])
        return None
