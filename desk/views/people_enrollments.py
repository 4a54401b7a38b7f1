"""The people of one program: the list, the steps taken with several at once, the reasons asked for."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import AccessAction
from accounts.permissions import Can, requires
from accounts.services import access
from core.errors import RuleBroken, refuse_on
from core.http import AuthenticatedRequest, client_ip
from core.lists import Column, Listing, ListSpec, listing
from core.templatetags.ui import badge
from desk.figures import tone
from desk.tabs import program_tabs
from desk.views.people_filters import EnrollmentFilter
from desk.views.people_forms import ReasonForm, chosen_ids
from participants.forms import LeavingForm
from participants.models import SEATED, Enrollment, EnrollmentStatus
from participants.services import enrollment
from programs.models import Program

S = EnrollmentStatus
TONES = {
    S.APPLIED: "info",
    S.NOMINATED: "info",
    S.SELECTED: "warn",
    S.WAITLISTED: "warn",
    S.CONFIRMED: "ok",
    S.COMPLETED: "ok",
    S.NOT_COMPLETED: "bad",
}
STEPS: dict[str, Callable[..., list[Enrollment]]] = {
    "select": enrollment.select,
    "confirm": enrollment.confirm,
    "waitlist": enrollment.waitlist,
    "reject": enrollment.reject,
}


def status_badge(row: Enrollment) -> str:
    text = row.get_status_display()
    if row.status == S.WAITLISTED:
        text = _("대기 %(place)s번") % {"place": row.waiting_place}  # type: ignore[attr-defined]
    return badge(text, TONES.get(S(row.status), "plain"))


def _substitute_link(row: Enrollment) -> str:
    if row.status != S.CONFIRMED:
        return "–"
    url = reverse("organize:enrollment-substitute", args=[row.program.code, row.pk])
    return format_html(
        '<a href="{}">{}<span class="sr-only"> {}</span></a>',
        url,
        _("다른 사람으로"),
        row.participant.name,
    )


PEOPLE = ListSpec(
    caption=gettext_lazy("이 과정의 교육생"),
    columns=[
        Column(
            "name", gettext_lazy("성명"), lambda row: row.participant.name, ["participant__name"]
        ),
        Column("status", gettext_lazy("상태"), status_badge, ["status", "waitlist_position"]),
        Column(
            "group",
            gettext_lazy("조"),
            lambda row: row.group.name if row.group else "–",
            ["group__sort_order", "participant__name"],
        ),
        Column(
            "department",
            gettext_lazy("소속"),
            lambda row: row.department_name or row.participant.department.name,
            [
                "participant__department__sort_order",
                "participant__rank__sort_order",
                "participant__name",
            ],
        ),
        Column(
            "rank",
            gettext_lazy("직급"),
            lambda row: row.rank_name or row.participant.rank.name,
            ["participant__rank__sort_order", "participant__name"],
        ),
        Column(
            "team",
            gettext_lazy("담당"),
            lambda row: row.participant.team or "–",
            ["participant__team"],
        ),
        Column("substitute", gettext_lazy("대체"), _substitute_link),
    ],
    url=lambda row: reverse("organize:person-detail", args=[row.participant_id]),
    default_order=[
        "participant__department__sort_order",
        "participant__rank__sort_order",
        "participant__name",
    ],
    empty_text=gettext_lazy("아직 교육생이 없습니다"),
    bulk=True,
)


@require_http_methods(["GET", "POST"])
@requires(Can.MANAGE_PROGRAMS)
def enrollment_list(request: AuthenticatedRequest, code: str) -> HttpResponse:
    program = get_object_or_404(Program.objects.visible_to(request.user), code=code)
    if request.method == "GET":
        return _show(request, program)
    if request.POST.get("action") == "withdraw":
        return _ask_why(request, program, LeavingForm())
    try:
        moved = _take_step(request, program)
    except RuleBroken as refusal:
        if refusal.field == "reason":
            return _ask_why(request, program, ReasonForm(), why=str(refusal))
        return _show(request, program, refusal=refusal)
    return _done(request, program, moved)


@require_POST
@requires(Can.MANAGE_PROGRAMS)
def enrollment_reasoned(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """The step that needed a reason, now with one."""
    program = get_object_or_404(Program.objects.visible_to(request.user), code=code)
    leaving = request.POST.get("action") == "withdraw"
    form = LeavingForm(request.POST) if leaving else ReasonForm(request.POST)
    if form.is_valid():
        service = (
            enrollment.withdraw
            if leaving
            else STEPS.get(request.POST.get("action", ""), enrollment.select)
        )
        try:
            moved = service(
                enrollments=_chosen(request, program),
                by=request.user,
                at=timezone.now(),
                **form.cleaned_data,
            )
        except RuleBroken as refusal:
            refuse_on(form, refusal)
        else:
            return _done(request, program, moved)
    return _ask_why(request, program, form, status=422)


def _take_step(request: AuthenticatedRequest, program: Program) -> list[Enrollment]:
    action, chosen, at = request.POST.get("action", ""), _chosen(request, program), timezone.now()
    if action == "group":
        asked = request.POST.get("group", "")
        group = (
            get_object_or_404(program.groups, pk=asked)
            if asked.isdecimal() and len(asked) < 16
            else None
        )
        return enrollment.put_in_group(enrollments=chosen, group=group, by=request.user, at=at)
    if action not in STEPS:
        raise RuleBroken(_("무엇을 할지 골라 주세요."))
    return STEPS[action](enrollments=chosen, by=request.user, at=at)


def _chosen(request: AuthenticatedRequest, program: Program) -> list[Enrollment]:
    """In the order of the page, so that a waiting list is filled as it was read."""
    ids = chosen_ids(request.POST)
    found = (
        program.enrollments.visible_to(request.user)
        .select_related("program", "participant")
        .in_bulk(ids)
    )
    return [found[pk] for pk in ids if pk in found]


def _done(
    request: AuthenticatedRequest, program: Program, moved: Sequence[Enrollment]
) -> HttpResponseRedirect:
    messages.success(
        request,
        ngettext("%(count)s명을 바꾸었습니다.", "%(count)s명을 바꾸었습니다.", len(moved))
        % {"count": len(moved)},
    )
    back = reverse("organize:enrollment-list", args=[program.code])
    kept = request.GET.urlencode()
    return redirect(f"{back}?{kept}" if kept else back)


def _ask_why(
    request: AuthenticatedRequest, program: Program, form: Any, *, why: str = "", status: int = 422
) -> HttpResponse:
    chosen = _chosen(request, program)
    if not chosen:
        return _show(request, program, refusal=RuleBroken(_("먼저 사람을 골라 주세요.")))
    leaving = isinstance(form, LeavingForm)
    names = ", ".join(row.participant.name for row in chosen[:10]) + (
        " …" if len(chosen) > 10 else ""
    )
    page = {
        "title": _("교육생 취소") if leaving else _("대기 순서를 바꾸어 선발"),
        "body": (
            _("%(count)s명을 이 과정에서 취소합니다: %(names)s") if leaving else why + " %(names)s"
        )
        % {"count": len(chosen), "names": names},
        "action": _("취소 처리") if leaving else pgettext("command", "선발"),
        "tone": "bad" if leaving else "primary",
        "back_url": reverse("organize:enrollment-list", args=[program.code]),
        "form": form,
        "hidden": [
            ("action", request.POST.get("action", "")),
            *(("selected", row.pk) for row in chosen),
        ],
        "post_url": reverse("organize:enrollment-reasoned", args=[program.code]),
    }
    return render(request, "components/confirm.html", page, status=status if form.is_bound else 200)


def _show(
    request: AuthenticatedRequest, program: Program, *, refusal: RuleBroken | None = None
) -> HttpResponse:
    rows = (
        program.enrollments.visible_to(request.user)
        .with_waiting_place()
        .select_related("participant__department", "participant__rank", "group", "program")
    )
    page = listing(request, rows, PEOPLE, filterset=EnrollmentFilter)
    _note(request, program, page)
    context = {
        "program": program,
        "tabs": program_tabs(program, "people"),
        "tone": tone(program),
        "listing": page,
        "groups": program.groups.all(),
        "counts": _counts(program),
        "refusal": refusal,
        "bulk_template": "desk/people/_enrollment_bulk.html",
    }
    return render(
        request, "desk/people/enrollment_list.html", context, status=422 if refusal else 200
    )


def _note(request: AuthenticatedRequest, program: Program, page: Listing) -> None:
    access.record(
        user=request.user,
        action=AccessAction.VIEW,
        object=f"{_('교육생 목록')} {program.code}",
        at=timezone.now(),
        ip=client_ip(request),
        query=page.querystring,
        count=len(page.rows),
    )


def _counts(program: Program) -> dict[str, int]:
    by_status = Counter(program.enrollments.values_list("status", flat=True))
    seated = sum(by_status[status] for status in SEATED)
    return {
        "seated": seated,
        "left": max(0, program.capacity - seated),
        "confirmed": sum(by_status[s] for s in (S.CONFIRMED, S.COMPLETED, S.NOT_COMPLETED)),
        "selected": by_status[S.SELECTED],
        "waitlisted": by_status[S.WAITLISTED],
        "asking": by_status[S.APPLIED] + by_status[S.NOMINATED],
    }
