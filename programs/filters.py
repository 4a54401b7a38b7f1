"""The filters of every list of programs."""

from datetime import date

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.forms import KoreanDateField
from core.text import search_text
from programs.models import Category, Program, ProgramStatus
from programs.models.program import ProgramQuerySet


class KoreanDateFilter(django_filters.DateFilter):
    field_class = KoreanDateField


class ProgramFilter(django_filters.FilterSet):
    """`q` looks in titles and the code; the period keeps programs with at least one day in it."""

    q = django_filters.CharFilter(method="search", label=_("과정명, 코드"))
    status = django_filters.ChoiceFilter(
        choices=[("live", _("끝나지 않은 과정")), *ProgramStatus.choices],
        method="by_status",
        label=_("상태"),
        empty_label=_("모두"),
    )
    category = django_filters.ChoiceFilter(
        choices=Category.choices, label=_("교육분야"), empty_label=_("모두")
    )
    since = KoreanDateFilter(method="from_day", label=_("이날부터"))
    until = KoreanDateFilter(method="to_day", label=_("이날까지"))

    class Meta:
        model = Program
        fields: list[str] = []

    def search(self, programs: ProgramQuerySet, name: str, value: str) -> ProgramQuerySet:
        text = search_text(value)
        return programs.filter(
            Q(title__icontains=text) | Q(title_en__icontains=text) | Q(code__icontains=text)
        )

    def by_status(self, programs: ProgramQuerySet, name: str, value: str) -> ProgramQuerySet:
        return programs.live() if value == "live" else programs.filter(status=value)

    def from_day(self, programs: ProgramQuerySet, name: str, value: date | None) -> ProgramQuerySet:
        return programs.between(value, None)

    def to_day(self, programs: ProgramQuerySet, name: str, value: date | None) -> ProgramQuerySet:
        return programs.between(None, value)
