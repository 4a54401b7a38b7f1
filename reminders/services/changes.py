"""What one person has to be told of a new publication: old → new, only what concerns that person's group."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from site_visits.differences import Difference, differences
from site_visits.models import Change, Publication, PublishedItem


@dataclass(frozen=True, slots=True)
class Told:
    """One item that is no longer as it was; `matters_until` is the later of its old and new start."""

    title: str
    change: Change
    lines: list[Difference]
    matters_until: datetime


def between(
    old: Sequence[PublishedItem], new: Sequence[PublishedItem], *, group_id: int | None
) -> list[Told]:
    """In the order of the day. Two items are the same while `revision` is: a corrected typo tells nobody."""
    groups = () if group_id is None else (group_id,)
    before = {item.uid: item for item in old if not item.cancelled and item.concerns(groups)}
    after = {item.uid: item for item in new if not item.cancelled and item.concerns(groups)}
    pairs = [(before.get(uid), after.get(uid)) for uid in before | after]
    found = [told for pair in pairs if (told := _told(*pair))]
    return sorted(found, key=lambda told: (told.matters_until, told.title))


def _told(before: PublishedItem | None, after: PublishedItem | None) -> Told | None:
    if before and not after:
        gone = [Difference(line.label, line.new, "") for line in differences(None, before)]
        return Told(before.display_title, Change.CANCELLED, gone, before.starts_at)
    if not after:
        return None
    if not before:
        return Told(after.display_title, Change.ADDED, differences(None, after), after.starts_at)
    if before.revision == after.revision or not (lines := differences(before, after)):
        return None
    moved = (before.starts_at, before.ends_at) != (after.starts_at, after.ends_at)
    return Told(
        after.display_title,
        Change.MOVED if moved else Change.CHANGED,
        lines,
        max(before.starts_at, after.starts_at),
    )


def of_the_program(old: Publication, new: Publication) -> list[Difference]:
    """The facts that stand beside the items."""
    sides = [
        (_("집결지"), old.meeting_point, new.meeting_point),
        (_("준비물"), old.bring, new.bring),
    ]
    return [Difference(label, was, now) for label, was, now in sides if was != now]
