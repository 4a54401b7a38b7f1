"""Finding room for the names on a route sketch: a first free place, else further away, else below."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import hypot
from typing import Final
from unicodedata import east_asian_width

Spot = tuple[int, int]
Curve = tuple[Spot, Spot, Spot]
# Beside a Hangul syllable, on the safe side.
SPACE: Final = 0.35
SMALL: Final = 0.57
TALL: Final = 0.68
GAP: Final = 4
GRID: Final = 6
# A leg's label further than this from its line would read as another's.
NEAR: Final = 34


@dataclass(frozen=True, slots=True)
class Box:
    left: int
    top: int
    right: int
    bottom: int

    def overlaps(self, other: "Box") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def holds(self, spot: tuple[float, float]) -> bool:
        return self.left <= spot[0] <= self.right and self.top <= spot[1] <= self.bottom


def text_width(text: str, size: int) -> float:
    """In the fonts we use; rather too much than too little."""
    return size * sum(_share(sign) for sign in text)


def _share(sign: str) -> float:
    if east_asian_width(sign) not in ("Na", "N", "H"):
        return 1.0
    if sign.isspace():
        return SPACE
    return TALL if sign.isupper() or sign.isdigit() else SMALL


def shortened(text: str, size: int, longest: float) -> str:
    if text_width(text, size) <= longest:
        return text
    kept = text
    while kept and text_width(f"{kept}…", size) > longest:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


@dataclass(slots=True)
class Board:
    """What is taken of the paper; it grows downwards when a name finds no room."""

    width: int
    height: int
    taken: list[Box] = field(default_factory=list)

    def take(self, box: Box) -> None:
        self.taken.append(box)

    def beside(
        self, text: str, size: int, spot: Spot, half: int, curves: Iterable[Curve]
    ) -> tuple[Box, Spot | None]:
        """A box for the name of a dot, and where a line to it ends if it is not next to it."""
        wide, high = round(text_width(text, size)) + 2, size + 4
        road = [step for curve in curves for step in _steps(curve)]
        near = [box for box in _around(spot, half, wide, high) if self._is_free(box)]
        if near:
            box = min(near, key=lambda box: sum(box.holds(step) for step in road))
            self.take(box)
            return box, None
        box = self._nearest_free(spot, wide, high) or self._below(spot, wide, high)
        self.take(box)
        x = min(max(spot[0], box.left), box.right)
        return box, (x, box.bottom if box.bottom <= spot[1] else box.top)

    def along(self, text: str, size: int, curve: Curve) -> Box | None:
        """A box for the words of a leg, close to its line; None when there is no room."""
        wide, high = round(text_width(text, size)) + 2, size + 3
        for share in (0.5, 0.4, 0.6, 0.3, 0.7):
            x, y = _at(curve, share)
            for aside in (0, -high, high):
                box = _centered(x, y + aside, wide, high)
                if self._is_free(box):
                    self.take(box)
                    return box
        x, y = _at(curve, 0.5)
        free = self._nearest_free((round(x), round(y)), wide, high, within=NEAR)
        if free:
            self.take(free)
        return free

    def _is_free(self, box: Box) -> bool:
        inside = box.left >= 2 and box.top >= 2 and box.right <= self.width - 2
        return (
            inside
            and box.bottom <= self.height - 2
            and not any(box.overlaps(other) for other in self.taken)
        )

    def _nearest_free(
        self, spot: Spot, wide: int, high: int, within: int | None = None
    ) -> Box | None:
        reach = within if within is not None else self.width + self.height
        rows = range(max(2, spot[1] - reach - high), min(self.height - high, spot[1] + reach), GRID)
        columns = range(
            max(2, spot[0] - reach - wide), min(self.width - wide, spot[0] + reach), GRID
        )
        boxes = (Box(left, top, left + wide, top + high) for top in rows for left in columns)
        free = [box for box in boxes if _distance(box, spot) <= reach and self._is_free(box)]
        return min(free, key=lambda box: (_distance(box, spot), box.top, box.left), default=None)

    def _below(self, spot: Spot, wide: int, high: int) -> Box:
        left = min(max(2, spot[0] - wide // 2), self.width - 2 - wide)
        box = Box(left, self.height, left + wide, self.height + high)
        self.height += high + 2
        return box


def _around(spot: Spot, half: int, wide: int, high: int) -> Iterator[Box]:
    """Right, left, under, over, then the corners; a bit further the second time."""
    x, y = spot
    for gap in (GAP, GAP + 6):
        yield Box(x + half + gap, y - high // 2, x + half + gap + wide, y - high // 2 + high)
        yield Box(x - half - gap - wide, y - high // 2, x - half - gap, y - high // 2 + high)
        for top in (y + 10 + gap - 2, y - 10 - gap + 2 - high):
            for left in (x - wide // 2, x - half, x + half - wide):
                yield Box(left, top, left + wide, top + high)


def _centered(x: float, y: float, wide: int, high: int) -> Box:
    left, top = round(x - wide / 2), round(y - high / 2)
    return Box(left, top, left + wide, top + high)


def _distance(box: Box, spot: Spot) -> float:
    dx = max(box.left - spot[0], 0, spot[0] - box.right)
    dy = max(box.top - spot[1], 0, spot[1] - box.bottom)
    return hypot(dx, dy)


def _at(curve: Curve, share: float) -> tuple[float, float]:
    start, bend, end = curve
    rest = 1 - share
    return (
        rest * rest * start[0] + 2 * rest * share * bend[0] + share * share * end[0],
        rest * rest * start[1] + 2 * rest * share * bend[1] + share * share * end[1],
    )


def _steps(curve: Curve) -> Iterator[tuple[float, float]]:
    return (_at(curve, number / 20) for number in range(21))
