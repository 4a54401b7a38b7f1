"""The tabs of one program: its sides, in the order the work goes."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from programs.models import Program

SIDES: list[tuple[str, Any, str]] = [
    ("overview", _("개요"), "organize:program-detail"),
    ("itinerary", _("일정"), "organize:board"),
    ("people", pgettext_lazy("plural", "교육생"), "organize:enrollment-list"),
    ("hosts", pgettext_lazy("plural", "방문기관"), "organize:host-list"),
    ("messages", pgettext_lazy("plural", "알림"), "organize:program-message-list"),
    ("attendance", _("출석"), "organize:program-attendance"),
]


@dataclass(frozen=True, slots=True)
class Tab:
    label: Any
    url: str
    current: bool


def program_tabs(program: Program, current: str) -> list[Tab]:
    return [
        Tab(label, reverse(name, args=[program.code]), side == current)
        for side, label, name in SIDES
    ]
