"""What the schedule board shows, as the JSON its page reads."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.models import User
from core.dates import (
    iso,
    kday,
    kdaytime,
    kduration,
    ktime,
    ktimerange,
    local_date,
)
from core.errors import StaleEdit
from desk import board_conflicts
from desk.board_items import View, item
from desk.figures import tone
from desk.tabs import program_tabs
from programs.models import Program
from site_visits import arranging, told
from site_visits.conflicts import check
from site_visits.draft import Draft, Snapshot, load
from site_visits.models import BoardStep, ItemKind
from site_visits.services import board_head, editing, history, warnings
from site_visits.services.board import Done, Preview
from site_visits.services.editing import MOST_ITEMS, StaleDraft
from site_visits.services.undo import Peek

# The page draws seven at a time; a day without anything must be reachable to put something there.
MOST_DAYS = 366


def context(program: Program, user: User) -> dict[str, Any]:
    return {
        "program": program,
        "tabs": program_tabs(program, "itinerary"),
        "tone": tone(program),
        "kinds": [{"value": kind.value, "label": str(kind.label)} for kind in ItemKind],
        "state": state(program, user),
    }


def state(program: Program, user: User) -> dict[str, Any]:
    """The whole board; a draft too long to be shown says so and shows no items."""
    draft = load(program, most=MOST_ITEMS)
    why_not = editing.why_closed(program)
    if len(draft.entries) > MOST_ITEMS:
        draft = Draft(program, {}, {})
        why_not = editing.too_many()
    view = look(draft, user)
    return {
        **_common(view, why_not=why_not),
        "now": iso(timezone.now()),
        "me": user.pk,
        "groups": [
            {"id": pk, "name": name, "people": view.facts.group_people.get(pk, 0)}
            for pk, name in view.head.groups.items()
        ],
        "items": [
            item(view, entry) for entry in view.draft.entries.values() if entry.facts.is_live
        ],
        "urls": urls(program),
    }


def look(draft: Draft, user: User) -> View:
    facts = warnings.facts_of(draft)
    head = board_head.read(draft.program, user)
    compared = told.compare(draft, head.groups, head.told.pk if head.told else None)
    return View(draft, facts, check(facts), head, compared)


def answer(done: Done, user: User) -> dict[str, Any]:
    """What a command changed, and everything that may look different because of it."""
    view = look(done.written.draft, user)
    entries = view.draft.entries
    changed = [entries[uid] for uid in done.written.changed]
    return {
        **_common(view, why_not=""),
        "items": [item(view, entry) for entry in changed if entry.facts.is_live],
        "removed": [
            str(uid)
            for uid in (
                *done.written.removed,
                *(entry.uid for entry in changed if not entry.facts.is_live),
            )
        ],
        "said": done.said,
        "notes": list(done.notes),
        "focus": [str(entry.uid) for entry in changed if entry.facts.is_live],
    }


def preview(found: Preview) -> dict[str, Any]:
    """What would happen, item by item, and which problems would come or go."""
    before, after = (check(warnings.facts_of(draft)) for draft in (found.before, found.after))
    known = {conflict.key for conflict in before}
    groups = dict(found.after.program.groups.values_list("pk", "name"))
    return {
        "preview": [
            {
                "uid": str(change.uid),
                "title": _previewed(change.after or change.before, groups),
                "from": _when(change.before),
                "to": _when(change.after, before=change.before),
            }
            for change in found.changes
        ],
        "conflicts": {
            "before": len(before),
            "after": len(after),
            "new": [
                f"{conflict.message}. {conflict.why}" if conflict.why else conflict.message
                for conflict in after
                if conflict.key not in known
            ],
        },
        "said": _("%(count)d건이 바뀝니다.") % {"count": len(found.changes)}
        if found.changes
        else _("바뀌는 것이 없습니다."),
        "notes": list(found.notes),
    }


def _previewed(facts: Snapshot | None, groups: dict[int, str]) -> str:
    """With its groups: the slots of a visit that is split differ in nothing else."""
    if facts is None:
        return ""
    names = [name for pk, name in groups.items() if pk in facts.groups]
    return " · ".join([facts.display_title, *names])


def stale(program: Program, user: User, refusal: StaleEdit) -> dict[str, Any]:
    """The other's change beside the whole board as it is now."""
    outdated = refusal.outdated if isinstance(refusal, StaleDraft) else []
    return {
        "error": str(refusal),
        "theirs": [
            {
                "uid": str(line.uid),
                "title": line.title,
                "what": line.what,
                "who": line.who,
                "when": "" if line.at is None else _moment(line.at),
            }
            for line in history.theirs(program, outdated)
        ],
        "state": state(program, user),
    }


def _moment(at: Any) -> str:
    return ktime(at) if local_date(at) == local_date(timezone.now()) else kdaytime(at)


def _common(view: View, *, why_not: str) -> dict[str, Any]:
    return {
        "stamp": view.head.stamp,
        "program": _program(view, why_not),
        "days": _days(view),
        "cancelled": [
            {
                "uid": str(entry.uid),
                "version": entry.version,
                "title": entry.facts.display_title,
                "time": ktimerange(entry.facts.starts_at, entry.facts.ends_at),
                "date": iso(local_date(entry.facts.starts_at)) if entry.facts.starts_at else None,
            }
            for entry in view.draft.entries.values()
            if not entry.facts.is_live
        ],
        "conflicts": board_conflicts.rows(view.draft, view.conflicts),
        "undo": _step(view.head.undo),
        "redo": _step(view.head.redo),
    }


def _program(view: View, why_not: str) -> dict[str, Any]:
    program, published = view.draft.program, view.head.told
    moved = published and (published.meeting_point, published.bring) != (
        program.meeting_point,
        program.bring,
    )
    return {
        "code": program.code,
        "title": program.full_title,
        "starts_on": iso(program.starts_on),
        "ends_on": iso(program.ends_on),
        "status_label": program.get_status_display(),
        "editable": not why_not,
        "why_not": why_not,
        "number": published.number if published else 0,
        "pending": len(view.compared.changes) + bool(moved),
        "errors": sum(1 for conflict in view.conflicts if conflict.is_error),
    }


def _days(view: View) -> list[dict[str, Any]]:
    """Every day of the program, and those outside it that hold something."""
    of_day: dict[date, list[Snapshot]] = defaultdict(list)
    for entry in view.draft.scheduled():
        of_day[local_date(arranging.times(entry.facts)[0])].append(entry.facts)
    program = view.draft.program
    numbers = {day: number for number, day in enumerate(program.days, start=1)}
    # A longer program shows the days that hold something.
    wanted = numbers if len(numbers) <= MOST_DAYS else {}
    return [
        _day(day, numbers.get(day), view.facts.holidays.get(day, ""), of_day[day])
        for day in sorted({*wanted, *of_day})
    ]


def _day(day: date, number: int | None, holiday: str, items: Iterable[Snapshot]) -> dict[str, Any]:
    seen = [facts for facts in items if not facts.planner_only]
    legs = [facts for facts in seen if facts.kind == ItemKind.TRAVEL]
    name = kday(day)
    return {
        "date": iso(day),
        "number": number,
        "label": _("%(number)d일차 · %(day)s") % {"number": number, "day": name}
        if number
        else name,
        "holiday": holiday,
        "outside": number is None,
        "km": sum(leg.km or 0 for leg in legs),
        "drive": kduration(sum(leg.minutes or 0 for leg in legs)),
        "learning": kduration(
            sum(facts.minutes or 0 for facts in seen if facts.counts_as_learning)
        ),
    }


STEP_OF_ONE: dict[BoardStep, Any] = {
    BoardStep.ADD: gettext_lazy("%(title)s 추가"),
    BoardStep.EDIT: gettext_lazy("%(title)s 고치기"),
    BoardStep.MOVE: gettext_lazy("%(title)s 옮기기"),
    BoardStep.CANCEL: gettext_lazy("%(title)s 취소"),
    BoardStep.RESTORE: gettext_lazy("%(title)s 되살리기"),
    BoardStep.DELETE: gettext_lazy("%(title)s 지우기"),
    BoardStep.DUPLICATE: gettext_lazy("%(title)s 복사"),
}


def _step(peek: Peek | None) -> dict[str, Any] | None:
    if peek is None:
        return None
    if peek.size == 1 and peek.kind in STEP_OF_ONE:
        label = STEP_OF_ONE[peek.kind] % {"title": peek.display_title}
    else:
        label = pgettext("step", "%(step)s(%(count)d건)") % {
            "step": peek.kind.label, "count": peek.size,
        }  # fmt: skip
    return {"label": label, "count": peek.count}


def _when(facts: Snapshot | None, *, before: Snapshot | None = None) -> str:
    """With its day where that is another than `before`."""
    if facts is None or not facts.is_live:
        return ""
    if facts.starts_at is None:
        return _("시간 미정")
    times, day = ktimerange(facts.starts_at, facts.ends_at), local_date(facts.starts_at)
    was = before.starts_at if before else None
    return times if was is None or local_date(was) == day else f"{kday(day)} {times}"


def urls(program: Program) -> dict[str, str]:
    def at(name: str, *more: Any) -> str:
        return reverse(f"organize:{name}", args=[program.code, *more])

    return {
        "state": at("board-state"),
        "command": at("board-command"),
        "undo": at("board-undo"),
        "redo": at("board-redo"),
        "blocked": at("board-blocked"),
        "sites": at("board-sites"),
        "map": at("board-map", "DATE"),
        "publish": at("publish"),
        "list": at("item-list"),
        "print": f"{at('timetable')}?edition=0&map=on",
        "create": at("item-create"),
    }
