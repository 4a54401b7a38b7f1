"""What the organizer's home shows, in a fixed number of statements however many programs there are."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, Count, IntegerField, Min, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from core.dates import day_bounds, kday, kdaytime, ktime, local_date, relative_day
from desk.figures import tone, with_figures
from programs.models import Program, ProgramStatus
from reminders.models import Message

ROWS = 10
# A finished program stays in view while its attendance is being settled.
FINISHED_IN_VIEW = timedelta(days=30)
FAILED_IN_VIEW = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Kpi:
    label: Any
    value: Any
    note: Any = ""
    badge: Any = ""
    tone: str = "plain"
    url: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """The messages of today: how many failed lately, how many are still to go and when the first goes."""

    failed: int
    planned: int
    next_at: datetime | None


def current_programs(user: User, *, on: date) -> list[tuple[Program, str]]:
    """The table with the color of each state: running ones first, then those to come, then what has just finished."""
    rank = Case(
        When(status=ProgramStatus.RUNNING, then=Value(0)),
        When(status=ProgramStatus.FINISHED, then=Value(2)),
        default=Value(1),
        output_field=IntegerField(),
    )
    seen = Program.objects.visible_to(user).exclude(status=ProgramStatus.CANCELLED)
    long_ago = Q(status=ProgramStatus.FINISHED, ends_on__lt=on - FINISHED_IN_VIEW)
    rows = with_figures(seen.exclude(long_ago)).order_by(rank, "starts_on", "pk")[:ROWS]
    return [(program, tone(program)) for program in rows]


def next_departure(user: User, *, on: date) -> Program | None:
    coming = Program.objects.visible_to(user).live().exclude(status=ProgramStatus.RUNNING)
    return with_figures(coming.filter(starts_on__gte=on)).order_by("starts_on", "pk").first()


def post_of_today(user: User, *, at: datetime) -> Post:
    first, end = day_bounds(local_date(at))
    seen = Message.objects.visible_to(user).filter(due_at__lt=end)
    failed = seen.failed().filter(due_at__gte=first - FAILED_IN_VIEW).count()
    waiting = seen.waiting().aggregate(planned=Count("pk"), next_at=Min("due_at"))
    return Post(failed=failed, **waiting)


def kpis(departure: Program | None, post: Post, *, on: date) -> list[Kpi]:
    return [*(_of_departure(departure, on) if departure else [_nothing_ahead()]), _of_post(post)]


def unbroken(text: str) -> str:
    """A date stays on one line where only text, no markup, can be given."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def _nothing_ahead() -> Kpi:
    return Kpi(
        _("다음 출발"),
        _("없음"),
        note=_("다가오는 과정이 없습니다"),
        url=reverse("organize:program-list"),
    )


def _of_departure(program: Any, on: date) -> list[Kpi]:
    when = unbroken(kdaytime(program.departs_at) if program.departs_at else kday(program.starts_on))
    missing = program.visits - program.visits_confirmed
    return [
        Kpi(
            _("다음 출발"),
            relative_day(program.starts_on, on),
            note=f"{program.full_title} · {when}",
            url=reverse("organize:program-detail", args=[program.code]),
        ),
        Kpi(
            _("선발 확정"),
            f"{program.confirmed} / {program.capacity}",
            note=_("대기 %(n)d명") % {"n": program.waiting},
            url=reverse("organize:enrollment-list", args=[program.code]),
        ),
        Kpi(
            _("방문기관 확인"),
            f"{program.visits_confirmed} / {program.visits}",
            note=""
            if missing
            else _("모두 확인했습니다")
            if program.visits
            else _("방문 일정이 없습니다"),
            badge=_("%(n)d곳 회신 대기") % {"n": missing} if missing else "",
            tone="warn" if missing else "plain",
            url=reverse("organize:host-list", args=[program.code]),
        ),
    ]


def _of_post(post: Post) -> Kpi:
    if post.next_at:
        note = _("오늘 %(time)s부터 %(n)d건 예정") % {
            "time": ktime(post.next_at),
            "n": post.planned,
        }
    else:
        note = _("오늘 보낼 알림이 없습니다")
    return Kpi(
        pgettext("plural", "알림"),
        _("실패 %(n)d건") % {"n": post.failed},
        note=note,
        badge=_("확인 필요") if post.failed else "",
        tone="bad",
        url=reverse("organize:message-list"),
    )
