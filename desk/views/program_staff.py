from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import Can, requires
from core.errors import RuleBroken, refuse_on
from core.http import AuthenticatedRequest
from desk import program_pages
from programs.forms import StaffForm
from programs.models import Program, StaffKind
from programs.services import staff as rules


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Can.MANAGE_PROGRAMS)
def staff(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """Who runs and escorts the program; `q` looks for somebody to add."""
    program = get_object_or_404(Program.objects.visible_to(request.user), code=code)
    form = StaffForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        kind, person = StaffKind(form.cleaned_data["kind"]), form.cleaned_data["user"]
        try:
            rules.add(program=program, user=person, kind=kind, by=request.user, at=timezone.now())
        except RuleBroken as refusal:
            refuse_on(form, refusal)
        else:
            text = _("%(name)s 님을 %(kind)s(으)로 추가했습니다.")
            messages.success(request, text % {"name": person.name, "kind": kind.label})
            return redirect("organize:program-staff", code)
    context = program_pages.staff_context(program, request.GET.get("q", ""))
    status = 422 if form.is_bound else 200
    return render(request, "desk/programs/staff.html", {"form": form, **context}, status=status)


@require_POST
@requires(Can.MANAGE_PROGRAMS)
def staff_remove(request: AuthenticatedRequest, code: str, pk: int) -> HttpResponse:
    program = get_object_or_404(Program.objects.visible_to(request.user), code=code)
    member = program.staff.filter(pk=pk).select_related("user").first()
    # Already gone: the second tap of the same button wanted nothing else.
    if member is not None:
        try:
            rules.remove(staff=member, by=request.user, at=timezone.now())
        except RuleBroken as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("%(name)s 님을 뺐습니다.") % {"name": member.user.name})
    return redirect("organize:program-staff", code)
