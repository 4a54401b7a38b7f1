"""Publishing: the draft becomes the itinerary everybody is told; what was read is what is published."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import RuleBroken, StaleEdit
from participants.models import Enrollment
from programs.models import Program, ProgramStatus
from site_visits import told
from site_visits.differences import FROZEN, REVISING, SILENT, changed_fields
from site_visits.draft import Draft, load
from site_visits.models import Change, ItineraryItem, Publication, PublishedItem
from site_visits.services import warnings


@dataclass(frozen=True, slots=True)
class ItemChange:
    """What publishing now would do to one item; `after` is the row as it would be published (unsaved)."""

    uid: UUID
    change: Change
    before: PublishedItem | None
    after: PublishedItem
    title: str


@dataclass(frozen=True, slots=True)
class Review:
    """What the review page shows; `digest` names exactly this draft against exactly this publication."""

    number: int
    changes: list[ItemChange]
    rows: list[PublishedItem]
    facts_changed: bool
    digest: str
    current: Publication | None

    @property
    def is_empty(self) -> bool:
        return not self.changes and not self.facts_changed


def lock(program: Program) -> Program:
    """The program as it stands, held until the transaction ends: drafts change and are published one at a time."""
    return Program.objects.select_for_update(of=("self",), no_key=True).get(pk=program.pk)


def latest(program: Program) -> Publication | None:
    return Publication.objects.filter(program=program).order_by("-number").first()


def was_published(item: ItineraryItem) -> bool:
    """Whether anybody was ever told of this item."""
    return PublishedItem.objects.filter(
        uid=item.uid, publication__program_id=item.program_id
    ).exists()


def review(program: Program, draft: Draft | None = None) -> Review:
    """The draft laid beside the publication in force. Four statements at any size, three if `draft` is read already."""
    current = latest(program)
    before = {row.uid: row for row in current.items.all()} if current else {}
    rows = told.rows(draft or load(program))
    shown = {row.uid for row in rows}
    rows += [_cancelled_row(row) for uid, row in before.items() if uid not in shown]
    for row in rows:
        _compare(row, before.get(row.uid))
    rows.sort(key=_in_order)
    facts = (program.meeting_point, program.bring)
    return Review(
        number=current.number if current else 0,
        changes=[
            ItemChange(row.uid, Change(row.change), before.get(row.uid), row, row.title)
            for row in rows
            if row.change != Change.UNCHANGED
        ],
        rows=rows,
        facts_changed=current is not None and facts != (current.meeting_point, current.bring),
        digest=_digest(rows, facts, current),
        current=current,
    )


def between(before: Iterable[PublishedItem], after: Iterable[PublishedItem]) -> list[ItemChange]:
    """What differs from one plan to another, whichever is in force; rows of a publication or of the draft."""
    known = {row.uid: row for row in before if not row.cancelled}
    now = {row.uid: row for row in after if not row.cancelled}
    gone = [_cancelled_row(row) for uid, row in known.items() if uid not in now]
    found = []
    for row in sorted([*now.values(), *gone], key=_in_order):
        old = known.get(row.uid)
        change = Change.ADDED if old is None else _kind_of(changed_fields(old, row), row)
        if change != Change.UNCHANGED:
            found.append(ItemChange(row.uid, change, old, row, row.title))
    return found


def _in_order(row: PublishedItem) -> tuple[datetime, datetime, str]:
    return row.starts_at, row.ends_at, str(row.uid)


def pending_changes(program: Program) -> list[ItemChange]:
    """What publishing now would tell people, in the order of the day; empty when the draft is published."""
    return review(program).changes


@transaction.atomic
def publish(
    *,
    program: Program,
    by: User,
    at: datetime,
    comment: str = "",
    override_reason: str = "",
    expected_number: int,
    expected_digest: str | None = None,
) -> Publication:
    """Freeze the draft into the next publication.

    `expected_number` is the number of the publication the caller has seen in force (0 = none yet) and
    `expected_digest` the draft that was read (None = whatever it is now); either one stale is a StaleEdit.
    """
    program = lock(program)
    found = review(program)
    _refuse_stale(found, expected_number, expected_digest)
    _refuse_pointless(found, program)
    if not override_reason and any(conflict.is_error for conflict in warnings.for_program(program)):
        raise RuleBroken(
            _("해결하지 않은 문제가 있습니다. 그대로 공개하려면 사유를 적어 주세요."),
            field="override_reason",
        )
    publication = Publication.objects.create(
        program=program,
        number=found.number + 1,
        published_at=at,
        by=by,
        comment=comment,
        override_reason=override_reason,
        meeting_point=program.meeting_point,
        bring=program.bring,
    )
    for row in found.rows:
        row.publication = publication
    PublishedItem.objects.bulk_create(found.rows)
    return publication


@dataclass(frozen=True, slots=True)
class Touched:
    """How many travelling people each change concerns, by uid, and how many at least one of them."""

    each: dict[UUID, int]
    anybody: int


def people_touched(program: Program, changes: Iterable[ItemChange]) -> Touched:
    """One statement."""
    changes = list(changes)
    groups = Counter(
        Enrollment.objects.filter(program=program).travelling().values_list("group_id", flat=True)
    )
    return Touched(
        each={
            change.uid: sum(n for group, n in groups.items() if _touches(change, group))
            for change in changes
        },
        anybody=sum(
            n for group, n in groups.items() if any(_touches(change, group) for change in changes)
        ),
    )


def _touches(change: ItemChange, group: int | None) -> bool:
    own = () if group is None else (group,)
    sides = [side for side in (change.before, change.after) if side is not None]
    return any(side.concerns(own) for side in sides)


def _refuse_stale(found: Review, number: int, digest: str | None) -> None:
    if found.number != number:
        raise StaleEdit(
            _("그사이 다른 사람이 일정을 공개했습니다. 남은 변경을 다시 확인해 주세요."),
            current=found,
        )
    if digest is not None and found.digest != digest:
        raise StaleEdit(
            _("확인하는 사이에 일정이 바뀌었습니다. 바뀐 내용을 다시 확인해 주세요."), current=found
        )


def _refuse_pointless(found: Review, program: Program) -> None:
    if found.is_empty:
        raise RuleBroken(
            _("공개할 변경이 없습니다.")
            if found.number
            else _("공개할 일정이 없습니다. 일정을 먼저 넣어 주세요.")
        )
    if program.status == ProgramStatus.CANCELLED and any(not row.cancelled for row in found.rows):
        raise RuleBroken(_("폐강된 과정의 일정은 공개할 수 없습니다."))


def draft_rows(program: Program) -> list[PublishedItem]:
    """What the draft would be as published, unsaved and in the order of the day."""
    return told.rows(load(program))


def _cancelled_row(before: PublishedItem) -> PublishedItem:
    """An item that was published and is no longer in the plan stays, as people knew it, marked cancelled."""
    facts = {name: getattr(before, name) for name in FROZEN if name != "cancelled"}
    return PublishedItem(uid=before.uid, **facts, cancelled=True)


def _compare(row: PublishedItem, before: PublishedItem | None) -> None:
    """Set change, revision and sequence of `row` against the publication in force."""
    if before is None:
        row.change, row.revision, row.sequence = Change.ADDED, 1, 0
        return
    changed = changed_fields(before, row)
    row.change = _kind_of(changed, row)
    # A restored item is news again, so it counts as another one.
    revised = not row.cancelled and bool(changed & (REVISING | {"cancelled"}))
    row.revision = before.revision + revised
    row.sequence = before.sequence + bool(changed - SILENT)


def _kind_of(changed: frozenset[str], row: PublishedItem) -> Change:
    if not changed:
        return Change.UNCHANGED
    if "cancelled" in changed:
        return Change.CANCELLED if row.cancelled else Change.ADDED
    return Change.MOVED if changed & {"starts_at", "ends_at"} else Change.CHANGED


def _digest(rows: list[PublishedItem], facts: tuple[str, str], current: Publication | None) -> str:
    content = [[str(row.uid), *(str(getattr(row, name)) for name in FROZEN)] for row in rows]
    known = repr((current.number if current else 0, facts, content))
    return sha256(known.encode()).hexdigest()
