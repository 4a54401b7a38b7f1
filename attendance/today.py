"""A leader's programs around today, each item with its count: the first page of the phone."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING
from uuid import UUID

from attendance.roster import counts_in
from core.dates import local_date
from participants.models import Enrollment
from programs.models import Program, ProgramStatus
from site_visits.models import PublishedItem

if TYPE_CHECKING:
    from accounts.models import User

BEFORE = timedelta(days=1)
AHEAD = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Entry:
    item: PublishedItem
    here: int
    total: int
    is_now: bool
    is_past: bool


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    entries: list[Entry]
    is_today: bool


@dataclass(frozen=True, slots=True)
class LeaderProgram:
    """`focus` is what happens now, else what comes next; None when everything is over."""

    program: Program
    days: list[Day]
    focus: Entry | None


def programs_around(user: "User", *, at: datetime) -> list[LeaderProgram]:
    """Programs from yesterday's to next week's, in a fixed number of queries; those of today first."""
    today = local_date(at)
    programs = list(
        Program.objects.visible_to(user)
        .between(today - BEFORE, today + AHEAD)
        .exclude(status__in=[ProgramStatus.CANCELLED, ProgramStatus.DRAFT])
        .order_by("starts_on", "code")
    )
    items = _items_by_program(programs)
    people = _people_by_program(programs)
    here = counts_in([item.uid for found in items.values() for item in found])
    found = [
        _leader_program(program, items[program.pk], people[program.pk], here, at)
        for program in programs
        if items[program.pk]
    ]
    return sorted(
        found, key=lambda entry: not entry.program.starts_on <= today <= entry.program.ends_on
    )


def _items_by_program(programs: list[Program]) -> dict[int, list[PublishedItem]]:
    found = defaultdict(list)
    items = PublishedItem.objects.current().live().filter(publication__program__in=programs)
    for item in items.select_related("publication").in_order():
        found[item.publication.program_id].append(item)
    return found


def _people_by_program(programs: list[Program]) -> dict[int, list[Enrollment]]:
    found = defaultdict(list)
    people = Enrollment.objects.filter(program__in=programs).travelling()
    for person in people.only("program", "group", "active_from", "active_until"):
        found[person.program_id].append(person)
    return found


def _leader_program(
    program: Program,
    items: list[PublishedItem],
    people: list[Enrollment],
    here: dict[UUID, int],
    at: datetime,
) -> LeaderProgram:
    entries = [
        Entry(
            item=item,
            here=here.get(item.uid, 0),
            total=sum(_belongs(person, item) for person in people),
            is_now=item.starts_at <= at < item.ends_at,
            is_past=item.ends_at <= at,
        )
        for item in items
    ]
    ahead: Iterable[Entry] = (entry for entry in entries if not entry.is_past)
    days = [
        Day(day, list(found), day == local_date(at))
        for day, found in groupby(entries, key=lambda entry: local_date(entry.item.starts_at))
    ]
    return LeaderProgram(program, days, next(iter(ahead), None))


def _belongs(person: Enrollment, item: PublishedItem) -> bool:
    if item.group_ids and person.group_id not in item.group_ids:
        return False
    if person.active_from and person.active_from >= item.ends_at:
        return False
    return not person.active_until or person.active_until > item.starts_at
