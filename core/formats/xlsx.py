"""XLSX ready for the printer of a Korean office: A4 landscape, one page wide, repeated header.

Every text is written as text, so no cell can become a formula or a link, and numbers of
people and phones keep their leading zeros. Rows go to the disk as they come.
"""

import re
import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from math import isfinite
from os import PathLike
from typing import IO, Any, Final

import xlsxwriter
from django.http import FileResponse
from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from core.dates import kdatetime, local
from core.errors import RuleBroken
from core.formats.download import mark_as_download

CONTENT_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FONT: Final = "맑은 고딕"
A4: Final = 9
LAST_ROW: Final = 1_048_575
LONGEST_TEXT: Final = 32_767
LONGEST_SHEET_NAME: Final = 31
LONGEST_FOOTER: Final = 200

_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_SHEET_NAME: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f\ud800-\udfff]")


class Kind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    DECIMAL = "decimal"
    PERCENT = "percent"
    DATE = "date"
    DATETIME = "datetime"


@dataclass(frozen=True, slots=True)
class Column:
    """`width` counts characters; a Korean one takes two."""

    label: str
    width: float = 12
    kind: Kind | str = Kind.TEXT
    centered: bool = False
    wrapped: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table to print: `heading` and `subheading` above it, `footer` below it and on each page."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    heading: str = ""
    subheading: Sequence[str] = ()
    footer: str = ""
    frozen_columns: int = 0


def print_mark(*, by: str, at: datetime, purpose: str) -> str:
    """Who took this paper out, when and what for: stands on every page with personal data."""
    return _("출력자 %(by)s · 출력일시 %(at)s · 용도 %(purpose)s") % {
        "by": by,
        "at": kdatetime(at),
        "purpose": purpose,
    }


def write_sheet(target: str | PathLike[str] | IO[bytes], *sheets: Sheet) -> None:
    """Write the sheets into a path or an open binary file."""
    book = xlsxwriter.Workbook(
        target,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_format_properties": {"font_name": FONT, "font_size": 11},
        },
    )
    names: set[str] = set()
    try:
        for sheet in sheets:
            _Page(book, sheet, _sheet_name(sheet.title, names)).write()
    finally:
        book.close()


def xlsx_response(filename: str, *sheets: Sheet) -> FileResponse:
    with ExitStack() as closing:
        file = closing.enter_context(tempfile.TemporaryFile())
        write_sheet(file, *sheets)
        file.seek(0)
        response = FileResponse(file, content_type=CONTENT_TYPE)
        closing.pop_all()  # from here on the response closes it
    mark_as_download(response, filename)
    return response


def _sheet_name(title: str, taken: set[str]) -> str:
    """A name Excel accepts, each once: two titles may be alike after the cut."""
    plain = " ".join(_NOT_IN_SHEET_NAME.sub(" ", title).split()).strip("' ")
    plain = plain[:LONGEST_SHEET_NAME].strip("' ") or "Sheet"
    name, count = plain, 1
    while name.casefold() in taken or name.casefold() == "history":
        count += 1
        name = f"{plain[: LONGEST_SHEET_NAME - 4]} {count}"
    taken.add(name.casefold())
    return name


def plain_text(value: Any) -> str:
    """What XML and Excel can hold of a value."""
    text = _UNPRINTABLE.sub("", str(value).replace("\r\n", "\n").replace("\r", "\n"))
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


class _Page:
    """One worksheet while it is being written, top to bottom."""

    def __init__(self, book: Workbook, sheet: Sheet, name: str) -> None:
        self.book = book
        self.sheet = sheet
        self.page: Worksheet = book.add_worksheet(name)
        self.last_column = len(sheet.columns) - 1
        self.row = 0

    def write(self) -> None:
        self._set_up()
        self._write_heading()
        header_row = self.row
        self._write_header()
        self._write_rows()
        if self.sheet.columns:
            self.page.autofilter(header_row, 0, max(self.row - 1, header_row), self.last_column)
        self.page.repeat_rows(header_row)
        self.page.freeze_panes(header_row + 1, self.sheet.frozen_columns)
        if self.sheet.footer:
            self.page.write_string(self.row + 1, 0, plain_text(self.sheet.footer), self._format())

    def _format(self, **properties: Any) -> Format:
        return self.book.add_format(
            {"font_name": FONT, "font_size": 11, "valign": "vcenter"} | properties
        )

    def _set_up(self) -> None:
        page = self.page
        page.set_landscape()
        page.set_paper(A4)
        page.fit_to_pages(1, 0)
        page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.75)
        page.center_horizontally()
        mark = plain_text(self.sheet.footer)[:LONGEST_FOOTER].replace("&", "&&")
        page.set_footer(f"&L{mark}&R&P / &N" if mark else "&C&P / &N")
        for place, column in enumerate(self.sheet.columns):
            page.set_column(place, place, column.width)

    def _write_heading(self) -> None:
        if self.sheet.heading:
            self.page.set_row(self.row, 30)
            self._write_across(
                self.sheet.heading, self._format(font_size=16, bold=True, align="center")
            )
        line_format = self._format(align="left")
        for line in self.sheet.subheading:
            self._write_across(line, line_format)
        if self.row:
            self.row += 1

    def _write_across(self, text: str, form: Format) -> None:
        if self.last_column > 0:
            self.page.merge_range(self.row, 0, self.row, self.last_column, "", form)
        self.page.write_string(self.row, 0, plain_text(text), form)
        self.row += 1

    def _write_header(self) -> None:
        form = self._format(bold=True, bg_color="#E6E8EA", border=1, align="center", text_wrap=True)
        self.page.set_row(self.row, 24)
        for place, column in enumerate(self.sheet.columns):
            self.page.write_string(self.row, place, plain_text(column.label), form)
        self.row += 1

    def _write_rows(self) -> None:
        writers = [
            (place, *self._writer(column)) for place, column in enumerate(self.sheet.columns)
        ]
        # Two rows stay free for the line below the table.
        last = LAST_ROW - 2
        for values in self.sheet.rows:
            if self.row > last:
                raise RuleBroken(
                    _("한 시트에 담기에는 행이 너무 많습니다. 기간을 나누거나 CSV로 받으십시오.")
                )
            for (place, write, form), value in zip(writers, values, strict=True):
                write(self.row, place, value, form)
            self.row += 1

    def _writer(self, column: Column) -> tuple[Callable[..., None], Format]:
        kind = Kind(column.kind)
        write, number_format, align = {
            Kind.TEXT: (self._write_text, "@", "left"),
            Kind.NUMBER: (self._write_number, "#,##0", "right"),
            Kind.DECIMAL: (self._write_number, "#,##0.0", "right"),
            Kind.PERCENT: (self._write_number, "0.0%", "right"),
            Kind.DATE: (self._write_date, "yyyy-mm-dd", "center"),
            Kind.DATETIME: (self._write_date, "yyyy-mm-dd hh:mm", "center"),
        }[kind]
        form = self._format(
            num_format=number_format,
            border=1,
            align="center" if column.centered else align,
            text_wrap=column.wrapped,
        )
        return write, form

    def _write_text(self, row: int, place: int, value: Any, form: Format) -> None:
        if value is None or value == "":
            self.page.write_blank(row, place, None, form)
        else:
            self.page.write_string(row, place, plain_text(value), form)

    def _write_number(self, row: int, place: int, value: Any, form: Format) -> None:
        if isinstance(value, (int, float, Decimal)) and isfinite(value):
            self.page.write_number(row, place, value, form)
        else:
            self._write_text(row, place, value, form)

    def _write_date(self, row: int, place: int, value: Any, form: Format) -> None:
        if isinstance(value, datetime):
            self.page.write_datetime(row, place, local(value).replace(tzinfo=None), form)
        elif isinstance(value, date):
            self.page.write_datetime(row, place, value, form)
        else:
            self._write_text(row, place, value, form)
