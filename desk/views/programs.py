from copy import copy

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Can, requires
from core.dates import local_date
from core.errors import RuleBroken, StaleEdit, refuse_on
from core.http import AuthenticatedRequest
from core.lists import listing
from desk import program_pages
from desk.figures import with_figures, with_people
from desk.program_steps import STEP_PAGES, pages_of
from desk.tabs import program_tabs
from programs.filters import ProgramFilter
from programs.forms import ProgramForm
from programs.models import Program
from programs.services import lifecycle as program_rules
from site_visits.models import TripCopy
from site_visits.services import lifecycle


@require_safe
@requires(Can.MANAGE_PROGRAMS)
def program_list(request: AuthenticatedRequest) -> HttpResponse:
    rows = with_people(Program.objects.visible_to(request.user))
    found = listing(request, rows, program_pages.LIST, filterset=ProgramFilter)
    return render(request, "desk/programs/list.html", {"listing": found})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Can.MANAGE_PROGRAMS)
def create(request: AuthenticatedRequest) -> HttpResponse:
    form = ProgramForm(request.POST or None)
    if form.is_valid():
        try:
            program = program_rules.create(fields=form.facts, by=request.user, at=timezone.now())
        except RuleBroken as refusal:
            refuse_on(form, refusal)
        else:
            messages.success(request, _("과정을 만들었습니다. 이제 일정을 넣어 주세요."))
            return redirect("organize:program-detail", program.code)
    return render(
        request, "desk/programs/form.html", {"form": form}, status=422 if form.is_bound else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Can.MANAGE_PROGRAMS)
def edit(request: AuthenticatedRequest, code: str) -> HttpResponse:
    program = get_object_or_404(Program.objects.visible_to(request.user), code=code)
    # The form writes into its instance; the page around it shows the program as it is.
    form = ProgramForm(request.POST or None, instance=copy(program))
    context = {"program": program, "form": form}
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            saved = _save(request, program, form)
        except StaleEdit as stale:
            status = 409
            context |= program_pages.stale_context(form, stale)
        except RuleBroken as refusal:
            refuse_on(form, refusal)
        else:
            messages.success(request, _("고친 내용을 저장했습니다."))
            return redirect("organize:program-detail", saved.code)
    return render(request, "desk/programs/form.html", context, status=status)


def _save(request: AuthenticatedRequest, program: Program, form: ProgramForm) -> Program:
    return lifecycle.edit_program(
        program=program,
        fields=form.facts,
        version=form.cleaned_data["version"] or 0,
        by=request.user,
        at=timezone.now(),
    )


@require_safe
@requires(Can.MANAGE_PROGRAMS)
def detail(request: AuthenticatedRequest, code: str) -> HttpResponse:
    rows = with_figures(Program.objects.visible_to(request.user))
    program = get_object_or_404(rows, code=code)
    today = local_date(timezone.now())
    first, others = pages_of(program, on=today)
    context = {
        "program": program,
        "tabs": program_tabs(program, "overview"),
        "tone": program_pages.tone(program),
        "next_step": first,
        "other_steps": others,
        "path": program_pages.path_of(program),
        "kpis": program_pages.kpis(program, on=today),
        "facts": program_pages.facts(program),
        "staff": program_pages.members_of(program),
        "trip_copy": TripCopy.objects.filter(program=program).first(),
    }
    return render(request, "desk/programs/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Can.MANAGE_PROGRAMS)
def step(request: AuthenticatedRequest, code: str, step: str) -> HttpResponse:
    program = get_object_or_404(Program.objects.visible_to(request.user), code=code)
    page = STEP_PAGES.get(step)
    if page is None:
        raise Http404
    form = page.form(request.POST if request.method == "POST" else None)
    if page.is_done(program):
        messages.info(request, page.done)
        return redirect("organize:program-detail", code)
    if form.is_valid():
        try:
            page.take(program, form, by=request.user, at=timezone.now())
        except RuleBroken as refusal:
            refuse_on(form, refusal)
        else:
            messages.success(request, page.done)
            return redirect("organize:program-detail", code)
    context = program_pages.step_context(program, page, form)
    return render(request, "components/confirm.html", context, status=422 if form.is_bound else 200)
