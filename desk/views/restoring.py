"""Bringing a publication back into the draft: read what will happen, then do exactly that."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import Can, requires
from core.errors import RuleBroken, StaleEdit, refuse_on
from core.http import AuthenticatedRequest
from desk import restore_pages
from programs.models import Program
from site_visits.forms import RestoreForm
from site_visits.models import Publication
from site_visits.services import restoring


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Can.MANAGE_PROGRAMS)
def publication_restore(request: AuthenticatedRequest, code: str, number: int) -> HttpResponse:
    program = get_object_or_404(Program.objects.visible_to(request.user), code=code)
    publication = get_object_or_404(Publication, program=program, number=number)
    form, status = RestoreForm(request.POST or None), 422 if request.method == "POST" else 200
    if form.is_valid():
        try:
            _restore(request, program, publication, form)
        except RuleBroken as refusal:
            refuse_on(form, refusal)
            status = 409 if isinstance(refusal, StaleEdit) else 422
        else:
            return redirect("organize:board", code)
    return _page(request, program, publication, form, status)


def _restore(
    request: AuthenticatedRequest, program: Program, publication: Publication, form: RestoreForm
) -> None:
    written = restoring.restore(
        program=program, publication=publication, by=request.user, at=timezone.now(),
        expected_digest=form.cleaned_data["digest"],
    )  # fmt: skip
    said = _("%(n)d판을 초안으로 되돌렸습니다. 공개하면 교육생에게 알려집니다.")
    messages.success(request, said % {"n": publication.number})
    if written.ask_again:
        messages.warning(
            request, _("방문 시간이나 장소가 바뀌었습니다. 방문기관에 다시 요청해 주세요.")
        )


def _page(
    request: AuthenticatedRequest,
    program: Program,
    publication: Publication,
    form: RestoreForm,
    status: int,
) -> HttpResponse:
    try:
        preview = restoring.preview(program=program, publication=publication, at=timezone.now())
    except RuleBroken as refusal:
        context = {
            "program": program, "publication": publication, "form": form, "refused": str(refusal),
        }  # fmt: skip
        return render(request, "desk/publish/restore.html", context, status=status)
    context = restore_pages.context(program, publication, form, preview)
    return render(request, "desk/publish/restore.html", context, status=status)
