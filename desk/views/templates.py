"""Templates of trips, and new programs from a template or from an earlier program."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Can, requires
from core.errors import RuleBroken, StaleEdit, refuse_on
from core.http import AuthenticatedRequest
from core.lists import listing
from desk import new_trip_pages, template_pages
from programs.filters import ProgramFilter
from programs.models import Program
from site_visits import trip
from site_visits.filters import TemplateFilter
from site_visits.forms import VersionForm
from site_visits.models import TripCopy, TripTemplate
from site_visits.services import templates, trip_copies
from site_visits.services.trip_copies import Preview, Source
from site_visits.trip_forms import NewTripForm, TemplateForm


def _template(request: AuthenticatedRequest, pk: int) -> TripTemplate:
    rows = TripTemplate.objects.visible_to(request.user).select_related("created_by", "made_from")
    return get_object_or_404(rows, pk=pk)


def _program(request: AuthenticatedRequest, code: str) -> Program:
    return get_object_or_404(Program.objects.visible_to(request.user), code=code)


@require_safe
@requires(Can.MANAGE_PROGRAMS)
def template_list(request: AuthenticatedRequest) -> HttpResponse:
    rows = template_pages.with_counts(TripTemplate.objects.visible_to(request.user))
    found = listing(request, rows, template_pages.LIST, filterset=TemplateFilter)
    return render(request, "desk/templates/list.html", {"listing": found})


@require_safe
@requires(Can.MANAGE_PROGRAMS)
def template_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    template = _template(request, pk)
    kept = trip.from_content(template.content)
    return render(
        request, "desk/templates/detail.html", template_pages.detail_context(template, kept)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Can.MANAGE_PROGRAMS)
def template_create(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """Save a program's draft as a template."""
    program = _program(request, code)
    form = TemplateForm(request.POST or None, initial={"name": program.title})
    if form.is_valid():
        name, description = form.cleaned_data["name"], form.cleaned_data["description"]
        try:
            template = templates.save(
                program=program,
                name=name,
                description=description,
                by=request.user,
                at=timezone.now(),
            )
        except RuleBroken as refusal:
            refuse_on(form, refusal)
        else:
            messages.success(request, _("서식으로 저장했습니다."))
            return redirect("organize:template-detail", template.pk)
    return render(
        request,
        "desk/templates/form.html",
        {"form": form, "program": program},
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Can.MANAGE_PROGRAMS)
def template_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    template = _template(request, pk)
    form = TemplateForm(request.POST or None, initial=vars(template))
    status = 422 if form.is_bound else 200
    if form.is_valid():
        facts = form.cleaned_data | {"version": form.cleaned_data["version"] or 0}
        try:
            templates.rename(template=template, by=request.user, at=timezone.now(), **facts)
        except RuleBroken as refusal:
            status = 409 if isinstance(refusal, StaleEdit) else 422
            refuse_on(form, refusal)
        else:
            messages.success(request, _("고친 내용을 저장했습니다."))
            return redirect("organize:template-detail", pk)
    return render(
        request, "desk/templates/form.html", {"form": form, "template": template}, status=status
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Can.MANAGE_PROGRAMS)
def template_retire(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    template = _template(request, pk)
    turn = templates.reinstate if template.retired_at else templates.retire
    form = VersionForm(request.POST or None, initial={"version": template.version})
    if form.is_valid():
        try:
            turn(template=template, by=request.user, at=timezone.now(), **form.cleaned_data)
        except RuleBroken as refusal:
            refuse_on(form, refusal)
        else:
            messages.success(request, _("저장했습니다."))
            return redirect("organize:template-detail", pk)
    context = template_pages.retire_context(template, form)
    return render(request, "components/confirm.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Can.MANAGE_PROGRAMS)
def template_delete(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    template = _template(request, pk)
    form = VersionForm(request.POST or None, initial={"version": template.version})
    if form.is_valid():
        try:
            templates.delete(
                template=template, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except RuleBroken as refusal:
            refuse_on(form, refusal)
        else:
            messages.success(request, _("서식을 지웠습니다: %(name)s") % {"name": template.name})
            return redirect("organize:template-list")
    context = template_pages.delete_context(template, form)
    return render(request, "components/confirm.html", context, status=422 if form.is_bound else 200)


# -- new programs


@require_safe
@requires(Can.MANAGE_PROGRAMS)
def program_past(request: AuthenticatedRequest) -> HttpResponse:
    """Which earlier program to plan again."""
    rows = Program.objects.visible_to(request.user)
    rows = rows.annotate(plan=Count("items", filter=Q(items__cancelled_at=None))).filter(plan__gt=0)
    found = listing(request, rows, template_pages.PAST, filterset=ProgramFilter)
    return render(request, "desk/templates/past.html", {"listing": found})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Can.MANAGE_PROGRAMS)
def program_from_template(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    return _new_program(request, trip_copies.of_template(_template(request, pk)))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Can.MANAGE_PROGRAMS)
def program_copy(request: AuthenticatedRequest, code: str) -> HttpResponse:
    return _new_program(request, trip_copies.of_program(_program(request, code)))


def _new_program(request: AuthenticatedRequest, source: Source) -> HttpResponse:
    """First what would have to move, then the program, if that still is what the organizer has read."""
    form = NewTripForm(request.POST or None, initial=new_trip_pages.initial_of(source))
    status, found = (422 if form.is_bound else 200), None
    if form.is_valid():
        try:
            found = _preview(source, form)
            if "make" in request.POST:
                program = _make(request, source, form)
                messages.success(request, _("과정을 만들었습니다. 옮긴 일정을 확인해 주세요."))
                return redirect("organize:program-made-from", program.code)
            trip_copies.try_out(
                source=source,
                fields=form.facts,
                plan=found.plan,
                by=request.user,
                at=timezone.now(),
            )
            status = 200
        except RuleBroken as refusal:
            status = 409 if isinstance(refusal, StaleEdit) else 422
            refuse_on(form, refusal)
    context = new_trip_pages.preview_context(source, form, found)
    return render(request, "desk/templates/new_program.html", context, status=status)


def _preview(source: Source, form: NewTripForm) -> Preview:
    asked = form.cleaned_data
    return trip_copies.preview(
        source=source, starts_on=asked["starts_on"], skip_days_off=asked["skip_days_off"]
    )


def _make(request: AuthenticatedRequest, source: Source, form: NewTripForm) -> Program:
    return trip_copies.create(
        source=source,
        fields=form.facts,
        starts_on=form.cleaned_data["starts_on"],
        skip_days_off=form.cleaned_data["skip_days_off"],
        digest=request.POST.get("digest", ""),
        by=request.user,
        at=timezone.now(),
    )


@require_safe
@requires(Can.MANAGE_PROGRAMS)
def program_made_from(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """What had to move when this program was made from a template or another program."""
    program = _program(request, code)
    copies = TripCopy.objects.select_related("template", "source", "made_by")
    copy = get_object_or_404(copies, program=program)
    return render(
        request, "desk/templates/made_from.html", new_trip_pages.copy_context(program, copy)
    )
