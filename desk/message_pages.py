"""What the pages of the message desk show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from core.dates import kdatetime, kdaytime
from core.lists import Column, ListSpec
from core.masking import mask_email, without_contacts
from core.templatetags.ui import badge
from desk.overview import Kpi
from reminders.channels import Text
from reminders.channels.email import address_of
from reminders.models import (
    SETTLED,
    Channel,
    DeliveryAttempt,
    Message,
    MessageQuerySet,
    MessageState,
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
    about = message.subject.partition("] ")[2]
    for language, _name in settings.LANGUAGES:
        # The subject speaks the person's language, whoever looks at the list.
        with override(language):
            title = message.program.full_title if message.program else ""
        about = about.removesuffix(f" · {title}")
    return about or message.subject


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
        bulk=True,
        empty_text=gettext_lazy("아직 알림이 없습니다"),
    )


LIST = _spec([TOLD, PROGRAM, *COLUMNS])
OF_PROGRAM = _spec([TOLD, *COLUMNS])
BULK = {"bulk_template": "desk/messages/_bulk.html"}


def kpis(rows: MessageQuerySet, url: str) -> list[Kpi]:
    """How many wait, went out, failed or were dropped: one statement."""
    counts = rows.order_by().aggregate(
        planned=Count("pk", filter=~Q(state__in=SETTLED)),
        held=Count("pk", filter=Q(state=S.HELD)),
        sent=Count("pk", filter=Q(state=S.ACCEPTED)),
        failed=Count("pk", filter=Q(state__in=[S.DEAD, S.BOUNCED])),
        dropped=Count("pk", filter=Q(state__in=[S.SUPERSEDED, S.EXPIRED, S.SUPPRESSED])),
    )
    failed = counts["failed"]
    return [
        Kpi(
            _("보낼 알림"),
            counts["planned"],
            note=_("그중 보류 %(n)d건") % {"n": counts["held"]} if counts["held"] else "",
            url=f"{url}?state=unsettled",
        ),
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
class AttemptLine:
    attempt: DeliveryAttempt
    tone: str
    answer: str


def attempts(message: Message) -> list[AttemptLine]:
    """What the other side said, without the addresses in it."""
    return [
        AttemptLine(row, OUTCOME_TONES[Outcome(row.outcome)], without_contacts(row.answer))
        for row in message.attempts.all()
    ]


def text_of(message: Message) -> Text | None:
    """What was sent; for a message still to go, what would be sent now; None when nothing would be."""
    if message.body:
        return Text(message.subject, message.body)
    if message.state in SETTLED:
        return None
    try:
        text = Writer().write(message)
    except (OutdatedError, NothingToSayError):
        return None
    return Text(text.subject, text.kept_body)


def facts(message: Message) -> list[tuple[Any, Any]]:
    state = S(message.state)
    rows: list[tuple[Any, Any]] = [
        (_("받는 사람"), _who(message)),
        (_("받는 곳"), mask_email(address_of(message)) if message.host is None else ""),
        (_("종류"), message.get_kind_display()),
        (_("규칙"), message.rule.name if message.rule else ""),
        (_("공개본"), _edition(message)),
        (_("보낼 시각"), kdatetime(message.due_at)),
        (_("시각을 옮긴 사람"), message.retimed_by or ""),
        (_("보류 시한"), kdatetime(message.held_until) if state == S.HELD else ""),
        (_("다루는 첫 일정"), kdatetime(message.matters_at)),
        (_("유효 시한"), kdatetime(message.expires_at)),
        (_("다음 시도"), kdatetime(message.retry_at) if state == S.RETRY else ""),
        (_("보낸 시각"), kdatetime(message.accepted_at)),
        (_("보낸 방법"), message.get_channel_display() if message.accepted_at else ""),
        (_("차례대로 쓰는 방법"), ways(message) if not message.accepted_at else ""),
        (_("상대 서버의 답"), without_contacts(message.provider_reference)),
        (_("사유"), without_contacts(message.last_error) or message.held_reason),
        (_("멈춘 사람"), message.cancelled_by or ""),
    ]
    return [(label, value) for label, value in rows if value]


def ways(message: Message) -> str:
    """The channels in the order they are tried."""
    labels = dict(Channel.choices)
    return " → ".join(str(labels.get(channel, channel)) for channel in message.channels)


def _who(message: Message) -> str:
    """The name, leading to everything this person was told about the program."""
    if message.program is None or message.host is not None:
        return told(message)
    return format_html('<a href="{}">{}</a>', timeline_url(message), told(message))


def timeline_url(message: Message) -> str:
    assert message.program is not None  # noqa: S101 (callers have asked)
    if message.participant_id:
        return reverse(
            "organize:person-messages", args=[message.program.code, message.participant_id]
        )
    return reverse("organize:staff-messages", args=[message.program.code, message.user_id])


def _edition(message: Message) -> str:
    if message.publication is None:
        return ""
    return _("제%(number)s판 %(at)s") % {
        "number": message.publication.number,
        "at": kdaytime(message.publication.published_at),
    }


@dataclass(frozen=True, slots=True)
class May:
    """What the state of a message lets an organizer do with it."""

    cancel: bool
    retime: bool
    release: bool
    repeat: bool
    pass_on: bool


def may(message: Message, *, at: datetime) -> May:
    open_still = message.state in handling.STOPPABLE
    in_time = message.expires_at > at
    by_hand = handling.waits_for_a_hand(message)
    return May(
        cancel=open_still,
        retime=open_still and in_time and not by_hand,
        release=open_still and in_time and (not by_hand or handling.has_another_way(message)),
        repeat=message.state in handling.REPEATABLE,
        pass_on=message.state in handling.PASSABLE,
    )
