"""What the pages of the site catalogue show."""

from copy import copy
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.forms import Form
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from core.dates import kdaterange, ktimerange
from core.errors import StaleEdit
from core.lists import Column, ListSpec
from core.templatetags.ui import badge
from desk.stale import differing
from desk.visit_pages import people, scheduled, with_people
from site_visits.models import ItineraryItem, Site, SiteClosure, SiteVisit, Weekday
from site_visits.services import sites
from site_visits.site_forms import SiteForm

SHOWN_VISITS = 20


def with_coming(rows: QuerySet[Site], *, at: datetime) -> QuerySet[Site]:
    """Adds `coming`: visits still ahead, over all programs."""
    ahead = ItineraryItem.objects.live().visits().filter(site=OuterRef("pk"), starts_at__gte=at)
    counted = ahead.order_by().values("site").annotate(n=Count("pk")).values("n")
    return rows.annotate(coming=Coalesce(Subquery(counted), 0))


def _state(site: Site) -> str:
    return badge(_("사용 중지"), "bad") if site.retired_on else badge(_("사용 중"), "ok")


LIST = ListSpec(
    caption=gettext_lazy("방문지 목록"),
    columns=[
        Column("name", gettext_lazy("이름"), lambda row: row.display_name, ["name"]),
        Column("kind", gettext_lazy("종류"), lambda row: row.get_kind_display(), ["kind"]),
        Column("region", gettext_lazy("지역"), lambda row: row.region, ["region"]),
        Column(
            "capacity",
            gettext_lazy("회당 수용"),
            lambda row: _("%(n)d명") % {"n": row.capacity} if row.capacity else "–",
            ["capacity"],
            numeric=True,
        ),
        Column(
            "coming", gettext_lazy("예정 방문"), lambda row: row.coming, ["coming"], numeric=True
        ),
        Column("state", gettext_lazy("상태"), _state, ["retired_on"]),
    ],
    url=lambda row: reverse("organize:site-detail", args=[row.pk]),
    default_order=["name"],
    empty_text=gettext_lazy("아직 방문지가 없습니다"),
    empty_action_url="new/",
    empty_action_label=gettext_lazy("방문지 등록"),
)


def detail_context(site: Site, *, at: datetime) -> dict[str, Any]:
    visits = with_people(scheduled(SiteVisit.objects.filter(item__site=site)).upcoming(at=at))
    coming = list(visits.order_by("item__starts_at", "pk")[: SHOWN_VISITS + 1])
    return {
        "site": site,
        "facts": _facts(site),
        "hours": _hours(site),
        "closures": [closure_words(rule) for rule in site.closures.all()],
        "visits": [{"visit": visit, "people": people(visit)} for visit in coming[:SHOWN_VISITS]],
        "visits_url": f"{reverse('organize:visit-list')}?site={site.pk}",
    }


def _facts(site: Site) -> list[tuple[Any, Any]]:
    rows = [
        (_("종류"), site.get_kind_display()),
        (_("지역"), site.region),
        (_("주소"), site.address),
        (_("좌표"), f"{site.latitude}, {site.longitude}" if site.latitude is not None else ""),
        (
            _("회당 수용 인원"),
            _("%(n)d명") % {"n": site.capacity} if site.capacity else _("제한 없음"),
        ),
        (_("담당 부서·창구"), site.contact_name),
        (_("대표 전화"), site.contact_phone),
        (_("대표 전자우편"), site.contact_email),
        (_("출입 안내"), site.access_notes),
        (_("복장"), site.dress_rule),
        (_("신분 확인"), site.id_rule),
    ]
    return [(label, value or "–") for label, value in rows]


def _hours(site: Site) -> list[tuple[Any, str]]:
    known = list(site.opening_hours.all())
    if not known:
        return []
    return [
        (
            weekday.label,
            ", ".join(
                ktimerange(row.opens_at, row.closes_at) for row in known if row.weekday == weekday
            ),
        )
        for weekday in Weekday
    ]


def closure_words(rule: SiteClosure) -> str:
    """A closed day as a sign at the door would say it."""
    if rule.kind == SiteClosure.Kind.HOLIDAYS:
        text = _("공휴일")
    elif rule.kind == SiteClosure.Kind.DATES:
        text = kdaterange(rule.first_on, rule.last_on)
    else:
        day = Weekday(rule.weekday or 0).label
        text = (
            _("매주 %(day)s요일(공휴일이면 다음 평일)")
            if rule.shifts_after_holiday
            else _("매주 %(day)s요일")
        ) % {"day": day}
    return f"{text} · {rule.note}" if rule.note else text


def form_context(
    form: SiteForm, hours: Any, closures: Any, *, site: Site | None = None, theirs: Any = None
) -> dict[str, Any]:
    back = (
        reverse("organize:site-detail", args=[site.pk]) if site else reverse("organize:site-list")
    )
    wrong = [
        row
        for formset in (hours, closures)
        if formset.is_bound
        for row in formset.forms
        if row.errors
    ]
    return {
        "form": form,
        "hours": hours,
        "closures": closures,
        "site": site,
        "theirs": theirs,
        "back_url": back,
        "wrong": wrong,
    }


def stale_form(form: SiteForm, stale: StaleEdit) -> tuple[SiteForm, list[tuple[Any, str, str]]]:
    current: Any = stale.current
    data: Any = copy(form.data)
    data["version"] = str(current.version)
    saved = {name: getattr(current, name) for name in form.Meta.fields}
    theirs = differing(form, saved)
    again = SiteForm(data, instance=copy(current))
    again.is_valid()
    again.add_error(None, str(stale))
    return again, theirs


def retire_context(site: Site, form: Form, *, at: datetime) -> dict[str, Any]:
    back = reverse("organize:site-detail", args=[site.pk])
    if site.retired_on:
        body = _("%(site)s을(를) 다시 방문지 목록에서 고를 수 있게 합니다.")
        return {
            "title": _("다시 사용"),
            "body": body % {"site": site.name},
            "action": _("다시 사용"),
            "back_url": back,
            "form": form,
            "tone": "primary",
        }
    planned = sites.planned_visits(site, at=at)
    body = (
        _("%(site)s: 새 일정에서 고를 수 없게 합니다. 이미 잡힌 방문 %(n)d건은 그대로 남습니다.")
        if planned
        else _("%(site)s: 새 일정에서 고를 수 없게 합니다. 지난 기록은 그대로 남습니다.")
    )
    return {
        "title": pgettext("command", "사용 중지"),
        "body": body % {"site": site.name, "n": planned},
        "action": pgettext("command", "사용 중지"),
        "back_url": back,
        "form": form,
    }
