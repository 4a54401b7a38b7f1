"""What the publication pages show: the changes to be read before publishing, and any publication afterwards."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Q
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.dates import kdatetime, kduration, ktimerange, local_date
from core.lists import Column, Listing, ListSpec, listing
from desk.itinerary_pages import CHANGE_TONES, Problem, css_kind, problems
from desk.tabs import program_tabs
from programs.models import Program
from reminders.models import Channel
from reminders.services import forecast
from site_visits.differences import Difference, differences
from site_visits.draft import Draft, load
from site_visits.forms import PublishForm
from site_visits.models import Change, Publication, PublishedItem
from site_visits.services import publishing, restoring, warnings

# How the address of a comparison names the draft, and how many numbers a page offers.
DRAFT: Final = "draft"
SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class ReadChange:
    """One item of the list old → new."""

    change: Change
    tone: str
    title: str
    when: str
    lines: list[Difference]
    people: int | None


@dataclass(frozen=True, slots=True)
class ReadDay:
    """The changes of one day, so that a long list can be read in the order of the trip."""

    day: date
    changes: list[ReadChange]


def read_change(row: publishing.ItemChange, people: int | None = None) -> ReadChange:
    before, after, change = row.before, row.after, row.change
    return ReadChange(
        change=change,
        tone=CHANGE_TONES[change],
        title=after.display_title,
        when=ktimerange(after.starts_at, after.ends_at),
        lines=differences(before, after) if change in (Change.MOVED, Change.CHANGED) else [],
        people=people,
    )


def read_days(
    changes: Iterable[publishing.ItemChange], people: Mapping[UUID, int] | None = None
) -> list[ReadDay]:
    """An item that moves to another day stands under the new one."""
    days: dict[date, list[ReadChange]] = defaultdict(list)
    for row in changes:
        read = read_change(row, people[row.uid] if people else None)
        days[local_date(row.after.starts_at)].append(read)
    return [ReadDay(day, found) for day, found in sorted(days.items())]


def review_context(program: Program, form: PublishForm, *, at: datetime) -> dict[str, Any]:
    draft = load(program)
    found = publishing.review(program, draft)
    touched = publishing.people_touched(program, found.changes)
    conflicts = warnings.of_draft(draft)
    errors = sum(1 for conflict in conflicts if conflict.is_error)
    return {
        "program": program,
        "tabs": program_tabs(program, "itinerary"),
        "form": _with_what_was_read(form, found),
        "review": found,
        "next_number": found.number + 1,
        "changes": len(found.changes),
        "days": read_days(found.changes, touched.each),
        "problems": _problems(program, conflicts, draft),
        "errors": errors,
        "warnings": len(conflicts) - errors,
        "people": touched.anybody,
        "facts": _facts(program, found.current),
        "left_out": _left_out(draft),
        **_forecast(program, found, at=at),
    }


def _forecast(program: Program, review: publishing.Review, *, at: datetime) -> dict[str, Any]:
    """What publishing now would send, and how long the gateways take for it."""
    found = forecast.of_publication(program, at=at, review=review)
    minutes = ceil(found.drain.total_seconds() / 60)
    return {
        "forecast": found,
        "channels": [(Channel(name).label, count) for name, count in found.by_channel.items()],
        "drain": _("1분 안") if minutes <= 1 else _("약 %(time)s") % {"time": kduration(minutes)},
    }


def _left_out(draft: Draft) -> dict[str, int]:
    """What stays at the desk although it stands in the draft."""
    live = [entry.facts for entry in draft.entries.values() if entry.facts.is_live]
    return {
        "unscheduled": sum(1 for facts in live if facts.starts_at is None),
        "planner_only": sum(1 for facts in live if facts.planner_only and facts.starts_at),
    }


def _with_what_was_read(form: PublishForm, found: publishing.Review) -> PublishForm:
    """The page carries the state it shows: a refused form is sent again about what is on the screen now."""
    read = {"number": found.number, "digest": found.digest}
    form.initial = {**form.initial, **read}
    if form.is_bound:
        data: Any = copy(form.data)
        for name, value in read.items():
            data[name] = str(value)
        form.data = data
    return form


def _problems(program: Program, conflicts: Iterable[Any], draft: Draft) -> list[Problem]:
    """Errors first, without buttons: on this page one reads, the itinerary is where one mends."""
    versions = {uid: entry.version for uid, entry in draft.entries.items()}
    return problems(program, conflicts, versions)


def _facts(program: Program, known: Publication | None) -> list[Difference]:
    return restoring.facts_between(known, program) if known else []


def list_context(request: HttpRequest, program: Program) -> dict[str, Any]:
    changed = Count("items", filter=~Q(items__change=Change.UNCHANGED))
    rows = (
        Publication.objects.filter(program=program).select_related("by").annotate(changed=changed)
    )
    return {
        "program": program,
        "tabs": program_tabs(program, "itinerary"),
        "listing": _publications(request, program, rows),
    }


def _publications(request: HttpRequest, program: Program, rows: Any) -> Listing:
    spec = ListSpec(
        caption=_("공개본"),
        columns=[
            Column("number", _("판"), lambda row: _("%(n)d판") % {"n": row.number}, ["number"]),
            Column("at", _("공개한 때"), lambda row: kdatetime(row.published_at), ["published_at"]),
            Column("by", _("공개한 사람"), lambda row: row.by.name),
            Column("changed", _("변경"), lambda row: row.changed, ["changed"], numeric=True),
            Column("comment", _("알릴 말"), lambda row: row.comment),
            Column("override", _("문제를 알고 공개한 사유"), lambda row: row.override_reason),
        ],
        url=lambda row: reverse("organize:publication-detail", args=[program.code, row.number]),
        default_order=["-number"],
        empty_text=_("아직 공개하지 않았습니다"),
        empty_action_url=reverse("organize:publish", args=[program.code]),
        empty_action_label=gettext_lazy("공개할 내용 확인"),
        searchable=False,
    )
    return listing(request, rows, spec)


def detail_context(program: Program, publication: Publication) -> dict[str, Any]:
    """A publication as it was told, with what it changed against the one before."""
    rows = sorted(publication.items.all(), key=lambda row: (row.starts_at, row.ends_at, row.pk))
    before = {
        row.uid: row
        for row in PublishedItem.objects.filter(
            publication__program=program, publication__number=publication.number - 1
        )
    }
    days: dict[date, list[Any]] = defaultdict(list)
    for row in rows:
        days[local_date(row.starts_at)].append(
            {"row": row, "css_kind": css_kind(row), "time": ktimerange(row.starts_at, row.ends_at),
             "change": Change(row.change), "tone": CHANGE_TONES[Change(row.change)]}
        )  # fmt: skip
    numbers = Publication.objects.filter(program=program).values_list("number", flat=True)
    return {
        "program": program,
        "tabs": program_tabs(program, "itinerary"),
        "publication": publication,
        "in_force": publication.number == max(numbers),
        "numbers": sorted(numbers, reverse=True)[:SHOWN],
        "days": sorted(days.items()),
        "changes": read_days(_told(rows, before)) if publication.number > 1 else [],
    }


def _told(
    rows: Iterable[PublishedItem], before: Mapping[UUID, PublishedItem]
) -> list[publishing.ItemChange]:
    """As the publication itself says what it changed."""
    return [
        publishing.ItemChange(row.uid, Change(row.change), before.get(row.uid), row, row.title)
        for row in rows
        if row.change != Change.UNCHANGED
    ]


def compare_context(program: Program, publication: Publication, other: str) -> dict[str, Any]:
    """From `publication` to another one, or to the draft."""
    later = (
        None
        if other == DRAFT
        else get_object_or_404(Publication, program=program, number=int(other))
    )
    after = publishing.draft_rows(program) if later is None else later.items.all()
    changes = publishing.between(publication.items.all(), after)
    numbers = Publication.objects.filter(program=program).order_by("-number")
    return {
        "program": program,
        "tabs": program_tabs(program, "itinerary"),
        "publication": publication,
        "later": later,
        "other": other,
        "numbers": list(numbers.values_list("number", flat=True)[:SHOWN]),
        "changes": len(changes),
        "days": read_days(changes),
        "facts": restoring.facts_between(publication, later or program),
    }
