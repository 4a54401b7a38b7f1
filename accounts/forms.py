"""What the account pages ask for; shape only."""

from typing import Any

import django_filters
from django import forms
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import AccessAction, AccessLog, Department, User
from accounts.permissions import Role
from core import dates
from core.forms import CleanCharField, KoreanDateField, KoreanDateInput
from core.text import search_text

GRANTABLE = [choice for choice in Role.choices if choice[0] != Role.PARTICIPANT]


class InvitationForm(forms.Form):
    employee_number = CleanCharField(
        label=_("사번"), max_length=20, help_text=_("예: GR-2019-0123")
    )
    name = CleanCharField(label=_("성명"), max_length=60)
    email = forms.EmailField(
        label=_("전자우편"), max_length=254, help_text=_("이 주소로 초대를 보냅니다.")
    )
    office_phone = CleanCharField(label=_("내선번호"), max_length=30, required=False)
    language = forms.ChoiceField(
        label=_("화면 언어"), choices=[("ko", "한국어"), ("en", "English")]
    )


class GrantForm(forms.Form):
    role = forms.ChoiceField(label=_("역할"), choices=[("", _("고르세요")), *GRANTABLE])
    department = forms.ModelChoiceField(
        label=_("부서"),
        queryset=Department.objects.filter(closed_on=None),
        required=False,
        empty_label=_("없음"),
        help_text=_("부서 서무에게만 정합니다."),
    )
    reason = CleanCharField(label=_("사유"), max_length=200, help_text=_("예: 7월 인사발령"))


class ReasonForm(forms.Form):
    reason = CleanCharField(label=_("사유"), max_length=200)


class AccountFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search")
    role = django_filters.ChoiceFilter(
        label=_("역할"), choices=GRANTABLE, empty_label=_("모두"), method="holding"
    )
    state = django_filters.ChoiceFilter(
        label=_("상태"),
        choices=[("active", _("사용 중")), ("invited", _("초대함")), ("closed", _("중지"))],
        empty_label=_("모두"),
        method="in_state",
    )

    def search(self, rows: Any, _name: str, text: str) -> Any:
        words = search_text(text)
        return rows.filter(
            Q(name__icontains=words)
            | Q(employee_number__icontains=words)
            | Q(email__icontains=words)
        )

    def holding(self, rows: Any, _name: str, role: str) -> Any:
        return rows.holding(Role(role))

    def in_state(self, rows: Any, _name: str, state: str) -> Any:
        if state == "closed":
            return rows.filter(is_active=False)
        without_password = Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
        return rows.filter(
            without_password if state == "invited" else ~without_password, is_active=True
        )


class DayFilter(django_filters.Filter):
    """A Seoul day, as people type it."""

    field_class = KoreanDateField


class AccessLogFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search")
    action = django_filters.ChoiceFilter(
        label=_("한 일"), choices=AccessAction.choices, empty_label=_("모두")
    )
    since = DayFilter(label=_("부터"), method="from_day", widget=KoreanDateInput)
    until = DayFilter(label=_("까지"), method="to_day", widget=KoreanDateInput)

    class Meta:
        model = AccessLog
        fields: list[str] = []

    def search(self, rows: Any, _name: str, text: str) -> Any:
        """Who looked (name or number), or whose data (the whole employee number)."""
        words = search_text(text)
        people = User.objects.filter(Q(name__icontains=words) | Q(employee_number__icontains=words))
        return rows.filter(Q(user__in=people) | Q(subjects__contains=[words]))

    def from_day(self, rows: Any, _name: str, day: Any) -> Any:
        return rows.filter(at__gte=dates.day_bounds(day)[0])

    def to_day(self, rows: Any, _name: str, day: Any) -> Any:
        return rows.filter(at__lt=dates.day_bounds(day)[1])
