"""A day's road as a sketch: numbered dots, dashed legs, names that do not cover each other. Values only, no drawing.

The country is wide and the day's stops lie close together, so the sketch keeps north, south, east and west and gives
up the scale where a true map could not be read; `to_scale` says which it is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import cos, hypot, radians
from typing import Final

from core.dates import kduration
from site_visits.distance import Point
from site_visits.route_labels import Board, Box, shortened, text_width

WIDTH: Final = 360
LOWEST: Final = 170
HIGHEST: Final = 330
DOT: Final = 10
# Dots and names stay this far from the edge.
EDGE: Final = 20
APART: Final = 46
NAME_SIZE: Final = 13
LEG_SIZE: Final = 11
LONGEST_NAME: Final = 165
# How strongly gaps are evened out, until the dots lie apart; 1 is the true map.
EVENING: Final = (1.0, 0.6, 0.35)
STEPS: Final = 200


@dataclass(frozen=True, slots=True)
class Leg:
    """How one got to a stop; `estimated` when the distance is a guess from the map."""

    km: int | None
    minutes: int
    estimated: bool = False

    @property
    def text(self) -> str:
        """`135 km · 1시간 50분`; what is a guess begins with `≈`."""
        parts = [f"{self.km}\N{NO-BREAK SPACE}km"] if self.km is not None else []
        parts += [kduration(self.minutes)] if self.minutes else []
        return ("≈ " if self.estimated else "") + " · ".join(parts)


@dataclass(frozen=True, slots=True)
class Stop:
    """`point` None: nobody entered where it is. `leg` None: nothing was driven to come here.

    `aside`: another group is here while the first is at the stop before, so no leg leads from there to here.
    """

    name: str
    kind: str
    time: str
    point: Point | None
    leg: Leg | None = None
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """`x` belongs to `anchor` (start, middle, end), `y` is the baseline; `box` is the room kept free."""

    text: str
    x: int
    y: int
    anchor: str
    box: Box


@dataclass(frozen=True, slots=True)
class Dot:
    """One place; `numbers` are all its visits. `leader` ends where a name stands far from its dot."""

    numbers: str
    kind: str
    x: int
    y: int
    half_width: int
    name: Text
    leader: tuple[int, int] | None

    @property
    def left(self) -> int:
        return self.x - self.half_width

    @property
    def top(self) -> int:
        return self.y - DOT

    @property
    def width(self) -> int:
        return 2 * self.half_width

    @property
    def baseline(self) -> int:
        return self.y + 4


@dataclass(frozen=True, slots=True)
class Line:
    """A leg, bowed to its right so that out and back are two lines; `bend` is the handle of the curve."""

    start: tuple[int, int]
    bend: tuple[int, int]
    end: tuple[int, int]
    label: Text | None


@dataclass(frozen=True, slots=True)
class Row:
    """A stop in words; without a `number` it is not on the sketch."""

    number: int | None
    stop: Stop


@dataclass(frozen=True, slots=True)
class Sketch:
    width: int
    height: int
    dots: list[Dot]
    lines: list[Line]
    rows: list[Row]
    to_scale: bool

    @property
    def total(self) -> Leg:
        legs = [row.stop.leg for row in self.rows if row.stop.leg]
        return Leg(
            km=sum(leg.km or 0 for leg in legs),
            minutes=sum(leg.minutes for leg in legs),
            estimated=any(leg.estimated for leg in legs),
        )

    @property
    def missing(self) -> list[Stop]:
        """Stops whose place nobody knows."""
        return [row.stop for row in self.rows if row.number is None]

    @property
    def has_estimates(self) -> bool:
        return self.total.estimated


@dataclass(slots=True)
class _Place:
    point: Point
    name: str
    kind: str
    numbers: list[int]


def sketch(stops: Sequence[Stop]) -> Sketch:
    """The same stops always give the same sketch."""
    rows = list(_numbered(stops))
    places = _places(rows)
    spots, height, to_scale = _spread([place.point for place in places])
    board = Board(WIDTH, height)
    badges = ["·".join(str(number) for number in place.numbers) for place in places]
    halves = [max(DOT, round(text_width(badge, 12) / 2) + 5) for badge in badges]
    for (x, y), half in zip(spots, halves, strict=True):
        board.take(Box(x - half, y - DOT, x + half, y + DOT))
    legs = list(_legs(rows, places))
    curves = [_curve(spots[one], spots[other]) for one, other, _leg in legs]
    dots = []
    for place, badge, spot, half in zip(places, badges, spots, halves, strict=True):
        text = shortened(place.name, NAME_SIZE, LONGEST_NAME)
        name, leader = board.beside(text, NAME_SIZE, spot, half, curves)
        written = _text(text, name, NAME_SIZE, toward=spot)
        dots.append(Dot(badge, place.kind, *spot, half, written, leader))
    lines = [
        Line(*curve, _leg_label(board, leg, curve))
        for (_one, _other, leg), curve in zip(legs, curves, strict=True)
    ]
    return Sketch(WIDTH, board.height, dots, lines, rows, to_scale)


def _numbered(stops: Sequence[Stop]) -> Iterator[Row]:
    number = 0
    for stop in stops:
        number += stop.point is not None
        yield Row(number if stop.point else None, stop)


def _places(rows: list[Row]) -> list[_Place]:
    """Each point once, however often one comes there; the first visit gives the name."""
    found: dict[Point, _Place] = {}
    for row in rows:
        if row.stop.point is None or row.number is None:
            continue
        place = found.setdefault(
            row.stop.point, _Place(row.stop.point, row.stop.name, row.stop.kind, [])
        )
        place.numbers.append(row.number)
    return list(found.values())


def _legs(rows: list[Row], places: list[_Place]) -> Iterator[tuple[int, int, Leg]]:
    """From dot to dot; what lies between them unplaced is added up."""
    index = {place.point: position for position, place in enumerate(places)}
    last: int | None = None
    parts: list[Leg] = []
    for row in rows:
        parts += [row.stop.leg] if row.stop.leg else []
        if row.stop.point is None:
            continue
        here = index[row.stop.point]
        if last is not None and last != here and parts:
            yield last, here, _sum(parts)
        last, parts = here, []


def _sum(parts: list[Leg]) -> Leg:
    known = [leg.km for leg in parts if leg.km is not None]
    return Leg(
        km=sum(known) if known else None,
        minutes=sum(leg.minutes for leg in parts),
        estimated=any(leg.estimated for leg in parts),
    )


# -- where the dots lie ---------------------------------------


def _spread(points: list[Point]) -> tuple[list[tuple[int, int]], int, bool]:
    """Pixels of the points, the height they need, and whether distances are in proportion."""
    if not points:
        return [], 0, True
    if len(points) == 1:
        return [(WIDTH // 2, LOWEST // 3)], LOWEST * 2 // 3, True
    plane = _plane(points)
    highest = max(min(HIGHEST, 130 + 40 * len(points)), 34 * len(points))
    for strength in EVENING:
        spots, height = _fit(_evened(plane, strength), highest)
        if _nearest(spots) >= APART:
            return _whole(spots), height, strength == 1
    height = max(height, min(highest, 34 * len(points)))
    return _whole(_pushed_apart(spots, height)), height, False


def _plane(points: list[Point]) -> list[tuple[float, float]]:
    """Kilometers east and south."""
    middle = sum(latitude for latitude, _ in points) / len(points)
    return [(lon * 111.32 * cos(radians(middle)), -lat * 110.57) for lat, lon in points]


def _evened(plane: list[tuple[float, float]], strength: float) -> list[tuple[float, float]]:
    if strength == 1:
        return plane
    xs, ys = (_even_axis([spot[axis] for spot in plane], strength) for axis in (0, 1))
    return list(zip(xs, ys, strict=True))


def _even_axis(values: list[float], strength: float) -> list[float]:
    """Far ones come closer, near ones move apart; their order along the axis stays."""
    order = sorted(set(values))
    placed = {order[0]: 0.0}
    for before, after in pairwise(order):
        placed[after] = placed[before] + (after - before) ** strength
    return [placed[value] for value in values]


def _fit(plane: list[tuple[float, float]], highest: int) -> tuple[list[tuple[float, float]], int]:
    left, top = (min(spot[axis] for spot in plane) for axis in (0, 1))
    across, down = (
        max(max(spot[axis] for spot in plane) - low, 1e-6)
        for axis, low in ((0, left), (1, top))
    )  # fmt: skip
    inside_x, inside_y = WIDTH - 2 * EDGE - 40, highest - 2 * EDGE
    scale = min(inside_x / across, inside_y / down)
    height = min(highest, max(LOWEST, round(down * scale) + 2 * EDGE))
    shift_x, shift_y = (WIDTH - across * scale) / 2, (height - down * scale) / 2
    return [
        ((x - left) * scale + shift_x, (y - top) * scale + shift_y) for x, y in plane
    ], height  # fmt: skip


def _nearest(spots: list[tuple[float, float]]) -> float:
    return min(hypot(a[0] - b[0], a[1] - b[1]) for a, b in combinations(spots, 2))


def _pushed_apart(spots: list[tuple[float, float]], height: int) -> list[tuple[float, float]]:
    """Dots too close give way to each other, half each, and stay on the paper."""
    moved = [list(spot) for spot in spots]
    for _ in range(STEPS):
        calm = True
        for (i, one), (j, other) in combinations(enumerate(moved), 2):
            dx, dy = other[0] - one[0], other[1] - one[1]
            far = hypot(dx, dy)
            if far >= APART:
                continue
            calm = False
            if far < 1e-3:
                # On one spot: any direction will do, if it is always the same one.
                dx, dy, far = cos(i + 2.0 * j), cos(j + 3.0 * i + 1), 1.0
            push = (APART - min(far, APART)) / 2 + 0.5
            for spot, sign in ((one, -1), (other, 1)):
                spot[0] = min(WIDTH - EDGE, max(EDGE, spot[0] + sign * push * dx / far))
                spot[1] = min(height - EDGE, max(EDGE, spot[1] + sign * push * dy / far))
        if calm:
            break
    return [(x, y) for x, y in moved]


def _whole(spots: list[tuple[float, float]]) -> list[tuple[int, int]]:
    return [(round(x), round(y)) for x, y in spots]


# -- legs -----------------------------------------------------

Curve = tuple[tuple[int, int], tuple[int, int], tuple[int, int]]


def _curve(start: tuple[int, int], end: tuple[int, int]) -> Curve:
    dx, dy = end[0] - start[0], end[1] - start[1]
    bow = min(16.0, 0.14 * hypot(dx, dy)) / max(hypot(dx, dy), 1)
    middle = ((start[0] + end[0]) / 2 - dy * bow, (start[1] + end[1]) / 2 + dx * bow)
    return start, (round(middle[0]), round(middle[1])), end


def _leg_label(board: Board, leg: Leg, curve: Curve) -> Text | None:
    """None where there is no free spot near the line: the list says it anyway."""
    box = board.along(leg.text, LEG_SIZE, curve)
    return _text(leg.text, box, LEG_SIZE) if box else None


def _text(text: str, box: Box, size: int, *, toward: tuple[int, int] | None = None) -> Text:
    """A name beside its dot begins (or ends) next to it, however wide the reader's font is."""
    x, anchor = (box.left + box.right) // 2, "middle"
    if toward and box.left > toward[0]:
        x, anchor = box.left + 1, "start"
    elif toward and box.right < toward[0]:
        x, anchor = box.right - 1, "end"
    return Text(text, x, box.bottom - size // 4 - 1, anchor, box)
