"""The organizer's side of attendance: the matrix, corrections with a reason, the lock and its reopening."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.permissions import Can, requires
from attendance.forms import CLEAR, CorrectionForm, ReasonForm, times_of
from attendance.matrix import SIGNS, UNTOUCHED, Matrix
from attendance.matrix import matrix as matrix_of
from attendance.models import AttendanceRecord, Evidence, Mark, Presence
from attendance.services import locking, marking
from core.errors import RuleBroken, refuse_on
from core.http import AuthenticatedRequest
from desk.figures import tone
from desk.tabs import program_tabs
from participants.models import Enrollment
from programs.models import Program
from site_visits.models import PublishedItem

PAGE_SIZE = 100


@require_GET
@requires(Can.MANAGE_PROGRAMS)
def matrix(request: AuthenticatedRequest, code: str) -> HttpResponse:
    program = _program_or_404(request, code)
    found = matrix_of(program)
    shown, rows = _shown(request, found)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "program": program,
        "tabs": program_tabs(program, "attendance"),
        "tone": tone(program),
        "matrix": found,
        "shown": shown,
        "choices": _choices(found),
        "page": page,
        "page_links": [
            (number, f"?show={shown}&page={number}", number == page.number)
            for number in page.paginator.page_range
        ],
        "legend": [
            *((sign, mark.label) for mark, sign in SIGNS.items()),
            (UNTOUCHED, pgettext("attendance", "확인 전")),
        ],
    }
    return render(request, "desk/attendance/matrix.html", context)


@require_http_methods(["GET", "POST"])
@requires(Can.MANAGE_PROGRAMS)
def correct(request: AuthenticatedRequest, code: str, pk: int, uid: UUID) -> HttpResponse:
    program = _program_or_404(request, code)
    person = get_object_or_404(program.enrollments.select_related("participant"), pk=pk)
    items = PublishedItem.objects.current().live()
    item = get_object_or_404(items, publication__program=program, uid=uid)
    form = CorrectionForm(request.POST or None, initial=_as_it_stands(person, item))
    if form.is_valid() and _corrected(request, form, person, item):
        messages.success(request, _("%(name)s 님의 출석을 고쳤습니다.") % {"name": person.name})
        return redirect("organize:program-attendance", program.code)
    context = {
        "program": program,
        "person": person,
        "item": item,
        "form": form,
        "history": _history(person, item),
    }
    status = 422 if form.errors else 200
    return render(request, "desk/attendance/correct.html", context, status=status)


@require_http_methods(["GET", "POST"])
@requires(Can.MANAGE_PROGRAMS)
def lock(request: AuthenticatedRequest, code: str) -> HttpResponse:
    program = _program_or_404(request, code)
    if request.method == "POST":
        try:
            locking.lock(program=program, by=request.user, at=timezone.now())
            messages.success(
                request, _("출석을 마감했습니다. 이수 결과와 인정시간을 기록했습니다.")
            )
        except RuleBroken as refusal:
            messages.error(request, str(refusal))
        return redirect("organize:program-attendance", program.code)
    found = matrix_of(program)
    now = timezone.now()
    context = {
        "program": program,
        "matrix": found,
        "unfinished": [item for item in found.items if item.ends_at > now],
    }
    return render(request, "desk/attendance/lock.html", context)


@require_http_methods(["GET", "POST"])
@requires(Can.MANAGE_PROGRAMS)
def reopen(request: AuthenticatedRequest, code: str) -> HttpResponse:
    program = _program_or_404(request, code)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            locking.reopen(program=program, reason=reason, by=request.user, at=timezone.now())
            messages.success(request, _("마감을 다시 열었습니다. 고친 뒤 다시 마감해 주세요."))
            return redirect("organize:program-attendance", program.code)
        except RuleBroken as refusal:
            refuse_on(form, refusal)
    context = {
        "title": _("출석 마감 다시 열기"),
        "body": _(
            "이수 결과와 인정시간은 다시 마감할 때까지 그대로 둡니다. 달라진 것만 정정으로 기록합니다."
        ),
        "action": _("다시 열기"),
        "tone": "primary",
        "form": form,
        "back_url": reverse("organize:program-attendance", args=[program.code]),
    }
    return render(request, "components/confirm.html", context, status=422 if form.errors else 200)


def _program_or_404(request: AuthenticatedRequest, code: str) -> Program:
    return get_object_or_404(Program.objects.visible_to(request.user), code=code)


def _shown(request: AuthenticatedRequest, found: Matrix) -> tuple[str, list[Any]]:
    sides = {"failing": found.failing, "untouched": found.untouched}
    shown = request.GET.get("show", "")
    return (shown, sides[shown]) if shown in sides else ("", found.rows)


def _choices(found: Matrix) -> list[tuple[str, str, int]]:
    return [
        ("", _("모두"), len(found.rows)),
        ("failing", _("미이수") if found.lock else _("기준 미달"), len(found.failing)),
        ("untouched", _("확인 전 있음"), len(found.untouched)),
    ]


def _as_it_stands(person: Enrollment, item: PublishedItem) -> dict[str, Any]:
    record = AttendanceRecord.objects.filter(enrollment=person, item_uid=item.uid).first()
    if record is None:
        return {"mark": Mark.PRESENT}
    missed = item.minutes - record.credited_minutes
    timed = record.mark in (Mark.LATE, Mark.LEFT_EARLY)
    return {"mark": record.mark, "minutes": missed if timed else None}


def _corrected(
    request: AuthenticatedRequest, form: CorrectionForm, person: Enrollment, item: PublishedItem
) -> bool:
    asked = form.cleaned_data
    now, nonce, reason = timezone.now(), asked["nonce"], asked["reason"]
    try:
        if asked["mark"] == CLEAR:
            marking.clear(
                enrollment=person, item=item, by=request.user, at=now, nonce=nonce, note=reason
            )
            return True
        arrived_at, left_at = times_of(item, asked["mark"], asked["minutes"])
        marking.mark(
            enrollment=person,
            item=item,
            mark=Mark(asked["mark"]),
            by=request.user,
            at=now,
            nonce=nonce,
            arrived_at=arrived_at,
            left_at=left_at,
            evidence=Evidence.OFFICE,
            note=reason,
        )
    except RuleBroken as refusal:
        refusal.field = "minutes" if refusal.field in ("arrived_at", "left_at") else refusal.field
        refuse_on(form, refusal)
        return False
    return True


def _history(person: Enrollment, item: PublishedItem) -> list[Presence]:
    rows = Presence.objects.filter(enrollment=person, item_uid=item.uid)
    return list(rows.select_related("by", "annuls").order_by("-recorded_at", "-pk"))
