"""What the itinerary pages of one program show, made ready for the templates."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.dates import iso, kduration, ktime, ktimerange, kuntil, local, local_date
from desk.figures import tone
from desk.tabs import program_tabs
from desk.travel_pages import pair_url
from programs.models import Program
from site_visits import draft as drafts
from site_visits.conflicts import Conflict, Fix, FixKind, check
from site_visits.distance import Travel
from site_visits.models import Change, HostState, ItemKind, ItineraryItem, PublishedItem, SiteKind
from site_visits.services import publishing, warnings

STATE_TONES = {
    HostState.NOT_ASKED: "plain",
    HostState.ASKED: "warn",
    HostState.CONFIRMED: "ok",
    HostState.REFUSED: "bad",
}
CHANGE_TONES = {
    Change.ADDED: "info",
    Change.MOVED: "warn",
    Change.CHANGED: "warn",
    Change.CANCELLED: "bad",
    Change.UNCHANGED: "plain",
}
STEPS = [-15, -5, 5, 15]


@dataclass(frozen=True, slots=True)
class FixButton:
    """Either `shifts` to post or a page to open."""

    label: str
    url: str
    shifts: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Problem:
    conflict: Conflict
    tone: str
    url: str
    buttons: list[FixButton]


@dataclass(slots=True)
class Line:
    """One item on the page."""

    item: ItineraryItem
    css_kind: str
    time: str
    detail: str
    badges: list[tuple[Any, str]]
    published: bool
    # Where the minutes of a leg can be put right, when they are only an estimate.
    travel_url: str = ""

    @property
    def length(self) -> str:
        return kduration(self.item.minutes)

    @property
    def starts_at(self) -> str:
        return ktime(self.item.starts_at)

    @property
    def until(self) -> str:
        """The end; an item that ends on another day says so."""
        return kuntil(self.item.starts_at, self.item.ends_at)

    @property
    def day(self) -> str:
        return iso(local_date(self.item.starts_at)) if self.item.starts_at else ""


@dataclass(slots=True)
class Day:
    day: date
    number: int | None
    holiday: str
    lines: list[Line]

    @property
    def totals(self) -> list[tuple[Any, str]]:
        """Road and learning of the day, as an office adds them up."""
        items = [line.item for line in self.lines if not line.item.planner_only]
        legs = [item for item in items if item.kind == ItemKind.TRAVEL]
        found = [
            (_("이동"), f"{sum(leg.km or 0 for leg in legs)} km"),
            (_("운행"), kduration(sum(leg.minutes or 0 for leg in legs))),
            (
                pgettext("total", "교육"),
                kduration(sum(item.minutes or 0 for item in items if item.counts_as_learning)),
            ),
        ]
        return found if items else []


def context(program: Program) -> dict[str, Any]:
    """The day list with its warnings; the same number of statements at any size."""
    facts = warnings.facts_of(drafts.load(program))
    conflicts = check(facts)
    review = publishing.review(program)
    items = list(
        ItineraryItem.objects.filter(program=program)
        .select_related("site", "origin", "target", "visit")
        .prefetch_related("groups")
        .in_order()
    )
    changes = {change.uid: change.change for change in review.changes}
    published = {change.uid for change in review.changes if change.before} | {
        row.uid for row in review.rows if row.change == Change.UNCHANGED
    }
    lines = [_line(item, changes.get(item.uid), published=item.uid in published) for item in items]
    for line in lines:
        line.travel_url = _travel_url(line.item, facts.travel)
    return {
        "program": program,
        "tabs": program_tabs(program, "itinerary"),
        "tone": tone(program),
        "days": _days(program, lines, facts.holidays),
        "unscheduled": [line for line in lines if not line.item.is_cancelled and not line.time],
        "cancelled": [line for line in lines if line.item.is_cancelled],
        "problems": problems(program, conflicts, {item.uid: item.version for item in items}),
        "errors": sum(1 for conflict in conflicts if conflict.is_error),
        "review": review,
        "pending": len(review.changes) + review.facts_changed,
        "steps": STEPS,
        "is_empty": not items,
    }


def _days(program: Program, lines: Iterable[Line], holidays: Mapping[date, str]) -> list[Day]:
    """Every day of the program, and those outside it that hold something."""
    of_day: dict[date, list[Line]] = defaultdict(list)
    for line in lines:
        if line.item.starts_at and not line.item.is_cancelled:
            of_day[local_date(line.item.starts_at)].append(line)
    numbers = {day: number for number, day in enumerate(program.days, start=1)}
    # A program of a year shows the days that hold something.
    wanted = numbers if len(numbers) <= 14 else {}
    return [
        Day(day, numbers.get(day), holidays.get(day, ""), of_day[day])
        for day in sorted({*wanted, *of_day})
    ]


def _line(item: ItineraryItem, change: Change | None, *, published: bool) -> Line:
    return Line(
        item=item,
        css_kind=css_kind(item),
        time=ktimerange(item.starts_at, item.ends_at),
        detail=detail(item),
        badges=_badges(item, change),
        published=published,
    )


def _travel_url(item: ItineraryItem, travel: Travel) -> str:
    if item.kind != ItemKind.TRAVEL or item.is_cancelled or not (item.origin_id and item.target_id):
        return ""
    leg = travel.between(item.origin_id, item.target_id)
    return pair_url(item.origin_id, item.target_id) if leg is None or leg.estimated else ""


def css_kind(item: ItineraryItem | PublishedItem) -> str:
    """Plant factories have a color of their own."""
    if isinstance(item, PublishedItem):
        return item.css_kind
    kind = item.site.kind if item.site else ""
    is_plant = item.kind == ItemKind.VISIT and kind == SiteKind.PLANT_FACTORY
    return "plant" if is_plant else str(item.kind)


def detail(item: ItineraryItem) -> str:
    if item.kind == ItemKind.TRAVEL:
        ends = " → ".join(site.display_name for site in (item.origin, item.target) if site)
        parts = [
            ends if ends != item.title else "",
            f"{item.km}\N{NO-BREAK SPACE}km" if item.km else "",
            item.place,
        ]
    else:
        parts = [item.site.display_name if item.site else "", item.place]
    groups = ", ".join(group.name for group in item.groups.all())
    return " · ".join(part for part in (*parts, groups) if part)


def _badges(item: ItineraryItem, change: Change | None) -> list[tuple[Any, str]]:
    found: list[tuple[Any, str]] = []
    visit = getattr(item, "visit", None)
    if visit and item.kind == ItemKind.VISIT and not item.is_cancelled:
        found.append((visit.get_host_state_display(), STATE_TONES[HostState(visit.host_state)]))
    if change:
        found.append((_("공개 전 %(change)s") % {"change": change.label}, CHANGE_TONES[change]))
    if item.counts_as_learning and not item.is_cancelled:
        found.append((_("인정"), "plain"))
    if item.planner_only:
        found.append((_("담당자만"), "plain"))
    return found


def problems(
    program: Program, conflicts: Iterable[Conflict], versions: dict[UUID, int]
) -> list[Problem]:
    """Each with its ways out; `versions` are those of the items as this page shows them."""
    page = reverse("organize:item-list", args=[program.code])
    return [
        Problem(
            conflict=conflict,
            tone="bad" if conflict.is_error else "warn",
            url=f"{page}#item-{conflict.item_uids[0]}" if conflict.item_uids else "",
            buttons=[
                button for fix in conflict.fixes if (button := _button(program, fix, versions))
            ],
        )
        for conflict in conflicts
    ]


def _button(program: Program, fix: Fix, versions: dict[UUID, int]) -> FixButton | None:
    if fix.edits:
        shifts = [
            f"{edit.uid}:{versions[edit.uid]}:{edit.start_by}:{edit.end_by}" for edit in fix.edits
        ]
        return FixButton(fix.label, reverse("organize:item-fix", args=[program.code]), shifts)
    if fix.kind == FixKind.ASK_HOST:
        return FixButton(fix.label, reverse("organize:host-list", args=[program.code]))
    if fix.kind == FixKind.SPLIT:
        return FixButton(
            fix.label, reverse("organize:item-edit", args=[program.code, fix.parameters["uid"]])
        )
    if fix.kind == FixKind.ADD and (starts_at := parse_datetime(fix.parameters["starts_at"])):
        start = local(starts_at)
        query = urlencode(
            {
                "kind": fix.parameters["kind"],
                "day": start.date().isoformat(),
                "starts_at": ktime(start),
                "minutes": fix.parameters["minutes"],
            }
        )
        return FixButton(
            fix.label, f"{reverse('organize:item-create', args=[program.code])}?{query}"
        )
    return None
