"""The participant's phone: programs open for application, one's own applications."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.permissions import Can, requires
from core.errors import RuleBroken, refuse_on
from core.http import AuthenticatedRequest
from participants.forms import LeavingForm
from participants.models import Enrollment, EnrollmentStatus, Participant
from participants.models.enrollment import EnrollmentQuerySet
from participants.services import enrollment
from programs.models import Program

MAY_TAKE_BACK = [
    EnrollmentStatus.APPLIED,
    EnrollmentStatus.NOMINATED,
    EnrollmentStatus.SELECTED,
    EnrollmentStatus.WAITLISTED,
]


def own_enrollments(user: User) -> EnrollmentQuerySet:
    return (
        Enrollment.objects.filter(participant__user=user)
        .select_related("program")
        .with_waiting_place()
    )


@require_GET
@requires(Can.APPLY)
def index(request: AuthenticatedRequest) -> HttpResponse:
    mine = list(own_enrollments(request.user).order_by("-program__starts_on", "-pk"))
    # Whoever was decided on sees the answer instead of the button.
    answered = {row.program_id for row in mine if row.status != EnrollmentStatus.WITHDRAWN}
    programs = Program.objects.open_for_application(at=timezone.now()).exclude(pk__in=answered)
    context = {
        "person": Participant.objects.filter(user=request.user).first(),
        "programs": programs.order_by("applications_close_at", "starts_on"),
        "mine": [(row, row.status in MAY_TAKE_BACK and not row.program.is_over) for row in mine],
    }
    return render(request, "participants/apply_list.html", context)


@require_POST
@requires(Can.APPLY)
def apply(request: AuthenticatedRequest, code: str) -> HttpResponse:
    now = timezone.now()
    program = get_object_or_404(Program.objects.open_for_application(at=now), code=code)
    person = get_object_or_404(Participant, user=request.user)
    try:
        enrollment.apply(program=program, participant=person, by=request.user, at=now)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("‘%(title)s’에 신청했습니다.") % {"title": program.full_title})
    return redirect("apply:index")


@require_http_methods(["GET", "POST"])
@requires(Can.APPLY)
def withdraw(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """Take one's own application back, with a reason."""
    mine = get_object_or_404(
        own_enrollments(request.user).live().select_related("participant"), program__code=code
    )
    form = LeavingForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            enrollment.withdraw_own(
                enrollment=mine, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except RuleBroken as refusal:
            refuse_on(form, refusal)
        else:
            messages.success(request, _("신청을 취소했습니다."))
            return redirect("apply:index")
    context = {"enrollment": mine, "form": form}
    return render(
        request, "participants/apply_withdraw.html", context, status=422 if form.is_bound else 200
    )
