"""The columns of the attendance report, the same on the page, in CSV and in XLSX."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.dates import kdaterange
from core.formats.xlsx import Column, Kind
from core.masking import mask_name
from reports.attendance import AttendanceRow

TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class ReportColumn:
    label: str
    value: Callable[[AttendanceRow], Any]
    kind: Kind = Kind.TEXT
    width: float = 8
    centered: bool = False

    @property
    def numeric(self) -> bool:
        return self.kind != Kind.TEXT


def hours(minutes: int) -> Decimal:
    return (Decimal(minutes) / 60).quantize(TENTH, ROUND_HALF_UP)


def columns(*, names_in_full: bool) -> list[ReportColumn]:
    """Labels in the language of whoever asks now: a file is written after the request is forgotten."""
    passed, failed = _("이수"), _("미이수")
    note = _notes()
    return [
        ReportColumn(_("과정명"), lambda row: row.program, width=28),
        ReportColumn(_("차수"), lambda row: row.round, Kind.NUMBER),
        ReportColumn(_("교육기간"), _period, width=26),
        ReportColumn(_("소속"), lambda row: row.department, width=14),
        ReportColumn(_("직급"), lambda row: row.rank, width=10),
        ReportColumn(
            _("성명"),
            lambda row: row.name if names_in_full else mask_name(row.name),
            width=12,
            centered=True,
        ),
        ReportColumn(_("총교육시간"), lambda row: hours(row.total_minutes), Kind.DECIMAL, 10),
        ReportColumn(_("출석시간"), lambda row: hours(row.attended_minutes), Kind.DECIMAL, 10),
        ReportColumn(_("출석률(%)"), lambda row: row.rate, Kind.DECIMAL, 10),
        ReportColumn(_("지각"), lambda row: row.late, Kind.NUMBER),
        ReportColumn(_("조퇴"), lambda row: row.left_early, Kind.NUMBER),
        ReportColumn(_("결석"), lambda row: row.absent, Kind.NUMBER),
        ReportColumn(_("공결"), lambda row: row.excused, Kind.NUMBER),
        ReportColumn(
            _("이수여부"), lambda row: passed if row.completed else failed, width=10, centered=True
        ),
        ReportColumn(_("인정시간"), lambda row: row.recognized_hours, Kind.NUMBER, 10),
        ReportColumn(_("비고"), note, width=20),
    ]


def numbered(
    rows: Iterable[AttendanceRow], cells: list[ReportColumn], *, start: int = 1
) -> Iterator[list[Any]]:
    """Each row's values behind its running number."""
    for number, row in enumerate(rows, start=start):
        yield [number, *(column.value(row) for column in cells)]


def header(cells: list[ReportColumn]) -> list[str]:
    return [_("연번"), *(column.label for column in cells)]


def sheet_columns(cells: list[ReportColumn]) -> list[Column]:
    return [
        Column(_("연번"), 6, Kind.NUMBER),
        *(Column(cell.label, cell.width, cell.kind, centered=cell.centered) for cell in cells),
    ]


def _period(row: AttendanceRow) -> str:
    return kdaterange(row.starts_on, row.ends_on)


def _notes() -> Callable[[AttendanceRow], str]:
    still_open, substitute, excused = _("마감 전"), _("대체 참가"), _("공결 %(minutes)s분")

    def note(row: AttendanceRow) -> str:
        said = [
            "" if row.is_locked else still_open,
            substitute if row.is_substitute else "",
            excused % {"minutes": row.excused_minutes} if row.excused_minutes else "",
        ]
        return ", ".join(filter(None, said))

    return note
