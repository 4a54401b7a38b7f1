"""All scheduled visits across programs: as a list and as a month."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import Can, requires
from core.dates import local_date
from core.http import AuthenticatedRequest
from core.lists import listing
from desk import visit_pages
from site_visits.filters import VisitFilter
from site_visits.forms import CalendarForm
from site_visits.models import HostState, SiteVisit


@require_safe
@requires(Can.MANAGE_PROGRAMS)
def visit_list(request: AuthenticatedRequest) -> HttpResponse:
    visits = visit_pages.scheduled(SiteVisit.objects.visible_to(request.user))
    found = listing(
        request, visit_pages.with_people(visits), visit_pages.LIST, filterset=VisitFilter
    )
    return render(
        request, "desk/visits/list.html", {"listing": found, "tabs": visit_pages.tabs("list")}
    )


@require_safe
@requires(Can.MANAGE_PROGRAMS)
def visit_calendar(request: AuthenticatedRequest) -> HttpResponse:
    form = CalendarForm(request.GET, states=HostState.choices)
    form.is_valid()
    visits = visit_pages.scheduled(SiteVisit.objects.visible_to(request.user))
    context = visit_pages.calendar_context(visits, form, today=local_date(timezone.now()))
    return render(request, "desk/visits/calendar.html", context)
