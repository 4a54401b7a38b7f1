"""The groups of a program on one page: make, rename, order, delete, spread people over them."""

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.permissions import Can, requires
from core.errors import RuleBroken, refuse_on
from core.http import AuthenticatedRequest
from desk.tabs import program_tabs
from desk.views.people_forms import DistributeForm, GroupNameForm, PlaceForm
from participants.models import Enrollment
from participants.services import groups
from programs.models import Group, Program


@require_GET
@requires(Can.MANAGE_PROGRAMS)
def group_list(request: AuthenticatedRequest, code: str) -> HttpResponse:
    return _show(request, _program(request, code))


@require_POST
@requires(Can.MANAGE_PROGRAMS)
def group_create(request: AuthenticatedRequest, code: str) -> HttpResponse:
    program = _program(request, code)
    form = GroupNameForm(request.POST)
    if form.is_valid():
        try:
            groups.create(program=program, by=request.user, at=timezone.now(), **form.cleaned_data)
            return redirect("organize:group-list", program.code)
        except RuleBroken as refusal:
            refuse_on(form, refusal)
    return _show(request, program, new=form)


@require_POST
@requires(Can.MANAGE_PROGRAMS)
def group_rename(request: AuthenticatedRequest, code: str, pk: int) -> HttpResponse:
    program = _program(request, code)
    group = get_object_or_404(program.groups.select_related("program"), pk=pk)
    form = GroupNameForm(request.POST, auto_id=f"id_{pk}_%s")
    if form.is_valid():
        try:
            groups.rename(group=group, by=request.user, at=timezone.now(), **form.cleaned_data)
            return redirect("organize:group-list", program.code)
        except RuleBroken as refusal:
            refuse_on(form, refusal)
    return _show(request, program, renaming=(pk, form))


@require_POST
@requires(Can.MANAGE_PROGRAMS)
def group_move(request: AuthenticatedRequest, code: str, pk: int) -> HttpResponse:
    group = get_object_or_404(_program(request, code).groups.select_related("program"), pk=pk)
    form = PlaceForm(request.POST)
    if form.is_valid():
        groups.reorder(group=group, to=form.cleaned_data["to"], by=request.user, at=timezone.now())
    return redirect("organize:group-list", code)


@require_POST
@requires(Can.MANAGE_PROGRAMS)
def group_delete(request: AuthenticatedRequest, code: str, pk: int) -> HttpResponse:
    program = _program(request, code)
    group = get_object_or_404(program.groups.select_related("program"), pk=pk)
    try:
        groups.delete(group=group, by=request.user, at=timezone.now())
    except RuleBroken as refusal:
        return _show(request, program, refusal=refusal)
    messages.success(request, _("%(name)s을(를) 지웠습니다.") % {"name": group.name})
    return redirect("organize:group-list", code)


@require_POST
@requires(Can.MANAGE_PROGRAMS)
def group_distribute(request: AuthenticatedRequest, code: str) -> HttpResponse:
    program = _program(request, code)
    form = DistributeForm(request.POST)
    if form.is_valid():
        try:
            groups.distribute(
                program=program, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            messages.success(request, _("교육생을 조에 고르게 나누었습니다."))
            return redirect("organize:group-list", program.code)
        except RuleBroken as refusal:
            refuse_on(form, refusal)
    return _show(request, program, spread=form)


def _program(request: AuthenticatedRequest, code: str) -> Program:
    return get_object_or_404(Program.objects.visible_to(request.user), code=code)


def _show(request: AuthenticatedRequest, program: Program, **refused: Any) -> HttpResponse:
    """The page; `refused` holds the one form (`new`, `spread`, `renaming`) or `refusal` that did not pass."""
    people = (
        Enrollment.objects.filter(status__in=groups.PLACED)
        .select_related("participant__department", "participant__rank")
        .in_office_order()
    )
    listed = list(
        program.groups.prefetch_related(Prefetch("enrollments", people, to_attr="people"))
    )
    context = {
        "program": program,
        "tabs": program_tabs(program, "people"),
        "groups": [
            _card(group, place, refused.get("renaming"))
            for place, group in enumerate(listed, start=1)
        ],
        "last": len(listed),
        "loose": list(people.filter(program=program, group=None)),
        "new": refused.get("new") or GroupNameForm(),
        "spread": refused.get("spread") or DistributeForm(initial={"count": max(2, len(listed))}),
        "refusal": refused.get("refusal"),
    }
    return render(request, "desk/people/group_list.html", context, status=422 if refused else 200)


def _card(group: Group, place: int, renaming: tuple[int, GroupNameForm] | None) -> dict[str, Any]:
    form = GroupNameForm(initial={"name": group.name}, auto_id=f"id_{group.pk}_%s")
    if renaming and renaming[0] == group.pk:
        form = renaming[1]
    return {"group": group, "place": place, "before": place - 1, "after": place + 1, "form": form}
