"""The filters of the lists of messages."""

from datetime import date

import django_filters
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.dates import day_bounds
from core.text import search_text
from programs.filters import KoreanDateFilter
from programs.models import Program
from reminders.models import (
    Channel,
    Message,
    MessageKind,
    MessageQuerySet,
    MessageState,
    ReminderRule,
)

STATES = [
    ("unsettled", _("보낼 것 모두")),
    (MessageState.PLANNED, MessageState.PLANNED.label),
    (MessageState.HELD, MessageState.HELD.label),
    (MessageState.RETRY, MessageState.RETRY.label),
    (MessageState.ACCEPTED, MessageState.ACCEPTED.label),
    ("failed", _("실패·반송")),
    (MessageState.UNKNOWN, MessageState.UNKNOWN.label),
    (MessageState.SUPERSEDED, MessageState.SUPERSEDED.label),
    (MessageState.EXPIRED, MessageState.EXPIRED.label),
    (MessageState.SUPPRESSED, MessageState.SUPPRESSED.label),
]


def _rules(request: HttpRequest | None) -> QuerySet[ReminderRule]:
    if request is None or request.resolver_match is None:
        return ReminderRule.objects.none()
    return ReminderRule.objects.filter(program__code=request.resolver_match.kwargs.get("code"))


def _programs(request: HttpRequest | None) -> QuerySet[Program]:
    return Program.objects.visible_to(request.user) if request else Program.objects.none()


class ProgramMessageFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=_("성명, 제목"))
    state = django_filters.ChoiceFilter(
        choices=STATES, method="by_state", label=_("상태"), empty_label=_("모두")
    )
    kind = django_filters.ChoiceFilter(
        choices=MessageKind.choices, label=_("종류"), empty_label=_("모두")
    )
    channel = django_filters.ChoiceFilter(
        choices=Channel.choices, method="by_channel", label=_("방법"), empty_label=_("모두")
    )
    day = KoreanDateFilter(method="on_day", label=_("보낼 날"))
    rule = django_filters.ModelChoiceFilter(queryset=_rules, label=_("규칙"), empty_label=_("모두"))

    class Meta:
        model = Message
        fields: list[str] = []

    def search(self, rows: MessageQuerySet, name: str, value: str) -> MessageQuerySet:
        text = search_text(value)
        return rows.filter(
            Q(participant__name__icontains=text)
            | Q(user__name__icontains=text)
            | Q(host__item__site__name__icontains=text)
            | Q(subject__icontains=text)
        )

    def by_state(self, rows: MessageQuerySet, name: str, value: str) -> MessageQuerySet:
        if value == "unsettled":
            return rows.unsettled()
        return rows.failed() if value == "failed" else rows.filter(state=value)

    def by_channel(self, rows: MessageQuerySet, name: str, value: str) -> MessageQuerySet:
        """By the way it went; of one still to go, by the way it will be tried first."""
        return rows.filter(Q(channel=value) | Q(channel="", channels__0=value))

    def on_day(self, rows: MessageQuerySet, name: str, value: date) -> MessageQuerySet:
        first, end = day_bounds(value)
        return rows.filter(due_at__gte=first, due_at__lt=end)


class MessageFilter(ProgramMessageFilter):
    """Over all programs; the period is that of the time the message is due."""

    day = None
    rule = None
    program = django_filters.ModelChoiceFilter(
        queryset=_programs, to_field_name="code", label=_("과정"), empty_label=_("모두")
    )
    since = KoreanDateFilter(method="from_day", label=_("이날부터"))
    until = KoreanDateFilter(method="to_day", label=_("이날까지"))

    def from_day(self, rows: MessageQuerySet, name: str, value: date) -> MessageQuerySet:
        return rows.filter(due_at__gte=day_bounds(value)[0])

    def to_day(self, rows: MessageQuerySet, name: str, value: date) -> MessageQuerySet:
        return rows.filter(due_at__lt=day_bounds(value)[1])
