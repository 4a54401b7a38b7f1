"""The draft itinerary of a program: a list of days that is edited in place."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Can, requires
from core.errors import RuleBroken, StaleEdit, refuse_on
from core.http import AuthenticatedRequest
from desk import item_pages, itinerary_pages
from desk.item_pages import item_list_url, tell_about
from programs.models import Program
from site_visits.forms import CancelForm, MoveForm, ShiftForm, VersionForm
from site_visits.item_form import ItemForm
from site_visits.models import ItineraryItem
from site_visits.services import itinerary


def _program(request: AuthenticatedRequest, code: str) -> Program:
    return get_object_or_404(Program.objects.visible_to(request.user), code=code)


def _item(program: Program, uid: UUID) -> ItineraryItem:
    items = ItineraryItem.objects.select_related("site", "origin", "target", "visit")
    return get_object_or_404(items.prefetch_related("groups"), program=program, uid=uid)


@require_safe
@requires(Can.MANAGE_PROGRAMS)
def item_list(request: AuthenticatedRequest, code: str) -> HttpResponse:
    program = _program(request, code)
    return render(request, "desk/itinerary/list.html", itinerary_pages.context(program))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Can.MANAGE_PROGRAMS)
def item_create(request: AuthenticatedRequest, code: str) -> HttpResponse:
    program = _program(request, code)
    kind = item_pages.kind_of(request.GET.get("kind"))
    after = item_pages.item_before(program, request.GET.get("after"))
    initial = item_pages.initial(program, kind, request.GET, after)
    form = ItemForm(request.POST or None, kind=kind, program=program, initial=initial)
    if form.is_valid():
        try:
            item = itinerary.add_item(
                program=program,
                facts=form.facts(),
                uid=form.cleaned_data["uid"],
                by=request.user,
                at=timezone.now(),
            )
        except RuleBroken as refusal:
            refuse_on(form, refusal)
        else:
            messages.success(
                request, _("일정을 넣었습니다: %(title)s") % {"title": item.display_title}
            )
            tell_about(request, program, item)
            return redirect(item_pages.next_url(program, item, again="again" in request.POST))
    context = item_pages.form_context(program, form, query=request.GET)
    return render(
        request, "desk/itinerary/form.html", context, status=422 if form.is_bound else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Can.MANAGE_PROGRAMS)
def item_edit(request: AuthenticatedRequest, code: str, uid: UUID) -> HttpResponse:
    program = _program(request, code)
    item = _item(program, uid)
    kind = item_pages.kind_of(request.GET.get("kind"), default=item.kind)
    form = ItemForm(request.POST or None, kind=kind, program=program, item=item)
    status, theirs = (422 if form.is_bound else 200), None
    if form.is_valid():
        try:
            saved = _save(request, program, item, form)
        except StaleEdit as stale:
            status = 409
            form, theirs = item_pages.stale_form(form, program, stale)
        except RuleBroken as refusal:
            refuse_on(form, refusal)
        else:
            messages.success(request, _("고친 내용을 저장했습니다."))
            tell_about(request, program, saved, before=item)
            return redirect(item_list_url(program, saved.uid))
    context = item_pages.form_context(program, form, item=item, theirs=theirs)
    return render(request, "desk/itinerary/form.html", context, status=status)


def _save(
    request: AuthenticatedRequest, program: Program, item: ItineraryItem, form: ItemForm
) -> ItineraryItem:
    return itinerary.edit_item(
        program=program,
        uid=item.uid,
        version=form.cleaned_data["version"] or 0,
        facts=form.facts(),
        by=request.user,
        at=timezone.now(),
    )


@require_POST
@requires(Can.MANAGE_PROGRAMS)
def item_move(request: AuthenticatedRequest, code: str, uid: UUID) -> HttpResponse:
    """By a few minutes (`by`), to a day and time, or out of the plan (`unschedule`)."""
    program = _program(request, code)
    item = _item(program, uid)

    def move() -> None:
        moved = itinerary.move_item(
            program=program,
            uid=uid,
            by=request.user,
            at=timezone.now(),
            **_target(request.POST, item),
        )
        tell_about(request, program, moved, before=item, conflicts=False)

    return _change(request, program, move, uid)


def _target(data: QueryDict, item: ItineraryItem) -> dict[str, Any]:
    """version, starts_at and ends_at of the move; RuleBroken when the form makes no sense."""
    if "unschedule" in data:
        form: Any = VersionForm(data)
        item_pages.insist(form)
        return {"version": form.cleaned_data["version"], "starts_at": None, "ends_at": None}
    if "by" in data:
        form = ShiftForm(data)
        item_pages.insist(form)
        return item_pages.shifted(item, form.cleaned_data)
    form = MoveForm(data)
    item_pages.insist(form)
    return item_pages.moved(item, form.cleaned_data)


@require_POST
@requires(Can.MANAGE_PROGRAMS)
def item_fix(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """One click on a way out of a conflict: all of its moves or none."""
    program = _program(request, code)

    def fix() -> None:
        shifts = item_pages.shifts(request.POST.get("shift", "").split(), program)
        itinerary.shift_items(program=program, shifts=shifts, by=request.user, at=timezone.now())
        messages.success(request, _("일정을 옮겼습니다."))

    return _change(request, program, fix)


@require_POST
@requires(Can.MANAGE_PROGRAMS)
def item_restore(request: AuthenticatedRequest, code: str, uid: UUID) -> HttpResponse:
    program = _program(request, code)
    item = _item(program, uid)

    def restore() -> None:
        form = VersionForm(request.POST)
        item_pages.insist(form)
        version = form.cleaned_data["version"]
        itinerary.restore_item(
            program=program, uid=item.uid, version=version, by=request.user, at=timezone.now()
        )
        messages.success(
            request, _("일정을 되살렸습니다: %(title)s") % {"title": item.display_title}
        )

    return _change(request, program, restore, uid)


def _change(
    request: AuthenticatedRequest,
    program: Program,
    change: Callable[[], None],
    uid: UUID | None = None,
) -> HttpResponse:
    """Do it, then show the day list: as a fragment for htmx, else by a redirect, with the refusal when there is one."""
    status = 200
    try:
        change()
    except RuleBroken as refusal:
        status = 409 if isinstance(refusal, StaleEdit) else 422
        messages.error(request, str(refusal))
    if status == 200 and not request.htmx:
        return redirect(item_list_url(program, uid))
    page = "desk/itinerary/_plan.html" if request.htmx else "desk/itinerary/list.html"
    context = itinerary_pages.context(program) | {"oob": True}
    return render(request, page, context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Can.MANAGE_PROGRAMS)
def item_cancel(request: AuthenticatedRequest, code: str, uid: UUID) -> HttpResponse:
    program = _program(request, code)
    item = _item(program, uid)
    form = CancelForm(request.POST or None, initial={"version": item.version})
    if form.is_valid():
        try:
            itinerary.cancel_item(
                program=program, uid=uid, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except RuleBroken as refusal:
            refuse_on(form, refusal)
        else:
            messages.success(request, _("일정을 취소했습니다. 공개하면 교육생에게 알려집니다."))
            return redirect(item_list_url(program))
    context = item_pages.cancel_context(program, item, form)
    return render(request, "components/confirm.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Can.MANAGE_PROGRAMS)
def item_delete(request: AuthenticatedRequest, code: str, uid: UUID) -> HttpResponse:
    program = _program(request, code)
    item = _item(program, uid)
    form = VersionForm(request.POST or None, initial={"version": item.version})
    if form.is_valid():
        try:
            itinerary.delete_item(
                program=program, uid=uid, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except RuleBroken as refusal:
            refuse_on(form, refusal)
        else:
            messages.success(
                request, _("일정을 지웠습니다: %(title)s") % {"title": item.display_title}
            )
            return redirect(item_list_url(program))
    context = item_pages.delete_context(program, item, form)
    return render(request, "components/confirm.html", context, status=422 if form.is_bound else 200)
