"""The filters of the lists of sites and of visits."""

from datetime import date

import django_filters
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.dates import day_bounds, today
from core.text import search_text
from programs.filters import KoreanDateFilter
from programs.models import Program
from site_visits.models import (
    HostState,
    Site,
    SiteKind,
    SiteVisit,
    TravelSource,
    TravelTime,
    TripTemplate,
)
from site_visits.models.itinerary import SiteVisitQuerySet
from site_visits.models.site import SiteQuerySet
from site_visits.models.travel import TravelTimeQuerySet
from site_visits.models.trips import TripTemplateQuerySet
from site_visits.services.travel import sites_of


def _regions() -> list[tuple[str, str]]:
    names = Site.objects.exclude(region="").order_by("region").values_list("region", flat=True)
    return [(name, name) for name in names.distinct()]


class SiteFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=_("이름, 지역, 주소"))
    kind = django_filters.ChoiceFilter(
        choices=SiteKind.choices, label=_("종류"), empty_label=_("모두")
    )
    region = django_filters.ChoiceFilter(label=_("지역"), empty_label=_("모두"), choices=_regions)
    retired = django_filters.ChoiceFilter(
        choices=[("no", _("사용 중")), ("yes", _("사용 중지"))],
        method="by_retirement",
        label=_("상태"),
        empty_label=_("모두"),
    )

    class Meta:
        model = Site
        fields: list[str] = []

    def search(self, sites: SiteQuerySet, name: str, value: str) -> SiteQuerySet:
        return sites.search(search_text(value))

    def by_retirement(self, sites: SiteQuerySet, name: str, value: str) -> SiteQuerySet:
        return sites.filter(retired_on__isnull=value == "no")


class VisitFilter(django_filters.FilterSet):
    """The period keeps visits that start in it; without a period the coming ones are shown."""

    q = django_filters.CharFilter(method="search", label=_("제목, 방문지, 과정"))
    site = django_filters.ModelChoiceFilter(
        field_name="item__site",
        queryset=Site.objects.all(),
        label=_("방문지"),
        empty_label=_("모두"),
    )
    kind = django_filters.ChoiceFilter(
        field_name="item__site__kind",
        choices=SiteKind.choices,
        label=_("종류"),
        empty_label=_("모두"),
    )
    state = django_filters.ChoiceFilter(
        field_name="host_state",
        choices=HostState.choices,
        label=_("방문기관 회신"),
        empty_label=_("모두"),
    )
    program = django_filters.ModelChoiceFilter(
        field_name="item__program",
        queryset=lambda request: Program.objects.visible_to(request.user),
        label=_("과정"),
        empty_label=_("모두"),
    )
    when = django_filters.ChoiceFilter(
        choices=[("past", _("지난 방문")), ("all", _("모두"))],
        method="by_time",
        label=_("언제"),
        empty_label=_("다가오는 방문"),
    )
    since = KoreanDateFilter(method="from_day", label=_("이날부터"))
    until = KoreanDateFilter(method="to_day", label=_("이날까지"))

    class Meta:
        model = SiteVisit
        fields: list[str] = []

    def search(self, visits: SiteVisitQuerySet, name: str, value: str) -> SiteVisitQuerySet:
        text = search_text(value)
        return visits.filter(
            Q(item__title__icontains=text)
            | Q(item__site__name__icontains=text)
            | Q(item__program__title__icontains=text)
        )

    def filter_queryset(self, queryset: SiteVisitQuerySet) -> SiteVisitQuerySet:
        found = super().filter_queryset(queryset)
        if any(self.form.cleaned_data.get(name) for name in ("when", "since", "until")):
            return found
        return found.filter(item__starts_at__gte=day_bounds(today())[0])

    def by_time(self, visits: SiteVisitQuerySet, name: str, value: str) -> SiteVisitQuerySet:
        return visits.filter(item__starts_at__lt=timezone.now()) if value == "past" else visits

    def from_day(
        self, visits: SiteVisitQuerySet, name: str, value: date | None
    ) -> SiteVisitQuerySet:
        return visits.filter(item__starts_at__gte=day_bounds(value)[0]) if value else visits

    def to_day(self, visits: SiteVisitQuerySet, name: str, value: date | None) -> SiteVisitQuerySet:
        return visits.filter(item__starts_at__lt=day_bounds(value)[1]) if value else visits


class TemplateFilter(django_filters.FilterSet):
    """Without a choice those in use are shown."""

    q = django_filters.CharFilter(method="search", label=_("이름, 설명"))
    retired = django_filters.ChoiceFilter(
        choices=[("yes", _("사용 중지")), ("all", _("모두"))],
        method="by_retirement",
        label=_("상태"),
        empty_label=_("사용 중"),
    )

    class Meta:
        model = TripTemplate
        fields: list[str] = []

    def search(self, rows: TripTemplateQuerySet, name: str, value: str) -> TripTemplateQuerySet:
        text = search_text(value)
        return rows.filter(Q(name__icontains=text) | Q(description__icontains=text))

    def filter_queryset(self, queryset: TripTemplateQuerySet) -> TripTemplateQuerySet:
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("retired") else found.in_use()

    def by_retirement(
        self, rows: TripTemplateQuerySet, name: str, value: str
    ) -> TripTemplateQuerySet:
        return rows.filter(retired_at__isnull=False) if value == "yes" else rows


class TravelFilter(django_filters.FilterSet):
    """`program` keeps the pairs among the sites of one program's draft."""

    q = django_filters.CharFilter(method="search", label=_("방문지 이름, 지역"))
    origin = django_filters.ModelChoiceFilter(
        queryset=Site.objects.all(), label=_("출발지"), empty_label=_("모두")
    )
    target = django_filters.ModelChoiceFilter(
        queryset=Site.objects.all(), label=_("도착지"), empty_label=_("모두")
    )
    source = django_filters.ChoiceFilter(
        choices=TravelSource.choices, label=_("출처"), empty_label=_("모두")
    )
    program = django_filters.ModelChoiceFilter(
        method="of_program",
        queryset=lambda request: Program.objects.visible_to(request.user),
        label=_("과정의 방문지"),
        empty_label=_("모두"),
    )

    class Meta:
        model = TravelTime
        fields: list[str] = []

    def search(self, rows: TravelTimeQuerySet, name: str, value: str) -> TravelTimeQuerySet:
        text = search_text(value)
        return rows.filter(
            Q(origin__name__icontains=text)
            | Q(origin__name_en__icontains=text)
            | Q(origin__region__icontains=text)
            | Q(target__name__icontains=text)
            | Q(target__name_en__icontains=text)
            | Q(target__region__icontains=text)
        )

    def of_program(
        self, rows: TravelTimeQuerySet, name: str, value: Program | None
    ) -> TravelTimeQuerySet:
        return rows.among(sites_of(value)) if value else rows
