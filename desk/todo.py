"""손이 필요한 일: what waits for an organizer, the most pressing kind first."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from core.dates import kdaterange, kduration, local_date, relative_day
from desk import message_health
from desk.overview import Post
from programs.models import Program, ProgramStatus
from reminders.models import Message, unseen
from site_visits import pending
from site_visits.models import HostState, Publication, SiteVisit

AHEAD = timedelta(days=30)
# A phone lies in a pocket for an hour before anybody has to be called.
TIME_TO_LOOK = timedelta(hours=1)
UNDER_WAY = [ProgramStatus.CONFIRMED, ProgramStatus.RUNNING]
SHOWN = 12


@dataclass(frozen=True, slots=True)
class Todo:
    title: Any
    text: Any
    url: str
    action: Any


def todo_list(user: User, post: Post, *, at: datetime) -> list[Todo]:
    """Nine statements, whatever there is to do."""
    today = local_date(at)
    return [
        *_stuck(user, at),
        *_failed(post),
        *_unseen(user, at),
        *_to_turn(user, today),
        *_unpublished_changes(user, today),
        *_never_published(user, today),
        *_unconfirmed_visits(user, at),
    ]


def _stuck(user: User, at: datetime) -> list[Todo]:
    """Messages that do not go out by themselves."""
    found = message_health.alarms(Message.objects.visible_to(user), at=at)
    url, look = reverse("organize:message-list"), pgettext("todo", "확인")
    todos = []
    if found.is_late:
        title = _("알림이 %(late)s째 나가지 못하고 있습니다") % {"late": kduration(found.late_by)}
        todos.append(Todo(title, _("보내는 프로그램과 메일 서버를 확인해 주세요"), url, look))
    if found.overheld:
        title = _("보류 시한이 지난 알림 %(n)d건") % {"n": found.overheld}
        todos.append(Todo(title, _("지금 보내거나 멈추어 주세요"), f"{url}?state=held", look))
    if found.by_hand:
        title = _("직접 전할 문구 %(n)d건") % {"n": found.by_hand}
        text = _("메신저로 보내고 ‘전달했습니다’를 눌러 주세요")
        todos.append(Todo(title, text, reverse("organize:message-copy"), _("열기")))
    return todos


def _unseen(user: User, at: datetime) -> list[Todo]:
    """Changes that somebody was told an hour ago, or could not be told, and has not seen; soonest program first."""
    rows = unseen(Message.objects.visible_to(user).of_publications_in_force())
    found = list(
        rows.filter(program__ends_on__gte=local_date(at), program__status__in=UNDER_WAY)
        .filter(due_at__lt=at - TIME_TO_LOOK)
        .order_by("program__starts_on", "program")
        .values("program", "program__code", "publication__number")
        .annotate(n=Count("participant", distinct=True) + Count("user", distinct=True))
    )
    programs = Program.objects.in_bulk([one["program"] for one in found])
    return [
        Todo(
            _("바뀐 일정을 %(n)d명이 보지 않았습니다") % {"n": one["n"]},
            programs[one["program"]].full_title,
            reverse(
                "organize:unseen-list", args=[one["program__code"], one["publication__number"]]
            ),
            pgettext("todo", "전화"),
        )
        for one in found
    ]


def _failed(post: Post) -> list[Todo]:
    if not post.failed:
        return []
    return [
        Todo(
            _("보내지 못한 알림 %(n)d건") % {"n": post.failed},
            _("받는 곳을 확인하고 다시 보내 주세요"),
            f"{reverse('organize:message-list')}?state=failed",
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
