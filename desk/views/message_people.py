"""Everything one person was told about a program, and whom to call because a change has not been seen."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import AccessAction, User
from accounts.permissions import Can, allowed, requires
from accounts.services import access
from core.errors import RuleBroken, refuse_on
from core.http import AuthenticatedRequest, client_ip
from desk import message_health, message_pages, message_people
from desk.views.message_forms import CallForm
from participants.models import Participant
from programs.models import Program
from reminders.models import Message, SeenVia
from reminders.services import acknowledging
from site_visits.models import Publication

COPIES_A_PAGE = 20


@require_safe
@requires(Can.MANAGE_PROGRAMS)
def person_messages(request: AuthenticatedRequest, code: str, pk: int) -> HttpResponse:
    program = _program(request, code)
    people = Participant.objects.visible_to(request.user).select_related("user", "department")
    person = get_object_or_404(people, pk=pk)
    return _timeline(request, program, participant=person, user=person.user)


@require_safe
@requires(Can.MANAGE_PROGRAMS)
def staff_messages(request: AuthenticatedRequest, code: str, pk: int) -> HttpResponse:
    """Leaders, coordinators and other accounts that were told something about the program."""
    program = _program(request, code)
    user = get_object_or_404(User.objects.filter(messages__program=program).distinct(), pk=pk)
    return _timeline(request, program, participant=None, user=user)


def _timeline(
    request: AuthenticatedRequest,
    program: Program,
    *,
    participant: Participant | None,
    user: User | None,
) -> HttpResponse:
    person = participant or user
    assert person is not None  # noqa: S101 (one of the two was found)
    steps = message_people.timeline(program, participant=participant, user=user)
    access.record(
        user=request.user,
        action=AccessAction.VIEW,
        object=f"{_('사람별 알림')} {program.code}",
        at=timezone.now(),
        ip=client_ip(request),
        subjects=[person.employee_number],
    )
    context = {
        "program": program,
        "person": person,
        "steps": steps,
        "looks": message_people.looks(program, user),
    }
    return render(request, "desk/messages/person.html", context)


@require_safe
@requires(Can.MANAGE_PROGRAMS)
def unseen_list(request: AuthenticatedRequest, code: str, number: int) -> HttpResponse:
    return _calls(request, _publication(request, code, number))


@require_POST
@requires(Can.SEE_PERSONAL_DETAILS)
def unseen_numbers(request: AuthenticatedRequest, code: str, number: int) -> HttpResponse:
    """The same list with the phone numbers, this once, for the reason that is written down."""
    publication = _publication(request, code, number)
    form = CallForm(request.POST)
    if not form.is_valid():
        return _calls(request, publication, form=form)
    return _calls(request, publication, form=form, reason=form.cleaned_data["reason"])


def _calls(
    request: AuthenticatedRequest,
    publication: Publication,
    *,
    form: CallForm | None = None,
    reason: str = "",
) -> HttpResponse:
    at = timezone.now()
    program = publication.program
    lines = message_people.call_lines(publication, at=at, unmasked=bool(reason))
    try:
        access.record(
            user=request.user,
            action=AccessAction.UNMASK if reason else AccessAction.VIEW,
            object=f"{_('전화할 사람')} {program.code}",
            at=at,
            ip=client_ip(request),
            subjects=message_people.subjects(lines),
            reason=reason,
        )
    except RuleBroken as refusal:
        if form is not None:
            refuse_on(form, refusal)
        lines, reason = message_people.call_lines(publication, at=at, unmasked=False), ""
    may_unmask = allowed(request.user, Can.SEE_PERSONAL_DETAILS) and not reason
    context = {
        "program": program,
        "publication": publication,
        "lines": lines,
        "newest": not program.publications.filter(number__gt=publication.number).exists(),
        "form": (form or CallForm()) if may_unmask and lines else None,
        "unmasked": bool(reason),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "desk/messages/unseen.html", context, status=status)


@require_POST
@requires(Can.MANAGE_PROGRAMS)
def called(request: AuthenticatedRequest, code: str, number: int, pk: UUID) -> HttpResponse:
    """The organizer reached the person on the phone: it counts as seen."""
    publication = _publication(request, code, number)
    notices = Message.objects.visible_to(request.user).filter(publication=publication)
    notices = notices.select_related("program", "participant__user", "user")
    message = get_object_or_404(notices, pk=pk)
    try:
        acknowledging.acknowledge(
            message=message, at=timezone.now(), via=SeenVia.CALL, by=request.user
        )
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            _("%(name)s 님은 확인한 것으로 적었습니다.") % {"name": message_pages.told(message)},
        )
    return redirect("organize:unseen-list", code, number)


@require_safe
@requires(Can.MANAGE_PROGRAMS)
def copy_list(request: AuthenticatedRequest) -> HttpResponse:
    """Texts for the messenger: copy, send there, and say so here."""
    rows = message_health.waiting_for_a_hand(Message.objects.visible_to(request.user))
    if code := request.GET.get("program", "")[:60]:
        rows = rows.filter(program__code=code)
    page = Paginator(
        message_pages.for_list(rows).defer(None).order_by("due_at", "pk"), COPIES_A_PAGE
    ).get_page(request.GET.get("page"))
    lines = [(message, message_pages.told(message)) for message in page]
    return render(request, "desk/messages/copy.html", {"page": page, "lines": lines})


def _program(request: AuthenticatedRequest, code: str) -> Program:
    return get_object_or_404(Program.objects.visible_to(request.user), code=code)


def _publication(request: AuthenticatedRequest, code: str, number: int) -> Publication:
    program = _program(request, code)
    return get_object_or_404(
        Publication.objects.filter(program=program).select_related("program"), number=number
    )
