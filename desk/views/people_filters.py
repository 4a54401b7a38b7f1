"""How the organizer narrows down the directory and the list of a program's people."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Department, Rank
from core.text import search_text
from participants.models import EmploymentType, EnrollmentStatus
from programs.models import Group


def open_departments(_request: Any) -> QuerySet[Department]:
    return Department.objects.filter(closed_on=None)


def groups_of_the_program(request: Any) -> QuerySet[Group]:
    return Group.objects.filter(program__code=request.resolver_match.kwargs["code"])


FEW_LINES = forms.SelectMultiple(attrs={"size": 4})


class PersonFilter(django_filters.FilterSet):
    """The directory of everybody who can be trained."""

    q = django_filters.CharFilter(method="search")
    department = django_filters.ModelMultipleChoiceFilter(
        label=_("소속"), queryset=open_departments, widget=FEW_LINES
    )
    rank = django_filters.ModelChoiceFilter(
        label=_("직급"), queryset=Rank.objects.all(), empty_label=_("모두")
    )
    employment_type = django_filters.ChoiceFilter(
        label=_("고용 형태"), choices=EmploymentType.choices, empty_label=_("모두")
    )
    account = django_filters.ChoiceFilter(
        label=_("계정"),
        choices=[
            ("yes", pgettext_lazy("account", "있음")),
            ("no", pgettext_lazy("account", "없음")),
        ],
        empty_label=_("모두"),
        method="with_account",
    )

    def search(self, rows: Any, _name: str, text: str) -> Any:
        return rows.search(search_text(text))

    def with_account(self, rows: Any, _name: str, answer: str) -> Any:
        return rows.filter(user__isnull=answer == "no")


class CandidateFilter(PersonFilter):
    """The directory when people are chosen for a program; its rows carry `is_busy`."""

    account = None
    free = django_filters.ChoiceFilter(
        label=_("겹치는 과정"),
        choices=[("yes", _("없는 사람만"))],
        empty_label=_("모두"),
        method="without_other_programs",
    )

    def without_other_programs(self, rows: Any, _name: str, _answer: str) -> Any:
        return rows.filter(is_busy=False)


class EnrollmentFilter(django_filters.FilterSet):
    """The people of one program; nothing chosen means those still on the list."""

    q = django_filters.CharFilter(method="search")
    status = django_filters.MultipleChoiceFilter(
        label=_("상태"), choices=EnrollmentStatus.choices, widget=FEW_LINES
    )
    group = django_filters.ModelChoiceFilter(
        label=_("조"),
        queryset=groups_of_the_program,
        empty_label=_("모두"),
        null_label=_("조 없음"),
    )
    department = django_filters.ModelMultipleChoiceFilter(
        label=_("소속"),
        field_name="participant__department",
        queryset=open_departments,
        widget=FEW_LINES,
    )
    rank = django_filters.ModelChoiceFilter(
        label=_("직급"),
        field_name="participant__rank",
        queryset=Rank.objects.all(),
        empty_label=_("모두"),
    )

    def search(self, rows: Any, _name: str, text: str) -> Any:
        words = search_text(text)
        return rows.filter(participant__name__icontains=words) | rows.filter(
            participant__employee_number__icontains=words
        )

    def filter_queryset(self, queryset: Any) -> Any:
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("status") else found.live()
