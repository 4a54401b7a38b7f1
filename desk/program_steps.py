"""The page of each step in a program's life: what it says will happen, what it asks for, and the service it calls."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.dates import kdaterange
from participants.models import Enrollment
from programs.forms import ConfirmForm, PostponeForm, ReasonForm
from programs.models import Program
from programs.services import lifecycle as program_rules
from site_visits.models import HostState, Publication, SiteVisit
from site_visits.services import lifecycle


@dataclass(frozen=True, slots=True)
class StepPage:
    """`run` takes program, by, at and the form's values; `body` says what will happen to whom."""

    key: str
    label: Any
    done: Any
    run: Callable[..., Program]
    body: Callable[[Program], str]
    form: type[forms.Form] = forms.Form
    tone: str = "primary"
    asks: bool = False

    def take(self, program: Program, form: forms.Form, *, by: User, at: datetime) -> Program:
        return self.run(program=program, by=by, at=at, **form.cleaned_data)

    def is_done(self, program: Program) -> bool:
        """Whether the program already stands where this step leads: a form sent twice."""
        step = program_rules.STEPS.get(self.key)
        return step is not None and program.status == step.reaches

    def is_open(self, program: Program) -> bool:
        if self.key == "postpone":
            return program.status in program_rules.POSTPONABLE
        return program.status in program_rules.STEPS[self.key].leaves


def _people(program: Program) -> int:
    return Enrollment.objects.filter(program=program).live().count()


def _told(program: Program) -> str:
    """The sentence that names how many people hear of it."""
    if people := _people(program):
        return _("교육생 %(people)d명에게 알림이 갑니다.") % {"people": people}
    return _("등록된 교육생이 없어 알림은 가지 않습니다.")


def _hosts(program: Program) -> str:
    """Hosts expect a call, not a mail from a machine."""
    expecting = SiteVisit.objects.live().filter(
        item__program=program, host_state__in=[HostState.ASKED, HostState.CONFIRMED]
    )
    hosts = expecting.count()
    return _("방문기관 %(hosts)d곳에는 따로 연락해 주세요.") % {"hosts": hosts} if hosts else ""


def _cancel_body(program: Program) -> str:
    published = Publication.objects.filter(program=program).exists()
    calendars = _("공개한 일정은 달력에서 취소로 바뀝니다.") if published else ""
    kept = _("명단과 기록은 남고, 폐강은 되돌릴 수 없습니다.")
    return " ".join(part for part in (_told(program), _hosts(program), calendars, kept) if part)


def _postpone_body(program: Program) -> str:
    now = _("지금 기간은 %(dates)s입니다.") % {
        "dates": kdaterange(program.starts_on, program.ends_on)
    }
    moved = _("일정 초안이 같은 날수만큼 옮겨집니다.")
    if Publication.objects.filter(program=program).exists():
        after = _("교육생 %(n)d명에게는 일정을 다시 공개할 때 알림이 갑니다.") % {
            "n": _people(program)
        }
    else:
        after = _("공개한 일정이 없어 알림은 가지 않습니다.")
    return " ".join(part for part in (now, moved, after, _hosts(program)) if part)


def _confirm_body(program: Program) -> str:
    confirmed = Enrollment.objects.filter(program=program).travelling().count()
    return _(
        "확정된 교육생은 %(n)d명입니다. 정원 %(capacity)d명, 최소 개설 인원 %(minimum)d명."
    ) % {
        "n": confirmed,
        "capacity": program.capacity,
        "minimum": program.minimum,
    }


STEP_PAGES: dict[str, StepPage] = {
    page.key: page
    for page in (
        StepPage(
            "open",
            gettext_lazy("모집 시작"),
            gettext_lazy("모집을 시작했습니다."),
            program_rules.open,
            lambda program: _("접수 기간 동안 신청과 추천을 받습니다."),
        ),
        StepPage(
            "close",
            gettext_lazy("모집 마감하기"),
            gettext_lazy("모집을 마감했습니다."),
            program_rules.close,
            lambda program: _("더는 신청을 받지 않습니다. 준비로 되돌려 다시 모집할 수 있습니다."),
        ),
        StepPage(
            "confirm",
            gettext_lazy("과정 확정"),
            gettext_lazy("과정을 확정했습니다."),
            lifecycle.confirm_program,
            _confirm_body,
            ConfirmForm,
            asks=True,
        ),
        StepPage(
            "start",
            gettext_lazy("과정 시작"),
            gettext_lazy("과정을 시작했습니다."),
            program_rules.start,
            lambda program: _("과정이 진행 중으로 바뀝니다."),
        ),
        StepPage(
            "finish",
            gettext_lazy("과정 종료"),
            gettext_lazy("과정을 종료했습니다."),
            program_rules.finish,
            lambda program: _("종료한 뒤 출석을 마감하면 이수 여부가 정해집니다."),
        ),
        StepPage(
            "reopen",
            gettext_lazy("준비로 되돌리기"),
            gettext_lazy("준비 상태로 되돌렸습니다."),
            program_rules.reopen,
            lambda program: _(
                "신청을 받지 않는 준비 상태가 됩니다. 이미 받은 신청은 그대로 남습니다."
            ),
        ),
        StepPage(
            "resume",
            gettext_lazy("종료 되돌리기"),
            gettext_lazy("진행 중으로 되돌렸습니다."),
            program_rules.resume,
            lambda program: _("과정이 다시 진행 중이 되어 내용을 고칠 수 있습니다."),
        ),
        StepPage(
            "postpone",
            gettext_lazy("연기하기"),
            gettext_lazy("과정을 연기했습니다. 일정을 확인하고 다시 공개해 주세요."),
            lifecycle.postpone_program,
            _postpone_body,
            PostponeForm,
            asks=True,
        ),
        StepPage(
            "cancel",
            gettext_lazy("폐강하기"),
            gettext_lazy("과정을 폐강했습니다."),
            lifecycle.cancel_program,
            _cancel_body,
            ReasonForm,
            tone="bad",
            asks=True,
        ),
    )
}


def pages_of(program: Program, *, on: date) -> tuple[StepPage | None, list[StepPage]]:
    """The one next step, and the others that are possible now."""
    following = program_rules.NEXT.get(program.status)
    possible = [
        page
        for page in STEP_PAGES.values()
        if page.is_open(program) and program_rules.first_day(program, page.key) <= on
    ]
    first = next((page for page in possible if page.key == following), None)
    return first, [page for page in possible if page is not first]
