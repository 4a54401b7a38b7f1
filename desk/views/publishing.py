"""Publishing a program's draft: a page that is read first, then the publications there have been."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Can, requires
from core.errors import RuleBroken, StaleEdit, refuse_on
from core.http import AuthenticatedRequest
from desk import publication_pages
from programs.models import Program
from site_visits.forms import PublishForm
from site_visits.models import Publication
from site_visits.services import publishing


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Can.MANAGE_PROGRAMS)
def publish(request: AuthenticatedRequest, code: str) -> HttpResponse:
    program = get_object_or_404(Program.objects.visible_to(request.user), code=code)
    form, status = PublishForm(request.POST or None), 422 if request.method == "POST" else 200
    if form.is_valid():
        try:
            publication = _publish(request, program, form)
        except RuleBroken as refusal:
            refuse_on(form, refusal)
            status = 409 if isinstance(refusal, StaleEdit) else 422
        else:
            messages.success(
                request, _("%(number)d판을 공개했습니다.") % {"number": publication.number}
            )
            return redirect("organize:publication-detail", code, publication.number)
    context = publication_pages.review_context(program, form, at=timezone.now())
    return render(request, "desk/publish/review.html", context, status=status)


def _publish(request: AuthenticatedRequest, program: Program, form: PublishForm) -> Publication:
    found = form.cleaned_data
    return publishing.publish(
        program=program,
        by=request.user,
        at=timezone.now(),
        comment=found["comment"],
        override_reason=found["override_reason"],
        expected_number=found["number"],
        expected_digest=found["digest"],
    )


@require_safe
@requires(Can.MANAGE_PROGRAMS)
def publication_list(request: AuthenticatedRequest, code: str) -> HttpResponse:
    program = get_object_or_404(Program.objects.visible_to(request.user), code=code)
    return render(
        request, "desk/publish/list.html", publication_pages.list_context(request, program)
    )


@require_safe
@requires(Can.MANAGE_PROGRAMS)
def publication_detail(request: AuthenticatedRequest, code: str, number: int) -> HttpResponse:
    program = get_object_or_404(Program.objects.visible_to(request.user), code=code)
    publication = get_object_or_404(
        Publication.objects.select_related("by"), program=program, number=number
    )
    context = publication_pages.detail_context(program, publication)
    return render(request, "desk/publish/detail.html", context)


@require_safe
@requires(Can.MANAGE_PROGRAMS)
def publication_compare(
    request: AuthenticatedRequest, code: str, number: int, other: str
) -> HttpResponse:
    program = get_object_or_404(Program.objects.visible_to(request.user), code=code)
    publication = get_object_or_404(Publication, program=program, number=number)
    context = publication_pages.compare_context(program, publication, other)
    return render(request, "desk/publish/compare.html", context)
