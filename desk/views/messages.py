from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import Can, requires
from core.http import AuthenticatedRequest
from core.lists import listing
from desk import message_health, message_pages, rule_pages
from desk.figures import tone
from desk.message_people import unseen_of
from desk.tabs import program_tabs
from programs.models import Program
from reminders.filters import MessageFilter, ProgramMessageFilter
from reminders.models import Message
from reminders.services import rules


@require_safe
@requires(Can.MANAGE_PROGRAMS)
def message_list(request: AuthenticatedRequest) -> HttpResponse:
    rows = Message.objects.visible_to(request.user)
    context = {
        "kpis": message_pages.kpis(rows, reverse("organize:message-list")),
        "listing": listing(
            request, message_pages.for_list(rows), message_pages.LIST, filterset=MessageFilter
        ),
        "health": message_health.health(rows, at=timezone.now()),
        "bulk_url": bulk_url(request),
    } | message_pages.BULK
    return render(request, "desk/messages/list.html", context)


@require_safe
@requires(Can.MANAGE_PROGRAMS)
def program_message_list(request: AuthenticatedRequest, code: str) -> HttpResponse:
    program = get_object_or_404(Program.objects.visible_to(request.user), code=code)
    rows = Message.objects.visible_to(request.user).filter(program=program)
    found = listing(
        request,
        message_pages.for_list(rows),
        message_pages.OF_PROGRAM,
        filterset=ProgramMessageFilter,
    )
    url = reverse("organize:program-message-list", args=[code])
    context = {
        "program": program,
        "tabs": program_tabs(program, "messages"),
        "tone": tone(program),
        "kpis": message_pages.kpis(rows, url),
        "rules": rule_pages.lines(program, rules.of(program)),
        "listing": found,
        "health": message_health.health(rows, at=timezone.now()),
        "unseen": unseen_of(program),
        "bulk_url": bulk_url(request),
    } | message_pages.BULK
    return render(request, "desk/messages/program_list.html", context)


def bulk_url(request: AuthenticatedRequest) -> str:
    """Where the chosen messages go, with the way back to this very list."""
    return f"{reverse('organize:message-bulk')}?{urlencode({'back': request.get_full_path()})}"
