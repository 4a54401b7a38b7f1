"""What one person sees of the published itineraries: the reads behind `/` and the calendar feed.

`memberships` is one query and decides everything: it is the version of the page and of the feed, so that an
unchanged one is answered before any item is read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from django.db import connection

from participants.models import TRAVELLING
from site_visits.differences import Difference, differences
from site_visits.models import ItemKind, PublishedItem

# One row for each publication of the person's programs, oldest first; staff rows last. A function of the database
# (migration 0002), because this is asked on every look at a phone and every poll of a calendar: planned anew each
# time it costs several times its answer, through the ORM twenty times.
PUBLICATIONS = "SELECT * FROM site_visits_publications_of(%s, %s)"
TRAVELLING_VALUES = [str(status) for status in TRAVELLING]


@dataclass(frozen=True, slots=True)
class Membership:
    """One program of a person: the publication in force, the one acknowledged last, and what of it concerns them.

    Without a group only what is for everybody concerns a participant; staff see the whole.
    """

    program_id: int
    ends_on: date
    status: str
    program_version: int
    publication_id: int
    baseline_id: int
    group_id: int | None
    active_from: datetime | None
    active_until: datetime | None
    staff: bool

    def takes_part_in(self, item: PublishedItem) -> bool:
        if self.staff:
            return True
        if item.group_ids and self.group_id not in item.group_ids:
            return False
        if self.active_from and item.ends_at <= self.active_from:
            return False
        return not (self.active_until and item.starts_at >= self.active_until)

    @property
    def view(self) -> tuple[Any, ...]:
        """What the days of this program look like depends on this and the language, not on the person."""
        return (self.publication_id, self.group_id, self.active_from, self.active_until, self.staff)


def memberships(user_id: int) -> list[Membership]:
    """Programs with a publication that the person travels with or serves, soonest end first; one query."""
    with connection.cursor() as cursor:
        cursor.execute(PUBLICATIONS, [user_id, TRAVELLING_VALUES])
        return members_from(cursor.fetchall())


def members_from(rows: Iterable[tuple]) -> list[Membership]:
    """From rows of `site_visits_publications_of`, in its order."""
    # Who leads the trip they travel with sees the whole of it: the staff rows overwrite.
    found = {program_id: _membership(list(own)) for program_id, own in groupby(rows, itemgetter(0))}
    return sorted(found.values(), key=lambda one: (one.ends_on, one.program_id))


def _membership(rows: list[tuple]) -> Membership:
    """From the rows of one program.

    Who never acknowledged anything is compared with what was in force on joining, or with the first publication.
    """
    program_id, ends_on, status, version, group_id, active_from, active_until, staff, joined_at = (
        rows[-1][:9]
    )
    published = [row[9:] for row in rows]
    seen = [one for one, _at, seen in published if seen]
    on_joining = [one for one, at, _seen in published if joined_at and at <= joined_at]
    return Membership(
        program_id=program_id,
        ends_on=ends_on,
        status=status,
        program_version=version,
        publication_id=published[-1][0],
        baseline_id=(seen or on_joining or [published[0][0]])[-1],
        group_id=group_id,
        active_from=active_from,
        active_until=active_until,
        staff=staff,
    )


def items_of(members: Iterable[Membership]) -> dict[int, list[PublishedItem]]:
    """By program id, what each membership takes part in, in order of time; one query for all of them."""
    by_publication = {member.publication_id: member for member in members}
    found: dict[int, list[PublishedItem]] = {
        member.program_id: [] for member in by_publication.values()
    }
    for item in PublishedItem.objects.filter(publication__in=list(by_publication)).in_order():
        member = by_publication[item.publication_id]
        if member.takes_part_in(item):
            found[member.program_id].append(item)
    return found


@dataclass(frozen=True, slots=True)
class ChangedItem:
    """An item that is not as the person last acknowledged it, with its lines old → new."""

    item: PublishedItem
    cancelled: bool
    lines: list[Difference]


def changes_of(member: Membership) -> list[ChangedItem]:
    """What differs between the acknowledged publication and the one in force, in order of time; one query or none."""
    if member.baseline_id == member.publication_id:
        return []
    both = PublishedItem.objects.filter(
        publication__in=[member.baseline_id, member.publication_id]
    ).in_order()
    mine = [item for item in both if member.takes_part_in(item)]
    before = {item.uid: item for item in mine if item.publication_id == member.baseline_id}
    after = {item.uid: item for item in mine if item.publication_id == member.publication_id}
    # Moved to another group's slot: for this person the item is gone.
    changed = [
        ChangedItem(old, cancelled=True, lines=[])
        for uid, old in before.items()
        if uid not in after and not old.cancelled
    ]
    for uid, item in after.items():
        if lines := differences(before.get(uid), item):
            changed.append(ChangedItem(item, item.cancelled, lines))
    return sorted(changed, key=lambda one: one.item.starts_at)


class Slot(NamedTuple):
    """What the now card needs of an item, in the reader's language; small, because a process keeps many."""

    publication_id: int
    kind: str
    starts_at: datetime
    ends_at: datetime
    title: str
    detail: str
    cancelled: bool


def slot_of(item: PublishedItem) -> Slot:
    detail = " · ".join(part for part in (item.detail, item.hold) if part)
    return Slot(
        item.publication_id,
        item.kind,
        item.starts_at,
        item.ends_at,
        item.display_title,
        detail,
        item.cancelled,
    )


@dataclass(frozen=True, slots=True)
class Now:
    """`state` is now, moving (on the road to `slot`), next or done; `slot` None only when done."""

    state: str
    slot: Slot | None


def now_of(slots: Iterable[Slot], *, at: datetime) -> Now:
    """What a person needs to read first. The page's script repeats this rule while the page stays open."""
    live = sorted((slot for slot in slots if not slot.cancelled), key=lambda slot: slot.starts_at)
    running = [slot for slot in live if slot.starts_at <= at < slot.ends_at]
    if here := next((slot for slot in running if slot.kind != ItemKind.TRAVEL), None):
        return Now("now", here)
    coming = [
        slot
        for slot in live
        if slot.starts_at > at and (slot.kind != ItemKind.TRAVEL or not running)
    ]
    if not coming:
        return Now("done", None)
    return Now("moving" if running else "next", coming[0])
