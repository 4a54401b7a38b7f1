"""Inviting somebody to use the system; a person of the directory is recognized by the employee number."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.forms import InvitationForm
from accounts.permissions import Can, requires
from accounts.views.administrator import tell_of_the_mail
from core.errors import RuleBroken, refuse_on
from core.http import AuthenticatedRequest, whole_number
from participants.models import Participant
from participants.services import directory


@require_http_methods(["GET", "POST"])
@requires(Can.MANAGE_ACCOUNTS)
def account_create(request: AuthenticatedRequest) -> HttpResponse:
    if request.method == "GET":
        return render(request, "accounts/account_create.html", {"form": _prefilled(request)})
    form = InvitationForm(request.POST)
    if form.is_valid():
        try:
            user = directory.invite(by=request.user, at=timezone.now(), **form.cleaned_data)
        except RuleBroken as refusal:
            refuse_on(form, refusal)
        else:
            tell_of_the_mail(request, sent=user.invited_at is not None)
            return redirect("accounts:account-detail", user.pk)
    return render(request, "accounts/account_create.html", {"form": form}, status=422)


def _prefilled(request: AuthenticatedRequest) -> InvitationForm:
    if "person" not in request.GET:
        return InvitationForm()
    people = Participant.objects.visible_to(request.user).filter(user=None)
    person = get_object_or_404(people, pk=whole_number(request.GET["person"]))
    return InvitationForm(
        initial={
            "employee_number": person.employee_number,
            "name": person.name,
            "email": person.email,
        }
    )
