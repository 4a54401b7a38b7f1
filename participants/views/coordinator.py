"""The department coordinator: whom the own department sends to the programs open now."""

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from accounts.permissions import Can, Role, requires
from core.errors import RuleBroken, refuse_on
from core.http import AuthenticatedRequest
from participants.forms import NominationForm
from participants.models import Enrollment, Participant
from participants.services import enrollment
from programs.models import Program


@require_GET
@requires(Can.NOMINATE)
def index(request: AuthenticatedRequest) -> HttpResponse:
    return _show(request)


@require_POST
@requires(Can.NOMINATE)
def nominate(request: AuthenticatedRequest, code: str) -> HttpResponse:
    now = timezone.now()
    program = get_object_or_404(Program.objects.open_for_application(at=now), code=code)
    form = _form(request.user, program, request.POST)
    if form.is_valid():
        try:
            row = enrollment.nominate(program=program, by=request.user, at=now, **form.cleaned_data)
        except RuleBroken as refusal:
            refuse_on(form, refusal)
        else:
            messages.success(
                request, _("%(name)s 님을 추천했습니다.") % {"name": row.participant.name}
            )
            return redirect("nominate:index")
    return _show(request, refused=(program.pk, form))


def own_people(user: User) -> QuerySet[Participant]:
    """The people of the departments this coordinator speaks for; not oneself because of that alone."""
    departments = user.departments_as(Role.COORDINATOR)
    people = Participant.objects.serving().select_related("department", "rank").in_office_order()
    return people if departments is None else people.filter(department__in=departments)


def _form(user: User, program: Program, data: Any = None) -> NominationForm:
    return NominationForm(data, people=own_people(user), auto_id=f"id_{program.pk}_%s")


def _show(
    request: AuthenticatedRequest, refused: tuple[int, NominationForm] | None = None
) -> HttpResponse:
    sent = (
        Enrollment.objects.filter(participant__in=own_people(request.user).order_by())
        .with_waiting_place()
        .select_related("participant__department", "participant__rank")
        .in_office_order()
    )
    programs = (
        Program.objects.open_for_application(at=timezone.now())
        .order_by("applications_close_at", "starts_on")
        .prefetch_related(Prefetch("enrollments", sent, to_attr="sent"))
    )
    people = list(own_people(request.user))
    cards = []
    for program in programs:
        form = refused[1] if refused and refused[0] == program.pk else _form(request.user, program)
        if not form.is_bound:
            _offer(form, program, people)
        cards.append({"program": program, "form": form, "sent": program.sent})
    return render(
        request, "participants/nominate.html", {"cards": cards}, status=422 if refused else 200
    )


def _offer(form: NominationForm, program: Program, people: list[Participant]) -> None:
    """The choices from the one list already read, without those who are on this program's list."""
    there = {row.participant_id for row in program.sent}  # type: ignore[attr-defined]
    field = form.fields["participant"]
    label = field.label_from_instance  # type: ignore[attr-defined]
    field.choices = [("", field.empty_label)] + [  # type: ignore[attr-defined]
        (person.pk, label(person)) for person in people if person.pk not in there
    ]
