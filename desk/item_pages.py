"""What the form of one itinerary item starts from, says afterwards, and shows when two people edit it."""

from copy import copy
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from core.dates import at_local, local, parse_date, parse_time
from core.errors import RuleBroken, StaleEdit
from desk.stale import differing
from programs.models import Program
from site_visits.item_form import ItemForm, facts_to_initial, instant
from site_visits.models import HostState, ItemKind, ItineraryItem
from site_visits.services import publishing, warnings
from site_visits.services.itinerary import Shift

KINDS = [
    ItemKind.VISIT,
    ItemKind.SESSION,
    ItemKind.TRAVEL,
    ItemKind.MEAL,
    ItemKind.REST,
    ItemKind.LODGING,
    ItemKind.ASSEMBLY,
]
LEARNING = {ItemKind.VISIT, ItemKind.SESSION}
USUAL_MINUTES = {
    ItemKind.REST: 15,
    ItemKind.ASSEMBLY: 20,
    ItemKind.LODGING: 600,
    ItemKind.VISIT: 90,
}
MOST_SHIFTS = 20
LONGEST_SHIFT = 400 * 24 * 60
SHOWN_WARNINGS = 3


def kind_of(text: str | None, default: str = ItemKind.VISIT) -> ItemKind:
    return ItemKind(text) if text in ItemKind.values else ItemKind(default)


def item_list_url(program: Program, uid: UUID | None = None) -> str:
    page = reverse("organize:item-list", args=[program.code])
    return f"{page}#item-{uid}" if uid else page


def next_url(program: Program, item: ItineraryItem, *, again: bool) -> str:
    if not again:
        return item_list_url(program, item.uid)
    return (
        f"{reverse('organize:item-create', args=[program.code])}?{urlencode({'after': item.uid})}"
    )


def item_before(program: Program, text: str | None) -> ItineraryItem | None:
    """The item a new one is to follow."""
    try:
        uid = UUID(text or "")
    except ValueError:
        return None
    return (
        program.items.filter(uid=uid, ends_at__isnull=False)
        .select_related("site", "target")
        .first()
    )


def initial(
    program: Program, kind: ItemKind, query: QueryDict, after: ItineraryItem | None
) -> dict[str, Any]:
    """A sensible beginning: right after the item before, else the asked or the first day."""
    found: dict[str, Any] = {"counts_as_learning": kind in LEARNING}
    start = local(after.ends_at) if after and after.ends_at else None
    day: date = start.date() if start else parse_date(query.get("day")) or program.starts_on
    clock = start.time() if start else parse_time(query.get("starts_at"))
    found["day"] = day
    if clock:
        found |= _length(kind, query, day, clock)
    if kind == ItemKind.TRAVEL and after:
        found["origin"] = after.target or after.site
    return found


def _length(kind: ItemKind, query: QueryDict, day: date, clock: Any) -> dict[str, Any]:
    text = query.get("minutes", "")
    minutes = (
        int(text)
        if text.isascii() and text.isdigit() and 0 < len(text) < 5
        else USUAL_MINUTES.get(kind, 60)
    )
    start = instant(day, clock)
    if start is None or kind == ItemKind.TRAVEL:
        return {"starts_at": clock}
    end = local(start + timedelta(minutes=min(minutes, 1440)))
    return {"starts_at": clock, "ends_at": end.time(), "ends_next_day": end.date() > day}


def form_context(
    program: Program,
    form: ItemForm,
    *,
    item: ItineraryItem | None = None,
    theirs: Any = None,
    query: QueryDict | None = None,
) -> dict[str, Any]:
    kept = query.copy() if query is not None else QueryDict(mutable=True)
    kinds = []
    for kind in KINDS:
        kept["kind"] = kind.value
        kinds.append(
            {"label": kind.label, "url": f"?{kept.urlencode()}", "current": kind == form.kind}
        )
    return {
        "program": program,
        "form": form,
        "item": item,
        "kinds": kinds,
        "theirs": theirs,
        "back_url": item_list_url(program, item.uid if item else None),
    }


def stale_form(
    form: ItemForm, program: Program, stale: StaleEdit
) -> tuple[ItemForm, list[tuple[Any, str, str]]]:
    """The typed values stay, with the version of the row as it is now; saving again is then a decision."""
    current: Any = stale.current
    data: Any = copy(form.data)
    data["version"] = str(current.version)
    again = ItemForm(data, kind=form.kind, program=program, item=current)
    again.is_valid()
    again.add_error(None, str(stale))
    return again, differing(form, facts_to_initial(current))


def insist(form: Form) -> None:
    """A small form without a page of its own: its first error is the refusal."""
    if not form.is_valid():
        name, found = next(iter(form.errors.items()))
        label = form.fields[name].label if name in form.fields else ""
        raise RuleBroken(f"{label}: {found[0]}" if label else str(found[0]), field=name)


def shifted(item: ItineraryItem, asked: dict[str, Any]) -> dict[str, Any]:
    if item.starts_at is None or item.ends_at is None:
        raise RuleBroken(_("시간을 정하지 않은 일정은 옮길 수 없습니다."))
    by = timedelta(minutes=asked["by"])
    return {
        "version": asked["version"],
        "starts_at": item.starts_at + by,
        "ends_at": item.ends_at + by,
    }


def moved(item: ItineraryItem, asked: dict[str, Any]) -> dict[str, Any]:
    starts_at = at_local(asked["day"], asked["starts_at"])
    minutes = asked["minutes"] or item.minutes or USUAL_MINUTES.get(ItemKind(item.kind), 60)
    return {
        "version": asked["version"],
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=minutes),
    }


def shifts(texts: list[str], program: Program) -> list[Shift]:
    """`uid:version:start:end` of each item of a fix; RuleBroken for anything else."""
    try:
        found = [_shift(text) for text in texts]
    except ValueError as error:
        raise RuleBroken(_("고칠 내용을 알 수 없습니다. 화면을 새로 열어 주세요.")) from error
    known = set(program.items.values_list("uid", flat=True)) if found else set()
    if not found or len(found) > MOST_SHIFTS or any(shift.uid not in known for shift in found):
        raise RuleBroken(_("이 과정에 없는 일정입니다. 화면을 새로 열어 주세요."))
    return found


def _shift(text: str) -> Shift:
    uid, version, start, end = text.split(":")
    numbers = [int(number) for number in (version, start, end)]
    if any(abs(number) > LONGEST_SHIFT for number in numbers):
        raise ValueError(text)
    return Shift(UUID(uid), *numbers)


def tell_about(
    request: HttpRequest,
    program: Program,
    item: ItineraryItem,
    *,
    before: ItineraryItem | None = None,
    conflicts: bool = True,
) -> None:
    """What the organizer should know at once: the host must be asked again, and what now does not fit."""
    old, new = getattr(before, "visit", None), getattr(item, "visit", None)
    asked = old is not None and old.host_state != HostState.NOT_ASKED
    if asked and new is not None and new.host_state == HostState.NOT_ASKED:
        messages.warning(
            request, _("방문 시간이나 장소가 바뀌었습니다. 방문기관에 다시 요청해 주세요.")
        )
    if conflicts:
        found = warnings.about(warnings.for_program(program), item.uid)
        for conflict in found[:SHOWN_WARNINGS]:
            messages.warning(request, f"{conflict.message}. {conflict.why}")


def cancel_context(program: Program, item: ItineraryItem, form: Form) -> dict[str, Any]:
    published = publishing.was_published(item)
    body = (
        _("%(title)s 일정을 취소합니다. 다음에 공개하면 교육생에게 취소로 알려집니다.")
        if published
        else _("%(title)s 일정을 취소합니다. 아직 공개하지 않아 알림은 가지 않습니다.")
    )
    return {
        "title": _("일정 취소"),
        "body": body % {"title": item.display_title},
        "action": _("일정 취소"),
        "back_url": item_list_url(program, item.uid),
        "form": form,
    }


def delete_context(program: Program, item: ItineraryItem, form: Form) -> dict[str, Any]:
    return {
        "title": _("일정 지우기"),
        "body": _("%(title)s 일정을 지웁니다. 되돌릴 수 없습니다.") % {"title": item.display_title},
        "action": _("지우기"),
        "back_url": item_list_url(program, item.uid),
        "form": form,
    }
