"""Asking the hosts of a program's visits, and the board of what they answered."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Can, requires
from core.dates import kdate, ktimerange
from core.errors import RuleBroken
from core.http import AuthenticatedRequest
from desk.figures import tone
from desk.itinerary_pages import STATE_TONES
from desk.tabs import program_tabs
from programs.models import Program
from site_visits.models import HostState, SiteVisit
from site_visits.services import hosts
from site_visits.services.headcounts import Enrolled


@require_safe
@requires(Can.MANAGE_PROGRAMS)
def host_list(request: AuthenticatedRequest, code: str) -> HttpResponse:
    program = get_object_or_404(Program.objects.visible_to(request.user), code=code)
    visits = list(_visits(program))
    enrolled = Enrolled(program)
    columns = [
        {
            "label": state.label,
            "tone": STATE_TONES[state],
            "visits": [
                {"visit": visit, "people": hosts.headcount(visit, enrolled)}
                for visit in visits
                if visit.host_state == state
            ],
        }
        for state in HostState
    ]
    context = {
        "program": program,
        "tabs": program_tabs(program, "hosts"),
        "tone": tone(program),
        "columns": columns,
        "any": visits,
    }
    return render(request, "desk/hosts/list.html", context)


@require_POST
@requires(Can.MANAGE_PROGRAMS)
def host_ask(request: AuthenticatedRequest, code: str, pk: int) -> HttpResponse:
    """The letter with its link, shown this once: only the digest of the link is kept."""
    program = get_object_or_404(Program.objects.visible_to(request.user), code=code)
    visit = get_object_or_404(_visits(program), pk=pk)
    try:
        token = hosts.ask(visit=visit, by=request.user, at=timezone.now())
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
        return redirect("organize:host-list", code)
    link = settings.SITE_URL.rstrip("/") + reverse("host:answer", args=[token])
    context = {
        "program": program,
        "visit": visit,
        "link": link,
        "letter": _letter(program, visit, link),
    }
    return render(request, "desk/hosts/letter.html", context)


def _visits(program: Program) -> Any:
    return (
        SiteVisit.objects.live()
        .filter(item__program=program)
        .select_related("item__site", "item__program")
        .prefetch_related("item__groups")
        .order_by("item__starts_at", "pk")
    )


def _letter(program: Program, visit: SiteVisit, link: str) -> str:
    item = visit.item
    people = hosts.headcount(visit)
    lines = [
        _("안녕하십니까. %(organization)s %(program)s 현장방문을 요청드립니다.")
        % {"organization": _(settings.ORGANIZATION), "program": program.full_title},
        "",
        _("때: %(day)s %(time)s")
        % {"day": kdate(item.starts_at), "time": ktimerange(item.starts_at, item.ends_at)},
        _("곳: %(site)s")
        % {"site": " ".join(part for part in (str(item.site), item.place) if part)},
        _("인원: %(people)d명") % {"people": people},
        _("목적: %(purpose)s") % {"purpose": visit.purpose or item.display_title},
        "",
        _("아래 주소에서 받으실 수 있는지 알려 주시기 바랍니다. 로그인은 필요 없습니다."),
        link,
        "",
        _("문의: %(contact)s") % {"contact": _(settings.HELP_CONTACT)},
    ]
    return "\n".join(str(line) for line in lines)
