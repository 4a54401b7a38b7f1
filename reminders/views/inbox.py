"""My messages: what this person was told, on the phone, newest first."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Can, requires
from core.errors import RuleBroken
from core.http import AuthenticatedRequest
from reminders import inbox
from reminders.models import SeenVia
from reminders.services import acknowledging

A_PAGE = 20


@require_safe
@requires(Can.SEE_OWN_ITINERARY)
def index(request: AuthenticatedRequest) -> HttpResponse:
    page = Paginator(inbox.of(request.user), A_PAGE).get_page(request.GET.get("page"))
    lines = inbox.lines(list(page.object_list), user=request.user)
    context = {
        "page": page,
        "lines": lines,
        "unread": any(line.is_unread for line in lines),
    }
    return render(request, "reminders/inbox.html", context)


@require_POST
@requires(Can.SEE_OWN_ITINERARY)
def mark_read(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Everything up to this message; the page's script asks for it once the page has been looked at."""
    newest = get_object_or_404(inbox.of(request.user), pk=pk)
    acknowledging.mark_read(user=request.user, newest=newest)
    return HttpResponse(status=204) if request.htmx else redirect("inbox:index")


@require_POST
@requires(Can.SEE_OWN_ITINERARY)
def acknowledge(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    message = get_object_or_404(inbox.of(request.user), pk=pk)
    try:
        acknowledging.acknowledge(message=message, at=timezone.now(), via=SeenVia.PAGE)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("확인했습니다."))
    return redirect("inbox:index")
