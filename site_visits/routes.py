"""The road of each day, read from published rows: where one stops, and what was driven to come there.

Legs are items of the plan, so their minutes are the plan's. What the plan does not say is estimated from the map and
marked: a leg without kilometers, and two places with no leg between them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import groupby
from typing import Final

from core.dates import ktime, local_date
from site_visits.distance import Point, estimate
from site_visits.models import ItemKind, PublishedItem, Site
from site_visits.route_sketch import Leg, Sketch, Stop, sketch

# Closer than this is the same place: no leg is missing between them.
NEXT_DOOR_KM: Final = 1
# What a place is colored by, when several things happen there.
RANK: Final = ("visit", "plant", "session", "assembly", "lodging", "meal", "rest", "travel")


def sketches(
    rows: Iterable[PublishedItem], places: Mapping[str, Point] | None = None
) -> dict[date, Sketch]:
    """A sketch for each day that has at least two stops, one of them on the map."""
    return {
        day: sketch(stops)
        for day, stops in day_stops(rows, places).items()
        if len(stops) > 1 and any(stop.point for stop in stops)
    }


def day_stops(
    rows: Iterable[PublishedItem], places: Mapping[str, Point] | None = None
) -> dict[date, list[Stop]]:
    """By Seoul day. `places` adds coordinates of names that no row has (the ends of legs)."""
    live = sorted((row for row in rows if not row.cancelled), key=lambda row: row.starts_at)
    walk = _Walk(_Names.of(live, places or {}))
    days: dict[date, list[Stop]] = {}
    for day, items in groupby(live, key=lambda row: local_date(row.starts_at)):
        walk.begin(day)
        for item in items:
            walk.go(item)
        days[day] = _with_estimates(walk.stops)
    return days


def known_places(rows: Iterable[PublishedItem]) -> dict[str, Point]:
    """Coordinates of the ends of legs, for papers and the desk; one statement."""
    names = {name for row in rows for name in (row.origin_name, row.target_name) if name}
    found = Site.objects.filter(name__in=names, latitude__isnull=False)
    return {
        name: (float(latitude), float(longitude))
        for name, latitude, longitude in found.values_list("name", "latitude", "longitude")
    }


@dataclass(frozen=True, slots=True)
class _Names:
    """What the rows themselves know of the places at the ends of legs."""

    points: Mapping[str, Point]
    shown: Mapping[str, str]

    @classmethod
    def of(cls, rows: list[PublishedItem], places: Mapping[str, Point]) -> "_Names":
        points = {row.site_name: point for row in rows if row.site_name and (point := _point(row))}
        return cls({**places, **points}, {row.site_name: row.display_site for row in rows})

    def stop(self, name: str, time: str, leg: Leg | None) -> Stop:
        return Stop(self.shown.get(name) or name, "travel", time, self.points.get(name), leg)


@dataclass(slots=True)
class _Walk:
    """Goes through the items and remembers where one is; a night ends where it began."""

    names: _Names
    stops: list[Stop] = field(default_factory=list)
    driven: Leg | None = None
    day: date | None = None
    last: PublishedItem | None = None

    def begin(self, day: date) -> None:
        slept = self.stops[-1] if self.stops and self.day == day - timedelta(days=1) else None
        self.day, self.driven = day, None
        self.stops = [replace(slept, time="", leg=None)] if slept else []

    def go(self, item: PublishedItem) -> None:
        if item.kind == ItemKind.TRAVEL:
            self._drive(item)
        elif name := item.display_site or item.place:
            time, point = ktime(item.starts_at), _point(item)
            self._arrive(Stop(name, item.css_kind, time, point, aside=self._is_aside(item)))
            self.last = item

    def _is_aside(self, item: PublishedItem) -> bool:
        """Whether other people are elsewhere at that moment: then nobody went from there to here."""
        last = self.last
        return (
            last is not None
            and item.starts_at < last.ends_at
            and bool(item.group_ids)
            and not last.concerns(item.group_ids)
        )

    def _drive(self, item: PublishedItem) -> None:
        if item.origin_name and not self.stops:
            self._arrive(self.names.stop(item.origin_name, ktime(item.starts_at), None))
        leg = Leg(item.km, item.minutes)
        self.driven = leg if self.driven is None else _and(self.driven, leg)
        if name := item.target_name or item.place:
            self._arrive(self.names.stop(name, ktime(item.ends_at), None))

    def _arrive(self, stop: Stop) -> None:
        last = self.stops[-1] if self.stops else None
        if last and _same(last, stop):
            self.stops[-1] = _merged(last, stop)
            return
        if last and self.driven is None and stop.point is None:
            # Lunch around the corner: nobody drove, so it is where one already is.
            return
        self.stops.append(replace(stop, leg=self.driven))
        self.driven = None


def _point(item: PublishedItem) -> Point | None:
    if item.latitude is None or item.longitude is None:
        return None
    return float(item.latitude), float(item.longitude)


def _same(one: Stop, other: Stop) -> bool:
    return one.point == other.point if one.point and other.point else one.name == other.name


def _merged(known: Stop, more: Stop) -> Stop:
    first = min((known.kind, more.kind), key=RANK.index)
    return replace(known, kind=first, time=known.time or more.time)


def _and(one: Leg, other: Leg) -> Leg:
    km = None if one.km is None or other.km is None else one.km + other.km
    return Leg(km, one.minutes + other.minutes)


def _with_estimates(stops: list[Stop]) -> list[Stop]:
    """Between neighbors on the map, what the plan leaves open is estimated."""
    found = stops[:1]
    for stop in stops[1:]:
        before = found[-1]
        leg = stop.leg
        if before.point and stop.point and not stop.aside and (leg is None or leg.km is None):
            guess = estimate(before.point, stop.point)
            if leg is not None:
                leg = replace(leg, km=guess.km, estimated=True)
            elif guess.km > NEXT_DOOR_KM:
                leg = Leg(guess.km, guess.minutes, estimated=True)
        found.append(replace(stop, leg=leg))
    return found
