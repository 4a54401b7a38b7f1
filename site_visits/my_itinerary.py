"""What one person sees of the published itineraries: the reads behind `/` and the calendar feed.

`memberships` is one query and decides everything: it is the version of the page and of the feed, so that an
unchanged one is answered before any item is read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import (
    BigIntegerField,
    DateTimeField,
    F,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce

from participants.models import Enrollment
from programs.models import ProgramStaff
from site_visits.differences import Difference, differences
from site_visits.models import ItemKind, Publication, PublishedItem, SeenPublication

if TYPE_CHECKING:
    from accounts.models import User

# Staff belong to no group and come and go with the program.
AS_STAFF = (
    Value(None, output_field=BigIntegerField()),
    Value(None, output_field=DateTimeField()),
    Value(None, output_field=DateTimeField()),
    Value(value=True),
)


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


def memberships(user: "User") -> list[Membership]:
    """Programs with a publication that the person travels with or serves, soonest end first; one query."""
    travelling = Enrollment.objects.travelling().filter(participant__user=user)
    own = (F("group_id"), F("active_from"), F("active_until"), Value(value=False))
    mine = _rows(travelling, user, joined_at="created_at", own=own)
    served = _rows(ProgramStaff.objects.filter(user=user), user, joined_at=None, own=AS_STAFF)
    found: dict[int, Membership] = {}
    for row in mine.union(served, all=True):
        one = Membership(*row)
        if one.staff or one.program_id not in found:
            found[one.program_id] = one
    return sorted(found.values(), key=lambda one: (one.ends_on, one.program_id))


def _rows(
    rows: QuerySet, user: "User", *, joined_at: str | None, own: tuple[Any, Any, Any, Any]
) -> QuerySet:
    """The columns of Membership, in order; `own` = group, active from and until, staff.

    Who never acknowledged anything is compared with what was in force on joining, or with the first publication.
    """
    publications = Publication.objects.filter(program=OuterRef("program"))
    seen = SeenPublication.objects.filter(user=user, publication__program=OuterRef("program"))
    baselines = [
        Subquery(seen.order_by("-publication__number").values("publication")[:1]),
        Subquery(publications.order_by("number").values("pk")[:1]),
    ]
    if joined_at:
        before = publications.filter(published_at__lte=OuterRef(joined_at))
        baselines.insert(1, Subquery(before.order_by("-number").values("pk")[:1]))
    return (
        rows.order_by()
        .annotate(
            in_force=Subquery(publications.order_by("-number").values("pk")[:1]),
            baseline=Coalesce(*baselines, output_field=BigIntegerField()),
            group_key=own[0],
            from_at=own[1],
            until_at=own[2],
            serves=own[3],
        )
        .filter(in_force__isnull=False)
        .values_list(
            "program_id",
            "program__ends_on",
            "program__status",
            "program__version",
            "in_force",
            "baseline",
            "group_key",
            "from_at",
            "until_at",
            "serves",
        )
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


@dataclass(frozen=True, slots=True)
class Now:
    """`state` is now, moving (on the road to `item`), next or done; `item` None only when done."""

    state: str
    item: PublishedItem | None

    @property
    def detail(self) -> str:
        """Where to be and what to have in hand."""
        return (
            " · ".join(part for part in (self.item.detail, self.item.hold) if part)
            if self.item
            else ""
        )


def now_of(items: Iterable[PublishedItem], *, at: datetime) -> Now:
    """What a person needs to read first. The page's script repeats this rule while the page stays open."""
    live = sorted((item for item in items if not item.cancelled), key=lambda item: item.starts_at)
    running = [item for item in live if item.starts_at <= at < item.ends_at]
    if here := next((item for item in running if item.kind != ItemKind.TRAVEL), None):
        return Now("now", here)
    coming = [
        item
        for item in live
        if item.starts_at > at and (item.kind != ItemKind.TRAVEL or not running)
    ]
    if not coming:
        return Now("done", None)
    return Now("moving" if running else "next", coming[0])
