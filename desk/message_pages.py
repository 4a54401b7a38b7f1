"""What the pages of the message desk show."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.dates import kdatetime, kdaytime, ktime
from core.lists import Column, ListSpec
from core.templatetags.ui import badge
from desk.overview import Kpi
from programs.models import Program
from reminders.channels import Text
from reminders.models import (
    SETTLED,
    DeliveryAttempt,
    Message,
    MessageQuerySet,
    MessageState,
    ReminderRule,
    Trigger,
)
from reminders.services import handling
from reminders.services.texts import NothingToSayError, OutdatedError, Writer

S = MessageState
TONES = {
    S.PLANNED: "info",
    S.HELD: "warn",
    S.CLAIMED: "info",
    S.SENDING: "info",
    S.RETRY: "warn",
    S.UNKNOWN: "warn",
    S.ACCEPTED: "ok",
    S.DEAD: "bad",
    S.BOUNCED: "bad",
    S.EXPIRED: "warn",
}
Outcome = DeliveryAttempt.Outcome
OUTCOME_TONES = {
    Outcome.ACCEPTED: "ok",
    Outcome.REFUSED: "bad",
    Outcome.DEFERRED: "warn",
    Outcome.UNKNOWN: "warn",
}


def for_list(rows: MessageQuerySet) -> MessageQuerySet:
    return rows.select_related("participant", "user", "host__item__site", "program", "rule").defer(
        "body"
    )


def told(message: Message) -> str:
    """Who is told, by name: organizers have to find people."""
    if message.host is not None:
        return str(message.host.item.site)
    return str(message.participant or message.user)


def state_badge(message: Message) -> str:
    return badge(message.get_state_display(), TONES.get(S(message.state), "plain"))


def _nowrap(text: str) -> str:
    return format_html('<span class="nowrap">{}</span>', text or "–")


def about(message: Message) -> str:
    """The subject once it is written, without what every line would repeat; before that the rule it comes from."""
    if not message.subject:
        return message.rule.name if message.rule else message.get_kind_display()
    title = message.program.full_title if message.program else ""
    return message.subject.partition("] ")[2].removesuffix(f" · {title}") or message.subject


TOLD = Column("told", gettext_lazy("받는 사람"), told, ["participant__name", "user__name"])
PROGRAM = Column(
    "program",
    gettext_lazy("과정"),
    lambda row: row.program.full_title if row.program else "–",
    ["program__title", "program__round"],
)
COLUMNS = [
    Column("kind", gettext_lazy("종류"), lambda row: row.get_kind_display(), ["kind"]),
    Column("about", gettext_lazy("알림"), about),
    Column("due", gettext_lazy("보낼 시각"), lambda row: _nowrap(kdaytime(row.due_at)), ["due_at"]),
    Column("state", gettext_lazy("상태"), state_badge, ["state"]),
    Column(
        "sent",
        gettext_lazy("보낸 시각"),
        lambda row: _nowrap(kdaytime(row.accepted_at)),
        ["accepted_at"],
    ),
]


def _spec(columns: Sequence[Column]) -> ListSpec:
    return ListSpec(
        caption=gettext_lazy("알림 목록"),
        columns=columns,
        url=lambda row: reverse("organize:message-detail", args=[row.pk]),
        default_order=["-due_at"],
        empty_text=gettext_lazy("아직 알림이 없습니다"),
    )


LIST = _spec([TOLD, PROGRAM, *COLUMNS])
OF_PROGRAM = _spec([TOLD, *COLUMNS])


def kpis(rows: MessageQuerySet, url: str) -> list[Kpi]:
    """How many wait, went out, failed or were dropped: one statement."""
    counts = rows.order_by().aggregate(
        planned=Count("pk", filter=~Q(state__in=SETTLED)),
        sent=Count("pk", filter=Q(state=S.ACCEPTED)),
        failed=Count("pk", filter=Q(state__in=[S.DEAD, S.BOUNCED])),
        dropped=Count("pk", filter=Q(state__in=[S.SUPERSEDED, S.EXPIRED, S.SUPPRESSED])),
    )
    failed = counts["failed"]
    return [
        Kpi(_("보낼 알림"), counts["planned"], url=f"{url}?state=unsettled"),
        Kpi(_("보냄"), counts["sent"], url=f"{url}?state=accepted"),
        Kpi(
            _("실패"),
            failed,
            badge=_("확인 필요") if failed else "",
            tone="bad",
            url=f"{url}?state=failed",
        ),
        Kpi(_("보내지 않음"), counts["dropped"], note=_("대체되었거나 때가 지났거나 멈춘 알림")),
    ]


@dataclass(frozen=True, slots=True)
class RuleLine:
    name: str
    when: str
    is_active: bool
    url: str


def rule_lines(program: Program, rules: Sequence[ReminderRule]) -> list[RuleLine]:
    return [
        RuleLine(
            rule.name,
            when(rule),
            rule.is_active,
            reverse("organize:program-rule-edit", args=[program.code, rule.pk]),
        )
        for rule in rules
    ]


def when(rule: ReminderRule) -> str:
    """The timing of a rule in words."""
    if rule.trigger == Trigger.DAY_BEFORE_AT:
        clock = ktime(rule.at_time)
        if not rule.days_before:
            return _("그날 %(clock)s") % {"clock": clock}
        found = ngettext("%(n)s일 전 %(clock)s", "%(n)s일 전 %(clock)s", rule.days_before)
        return found % {"n": rule.days_before, "clock": clock}
    if rule.trigger == Trigger.BEFORE_ITEM:
        return _("일정마다 %(n)s분 전") % {"n": rule.minutes_before}
    return _("그날 첫 일정 %(n)s분 전") % {"n": rule.minutes_before}


@dataclass(frozen=True, slots=True)
class AttemptLine:
    attempt: DeliveryAttempt
    tone: str


def attempts(message: Message) -> list[AttemptLine]:
    rows = message.attempts.all()
    return [AttemptLine(row, OUTCOME_TONES[Outcome(row.outcome)]) for row in rows]


def text_of(message: Message) -> Text | None:
    """What was sent; for a message still to go, what would be sent now; None when nothing would be."""
    if message.body:
        return Text(message.subject, message.body)
    if message.state in SETTLED:
        return None
    try:
        return Writer().write(message)
    except (OutdatedError, NothingToSayError):
        return None


def facts(message: Message) -> list[tuple[Any, Any]]:
    rows: list[tuple[Any, Any]] = [
        (_("받는 사람"), told(message)),
        (_("종류"), message.get_kind_display()),
        (_("규칙"), message.rule.name if message.rule else ""),
        (_("보낼 시각"), kdatetime(message.due_at)),
        (_("유효 시한"), kdatetime(message.expires_at)),
        (_("다음 시도"), kdatetime(message.retry_at) if message.state == S.RETRY else ""),
        (_("보낸 시각"), kdatetime(message.accepted_at)),
        (_("보낸 방법"), message.get_channel_display()),
        (_("상대 서버의 답"), message.provider_reference),
        (_("사유"), message.last_error or message.held_reason),
        (_("멈춘 사람"), message.cancelled_by or ""),
    ]
    return [(label, value) for label, value in rows if value]


def may_cancel(message: Message) -> bool:
    return message.state in handling.STOPPABLE


def may_repeat(message: Message) -> bool:
    return message.state in handling.REPEATABLE
