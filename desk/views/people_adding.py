"""Choosing people from the directory: many for a program, or one to stand in for another."""

from typing import Any

from django.contrib import messages
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import Can, requires
from core.errors import RuleBroken, StaleEdit, refuse_on
from core.http import AuthenticatedRequest, whole_number
from core.lists import Column, ListSpec, listing
from core.templatetags.ui import badge
from desk.tabs import program_tabs
from desk.views.people_directory import DEPARTMENT, NAME, NUMBER, POSITION, RANK
from desk.views.people_filters import CandidateFilter
from desk.views.people_forms import chosen_ids
from participants.forms import LeavingForm
from participants.models import Enrollment, EnrollmentStatus, Participant
from participants.models.participant import ParticipantQuerySet
from participants.services import enrollment, steps
from programs.models import Program, ProgramStatus


def _busy_with(person: Any) -> str:
    if not person.busy_with:
        return "–"
    titles = [p["en"] if get_language() == "en" and p["en"] else p["ko"] for p in person.busy_with]
    return badge(", ".join(titles), "warn")


CANDIDATES = ListSpec(
    caption=gettext_lazy("고를 수 있는 사람"),
    columns=[
        NAME,
        DEPARTMENT,
        RANK,
        POSITION,
        NUMBER,
        Column("busy", gettext_lazy("같은 날 다른 과정"), _busy_with),
    ],
    url=lambda person: reverse("organize:person-detail", args=[person.pk]),
    default_order=["department__sort_order", "rank__sort_order", "name"],
    empty_text=gettext_lazy("더 고를 사람이 없습니다"),
    bulk=True,
)


def candidates(program: Program, user: Any) -> ParticipantQuerySet:
    """Who could still come, with the other programs that want them on the same days."""
    elsewhere = (
        Enrollment.objects.live()
        .filter(
            participant=OuterRef("pk"),
            program__starts_on__lte=program.ends_on,
            program__ends_on__gte=program.starts_on,
        )
        .exclude(program=program)
        .exclude(program__status=ProgramStatus.CANCELLED)
        .order_by("program__starts_on", "program__code")
    )
    titles = elsewhere.values(found=JSONObject(ko="program__title", en="program__title_en"))
    return (
        Participant.objects.visible_to(user)
        .serving()
        .without_place_in(program)
        .select_related("department", "rank")
        .annotate(busy_with=ArraySubquery(titles), is_busy=Exists(elsewhere))
    )


@require_http_methods(["GET", "POST"])
@requires(Can.MANAGE_PROGRAMS)
def enrollment_add(request: AuthenticatedRequest, code: str) -> HttpResponse:
    program = get_object_or_404(Program.objects.visible_to(request.user), code=code)
    if request.method == "GET":
        return _show_adding(request, program)
    if request.POST.get("action") == "ask-all":
        return _ask_all(request, program)
    try:
        added = enrollment.add_people(
            program=program,
            participants=_chosen(request, program),
            by=request.user,
            at=timezone.now(),
            reason=request.POST.get("reason", ""),
        )
    except RuleBroken as refusal:
        return _show_adding(request, program, refusal)
    messages.success(
        request,
        ngettext("%(count)s명을 등록했습니다.", "%(count)s명을 등록했습니다.", len(added))
        % {"count": len(added)},
    )
    return redirect("organize:enrollment-list", program.code)


@require_http_methods(["GET", "POST"])
@requires(Can.MANAGE_PROGRAMS)
def enrollment_substitute(request: AuthenticatedRequest, code: str, pk: int) -> HttpResponse:
    program = get_object_or_404(Program.objects.visible_to(request.user), code=code)
    leaving = get_object_or_404(
        program.enrollments.visible_to(request.user).select_related("program", "participant"), pk=pk
    )
    if request.method == "GET":
        return _show_substitute(request, program, leaving, LeavingForm())
    form = LeavingForm(request.POST)
    if form.is_valid():
        try:
            came = enrollment.substitute(
                enrollment=leaving,
                participant=_the_one(request),
                by=request.user,
                at=timezone.now(),
                **form.cleaned_data,
            )
        except RuleBroken as refusal:
            refuse_on(form, refusal)
        else:
            names = {"old": leaving.participant.name, "new": came.name}
            messages.success(request, _("%(old)s 님 대신 %(new)s 님이 갑니다.") % names)
            return redirect("organize:enrollment-list", program.code)
    return _show_substitute(request, program, leaving, form)


def _the_one(request: AuthenticatedRequest) -> Participant:
    ids = chosen_ids(request.POST)
    if len(ids) != 1:
        raise RuleBroken(_("대신 갈 사람을 한 명만 골라 주세요."))
    return get_object_or_404(Participant.objects.visible_to(request.user), pk=ids[0])


def _chosen(request: AuthenticatedRequest, program: Program) -> list[Participant]:
    if request.POST.get("action") == "all":
        found = list(_matching(request, program))
        if len(found) != whole_number(request.POST.get("expected"), default=0):
            raise StaleEdit(_("그 사이 조건에 맞는 사람이 달라졌습니다. 다시 확인해 주세요."))
        return found
    people = Participant.objects.visible_to(request.user)
    return list(people.filter(pk__in=chosen_ids(request.POST)))


def _matching(request: AuthenticatedRequest, program: Program) -> QuerySet[Participant]:
    rows = candidates(program, request.user).in_office_order()
    return CandidateFilter(request.GET, queryset=rows, request=request).qs


def _ask_all(request: AuthenticatedRequest, program: Program) -> HttpResponse:
    found = list(_matching(request, program))
    names = ", ".join(person.name for person in found[:10]) + (" …" if len(found) > 10 else "")
    page = {
        "title": _("조건에 맞는 사람 모두 등록"),
        "body": _("%(count)s명을 확정으로 등록합니다: %(names)s")
        % {"count": len(found), "names": names},
        "action": _("모두 등록"),
        "tone": "primary",
        "back_url": request.get_full_path(),
        "hidden": [
            ("action", "all"),
            ("expected", len(found)),
            ("reason", request.POST.get("reason", "")[:300]),
        ],
        "post_url": request.get_full_path(),
    }
    return render(request, "components/confirm.html", page)


def _show_adding(
    request: AuthenticatedRequest, program: Program, refusal: RuleBroken | None = None
) -> HttpResponse:
    page = listing(
        request, candidates(program, request.user), CANDIDATES, filterset=CandidateFilter
    )
    left = steps.seats_left(program)
    context = {
        "program": program,
        "tabs": program_tabs(program, "people"),
        "listing": page,
        "seats_left": left,
        "all_fit": 0 < page.total <= left,
        "has_waiting": program.enrollments.filter(status=EnrollmentStatus.WAITLISTED).exists(),
        "refusal": refusal,
        "typed_reason": request.POST.get("reason", "")[:300],
        "bulk_template": "desk/people/_add_bulk.html",
    }
    status = 422 if refusal else 200
    return render(request, "desk/people/enrollment_add.html", context, status=status)


def _show_substitute(
    request: AuthenticatedRequest, program: Program, leaving: Enrollment, form: LeavingForm
) -> HttpResponse:
    page = listing(
        request, candidates(program, request.user), CANDIDATES, filterset=CandidateFilter
    )
    context = {
        "program": program,
        "leaving": leaving,
        "listing": page,
        "form": form,
        "bulk_template": "desk/people/_substitute_bulk.html",
    }
    status = 422 if form.is_bound else 200
    return render(request, "desk/people/enrollment_substitute.html", context, status=status)
