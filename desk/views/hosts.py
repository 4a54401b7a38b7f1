"""Asking the hosts of visits, and the boards of what they answered."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Can, requires
from core.errors import RuleBroken, refuse_on
from core.http import AuthenticatedRequest
from desk import host_pages, visit_pages
from programs.models import Program
from reminders.services import plan_hosts
from site_visits.host_forms import AskForm, HostRulesForm
from site_visits.models import SiteVisit
from site_visits.services import hosts


def _program(request: AuthenticatedRequest, code: str) -> Program:
    return get_object_or_404(Program.objects.visible_to(request.user), code=code)


@require_safe
@requires(Can.MANAGE_PROGRAMS)
def host_list(request: AuthenticatedRequest, code: str) -> HttpResponse:
    context = host_pages.board_context(_program(request, code), at=timezone.now())
    return render(request, "desk/hosts/list.html", context)


@require_safe
@requires(Can.MANAGE_PROGRAMS)
def host_board(request: AuthenticatedRequest) -> HttpResponse:
    """The coming visits of every program by what their hosts answered."""
    at = timezone.now()
    coming = visit_pages.scheduled(SiteVisit.objects.visible_to(request.user)).upcoming(at=at)
    context = {
        "tabs": visit_pages.tabs("hosts"),
        "columns": host_pages.all_columns(coming, at=at),
    }
    return render(request, "desk/hosts/board.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Can.MANAGE_PROGRAMS)
def host_ask(request: AuthenticatedRequest, code: str, pk: int) -> HttpResponse:
    """Ask by mail or by a letter to copy; the letters stay here as long as the question stands."""
    program = _program(request, code)
    visit = get_object_or_404(host_pages.visits_of(program), pk=pk)
    form = AskForm(request.POST or None)
    if form.is_valid():
        try:
            hosts.ask(visit=visit, by=request.user, at=timezone.now(), **form.facts)
        except RuleBroken as refusal:
            refuse_on(form, refusal)
        else:
            if form.facts["by_mail"]:
                messages.success(request, _("요청 메일을 보냅니다. 잠시 뒤 나갑니다."))
                return redirect("organize:host-list", code)
            return redirect("organize:host-ask", code, pk)
    context = host_pages.letter_context(program, visit, form, at=timezone.now())
    return render(request, "desk/hosts/letter.html", context, status=422 if form.is_bound else 200)


@require_POST
@requires(Can.MANAGE_PROGRAMS)
def host_remind(request: AuthenticatedRequest, code: str, pk: int) -> HttpResponse:
    """One more mail to a host who has not answered."""
    program = _program(request, code)
    visit = get_object_or_404(host_pages.visits_of(program), pk=pk)
    return _done(
        request,
        code,
        lambda: plan_hosts.remind_now(visit=visit, by=request.user, at=timezone.now()),
        _("다시 알리는 메일을 보냅니다. 잠시 뒤 나갑니다."),
    )


@require_POST
@requires(Can.MANAGE_PROGRAMS)
def host_told(request: AuthenticatedRequest, code: str, pk: int) -> HttpResponse:
    """The organizer has told the host that the visit is off."""
    program = _program(request, code)
    visit = get_object_or_404(host_pages.visits_of(program), pk=pk)
    return _done(
        request,
        code,
        lambda: hosts.note_cancellation_told(visit=visit, by=request.user, at=timezone.now()),
        _("취소를 알린 것으로 적었습니다."),
    )


def _done(request: AuthenticatedRequest, code: str, act: Any, said: str) -> HttpResponse:
    try:
        act()
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("organize:host-list", code)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Can.MANAGE_PROGRAMS)
def host_rules(request: AuthenticatedRequest, code: str) -> HttpResponse:
    program = _program(request, code)
    form = HostRulesForm(request.POST or None, instance=hosts.rules_of(program))
    if form.is_valid():
        hosts.set_rules(program=program, by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("저장했습니다."))
        return redirect("organize:host-list", code)
    return render(
        request,
        "desk/hosts/rules.html",
        {"program": program, "form": form},
        status=422 if form.is_bound else 200,
    )
