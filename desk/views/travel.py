"""The travel-time table: a list, one pair, and files in and out."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Can, requires
from core.errors import RuleBroken, StaleEdit, refuse_on
from core.formats.csv import csv_response
from core.http import AuthenticatedRequest
from core.lists import listing
from desk import travel_pages
from programs.models import Program
from site_visits.filters import TravelFilter
from site_visits.forms import VersionForm
from site_visits.models import Site, TravelImport, TravelTime
from site_visits.services import travel, travel_import
from site_visits.travel_forms import PairForm, TravelForm, UploadForm


@require_safe
@requires(Can.MANAGE_PROGRAMS)
def travel_list(request: AuthenticatedRequest) -> HttpResponse:
    rows = TravelTime.objects.visible_to(request.user).select_related("origin", "target")
    found = listing(request, rows, travel_pages.LIST, filterset=TravelFilter)
    chosen = request.GET.get("program", "")
    program = None
    if chosen.isascii() and chosen.isdigit() and len(chosen) < 10:
        program = Program.objects.visible_to(request.user).filter(pk=chosen).first()
    context = {"listing": found} | travel_pages.missing_context(program)
    return render(request, "desk/travel/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Can.MANAGE_PROGRAMS)
def travel_create(request: AuthenticatedRequest) -> HttpResponse:
    """Which pair: the page after this one knows whether there are times already."""
    form = PairForm(request.POST or None)
    if form.is_valid():
        asked = form.cleaned_data
        return redirect("organize:travel-edit", asked["origin"].pk, asked["target"].pk)
    return render(
        request, "desk/travel/pair.html", {"form": form}, status=422 if form.is_bound else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Can.MANAGE_PROGRAMS)
def travel_edit(request: AuthenticatedRequest, origin: int, target: int) -> HttpResponse:
    if origin == target:
        raise Http404
    sites = Site.objects.visible_to(request.user)
    ends = get_object_or_404(sites, pk=origin), get_object_or_404(sites, pk=target)
    row = TravelTime.objects.filter(origin=origin, target=target).first()
    guess = travel.guess(origin=ends[0], target=ends[1])
    form = TravelForm(request.POST or None, initial=travel_pages.initial(row, guess))
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            travel.set_pair(
                origin=ends[0],
                target=ends[1],
                by=request.user,
                at=timezone.now(),
                **form.cleaned_data,
            )
        except RuleBroken as refusal:
            status = 409 if isinstance(refusal, StaleEdit) else 422
            refuse_on(form, refusal)
        else:
            messages.success(request, _("고친 내용을 저장했습니다."))
            return redirect("organize:travel-list")
    context = travel_pages.edit_context(*ends, row, form, guess)
    return render(request, "desk/travel/edit.html", context, status=status)


@require_POST
@requires(Can.MANAGE_PROGRAMS)
def travel_remove(request: AuthenticatedRequest, origin: int, target: int) -> HttpResponse:
    """Back to the estimate."""
    rows = TravelTime.objects.visible_to(request.user)
    row = get_object_or_404(rows, origin=origin, target=target)
    form = VersionForm(request.POST)
    try:
        version = form.cleaned_data["version"] if form.is_valid() else 0
        travel.remove_pair(row=row, version=version, by=request.user, at=timezone.now())
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
        return redirect("organize:travel-edit", origin, target)
    messages.success(request, _("지웠습니다. 거리에서 추정합니다."))
    return redirect("organize:travel-list")


@require_POST
@requires(Can.MANAGE_PROGRAMS)
def travel_fill(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """Estimates for the pairs of a program's sites that nobody knows."""
    program = get_object_or_404(Program.objects.visible_to(request.user), code=code)
    try:
        filled = travel.fill_missing(program=program, by=request.user, at=timezone.now())
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        text = ngettext(
            "%(n)d구간을 추정으로 채웠습니다.", "%(n)d구간을 추정으로 채웠습니다.", filled.added
        )
        messages.success(request, text % {"n": filled.added})
        if filled.unknown:
            messages.warning(
                request,
                _("좌표가 없어 추정하지 못한 방문지: %(sites)s")
                % {"sites": ", ".join(filled.unknown)},
            )
    response = redirect("organize:travel-list")
    response["Location"] += f"?program={program.pk}"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Can.MANAGE_PROGRAMS)
def travel_upload(request: AuthenticatedRequest) -> HttpResponse:
    """Read the file and say what is wrong with it; what can be taken over is shown on the next page."""
    form = UploadForm(request.POST or None, request.FILES or None)
    reading = None
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            reading = travel_import.read(file.read())
        except RuleBroken as refusal:
            refuse_on(form, refusal)
        else:
            if not reading.refused:
                upload = travel_import.keep(
                    file_name=file.name, pairs=reading.pairs, by=request.user, at=timezone.now()
                )
                return redirect("organize:travel-import", upload.pk)
    context = {"form": form, "reading": reading, "header": travel_import.header()}
    return render(
        request, "desk/travel/upload.html", context, status=422 if request.method == "POST" else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Can.MANAGE_PROGRAMS)
def travel_import_page(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """What taking the file over changes; then do it."""
    upload = get_object_or_404(TravelImport.objects.filter(uploaded_by=request.user), pk=pk)
    if request.method == "POST":
        try:
            done = travel_import.apply(upload=upload, by=request.user, at=timezone.now())
        except RuleBroken as refusal:
            messages.error(request, str(refusal))
            return redirect("organize:travel-upload")
        counts = {"added": done.added, "changed": done.changed}
        messages.success(
            request, _("반영했습니다: 새 구간 %(added)d개, 고친 구간 %(changed)d개") % counts
        )
        return redirect("organize:travel-list")
    if upload.applied_at:
        messages.info(request, _("이미 반영한 파일입니다."))
        return redirect("organize:travel-list")
    context = travel_pages.import_context(upload, travel_import.outcome(upload))
    return render(request, "desk/travel/import.html", context)


@require_safe
@requires(Can.MANAGE_PROGRAMS)
def travel_export(request: AuthenticatedRequest) -> HttpResponseBase:
    """The whole table, in the shape that can be uploaded again."""
    return csv_response(f"{_('이동시간표')}.csv", travel_import.header(), travel_import.rows())
