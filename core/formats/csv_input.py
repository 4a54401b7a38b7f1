"""CSV as offices hand it over: UTF-8 with or without BOM, or Korean Excel's CP949; any usual separator."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from core.errors import RuleBroken
from core.formats.csv import unguarded
from core.text import NUL, clean_text

LARGEST_FILE: Final = 20 * 1024 * 1024
ENCODINGS: Final = ("utf-8-sig", "cp949")
SEPARATORS: Final = (",", ";", "\t")
REMEMBERED: Final = 100_000


@dataclass(frozen=True, slots=True)
class Line:
    """`number` is the line of the file as an editor counts it; `cells` by the key of their column, cleaned."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Column:
    """A column by a key, with every heading it may have (compared without case and spaces)."""

    key: str
    headings: Sequence[str]
    required: bool = False


def decoded(content: bytes) -> str:
    """The text of the file. RuleBroken when it is no text that we know, or too large."""
    if len(content) > LARGEST_FILE:
        raise RuleBroken(_("파일이 20 MB를 넘습니다. 나누어 올려 주세요."), field="file")
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if NUL in text:
            break
        return text
    raise RuleBroken(
        _("CSV로 읽을 수 없는 파일입니다. 엑셀에서 ‘CSV UTF-8’로 저장해 올려 주세요."), field="file"
    )


class _Cleaned(dict[str, str]):
    """Cells repeat in tables: what was cleaned once is not cleaned again."""

    def __missing__(self, raw: str) -> str:
        if len(self) >= REMEMBERED:
            self.clear()
        self[raw] = text = clean_text(unguarded(raw))
        return text


def lines_of(text: str, columns: Sequence[Column]) -> Iterator[Line]:
    """The filled lines below the heading. RuleBroken when the heading lacks a required column."""
    separator, places = _heading(text, columns)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    cleaned = _Cleaned()
    try:
        next(reader)
        for row in reader:
            if any(cell.strip() for cell in row):
                cells = {
                    key: cleaned[row[place]] if place < len(row) else ""
                    for key, place in places.items()
                }
                yield Line(reader.line_num, cells)
    except csv.Error as error:
        raise RuleBroken(
            _("%(line)d행부터 읽을 수 없습니다. 따옴표가 빠진 칸이 있는지 확인해 주세요.")
            % {"line": reader.line_num},
            field="file",
        ) from error


def _heading(text: str, columns: Sequence[Column]) -> tuple[str, dict[str, int]]:
    first = next((line for line in io.StringIO(text) if line), "")
    tried = [_places(first, separator, columns) for separator in SEPARATORS]
    places = max(tried, key=len)
    missing = [
        column.headings[0] for column in columns if column.required and column.key not in places
    ]
    if missing:
        raise RuleBroken(
            _("첫 줄에 이 제목의 열이 없습니다: %(columns)s") % {"columns": ", ".join(missing)},
            field="file",
        )
    return SEPARATORS[tried.index(places)], places


def _places(first: str, separator: str, columns: Sequence[Column]) -> dict[str, int]:
    try:
        heading = next(csv.reader([first], delimiter=separator), [])
    except csv.Error:
        return {}
    known = {_plain(name): column.key for column in columns for name in column.headings}
    found: dict[str, int] = {}
    for place, name in enumerate(heading):
        if key := known.get(_plain(name)):
            found.setdefault(key, place)
    return found


def _plain(heading: str) -> str:
    return "".join(clean_text(unguarded(heading)).split()).casefold()
