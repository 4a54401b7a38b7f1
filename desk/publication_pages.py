"""What the publication pages show: the changes to be read before publishing, and any publication afterwards."""

from collections import defaultdict
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.dates import kdatetime, kday, ktimerange, local_date
from core.lists import Column, Listing, ListSpec, listing
from desk.itinerary_pages import CHANGE_TONES, Problem, css_kind, problems
from desk.tabs import program_tabs
from programs.models import Program
from site_visits.differences import Difference, differences
from site_visits.forms import PublishForm
from site_visits.models import Change, Publication, PublishedItem
from site_visits.services import publishing, warnings


@dataclass(frozen=True, slots=True)
class ReadChange:
    """One item of the list old → new."""

    change: Change
    tone: str
    title: str
    when: str
    lines: list[Difference]
    people: int | None


def read_change(
    before: PublishedItem | None, after: PublishedItem, people: int | None
) -> ReadChange:
    change = Change(after.change)
    return ReadChange(
        change=change,
        tone=CHANGE_TONES[change],
        title=after.display_title,
        when=f"{kday(after.starts_at)} {ktimerange(after.starts_at, after.ends_at)}",
        lines=differences(before, after) if change in (Change.MOVED, Change.CHANGED) else [],
        people=people,
    )


def review_context(program: Program, form: PublishForm) -> dict[str, Any]:
    found = publishing.review(program)
    conflicts = warnings.for_program(program)
    touched = publishing.people_touched(program, found.changes)
    return {
        "program": program,
        "tabs": program_tabs(program, "itinerary"),
        "form": _with_what_was_read(form, found),
        "review": found,
        "next_number": found.number + 1,
        "changes": [read_change(row.before, row.after, touched[row.uid]) for row in found.changes],
        "problems": _problems(program, conflicts),
        "errors": sum(1 for conflict in conflicts if conflict.is_error),
        "people": publishing.everybody_touched(program, found.changes),
        "facts": _facts(program) if found.facts_changed else [],
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


def _problems(program: Program, conflicts: Iterable[Any]) -> list[Problem]:
    """Without buttons: on this page one reads, the itinerary is where one mends."""
    return problems(program, conflicts, dict(program.items.values_list("uid", "version")))


def _facts(program: Program) -> list[Difference]:
    current = publishing.latest(program)
    if current is None:
        return []
    pairs = [
        Difference(_("집결지"), current.meeting_point, program.meeting_point),
        Difference(_("준비물"), current.bring, program.bring),
    ]
    return [pair for pair in pairs if pair.old != pair.new]


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
        "numbers": sorted(numbers, reverse=True)[:20],
        "days": sorted(days.items()),
        "changes": [
            read_change(before.get(row.uid), row, None)
            for row in rows
            if row.change != Change.UNCHANGED and publication.number > 1
        ],
    }
