"""The catalogue of sites."""

from copy import copy

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Can, requires
from core.errors import RuleBroken, StaleEdit, refuse_on
from core.http import AuthenticatedRequest
from core.lists import listing
from desk import site_pages
from site_visits.filters import SiteFilter
from site_visits.forms import VersionForm
from site_visits.models import Site
from site_visits.services import sites
from site_visits.site_forms import SiteForm, closure_formset, hours_formset


@require_safe
@requires(Can.MANAGE_PROGRAMS)
def site_list(request: AuthenticatedRequest) -> HttpResponse:
    rows = site_pages.with_coming(Site.objects.visible_to(request.user), at=timezone.now())
    found = listing(request, rows, site_pages.LIST, filterset=SiteFilter)
    return render(request, "desk/sites/list.html", {"listing": found})


@require_safe
@requires(Can.MANAGE_PROGRAMS)
def site_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    site = get_object_or_404(Site.objects.visible_to(request.user), pk=pk)
    return render(
        request, "desk/sites/detail.html", site_pages.detail_context(site, at=timezone.now())
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Can.MANAGE_PROGRAMS)
def site_create(request: AuthenticatedRequest) -> HttpResponse:
    data = request.POST or None
    form, hours, closures = SiteForm(data), hours_formset(None, data), closure_formset(None, data)
    if data and all([form.is_valid(), hours.is_valid(), closures.is_valid()]):
        try:
            site = sites.create(
                fields=form.facts,
                hours=hours.rows(),
                closures=closures.rows(),
                by=request.user,
                at=timezone.now(),
            )
        except RuleBroken as refusal:
            refuse_on(form, refusal)
        else:
            messages.success(request, _("방문지를 등록했습니다."))
            return redirect("organize:site-detail", site.pk)
    context = site_pages.form_context(form, hours, closures)
    return render(request, "desk/sites/form.html", context, status=422 if data else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Can.MANAGE_PROGRAMS)
def site_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    site = get_object_or_404(Site.objects.visible_to(request.user), pk=pk)
    data = request.POST or None
    # The form writes into its instance; the page around it shows the site as it is.
    form = SiteForm(data, instance=copy(site))
    hours, closures = hours_formset(site, data), closure_formset(site, data)
    status, theirs = (422 if data else 200), None
    if data and all([form.is_valid(), hours.is_valid(), closures.is_valid()]):
        try:
            sites.edit(
                site=site,
                version=form.cleaned_data["version"] or 0,
                fields=form.facts,
                hours=hours.rows(),
                closures=closures.rows(),
                by=request.user,
                at=timezone.now(),
            )
        except StaleEdit as stale:
            status = 409
            form, theirs = site_pages.stale_form(form, stale)
        except RuleBroken as refusal:
            refuse_on(form, refusal)
        else:
            messages.success(request, _("고친 내용을 저장했습니다."))
            return redirect("organize:site-detail", pk)
    context = site_pages.form_context(form, hours, closures, site=site, theirs=theirs)
    return render(request, "desk/sites/form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Can.MANAGE_PROGRAMS)
def site_retire(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Stop using the site, or use it again; it is never deleted, because past trips went there."""
    site = get_object_or_404(Site.objects.visible_to(request.user), pk=pk)
    form = VersionForm(request.POST or None, initial={"version": site.version})
    turn = sites.reinstate if site.retired_on else sites.retire
    if form.is_valid():
        try:
            turn(
                site=site, version=form.cleaned_data["version"], by=request.user, at=timezone.now()
            )
        except RuleBroken as refusal:
            refuse_on(form, refusal)
        else:
            messages.success(request, _("저장했습니다."))
            return redirect("organize:site-detail", pk)
    context = site_pages.retire_context(site, form, at=timezone.now())
    return render(request, "components/confirm.html", context, status=422 if form.is_bound else 200)
