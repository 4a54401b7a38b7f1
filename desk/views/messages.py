from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Can, requires
from core.errors import RuleBroken, refuse_on
from core.http import AuthenticatedRequest
from core.lists import listing
from desk import message_health, message_pages
from desk.figures import tone
from desk.message_people import unseen_of
from desk.tabs import program_tabs
from programs.models import Program
from reminders.filters import MessageFilter, ProgramMessageFilter
from reminders.forms import RuleForm
from reminders.models import Message, ReminderRule
from reminders.services import rules
from reminders.services.wording import PLACEHOLDERS


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
        "rules": message_pages.rule_lines(program, rules.of(program)),
        "listing": found,
        "health": message_health.health(rows, at=timezone.now()),
        "unseen": unseen_of(program),
        "bulk_url": bulk_url(request),
    } | message_pages.BULK
    return render(request, "desk/messages/program_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Can.MANAGE_PROGRAMS)
def rule_edit(request: AuthenticatedRequest, code: str, pk: int) -> HttpResponse:
    program = get_object_or_404(Program.objects.visible_to(request.user), code=code)
    rule = get_object_or_404(ReminderRule, Q(program=program) | Q(program=None), pk=pk)
    form = RuleForm(request.POST or None, rule=rule)
    if form.is_valid():
        try:
            rules.edit(program=program, rule=rule, by=request.user, at=timezone.now(), **form.facts)
        except RuleBroken as refusal:
            refuse_on(form, refusal)
        else:
            messages.success(request, _("알림 규칙을 저장했습니다."))
            return redirect("organize:program-message-list", code)
    context = {"program": program, "rule": rule, "form": form, "placeholders": PLACEHOLDERS}
    status = 422 if form.is_bound else 200
    return render(request, "desk/messages/rule_form.html", context, status=status)


def bulk_url(request: AuthenticatedRequest) -> str:
    """Where the chosen messages go, with the way back to this very list."""
    return f"{reverse('organize:message-bulk')}?{urlencode({'back': request.get_full_path()})}"
