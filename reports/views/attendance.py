"""The attendance report on a page, and the door through which it leaves as a file."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import AccessAction
from accounts.permissions import Can, allowed, requires
from accounts.services import access
from core.http import AuthenticatedRequest, client_ip
from participants.models import Enrollment
from reports import attendance as report
from reports.columns import columns, header, numbered
from reports.exports import Order, file_response
from reports.forms import DownloadForm, FilterForm, this_year

PAGE_SIZE = 50


@require_GET
@requires(Can.READ_REPORTS)
def attendance(request: AuthenticatedRequest) -> HttpResponse:
    form = _filter_form(request)
    context: dict[str, Any] = {
        "form": form,
        "can_download": allowed(request.user, Can.EXPORT_REPORTS),
    }
    if form.is_valid():
        people = report.enrollments(form.filters, request.user)
        departments = report.by_department(people)
        page = Paginator(report.in_report_order(people), PAGE_SIZE).get_page(
            request.GET.get("page")
        )
        cells = columns(names_in_full=False)
        numeric = [True, *(cell.numeric for cell in cells)]
        found = (
            report.rows(people, start=page.start_index() - 1, count=PAGE_SIZE)
            if page.object_list
            else []
        )
        context |= {
            "departments": departments,
            "totals": _totals(departments),
            "header": list(zip(header(cells), numeric, strict=True)),
            "lines": [
                list(zip(values, numeric, strict=True))
                for values in numbered(found, cells, start=page.start_index())
            ],
            "page": page,
            "page_links": _page_links(request, page),
            "query": request.GET.urlencode(),
        }
    return render(
        request, "reports/attendance.html", context, status=200 if form.is_valid() else 422
    )


@require_http_methods(["GET", "POST"])
@requires(Can.EXPORT_REPORTS)
def attendance_download(request: AuthenticatedRequest) -> HttpResponseBase:
    chosen = _filter_form(request)
    form = DownloadForm(request.POST or None, user=request.user)
    if not chosen.is_valid():
        return render(request, "reports/attendance.html", {"form": chosen}, status=422)
    people = report.enrollments(chosen.filters, request.user)
    if form.is_valid():
        return _file(request, people, chosen, form)
    context = {
        "form": form,
        "asked": chosen.asked,
        "count": people.count(),
        "query": request.GET.urlencode(),
    }
    return render(request, "reports/download.html", context, status=422 if form.errors else 200)


def _filter_form(request: AuthenticatedRequest) -> FilterForm:
    asked = {name: value for name, value in request.GET.items() if name != "page"}
    return FilterForm(asked or this_year(), user=request.user)


def _file(
    request: AuthenticatedRequest, people: Any, chosen: FilterForm, form: DownloadForm
) -> HttpResponseBase:
    """Noted before the first byte leaves."""
    now, in_full = timezone.now(), form.cleaned_data.get("names_in_full", False)
    words = ", ".join(f"{label}: {text}" for label, text in chosen.asked)
    access.record(
        user=request.user,
        action=AccessAction.DOWNLOAD,
        object=f"{_('출석 현황')} ({form.cleaned_data['format']})",
        at=now,
        ip=client_ip(request),
        count=people.count(),
        query=f"{words}; names={'full' if in_full else 'masked'}",
        reason=form.purpose_in_words,
    )
    return file_response(
        people,
        Order(
            format=form.cleaned_data["format"],
            asked=chosen.asked,
            names_in_full=in_full,
            purpose=form.purpose_in_words,
            by=request.user,
            at=now,
        ),
    )


def _totals(departments: list[report.DepartmentLine]) -> dict[str, Any]:
    people = sum(line.people for line in departments)
    return {
        "people": people,
        "completed": sum(line.completed for line in departments),
        "hours": sum(line.hours for line in departments),
        "rate": sum(line.rate * line.people for line in departments) / people if people else None,
    }


def _page_links(request: HttpRequest, page: "Page[Enrollment]") -> list[tuple[Any, str, bool]]:
    links = []
    for number in page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1):
        query = request.GET.copy()
        query["page"] = str(number)
        url = f"?{query.urlencode()}" if isinstance(number, int) else ""
        links.append((number, url, number == page.number))
    return links
