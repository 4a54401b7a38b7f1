"""The facts behind the shaded times of the board, for an item of the draft or a site from the catalogue."""

from datetime import datetime

from core.dates import day_bounds
from programs.models import Program
from site_visits.arranging import times
from site_visits.availability import Blocked, Stay, Wanted, blocked
from site_visits.conflicts.opening import NEED_OPEN_DOORS
from site_visits.draft import Draft, Entry, load, place_of
from site_visits.models import HostState, Site
from site_visits.services import surroundings


def of_item(program: Program, entry: Entry) -> list[Blocked]:
    """When this item cannot be where it is; a meal in the open or an assembly is never blocked."""
    facts = entry.facts
    if facts.site is None or facts.kind not in NEED_OPEN_DOORS:
        return []
    return _blocked(load(program), facts.site, entry=entry)


def of_site(program: Program, site: Site, *, people: int | None = None) -> list[Blocked]:
    """When a visit of everybody (or of so many people) could not be at this site."""
    draft = load(program)
    draft.places.setdefault(site.pk, place_of(site))
    return _blocked(draft, site.pk, people=people)


def _blocked(
    draft: Draft, site: int, *, entry: Entry | None = None, people: int | None = None
) -> list[Blocked]:
    days = list(draft.program.days)
    around = surroundings.read(
        draft.program,
        surroundings.Asked(
            places={site: draft.places[site]},
            counted=[site],
            window=(day_bounds(days[0])[0], day_bounds(days[-1])[1]),
        ),
    )
    stays = [
        Stay(*times(other.facts), other.facts.headcount or around.people_of(other.facts.groups))
        for other in draft.scheduled()
        if other.facts.site == site
        and other.facts.kind in NEED_OPEN_DOORS
        and not other.facts.planner_only
        and (entry is None or other.uid != entry.uid)
    ]
    stays += [Stay(other.starts_at, other.ends_at, other.people) for other in around.others]
    if people is None:
        facts = entry.facts if entry else None
        people = (facts and facts.headcount) or around.people_of(facts.groups if facts else ())
    wanted = Wanted(around.sites[site], people, _refused(entry))
    return blocked(wanted, days=days, holidays=around.holidays, stays=stays)


def _refused(entry: Entry | None) -> list[tuple[datetime, datetime]]:
    host = entry.facts.host if entry else None
    if host is None or host.state != HostState.REFUSED:
        return []
    if host.asked_starts_at is None or host.asked_ends_at is None:
        return []
    return [(host.asked_starts_at, host.asked_ends_at)]
