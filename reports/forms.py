"""The attendance report's filter, and what a file costs: a reason."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from accounts.permissions import Can, allowed
from core.dates import kdaterange, today
from core.forms import CleanCharField, KoreanDateField
from programs.models import Category, Program
from reports.attendance import Filters, department_scope
from reports.models import ReportFormat

if TYPE_CHECKING:
    from accounts.models import User

SHORTEST_REASON = 10


class Purpose(models.TextChoices):
    RESULT = "result", _("교육 결과보고")
    RECORD = "record", _("교육실적 등록")
    AUDIT = "audit", _("감사·점검 자료")
    DEPARTMENT = "department", _("부서 요청")
    OTHER = "other", _("기타")


class FilterForm(forms.Form):
    """Without anything asked it is this year's report."""

    program = forms.ModelChoiceField(
        Program.objects.none(), label=_("과정"), required=False, empty_label=_("모든 과정")
    )
    round = forms.IntegerField(label=_("차수"), required=False, min_value=1, max_value=999)
    category = forms.ChoiceField(
        label=_("교육분야"), required=False, choices=[("", _("모든 분야")), *Category.choices]
    )
    department = forms.ModelChoiceField(
        Department.objects.none(), label=_("소속"), required=False, empty_label=_("모든 부서")
    )
    first = KoreanDateField(label=_("기간 시작"), required=False)
    last = KoreanDateField(label=_("기간 끝"), required=False)

    def __init__(self, *args: Any, user: "User", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = department_scope(user)
        programs, departments = Program.objects.all(), Department.objects.all()
        if scope is not None:
            departments = departments.filter(pk__in=scope)
            programs = programs.filter(enrollments__participant__department__in=scope).distinct()
        self.fields["program"].queryset = programs  # type: ignore[attr-defined]
        self.fields["department"].queryset = departments  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        first, last = found.get("first"), found.get("last")
        if first and last and last < first:
            self.add_error("last", _("끝나는 날이 시작하는 날보다 빠릅니다."))
        return found

    @property
    def filters(self) -> Filters:
        asked = self.cleaned_data
        return Filters(
            program=asked["program"].pk if asked["program"] else None,
            round=asked["round"],
            category=asked["category"],
            department=asked["department"].pk if asked["department"] else None,
            first=asked["first"],
            last=asked["last"],
        )

    @property
    def asked(self) -> list[tuple[str, str]]:
        """The filter in words, for the page, the file's heading and the access log."""
        found = self.cleaned_data
        words = {
            "program": str(found["program"] or ""),
            "round": str(found["round"] or ""),
            "category": str(Category(found["category"]).label) if found["category"] else "",
            "department": str(found["department"] or ""),
        }
        said = [(str(self.fields[name].label), text) for name, text in words.items() if text]
        if found["first"] or found["last"]:
            said.append((str(_("기간")), kdaterange(found["first"], found["last"])))
        return said


def this_year() -> dict[str, str]:
    year = today().year
    return {"first": f"{year}-01-01", "last": f"{year}-12-31"}


class DownloadForm(forms.Form):
    """Who takes personal data out says what for, in words."""

    format = forms.ChoiceField(
        label=_("파일 형식"),
        choices=[
            (ReportFormat.XLSX, _("XLSX · A4 가로, 인쇄용")),
            (ReportFormat.CSV, _("CSV · 다른 프로그램용")),
        ],
        initial=ReportFormat.XLSX,
        widget=forms.RadioSelect,
    )
    purpose = forms.ChoiceField(label=_("용도"), choices=[("", _("고르십시오")), *Purpose.choices])
    reason = CleanCharField(
        label=_("내려받는 사유"),
        help_text=_("10자 이상 적어 주세요. 접속기록에 남고 파일 아래에 인쇄됩니다."),
        min_length=SHORTEST_REASON,
        max_length=200,
        error_messages={"min_length": _("사유를 10자 이상 적어 주세요.")},
    )
    names_in_full = forms.BooleanField(label=_("성명을 가리지 않고 모두 표시"), required=False)

    def __init__(self, *args: Any, user: "User", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not allowed(user, Can.SEE_PERSONAL_DETAILS):
            del self.fields["names_in_full"]

    @property
    def purpose_in_words(self) -> str:
        purpose = Purpose(self.cleaned_data["purpose"]).label
        return f"{purpose}: {self.cleaned_data['reason']}"
