"""What lies around a draft: who comes, sites, days, roads, other programs. One statement at any size."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final

from django.db import connection
from django.utils.translation import get_language

from core.dates import is_english
from participants.models import SEATED
from programs.models import Program
from site_visits.conflicts.facts import Closure, Double, Hours, Occupancy, SiteFacts, TeamAway
from site_visits.conflicts.opening import LONGEST_HOLIDAY
from site_visits.distance import Leg, Travel
from site_visits.draft import Place
from site_visits.models import SiteClosure

AROUND: Final = (
    "SELECT site_visits_around(%s, %s, %s, %s::text[], %s::bigint[], %s::bigint[], %s::bigint[],"
    " %s::bigint[], %s, %s, %s, %s)"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be known: sites, pairs of sites with a road, and whose visitors count between two moments."""

    places: Mapping[int, Place]
    roads: Collection[tuple[int, int]] = ()
    counted: Collection[int] = ()
    window: tuple[datetime, datetime] | None = None
    # The days that matter, those of the program included.
    days: tuple[date, date] | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    everybody: int
    group_people: dict[int, int]
    doubles: list[Double]
    teams: list[TeamAway]
    sites: dict[int, SiteFacts]
    holidays: dict[date, str]
    travel: Travel
    others: list[Occupancy]

    def people_of(self, groups: Iterable[int]) -> int:
        """No groups means everybody."""
        chosen = tuple(groups)
        if not chosen:
            return self.everybody
        return sum(self.group_people.get(group, 0) for group in chosen)


def read(program: Program, asked: Asked) -> Surroundings:
    found = _around(program, asked)
    return Surroundings(
        # Before anybody has a seat, the seats.
        everybody=found["everybody"] or program.capacity,
        group_people=dict(found["groups"] or ()),
        doubles=[Double(_full_title(*title), people) for *title, people in found["doubles"] or ()],
        teams=[
            TeamAway(f"{department} {team}".strip(), away, members)
            for department, team, away, members in found["teams"] or ()
        ],
        sites=_sites(asked.places, found["hours"] or (), found["closures"] or ()),
        holidays=_holidays(found["holidays"] or ()),
        travel=_travel(asked.places, found["roads"] or ()),
        others=[
            Occupancy(
                site,
                datetime.fromtimestamp(start, UTC),
                datetime.fromtimestamp(end, UTC),
                people,
                _full_title(*title),
            )
            for site, start, end, people, *title in found["others"] or ()
        ],
    )


def _around(program: Program, asked: Asked) -> dict[str, Any]:
    first, last = asked.days or (program.starts_on, program.ends_on)
    from_at, until_at = asked.window or (None, None)
    with connection.cursor() as cursor:
        cursor.execute(
            AROUND,
            [
                program.pk,
                program.starts_on,
                program.ends_on,
                [str(status) for status in SEATED],
                list(asked.places),
                [origin for origin, _target in asked.roads],
                [target for _origin, target in asked.roads],
                list(asked.counted),
                from_at,
                until_at,
                # A Monday that was a holiday closes a later day.
                first - timedelta(days=LONGEST_HOLIDAY),
                last + timedelta(days=1),
            ],
        )
        return json.loads(cursor.fetchone()[0])


def _full_title(title: str, title_en: str, round_: int) -> str:
    return _known_title(title, title_en, round_, get_language())


@lru_cache(maxsize=1000)
def _known_title(title: str, title_en: str, round_: int, _language: str | None) -> str:
    return Program(title=title, title_en=title_en, round=round_).full_title


def _sites(
    places: Mapping[int, Place], hours: Iterable[Any], closures: Iterable[Any]
) -> dict[int, SiteFacts]:
    open_at: dict[int, list[Hours]] = defaultdict(list)
    for site, weekday, opens, closes in hours:
        open_at[site].append(Hours(weekday, time.fromisoformat(opens), time.fromisoformat(closes)))
    closed: dict[int, list[Closure]] = defaultdict(list)
    for site, kind, weekday, shifts, first, last, note in closures:
        closed[site].append(
            Closure(
                weekday=weekday,
                shifts_after_holiday=shifts,
                on_holidays=kind == SiteClosure.Kind.HOLIDAYS,
                first_on=date.fromisoformat(first) if first else None,
                last_on=date.fromisoformat(last) if last else None,
                note=note,
            )
        )
    english = is_english()
    return {
        pk: SiteFacts(
            place.name_en if english and place.name_en else place.name,
            place.capacity,
            tuple(open_at.get(pk, ())),
            tuple(closed.get(pk, ())),
        )
        for pk, place in places.items()
    }


def _holidays(rows: Iterable[tuple[str, str, str]]) -> dict[date, str]:
    english = is_english()
    return {
        date.fromisoformat(day): (name_en or name) if english else name
        for day, name, name_en in rows
    }


def _travel(places: Mapping[int, Place], roads: Iterable[Any]) -> Travel:
    return Travel(
        table={
            (origin, target): Leg(minutes, km, estimated)
            for origin, target, minutes, km, estimated in roads
        },
        points={
            pk: (float(place.latitude), float(place.longitude))
            for pk, place in places.items()
            if place.latitude is not None and place.longitude is not None
        },
    )
