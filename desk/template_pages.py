"""What the pages of trip templates and of programs made from them show."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import Count, IntegerField, QuerySet
from django.db.models.expressions import RawSQL
from django.forms import Form
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from core.dates import is_english, kdate, ktimerange, nights
from core.lists import Column, ListSpec
from core.templatetags.ui import badge
from desk.program_pages import dates_of
from site_visits.models import ItemKind, TripTemplate
from site_visits.trip import Trip, TripItem

LATEST: Final = 20
ANY_DAY: Final = date(2026, 1, 1)


def with_counts(rows: QuerySet[TripTemplate]) -> QuerySet[TripTemplate]:
    """Adds `items` and `used`, and leaves the content where it is."""
    length = RawSQL("jsonb_array_length(content->'items')", [], output_field=IntegerField())
    return (
        rows.defer("content")
        .select_related("made_from", "created_by")
        .annotate(items=length, used=Count("copies"))
    )


def length_of(days: int) -> str:
    return nights(ANY_DAY, ANY_DAY + timedelta(days=days - 1))


def made_on(row: TripTemplate) -> str:
    return format_html('<span class="nowrap">{}</span>', kdate(row.created_at))


def state_of(row: TripTemplate) -> str:
    return badge(_("사용 중지"), "bad") if row.retired_at else badge(_("사용 중"), "ok")


LIST = ListSpec(
    caption=gettext_lazy("일정 서식 목록"),
    columns=[
        Column("name", gettext_lazy("이름"), lambda row: row.name, ["name"]),
        Column("days", gettext_lazy("길이"), lambda row: length_of(row.days), ["days"]),
        Column("items", gettext_lazy("일정 수"), lambda row: row.items, ["items"], numeric=True),
        Column("used", gettext_lazy("만든 과정"), lambda row: row.used, ["used"], numeric=True),
        Column(
            "made_from",
            gettext_lazy("바탕 과정"),
            lambda row: row.made_from.full_title if row.made_from else "–",
        ),
        Column("created", gettext_lazy("만든 날"), made_on, ["created_at"]),
        Column("state", gettext_lazy("상태"), state_of, ["retired_at"]),
    ],
    url=lambda row: reverse("organize:template-detail", args=[row.pk]),
    default_order=["name"],
    empty_text=gettext_lazy(
        "아직 서식이 없습니다. 과정 화면에서 ‘서식으로 저장’을 누르면 여기에 모입니다"
    ),
    empty_action_url="../../",
    empty_action_label=gettext_lazy("과정 고르기"),
)

PAST = ListSpec(
    caption=gettext_lazy("본보기로 삼을 과정"),
    columns=[
        Column("title", gettext_lazy("과정"), lambda row: row.full_title, ["title", "round"]),
        Column("dates", gettext_lazy("기간"), dates_of, ["starts_on", "ends_on"]),
        Column("plan", gettext_lazy("일정 수"), lambda row: row.plan, ["plan"], numeric=True),
    ],
    url=lambda row: reverse("organize:program-copy", args=[row.code]),
    default_order=["-starts_on", "code"],
    empty_text=gettext_lazy("일정이 있는 과정이 아직 없습니다"),
)


# -- one template


@dataclass(frozen=True, slots=True)
class TripLine:
    time: str
    kind: Any
    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class TripDay:
    label: Any
    off: bool
    lines: list[TripLine]


def days_of(trip: Trip) -> list[TripDay]:
    """The days that hold something, then what waits without a time."""
    of_day: dict[int | None, list[TripItem]] = {}
    for item in trip.items:
        of_day.setdefault(item.day, []).append(item)
    days = [
        TripDay(
            _("%(n)d일차") % {"n": number + 1},
            0 <= number < len(trip.off) and trip.off[number],
            [_line(item) for item in of_day[number]],
        )
        for number in sorted(day for day in of_day if day is not None)
    ]
    if None in of_day:
        days.append(
            TripDay(_("시간 미정"), off=False, lines=[_line(item) for item in of_day[None]])
        )
    return days


def _line(item: TripItem) -> TripLine:
    if item.kind == ItemKind.TRAVEL:
        ends = " → ".join(site_name(site) for site in (item.origin, item.target) if site)
        parts = [
            ends if ends != item.title else "",
            f"{item.km}\N{NO-BREAK SPACE}km" if item.km else "",
        ]
    else:
        parts = [site_name(item.site) if item.site else "", item.place]
    return TripLine(
        time=clock_range(item.start, item.minutes),
        kind=ItemKind(item.kind).label,
        title=(item.title_en if is_english() else "") or item.title,
        detail=" · ".join(part for part in (*parts, ", ".join(item.groups)) if part),
    )


def site_name(site: Any) -> str:
    return (site.name_en if is_english() else "") or site.name


def clock_range(start: int | None, minutes: int) -> str:
    if start is None:
        return ""
    begins = datetime.combine(ANY_DAY, time.min) + timedelta(minutes=start)
    return ktimerange(begins, begins + timedelta(minutes=minutes))


def detail_context(template: TripTemplate, trip: Trip) -> dict[str, Any]:
    facts = [
        (_("길이"), length_of(template.days)),
        (_("일정 수"), len(trip.items)),
        (pgettext("plural", "조"), ", ".join(trip.groups) or "–"),
        (_("설명"), template.description or "–"),
        (_("만든 사람"), template.created_by.name),
        (_("만든 날"), kdate(template.created_at)),
    ]
    return {
        "template": template,
        "facts": facts,
        "days": days_of(trip),
        "copies": template.copies.select_related("program").order_by("-made_at")[:LATEST],
    }


def retire_context(template: TripTemplate, form: Form) -> dict[str, Any]:
    word = _("다시 사용") if template.retired_at else pgettext("command", "사용 중지")
    body = (
        _("%(name)s 서식으로 다시 새 과정을 만들 수 있게 합니다.")
        if template.retired_at
        else _("%(name)s 서식을 목록에서 감춥니다. 이미 만든 과정은 그대로 남습니다.")
    )
    return {
        "title": word,
        "body": body % {"name": template.name},
        "action": word,
        "back_url": reverse("organize:template-detail", args=[template.pk]),
        "form": form,
        "tone": "primary" if template.retired_at else "bad",
    }


def delete_context(template: TripTemplate, form: Form) -> dict[str, Any]:
    return {
        "title": _("서식 지우기"),
        "body": _(
            "%(name)s 서식을 지웁니다. 되돌릴 수 없습니다. 이 서식으로 만든 과정은 그대로 남습니다."
        )
        % {"name": template.name},
        "action": _("지우기"),
        "back_url": reverse("organize:template-detail", args=[template.pk]),
        "form": form,
    }
