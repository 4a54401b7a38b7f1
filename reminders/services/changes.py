"""What one reader has to be told of a new publication: old → new, only what concerns that reader."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from participants.models import Enrollment
from site_visits.differences import Difference, differences
from site_visits.models import Change, Publication, PublishedItem


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: somebody of a group within a stay, or (`everything`) who leads the whole trip."""

    group_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    everything: bool = False

    @classmethod
    def of(cls, enrollment: Enrollment) -> "Reader":
        return cls(enrollment.group_id, enrollment.active_from, enrollment.active_until)

    def concerned_by(self, item: PublishedItem) -> bool:
        if self.everything:
            return True
        return (
            item.concerns(() if self.group_id is None else (self.group_id,))
            and (self.since is None or self.since <= item.starts_at)
            and (self.until is None or self.until > item.starts_at)
        )


LEADING: Reader = Reader(everything=True)


@dataclass(frozen=True, slots=True)
class Told:
    """One item that is no longer as it was; `starts` are its old and its new start."""

    uid: UUID
    title: str
    change: Change
    lines: list[Difference]
    starts: tuple[datetime, ...]

    @property
    def matters_until(self) -> datetime:
        return max(self.starts)


def between(
    old: Sequence[PublishedItem],
    new: Sequence[PublishedItem],
    *,
    reader: Reader,
    changed_in: Mapping[UUID, int] | None = None,
) -> list[Told]:
    """In the order of the day; with `changed_in` (publication of the last change by item) the newest change first.

    Two items are the same while `revision` is: a corrected typo tells nobody.
    """
    before = {item.uid: item for item in old if not item.cancelled and reader.concerned_by(item)}
    after = {item.uid: item for item in new if not item.cancelled and reader.concerned_by(item)}
    pairs = [(before.get(uid), after.get(uid)) for uid in before | after]
    found = [told for pair in pairs if (told := _told(*pair))]
    age = changed_in or {}
    return sorted(found, key=lambda told: (-age.get(told.uid, 0), told.matters_until, told.title))


def _told(before: PublishedItem | None, after: PublishedItem | None) -> Told | None:
    if before and not after:
        gone = [Difference(line.label, line.new, "") for line in differences(None, before)]
        return Told(before.uid, before.display_title, Change.CANCELLED, gone, (before.starts_at,))
    if not after:
        return None
    if not before:
        new = differences(None, after)
        return Told(after.uid, after.display_title, Change.ADDED, new, (after.starts_at,))
    if before.revision == after.revision or not (lines := differences(before, after)):
        return None
    moved = (before.starts_at, before.ends_at) != (after.starts_at, after.ends_at)
    return Told(
        after.uid,
        after.display_title,
        Change.MOVED if moved else Change.CHANGED,
        lines,
        (before.starts_at, after.starts_at),
    )


def of_the_program(old: Publication, new: Publication) -> list[Difference]:
    """The facts that stand beside the items."""
    sides = [
        (_("집결지"), old.meeting_point, new.meeting_point),
        (_("준비물"), old.bring, new.bring),
    ]
    return [Difference(label, was, now) for label, was, now in sides if was != now]
