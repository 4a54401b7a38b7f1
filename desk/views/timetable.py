"""The timetable of one program: to look at and print, as PDF and as XLSX."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import Can, requires
from core.errors import RuleBroken
from core.formats.pdf import pdf_response
from core.formats.xlsx import xlsx_response
from core.http import AuthenticatedRequest
from desk import timetable_pages
from programs.models import Program


@require_safe
@requires(Can.MANAGE_PROGRAMS)
def timetable(request: AuthenticatedRequest, code: str) -> HttpResponse:
    program = get_object_or_404(Program.objects.visible_to(request.user), code=code)
    found = timetable_pages.asked(program, request.GET, at=timezone.now())
    context = timetable_pages.context(program, found)
    return render(request, "desk/timetable/page.html", context | {"query": request.GET.urlencode()})


@require_safe
@requires(Can.MANAGE_PROGRAMS)
def timetable_pdf(request: AuthenticatedRequest, code: str) -> HttpResponse:
    program = get_object_or_404(Program.objects.visible_to(request.user), code=code)
    found = timetable_pages.asked(program, request.GET, at=timezone.now())
    name = timetable_pages.file_name(program, found, "pdf")
    try:
        return pdf_response(name, "timetable", timetable_pages.paper(found))
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
        return redirect("organize:timetable", code)


@require_safe
@requires(Can.MANAGE_PROGRAMS)
def timetable_xlsx(request: AuthenticatedRequest, code: str) -> HttpResponseBase:
    program = get_object_or_404(Program.objects.visible_to(request.user), code=code)
    found = timetable_pages.asked(program, request.GET, at=timezone.now())
    name = timetable_pages.file_name(program, found, "xlsx")
    return xlsx_response(name, timetable_pages.sheet(found))
