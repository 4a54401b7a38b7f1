"""The attendance report as a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from core.dates import local_date
from core.formats.csv import csv_response
from core.formats.xlsx import Sheet, print_mark, xlsx_response
from participants.models import Enrollment
from reports import attendance
from reports.columns import columns, header, numbered, sheet_columns
from reports.models import ReportFormat

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Order:
    """Which file, of what (the filter in words), for what purpose, and who takes it."""

    format: str
    asked: Sequence[tuple[str, str]]
    names_in_full: bool
    purpose: str
    by: "User"
    at: datetime


def file_response(people: "QuerySet[Enrollment]", order: Order) -> HttpResponseBase:
    """The rows go out as they come; the file says who took it, when and what for."""
    cells = columns(names_in_full=order.names_in_full)
    values = numbered(attendance.rows(people), cells)
    name = f"{_('출석현황')}_{_label(order.asked)}_{local_date(order.at):%Y%m%d}.{order.format}"
    if order.format == ReportFormat.CSV:
        return csv_response(name, header(cells), values)
    sheet = Sheet(
        title=_("출석현황"),
        columns=sheet_columns(cells),
        rows=values,
        heading=_("교육훈련 출석 현황"),
        subheading=[" · ".join(f"{label}: {text}" for label, text in order.asked)]
        if order.asked
        else [],
        footer=print_mark(by=order.by.name, at=order.at, purpose=order.purpose),
        frozen_columns=1,
    )
    return xlsx_response(name, sheet)


def _label(asked: Sequence[tuple[str, str]]) -> str:
    """The narrowest thing asked for names the file."""
    period = _("기간")
    return next((text for label, text in asked if label != period), _("전체"))
