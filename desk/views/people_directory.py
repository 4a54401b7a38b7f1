"""The directory of the county's staff, and one person in it."""

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET, require_POST

from accounts.models import AccessAction
from accounts.permissions import Can, allowed, requires
from accounts.services import access
from core.errors import RuleBroken, refuse_on
from core.http import AuthenticatedRequest, client_ip
from core.lists import Column, ListSpec, listing
from core.masking import mask_email, mask_employee_number, mask_phone
from core.templatetags.ui import badge
from desk.views.people_filters import PersonFilter
from desk.views.people_forms import UnmaskForm
from participants.models import Enrollment, Participant

DEPARTMENT = Column(
    "department",
    gettext_lazy("소속"),
    lambda person: person.department.name,
    ["department__sort_order", "rank__sort_order", "name"],
)
RANK = Column(
    "rank", gettext_lazy("직급"), lambda person: person.rank.name, ["rank__sort_order", "name"]
)
NAME = Column("name", gettext_lazy("성명"), lambda person: person.name, ["name"])
POSITION = Column(
    "position",
    gettext_lazy("직위·담당"),
    lambda person: " · ".join(filter(None, [person.position, person.team])) or "–",
)
NUMBER = Column(
    "number", gettext_lazy("사번"), lambda person: mask_employee_number(person.employee_number)
)

DIRECTORY = ListSpec(
    caption=gettext_lazy("교육생 명부"),
    columns=[
        NAME,
        NUMBER,
        DEPARTMENT,
        RANK,
        POSITION,
        Column(
            "type", gettext_lazy("고용 형태"), lambda person: person.get_employment_type_display()
        ),
        Column("mobile", gettext_lazy("휴대전화"), lambda person: mask_phone(person.mobile) or "–"),
        Column(
            "account",
            gettext_lazy("계정"),
            lambda person: (
                badge(pgettext("account", "있음"), "ok")
                if person.user_id
                else badge(pgettext("account", "없음"))
            ),
        ),
    ],
    url=lambda person: reverse("organize:person-detail", args=[person.pk]),
    default_order=["department__sort_order", "rank__sort_order", "name"],
    empty_text=gettext_lazy("명부가 비어 있습니다"),
)


@require_GET
@requires(Can.MANAGE_PROGRAMS)
def person_list(request: AuthenticatedRequest) -> HttpResponse:
    people = (
        Participant.objects.visible_to(request.user).serving().select_related("department", "rank")
    )
    page = listing(request, people, DIRECTORY, filterset=PersonFilter)
    access.record(
        user=request.user,
        action=AccessAction.VIEW,
        object=str(_("교육생 명부")),
        at=timezone.now(),
        ip=client_ip(request),
        query=page.querystring,
        count=len(page.rows),
    )
    return render(request, "desk/people/person_list.html", {"listing": page})


@require_GET
@requires(Can.MANAGE_PROGRAMS)
def person_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    person = _person(request, pk)
    _note(request, person, AccessAction.VIEW)
    return render(request, "desk/people/person_detail.html", _shown(request, person, UnmaskForm()))


@require_POST
@requires(Can.SEE_PERSONAL_DETAILS)
def person_unmask(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The same page with number, mobile and mail in full, once, for the reason that is written down."""
    person = _person(request, pk)
    form = UnmaskForm(request.POST)
    if form.is_valid():
        try:
            _note(request, person, AccessAction.UNMASK, form.cleaned_data["reason"])
            return render(request, "desk/people/person_detail.html", _shown(request, person, None))
        except RuleBroken as refusal:
            refuse_on(form, refusal)
    return render(
        request, "desk/people/person_detail.html", _shown(request, person, form), status=422
    )


def _person(request: AuthenticatedRequest, pk: int) -> Participant:
    history = Enrollment.objects.select_related("program", "group").order_by(
        "-program__starts_on", "-pk"
    )
    people = Participant.objects.visible_to(request.user).select_related(
        "department", "rank", "user"
    )
    return get_object_or_404(people.prefetch_related(Prefetch("enrollments", history)), pk=pk)


def _note(
    request: AuthenticatedRequest, person: Participant, action: AccessAction, reason: str = ""
) -> None:
    access.record(
        user=request.user,
        action=action,
        object=str(_("교육생 정보")),
        at=timezone.now(),
        ip=client_ip(request),
        subjects=[person.employee_number],
        reason=reason,
    )


def _shown(request: AuthenticatedRequest, person: Participant, form: UnmaskForm | None) -> dict:
    """The facts, masked while the form that unmasks them is still offered."""
    masked = form is not None
    may_invite = person.user_id is None and allowed(request.user, Can.MANAGE_ACCOUNTS)
    return {
        "person": person,
        "invite_url": f"{reverse('organize:account-create')}?person={person.pk}"
        if may_invite
        else "",
        "form": form,
        "rows": [
            (
                _("사번"),
                mask_employee_number(person.employee_number) if masked else person.employee_number,
            ),
            (_("소속"), person.department.name),
            (_("직급"), person.rank.name),
            (_("직위"), person.position or "–"),
            (_("담당"), person.team or "–"),
            (_("고용 형태"), person.get_employment_type_display()),
            (_("전자우편"), (mask_email(person.email) if masked else person.email) or "–"),
            (
                _("휴대전화"),
                (mask_phone(person.mobile) if masked else _telephone(person.mobile)) or "–",
            ),
            (
                _("계정"),
                pgettext("account", "있음") if person.user_id else pgettext("account", "없음"),
            ),
        ],
    }


def _telephone(number: str) -> str:
    return format_html('<a class="tel" href="tel:{}">{}</a>', number, number) if number else ""
