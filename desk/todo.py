"""손이 필요한 일: what waits for an organizer, the most pressing kind first."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from core.dates import kdaterange, local_date, relative_day
from desk.overview import Post
from programs.models import Program, ProgramStatus
from site_visits import pending
from site_visits.models import HostState, Publication, SiteVisit

AHEAD = timedelta(days=30)
SHOWN = 12


@dataclass(frozen=True, slots=True)
class Todo:
    title: Any
    text: Any
    url: str
    action: Any


def todo_list(user: User, post: Post, *, at: datetime) -> list[Todo]:
    """Six statements, whatever there is to do."""
    today = local_date(at)
    return [
        *_failed(post),
        *_to_turn(user, today),
        *_unpublished_changes(user, today),
        *_never_published(user, today),
        *_unconfirmed_visits(user, at),
    ]


def _failed(post: Post) -> list[Todo]:
    if not post.failed:
        return []
    return [
        Todo(
            _("보내지 못한 알림 %(n)d건") % {"n": post.failed},
            _("받는 곳을 확인하고 다시 보내 주세요"),
            reverse("organize:message-list"),
            pgettext("todo", "확인"),
        )
    ]


def _to_turn(user: User, today: date) -> list[Todo]:
    """Programs whose day has come and whose state has not followed."""
    seen = Program.objects.visible_to(user)
    late = Q(status=ProgramStatus.CONFIRMED, starts_on__lte=today) | Q(
        status=ProgramStatus.RUNNING, ends_on__lt=today
    )
    todos = []
    for program in seen.filter(late).order_by("starts_on", "pk"):
        finish = program.ends_on < today
        todos.append(
            Todo(
                _("끝난 과정을 종료해 주세요") if finish else _("오늘 과정을 시작해 주세요"),
                f"{program.full_title} · {kdaterange(program.starts_on, program.ends_on)}",
                reverse("organize:program-detail", args=[program.code]),
                _("열기"),
            )
        )
    return todos


def _unpublished_changes(user: User, today: date) -> list[Todo]:
    coming = (
        Program.objects.visible_to(user)
        .live()
        .filter(ends_on__gte=today)
        .order_by("starts_on", "pk")
    )
    programs = list(coming.filter(Exists(Publication.objects.filter(program=OuterRef("pk")))))
    counts = pending.unpublished(programs)
    return [
        Todo(
            _("공개하지 않은 변경 %(n)d건") % {"n": counts[program.pk]},
            program.full_title,
            reverse("organize:publish", args=[program.code]),
            _("검토"),
        )
        for program in programs
        if program.pk in counts
    ]


def _never_published(user: User, today: date) -> list[Todo]:
    near = Program.objects.visible_to(user).live().filter(starts_on__range=(today, today + AHEAD))
    unpublished = near.filter(~Exists(Publication.objects.filter(program=OuterRef("pk"))))
    return [
        Todo(
            _("일정을 아직 공개하지 않았습니다"),
            _("%(program)s · 출발 %(when)s")
            % {"program": program.full_title, "when": relative_day(program.starts_on, today)},
            reverse("organize:item-list", args=[program.code]),
            _("일정"),
        )
        for program in unpublished.exclude(status=ProgramStatus.DRAFT).order_by("starts_on", "pk")
    ]


def _unconfirmed_visits(user: User, at: datetime) -> list[Todo]:
    states = [HostState.NOT_ASKED, HostState.ASKED, HostState.REFUSED]
    waiting = (
        SiteVisit.objects.visible_to(user)
        .live()
        .upcoming(at=at)
        .filter(host_state__in=states, item__starts_at__lt=at + AHEAD)
        .exclude(item__program__status__in=[ProgramStatus.CANCELLED, ProgramStatus.FINISHED])
        .select_related("item__site", "item__program")
        .order_by("item__starts_at", "pk")
    )
    return [_of_visit(visit, local_date(at)) for visit in waiting]


def _of_visit(visit: SiteVisit, today: date) -> Todo:
    site = visit.item.site
    days = _("방문 %(when)s") % {"when": relative_day(visit.item.starts_at, today)}
    if visit.host_state == HostState.REFUSED:
        title, asked, action = (
            _("%(site)s에서 방문을 거절했습니다") % {"site": site},
            visit.host_note,
            _("조정"),
        )
    elif visit.host_state == HostState.ASKED:
        title = _("%(site)s 회신이 없습니다") % {"site": site}
        asked, action = (
            _("요청 %(when)s") % {"when": relative_day(visit.asked_at, today)},
            _("다시 요청"),
        )
    else:
        title, asked, action = _("%(site)s에 아직 묻지 않았습니다") % {"site": site}, "", _("요청")
    url = reverse("organize:host-list", args=[visit.item.program.code])
    return Todo(title, " · ".join(part for part in (asked, days) if part), url, action)
