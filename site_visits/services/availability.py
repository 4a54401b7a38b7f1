"""The facts behind the shaded times of the board, for an item of the draft or a site from the catalogue."""

from datetime import date, datetime

from core.dates import day_bounds
from programs.models import Program
from site_visits.arranging import times
from site_visits.availability import Blocked, Stay, Wanted, blocked
from site_visits.conflicts.opening import NEED_OPEN_DOORS
from site_visits.draft import Draft, Entry, load, place_of
from site_visits.models import HostState, Site
from site_visits.services import warnings
from site_visits.services.headcounts import Enrolled


def of_item(program: Program, entry: Entry) -> list[Blocked]:
    """When this item cannot be where it is; a meal in the open or an assembly is never blocked."""
    draft = load(program)
    facts = entry.facts
    if facts.site is None or facts.kind not in NEED_OPEN_DOORS:
        return []
    people = facts.headcount or Enrolled(program).people(facts.groups)
    host = facts.host
    refused = (
        [(host.asked_starts_at, host.asked_ends_at)]
        if host
        and host.state == HostState.REFUSED
        and host.asked_starts_at is not None
        and host.asked_ends_at is not None
        else []
    )
    return _blocked(draft, facts.site, people, refused=refused, apart_from=entry)


def of_site(program: Program, site: Site, *, people: int | None = None) -> list[Blocked]:
    """When a visit of everybody (or of so many people) could not be at this site."""
    draft = load(program)
    draft.places.setdefault(site.pk, place_of(site))
    if people is None:
        people = Enrolled(program).people()
    return _blocked(draft, site.pk, people, refused=[], apart_from=None)


def _blocked(
    draft: Draft,
    site: int,
    people: int,
    *,
    refused: list[tuple[datetime, datetime]],
    apart_from: Entry | None,
) -> list[Blocked]:
    program = draft.program
    days = list(program.days)
    first, last = day_bounds(days[0])[0], day_bounds(days[-1])[1]
    enrolled = Enrolled(program)
    stays = [
        Stay(*times(entry.facts), entry.facts.headcount or enrolled.people(entry.facts.groups))
        for entry in draft.scheduled()
        if entry.facts.site == site
        and entry.facts.kind in NEED_OPEN_DOORS
        and not entry.facts.planner_only
        and (apart_from is None or entry.uid != apart_from.uid)
    ]
    stays += [
        Stay(other.starts_at, other.ends_at, other.people)
        for other in warnings.others_at(program, [site], first, last)
    ]
    [facts] = warnings.site_facts({site: draft.places[site]}).values()
    return blocked(
        Wanted(facts, people, refused),
        days=days,
        holidays=_holidays(days),
        stays=stays,
    )


def _holidays(days: list[date]) -> dict[date, str]:
    return warnings.holidays_between(days[0], days[-1])
