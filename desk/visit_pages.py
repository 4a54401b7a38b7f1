"""What the pages of all visits show."""

from calendar import SUNDAY, Calendar
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.dates import day_bounds, is_english, kdate, kday, ktime, ktimerange, local_date
from core.lists import Column, ListSpec
from core.templatetags.ui import badge
from desk.itinerary_pages import STATE_TONES
from desk.tabs import Tab
from participants.models import Enrollment
from programs.models import Holiday
from site_visits.forms import CalendarForm
from site_visits.models import HostState, ItineraryItem, SiteVisit

SHOWN_A_DAY = 4
FIRST_YEAR, LAST_YEAR = 2000, 2100
SIDES = [
    ("list", gettext_lazy("목록"), "organize:visit-list"),
    ("calendar", gettext_lazy("달력"), "organize:visit-calendar"),
    ("hosts", gettext_lazy("방문기관 회신"), "organize:host-board"),
]


def tabs(current: str, query: str = "") -> list[Tab]:
    return [Tab(label, reverse(name) + query, side == current) for side, label, name in SIDES]


def scheduled(visits: Any) -> Any:
    """Visits that have a time and are not cancelled."""
    return (
        visits.live()
        .filter(item__starts_at__isnull=False)
        .select_related("item__program", "item__site")
    )


def with_people(visits: QuerySet[SiteVisit]) -> QuerySet[SiteVisit]:
    """Adds `people`: the number told to the host, else those with a seat in the groups that come."""
    of_groups = Enrollment.objects.seated().filter(group__items=OuterRef("item"))
    of_program = Enrollment.objects.seated().filter(program=OuterRef("item__program"))
    groups = ItineraryItem.groups.through.objects.filter(itineraryitem=OuterRef("item"))
    return visits.annotate(
        in_groups=Exists(groups),
        group_people=_count(of_groups, "group__items"),
        all_people=_count(of_program, "program"),
    )


def _count(enrollments: Any, key: str) -> Coalesce:
    counted = enrollments.order_by().values(key).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


def people(visit: Any) -> int:
    return visit.headcount or (visit.group_people if visit.in_groups else visit.all_people)


def _when(visit: SiteVisit) -> str:
    item = visit.item
    return format_html(
        '<span class="nowrap">{}</span> <span class="nowrap num">{}</span>',
        kdate(item.starts_at),
        ktimerange(item.starts_at, item.ends_at),
    )


LIST = ListSpec(
    caption=gettext_lazy("방문 일정"),
    columns=[
        Column("when", gettext_lazy("때"), _when, ["item__starts_at"]),
        Column("title", gettext_lazy("방문"), lambda row: row.item.display_title, ["item__title"]),
        Column(
            "site",
            gettext_lazy("방문지"),
            lambda row: row.item.site.display_name,
            ["item__site__name"],
        ),
        Column(
            "kind",
            gettext_lazy("종류"),
            lambda row: row.item.site.get_kind_display(),
            ["item__site__kind"],
        ),
        Column(
            "program",
            gettext_lazy("과정"),
            lambda row: row.item.program.full_title,
            ["item__program__title"],
        ),
        Column("people", gettext_lazy("인원"), people, numeric=True),
        Column(
            "state",
            gettext_lazy("방문기관 회신"),
            lambda row: badge(row.get_host_state_display(), STATE_TONES[HostState(row.host_state)]),
            ["host_state"],
        ),
    ],
    url=lambda row: (
        f"{reverse('organize:item-list', args=[row.item.program.code])}#item-{row.item.uid}"
    ),
    default_order=["item__starts_at"],
    empty_text=gettext_lazy("아직 방문 일정이 없습니다"),
    empty_action_url="../programs/",
    empty_action_label=gettext_lazy("과정에서 일정 넣기"),
)


@dataclass(slots=True)
class Cell:
    day: date
    in_month: bool
    is_today: bool
    holiday: str
    url: str
    visits: list[Any] = field(default_factory=list)

    @property
    def name(self) -> str:
        return kday(self.day)

    @property
    def shown(self) -> list[Any]:
        return self.visits[:SHOWN_A_DAY]

    @property
    def more(self) -> int:
        return max(0, len(self.visits) - SHOWN_A_DAY)

    @property
    def is_off(self) -> bool:
        return bool(self.holiday) or self.day.isoweekday() == 7


def calendar_context(visits: Any, form: CalendarForm, *, today: date) -> dict[str, Any]:
    """A month in weeks that start on Sunday, as Korean calendars do."""
    chosen = {name: value for name, value in form.cleaned_data.items() if value}
    month = _month(chosen.pop("month", ""), today)
    weeks = Calendar(SUNDAY).monthdatescalendar(month.year, month.month)
    first, last = weeks[0][0], weeks[-1][-1]
    found = _found(visits, chosen).filter(
        item__starts_at__gte=day_bounds(first)[0], item__starts_at__lt=day_bounds(last)[1]
    )
    of_day: dict[date, list[Any]] = defaultdict(list)
    for visit in found.order_by("item__starts_at", "pk"):
        of_day[local_date(visit.item.starts_at)].append(_entry(visit))
    holidays = _holidays(first, last)
    query = _query(form)
    return {
        "form": form,
        "tabs": tabs("calendar"),
        "month": month,
        "title": _month_name(month),
        "weekdays": _weekdays(),
        "weeks": [
            [
                Cell(
                    day,
                    day.month == month.month,
                    day == today,
                    holidays.get(day, ""),
                    _day_url(day, query),
                    of_day[day],
                )
                for day in week
            ]
            for week in weeks
        ],
        "total": sum(len(entries) for day, entries in of_day.items() if day.month == month.month),
        "previous": _month_url(month - timedelta(days=1), query),
        "next": _month_url(month + timedelta(days=32), query),
        "this_month": _month_url(today, query),
    }


def _month(text: str, today: date) -> date:
    if text and FIRST_YEAR <= int(text[:4]) <= LAST_YEAR:
        return date(int(text[:4]), int(text[5:]), 1)
    return today.replace(day=1)


def _found(visits: Any, chosen: dict[str, Any]) -> Any:
    names = {"site": "item__site", "kind": "item__site__kind", "state": "host_state"}
    return visits.filter(**{names[name]: value for name, value in chosen.items()})


def _entry(visit: Any) -> dict[str, Any]:
    item = visit.item
    return {
        "time": ktime(item.starts_at),
        "site": item.site.display_name,
        "program": item.program.full_title,
        "state": visit.get_host_state_display(),
        "tone": STATE_TONES[HostState(visit.host_state)],
        "url": f"{reverse('organize:item-list', args=[item.program.code])}#item-{item.uid}",
    }


def _holidays(first: date, last: date) -> dict[date, str]:
    rows = Holiday.objects.filter(date__gte=first, date__lte=last)
    return {row.date: (row.name_en or row.name) if is_english() else row.name for row in rows}


def _query(form: CalendarForm) -> dict[str, str]:
    """The filters as they were typed, for the links that keep them."""
    return {
        name: form.data[name] for name in ("site", "kind", "state") if form.cleaned_data.get(name)
    }


def _day_url(day: date, query: dict[str, str]) -> str:
    dates = {"since": day.isoformat(), "until": day.isoformat()}
    return f"{reverse('organize:visit-list')}?{urlencode(query | dates)}"


def _month_url(day: date, query: dict[str, str]) -> str:
    return f"?{urlencode(query | {'month': f'{day:%Y-%m}'})}"


def _month_name(month: date) -> str:
    return f"{month:%B} {month.year}" if is_english() else f"{month.year}. {month.month}."


def _weekdays() -> list[tuple[Any, bool]]:
    """Names of the columns; Sunday is a day off."""
    names = [_("일"), _("월"), _("화"), _("수"), _("목"), _("금"), _("토")]
    return [(name, place == 0) for place, name in enumerate(names)]
