"""The leader's phone: today's items, the roster of each, one tap per person."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.permissions import Can, requires
from attendance import roster as reading
from attendance.forms import CLEAR, NonceForm, TapForm, times_of
from attendance.models import Mark
from attendance.services import marking, numbers
from attendance.today import programs_around
from core.dates import today
from core.errors import RuleBroken
from core.http import (
    AuthenticatedRequest,
    client_ip,
    keep_with_etag,
    not_modified,
    page_etag,
    whole_number,
)
from participants.models import Enrollment
from programs.models import Program
from site_visits.models import PublishedItem


@require_GET
@requires(Can.TAKE_ATTENDANCE)
def index(request: AuthenticatedRequest) -> HttpResponse:
    days = programs_around(request.user, at=timezone.now())
    return render(request, "lead/index.html", {"programs": days})


@require_GET
@requires(Can.TAKE_ATTENDANCE)
def roster(request: AuthenticatedRequest, code: str, uid: UUID) -> HttpResponse:
    program, item = _item_or_404(request, code, uid)
    context = _page(request, program, item)
    if len(messages.get_messages(request)):  # a message is part of no later page
        return render(request, "lead/roster.html", context)
    etag = page_etag(request, *context["facts"], request.user.pk, today())
    return not_modified(request, etag) or keep_with_etag(
        render(request, "lead/roster.html", context), etag
    )


@require_POST
@requires(Can.TAKE_ATTENDANCE)
def mark(request: AuthenticatedRequest, code: str, uid: UUID) -> HttpResponse:
    program, item = _item_or_404(request, code, uid)

    def say(tap: dict[str, Any]) -> None:
        person = get_object_or_404(program.enrollments, pk=tap["person"])
        _say(request, person, item, tap)

    return _answer(request, program, item, _attempt(TapForm(request.POST), say))


@require_POST
@requires(Can.TAKE_ATTENDANCE)
def rest(request: AuthenticatedRequest, code: str, uid: UUID) -> HttpResponse:
    program, item = _item_or_404(request, code, uid)

    def mark_rest(asked: dict[str, Any]) -> None:
        now, group_id = timezone.now(), _group(request)
        marked = marking.rest_present(
            item=item, program=program, by=request.user, at=now, group_id=group_id, **asked
        )
        text = _("%(n)s명을 출석으로 표시했습니다.") if marked else _("표시할 사람이 없습니다.")
        messages.success(request, text % {"n": len(marked)})

    return _answer(request, program, item, _attempt(NonceForm(request.POST), mark_rest))


@require_POST
@requires(Can.TAKE_ATTENDANCE)
def undo(request: AuthenticatedRequest, code: str, uid: UUID) -> HttpResponse:
    program, item = _item_or_404(request, code, uid)

    def take_back(asked: dict[str, Any]) -> None:
        now = timezone.now()
        undone = marking.undo_last(item=item, program=program, by=request.user, at=now, **asked)
        text = _("%(n)s명의 표시를 되돌렸습니다.") if undone else _("되돌릴 것이 없습니다.")
        messages.success(request, text % {"n": len(undone)})

    return _answer(request, program, item, _attempt(NonceForm(request.POST), take_back))


@require_GET
@requires(Can.TAKE_ATTENDANCE)
def depart(request: AuthenticatedRequest, code: str, uid: UUID) -> HttpResponse:
    """Leave with who is in: the last look at who would be left behind, then on to the next item."""
    program, item = _item_or_404(request, code, uid)
    context = _page(request, program, item)
    return render(request, "lead/depart.html", context)


def _item_or_404(
    request: AuthenticatedRequest, code: str, uid: UUID
) -> tuple[Program, PublishedItem]:
    program = get_object_or_404(Program.objects.visible_to(request.user), code=code)
    items = PublishedItem.objects.current().live().select_related("publication")
    return program, get_object_or_404(items, publication__program=program, uid=uid)


def _group(request: HttpRequest) -> int | None:
    return whole_number(request.GET.get("group"), default=0) or None


def _say(
    request: AuthenticatedRequest, person: Enrollment, item: PublishedItem, tap: dict[str, Any]
) -> None:
    # One number per page, one nonce per person and mark: a double tap is one tap, two taps are two.
    nonce = uuid5(tap["nonce"], f"{tap['to']}:{person.pk}:{tap.get('minutes', '')}")
    by, now = request.user, timezone.now()
    if tap["to"] == CLEAR:
        marking.undo(enrollment=person, item=item, by=by, at=now, nonce=nonce)
        return
    arrived_at, left_at = times_of(item, tap["to"], tap.get("minutes"))
    marking.mark(
        enrollment=person,
        item=item,
        mark=Mark(tap["to"]),
        by=by,
        at=now,
        nonce=nonce,
        arrived_at=arrived_at,
        left_at=left_at,
    )


def _page(request: AuthenticatedRequest, program: Program, item: PublishedItem) -> dict[str, Any]:
    """All a roster shows. Phone numbers are noted in the access log the first time a day."""
    group_id = _group(request)
    with_numbers = reading.may_see_numbers(program, request.user, today())
    found = reading.roster(program, item, group_id=group_id, numbers=with_numbers)
    if with_numbers:
        numbers.note_view(
            program=program,
            people=found.lines,
            by=request.user,
            at=timezone.now(),
            ip=client_ip(request),
        )
    last = reading.last_word_of(item.uid, request.user)
    locked = reading.is_locked(program)
    groups = [group for group in program.groups.all() if item.concerns([group.pk])]
    return {
        "program": program,
        "item": item,
        "roster": found,
        "boarding": reading.is_boarding(item),
        "next_item": reading.item_after(item),
        "can_undo": last is not None and not locked,
        "locked": locked,
        "groups": groups if len(groups) > 1 else [],
        "group_id": group_id,
        "query": f"?group={group_id}" if group_id else "",
        "nonce": uuid4(),
        "lateness": _lateness(item),
        "facts": (found, item.pk, last and last.pk, locked, groups, group_id),
    }


def _lateness(item: PublishedItem) -> int:
    """What the minutes field begins with: how late somebody would be who came just now."""
    late = int((timezone.now() - item.starts_at).total_seconds() // 60)
    return late if 0 < late < item.minutes else 5


def _answer(
    request: AuthenticatedRequest, program: Program, item: PublishedItem, refusal: str
) -> HttpResponse:
    """The roster as it is now: the piece for htmx, the page itself for everybody else."""
    if refusal:
        messages.error(request, refusal)
    if not request.htmx:
        group = _group(request)
        url = reverse("lead:roster", args=[program.code, item.uid])
        return redirect(f"{url}?group={group}" if group else url)
    context = _page(request, program, item)
    return render(request, "lead/_roster.html", context, status=422 if refusal else 200)


def _attempt(form: Form, action: Callable[[dict[str, Any]], None]) -> str:
    """Do it, or say in one sentence why not."""
    if not form.is_valid():
        return next(str(text) for found in form.errors.values() for text in found)
    try:
        action(form.cleaned_data)
    except RuleBroken as refusal:
        return str(refusal)
    return ""
