"""What the pages of one program show, made ready for the templates."""

from copy import copy
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.dates import (
    is_english,
    kdate,
    kdaterange,
    kdatetime,
    kday,
    kduration,
    nights,
    relative_day,
)
from core.errors import StaleEdit
from core.lists import Column, ListSpec
from core.templatetags.ui import badge
from core.text import search_text
from desk.figures import tone
from desk.overview import Kpi, unbroken
from desk.program_steps import StepPage
from programs.forms import ProgramForm
from programs.models import Program, ProgramStaff, ProgramStatus, StaffKind
from site_visits import pending

FOUND = 20
PATH = [
    ProgramStatus.DRAFT,
    ProgramStatus.OPEN,
    ProgramStatus.CLOSED,
    ProgramStatus.CONFIRMED,
    ProgramStatus.RUNNING,
    ProgramStatus.FINISHED,
]


def dates_of(program: Program) -> str:
    return _nowrap(kdaterange(program.starts_on, program.ends_on))


def _nowrap(text: str) -> str:
    return format_html('<span class="nowrap">{}</span>', text)


LIST = ListSpec(
    caption=gettext_lazy("과정 목록"),
    columns=[
        Column("title", gettext_lazy("과정"), lambda row: row.full_title, ["title", "round"]),
        Column("code", gettext_lazy("코드"), lambda row: _nowrap(row.code), ["code"]),
        Column(
            "category",
            gettext_lazy("교육분야"),
            lambda row: row.get_category_display(),
            ["category"],
        ),
        Column("dates", gettext_lazy("기간"), dates_of, ["starts_on", "ends_on"]),
        Column(
            "status",
            gettext_lazy("상태"),
            lambda row: badge(row.get_status_display(), tone(row)),
            ["status"],
        ),
        Column(
            "people",
            gettext_lazy("인원"),
            lambda row: f"{row.people}/{row.capacity}",
            ["people"],
            numeric=True,
        ),
    ],
    url=lambda row: reverse("organize:program-detail", args=[row.code]),
    default_order=["-starts_on", "code"],
    empty_text=gettext_lazy("아직 과정이 없습니다"),
    empty_action_url="new/",
    empty_action_label=gettext_lazy("새 과정"),
)


@dataclass(frozen=True, slots=True)
class Stage:
    label: Any
    state: str


def path_of(program: Program) -> list[Stage]:
    """The way of a program with what lies behind, where it stands and what is to come; nothing for a cancelled one."""
    if program.status == ProgramStatus.CANCELLED:
        return []
    here = PATH.index(ProgramStatus(program.status))
    states = ["done" if n < here else "here" if n == here else "ahead" for n in range(len(PATH))]
    return [Stage(status.label, state) for status, state in zip(PATH, states, strict=True)]


def kpis(program: Any, *, on: date) -> list[Kpi]:
    """Figures of a program that came through `with_figures`."""
    people = Kpi(
        _("인원"),
        f"{program.people} / {program.capacity}",
        note=_("확정 %(confirmed)d명 · 대기 %(waiting)d명")
        % {"confirmed": program.confirmed, "waiting": program.waiting},
        url=reverse("organize:enrollment-list", args=[program.code]),
    )
    if program.status == ProgramStatus.CANCELLED:
        return [people]
    return [_of_time(program, on), people, _of_hosts(program), _of_publication(program)]


def _of_time(program: Any, on: date) -> Kpi:
    """Before the trip how long until it, afterwards how many came."""
    if program.status in (ProgramStatus.RUNNING, ProgramStatus.FINISHED):
        rate = program.attendance_rate
        url = reverse("organize:program-attendance", args=[program.code])
        return Kpi(
            _("출석률"), "–" if rate is None else f"{rate:.0f} %", note=_length(program), url=url
        )
    return Kpi(_("시작"), relative_day(program.starts_on, on), note=_length(program))


def _length(program: Program) -> str:
    return f"{unbroken(kday(program.starts_on))} · {unbroken(nights(program.starts_on, program.ends_on))}"


def _of_hosts(program: Any) -> Kpi:
    missing = program.visits - program.visits_confirmed
    return Kpi(
        _("방문기관 확인"),
        f"{program.visits_confirmed} / {program.visits}",
        badge=_("%(n)d곳 회신 대기") % {"n": missing} if missing and not program.is_over else "",
        tone="warn",
        url=reverse("organize:host-list", args=[program.code]),
    )


def _of_publication(program: Any) -> Kpi:
    plan = reverse("organize:item-list", args=[program.code])
    if not program.is_published:
        return Kpi(_("일정"), _("공개 전"), note=_("교육생에게 아직 보이지 않습니다"), url=plan)
    changes = pending.unpublished([program]).get(program.pk, 0)
    if not changes:
        return Kpi(_("일정"), _("공개함"), note=_("교육생이 보는 일정과 같습니다"), url=plan)
    review = reverse("organize:publish", args=[program.code])
    return Kpi(
        _("일정"),
        _("공개함"),
        badge=_("변경 %(n)d건 공개 전") % {"n": changes},
        tone="warn",
        url=review,
    )


def facts(program: Program) -> list[tuple[Any, Any]]:
    dates = f"{kdaterange(program.starts_on, program.ends_on)} · {nights(program.starts_on, program.ends_on)}"
    rows = [
        (_("과정 코드"), program.code),
        (_("교육분야"), program.get_category_display()),
        (_("기간"), dates),
        (_("정원"), _("%(capacity)d명 (최소 %(minimum)d명)") % vars(program)),
        (_("접수 기간"), _window(program)),
        (_("집결지"), program.meeting_point),
        (_("준비물"), program.bring),
        (_("이수 기준"), _("출석률 %(completion_percent)d%% 이상") % vars(program)),
        (_("공결 처리"), program.get_completion_rule_display()),
        (_("하루 인정시간 상한"), kduration(program.learning_cap_minutes)),
        (_("계획 문서번호"), program.plan_document),
        (_("교육 명령 문서번호"), program.order_document),
        (_("교육목표"), program.purpose),
    ]
    return [(label, value or "–") for label, value in rows]


def _window(program: Program) -> str:
    opens, closes = program.applications_open_at, program.applications_close_at
    if not (opens or closes):
        return ""
    return f"{kdatetime(opens)} {'–' if is_english() else '~'} {kdatetime(closes)}".strip()


def step_context(program: Program, page: StepPage, form: forms.Form) -> dict[str, Any]:
    return {
        "title": f"{program.full_title}: {page.label}",
        "body": page.body(program),
        "action": page.label,
        "tone": page.tone,
        "form": form,
        "back_url": reverse("organize:program-detail", args=[program.code]),
    }


def stale_context(form: ProgramForm, stale: StaleEdit) -> dict[str, Any]:
    """The typed values stay, the other person's are shown beside them; saving again is then a decision."""
    current: Any = stale.current
    data: Any = copy(form.data)
    data["version"] = str(current.version)
    typed = ProgramForm(data, instance=current)
    theirs = [
        (
            bound.label,
            shown(current, bound.name),
            shown_value(current, bound.name, form.cleaned_data[bound.name]),
        )
        for bound in form.visible_fields()
        if form.cleaned_data[bound.name] != getattr(current, bound.name)
    ]
    typed.add_error(None, str(stale))
    return {"form": typed, "theirs": theirs}


def shown(program: Program, name: str) -> str:
    return shown_value(program, name, getattr(program, name))


def shown_value(program: Program, name: str, value: Any) -> str:
    """A field's value as people read it."""
    field: Any = program._meta.get_field(name)
    if value in (None, ""):
        return "–"
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    kind = field.get_internal_type()
    return {"DateField": kdate, "DateTimeField": kdatetime}.get(kind, str)(value)


def members_of(program: Program) -> QuerySet[ProgramStaff]:
    """Organizers first."""
    return program.staff.select_related("user").order_by("-kind", "user__name", "pk")


def staff_context(program: Program, query: str) -> dict[str, Any]:
    text = search_text(query)
    return {
        "program": program,
        "tone": tone(program),
        "members": members_of(program),
        "query": text,
        "found": _people(text)[:FOUND] if text else [],
        "kinds": list(reversed(StaffKind.choices)),
    }


def _people(text: str) -> QuerySet[User]:
    """Accounts by name, employee number or department."""
    words = Q(name__icontains=text) | Q(employee_number__iexact=text)
    department = Q(participant__department__name__icontains=text)
    rows = User.objects.active().filter(words | department)
    return rows.select_related("participant__department", "participant__rank").order_by(
        "name", "pk"
    )
