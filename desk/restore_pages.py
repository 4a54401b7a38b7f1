"""What bringing a publication back would do to the draft, read before it is done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.dates import kday, ktimerange, local_date
from desk.tabs import program_tabs
from programs.models import Program
from site_visits.differences import Difference
from site_visits.draft import Draft, Snapshot
from site_visits.forms import RestoreForm
from site_visits.models import Publication
from site_visits.services import restoring, undo


@dataclass(frozen=True, slots=True)
class Step:
    """One item: what happens to it, and its lines old → new."""

    label: str
    tone: str
    title: str
    when: str
    lines: list[Difference]
    ask_again: bool


def context(
    program: Program, publication: Publication, form: RestoreForm, preview: restoring.Preview
) -> dict[str, Any]:
    return {
        "program": program,
        "tabs": program_tabs(program, "itinerary"),
        "publication": publication,
        "form": form,
        "digest": preview.digest,
        "is_empty": preview.is_empty,
        "steps": [_step(change, preview) for change in preview.changes],
        "facts": preview.facts,
        "ask_again": len(preview.ask_again),
        "ungrouped": ", ".join(preview.ungrouped),
    }


def _step(change: undo.Change, preview: restoring.Preview) -> Step:
    before, after = change.before, change.after
    shown = after or before
    label, tone = _label(before, after)
    return Step(
        label=label,
        tone=tone,
        title=shown.display_title if shown else "",
        when=_when(shown) if shown else "",
        lines=_lines(preview, before, after) if before and after else [],
        ask_again=change.uid in preview.ask_again,
    )


def _label(before: Snapshot | None, after: Snapshot | None) -> tuple[str, str]:
    if before is None or after is None:
        return _("다시 넣음"), "info"
    if not after.is_live:
        return pgettext("change", "취소"), "bad"
    if not before.is_live:
        return _("되살림"), "info"
    if after.starts_at is None:
        return _("시간 미정으로"), "warn"
    if (before.starts_at, before.ends_at) != (after.starts_at, after.ends_at):
        return _("시간 변경"), "warn"
    return _("내용 변경"), "warn"


def _lines(preview: restoring.Preview, before: Snapshot, after: Snapshot) -> list[Difference]:
    pairs = [
        Difference(_("시간"), _old_time(before, after), _when(after)),
        Difference(_("제목"), before.display_title, after.display_title),
        Difference(_("장소"), _where(preview.before, before), _where(preview.after, after)),
        Difference(_("알릴 말"), before.note, after.note),
        Difference(_("준비물"), before.bring, after.bring),
    ]
    same_time = (before.starts_at, before.ends_at) == (after.starts_at, after.ends_at)
    told = pairs[1:] if same_time else pairs
    return [pair for pair in told if pair.old != pair.new] if after.is_live else []


def _old_time(before: Snapshot, after: Snapshot) -> str:
    """The day is said once when it stays the same."""
    if before.starts_at and after.starts_at and _same_day(before.starts_at, after.starts_at):
        return ktimerange(before.starts_at, before.ends_at)
    return _when(before)


def _same_day(one: datetime, other: datetime) -> bool:
    return local_date(one) == local_date(other)


def _when(facts: Snapshot) -> str:
    if facts.starts_at is None:
        return _("시간 미정")
    return f"{kday(facts.starts_at)} {ktimerange(facts.starts_at, facts.ends_at)}"


def _where(draft: Draft, facts: Snapshot) -> str:
    site = draft.places[facts.site].display_name if facts.site else ""
    return " · ".join(part for part in (site, facts.place) if part)
