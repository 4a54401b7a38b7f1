"""What changed between two published rows of one item, in words a person reads: old → new."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from core.dates import kday, ktimerange, local_date
from site_visits.models import PublishedItem

# Everything a publication freezes of an item; what differs here is a change.
FROZEN: Final = (
    "kind",
    "title",
    "title_en",
    "starts_at",
    "ends_at",
    "site_id",
    "site_name",
    "site_name_en",
    "site_kind",
    "place",
    "address",
    "latitude",
    "longitude",
    "origin_name",
    "target_name",
    "km",
    "group_ids",
    "group_names",
    "counts_as_learning",
    "note",
    "bring",
    "dress_rule",
    "id_rule",
    "access_notes",
    "site_phone",
    "cancelled",
)
# A person has to act on these: the item counts as another one and its reminders are armed again.
REVISING: Final = frozenset({"starts_at", "ends_at", "site_id", "place", "title"})
# Nobody's calendar shows these.
SILENT: Final = frozenset({"counts_as_learning", "site_kind"})


def changed_fields(before: PublishedItem, after: PublishedItem) -> frozenset[str]:
    return frozenset(name for name in FROZEN if getattr(before, name) != getattr(after, name))


@dataclass(frozen=True, slots=True)
class Difference:
    label: Any
    old: str
    new: str

    @property
    def what(self) -> Any:
        """The label where it says something: two times side by side need none."""
        return "" if self.label == READ[0][0] else self.label


def _when(item: PublishedItem) -> str:
    return f"{kday(item.starts_at)} {ktimerange(item.starts_at, item.ends_at)}"


def _leg(item: PublishedItem) -> str:
    ends = " → ".join(part for part in (item.origin_name, item.target_name) if part)
    return f"{ends} {item.km} km".strip() if item.km else ends


def _groups(item: PublishedItem) -> str:
    return item.group_names or pgettext("groups", "모두")


def _learning(item: PublishedItem) -> str:
    return _("인정") if item.counts_as_learning else _("인정 안 함")


def _hold(item: PublishedItem) -> str:
    return " · ".join(part for part in (item.bring, item.dress_rule, item.id_rule) if part)


READ: Final[list[tuple[Any, Callable[[PublishedItem], str]]]] = [
    (gettext_lazy("시간"), _when),
    (gettext_lazy("제목"), lambda item: item.display_title),
    (gettext_lazy("종류"), lambda item: item.get_kind_display()),
    (gettext_lazy("장소"), lambda item: item.display_place),
    (gettext_lazy("주소"), lambda item: item.address),
    (gettext_lazy("구간"), _leg),
    (gettext_lazy("조"), _groups),
    (gettext_lazy("준비물·복장"), _hold),
    (gettext_lazy("출입 안내"), lambda item: item.access_notes),
    (gettext_lazy("전화"), lambda item: item.site_phone),
    (gettext_lazy("알릴 말"), lambda item: item.note),
    (gettext_lazy("인정시간"), _learning),
]


def _same_day(before: PublishedItem, after: PublishedItem) -> bool:
    return local_date(before.starts_at) == local_date(after.starts_at)


def _time_lines(before: PublishedItem, after: PublishedItem) -> list[Difference]:
    """The day is said once when it stays the same."""
    if (old := _when(before)) == (new := _when(after)):
        return []
    if _same_day(before, after):
        old = ktimerange(before.starts_at, before.ends_at)
    return [Difference(READ[0][0], old, new)]


def differences(before: PublishedItem | None, after: PublishedItem) -> list[Difference]:
    """Lines to show; an added item has no old side, a cancelled one no new side."""
    if before is None or before.cancelled:
        return [] if after.cancelled else [Difference(READ[0][0], "", _when(after))]
    if after.cancelled:
        return [Difference(READ[0][0], _when(before), "")]
    return _time_lines(before, after) + [
        Difference(label, old, new)
        for label, read in READ[1:]
        if (old := read(before)) != (new := read(after))
    ]
