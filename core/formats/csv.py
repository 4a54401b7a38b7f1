"""CSV that Korean Excel opens as it is: UTF-8 with BOM, CRLF, and no cell that could run.

A spreadsheet takes a cell for a formula by its first character; another one splits at semicolons
or line ends where we did not. So an apostrophe goes before every such place, and
`unguarded` takes exactly those away again.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.http import StreamingHttpResponse

from core.dates import local
from core.formats.download import mark_as_download

BOM: Final = b"\xef\xbb\xbf"
ROWS_PER_CHUNK: Final = 500

# The patterns are read by Python and by PostgreSQL: only what both understand alike, and no `%`.
_STARTERS: Final = r"=+\-@\uFF0B\uFF0D\uFF1D\uFF20"
_SKIPPED: Final = (
    r"\u0001-\u0008\u000B\u000C\u000E-\u0020\u007F-\u00A0\u00AD\u034F\u061C\u115F\u1160\u1680"
    r"\u180B-\u180F\u2000-\u200F\u2028-\u202F\u205F-\u206F\u2800\u3000\u3164\uFEFF\uFFA0\uFFF9-\uFFFB"
)
_INSIDE: Final = rf"(?='*[{_SKIPPED}]*[{_STARTERS}])"
_FIRST: Final = rf"(?='*[{_SKIPPED}]*[{_STARTERS}\t\r\n])"
_SPLIT: Final = r"(?<=[;,\t\r\n])"
# A dash that stands for "nothing" and a negative number are what they look like.
_HARMLESS: Final = r"^-([0-9]+([.][0-9]+)?)?$"

_GUARDED: Final = rf"^{_FIRST}|{_SPLIT}{_INSIDE}"
_harmless = re.compile(_HARMLESS.replace("$", r"\Z"))
_places = re.compile(_GUARDED)
_apostrophes = re.compile(rf"^'{_FIRST}|{_SPLIT}'{_INSIDE}")


def guarded(text: str) -> str:
    """The text with an apostrophe before every place where a spreadsheet could start a formula."""
    text = text.replace("\x00", "")
    return text if _harmless.match(text) else _places.sub("'", text)


def unguarded(text: str) -> str:
    """What `guarded` was given: for reading our own files back."""
    return _apostrophes.sub("", text)


def sql_guard(column_sql: str) -> str:
    """`guarded` as an SQL expression over a text column, for files written by COPY.

    `column_sql` is written by a developer, never by a user. The first condition is only for speed.
    """
    return (
        f"CASE WHEN {column_sql} !~ '[{_STARTERS}\\t\\r\\n]' OR {column_sql} ~ '{_HARMLESS}' "
        f"THEN {column_sql} ELSE "
        f"regexp_replace({column_sql}, '{_GUARDED.replace(chr(39), chr(39) * 2)}', '''', 'g') END"
    )


def cell(value: Any) -> Any:
    """Numbers stay numbers, dates are ISO on a Seoul clock, all else is guarded text."""
    if isinstance(value, str):
        return guarded(value)
    if value is None:
        return ""
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return value
    if isinstance(value, datetime):
        return local(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return guarded(str(value))


def stream_csv(header: Sequence[Any], rows: Iterable[Iterable[Any]]) -> Iterator[bytes]:
    """The file in pieces, so that a million rows need the memory of a few hundred."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([cell(label) for label in header])
    yield BOM
    for count, row in enumerate(rows, start=1):
        writer.writerow([cell(value) for value in row])
        if count % ROWS_PER_CHUNK == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode("utf-8", errors="replace")


def csv_response(
    filename: str, header: Sequence[Any], rows: Iterable[Iterable[Any]]
) -> StreamingHttpResponse:
    response = StreamingHttpResponse(
        stream_csv(header, rows), content_type="text/csv; charset=utf-8"
    )
    mark_as_download(response, filename)
    return response
