import csv
import io
import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from core.formats.csv import csv_response, guarded, sql_guard, stream_csv, unguarded

DANGEROUS = [
    "=1+1",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "\nx",
    "\x00=1",
    "＝1+1",
    "＋1",
    "－1+2",
    "＠SUM(A1)",
    "   =1",
    "\ufeff=1",
    "\u200b\u200b=1",
    "\u3000\u00a0=1",
    "'=1",
    "=cmd|'/c calc'!A1",
    '=HYPERLINK("file:///x","여기")',
    "+82 10-1234-5678",
    "- 안전화",
]
HIDDEN_INSIDE = [
    "\t=1",
    "\r=1",
    "\n=1",
    "a;=1+1",
    "a,=1+1",
    "첫 줄\n=1+1",
    "a;  @x",
    "a\t-1+2",
    "a;'=1",
    ";;=1",
]
HARMLESS = ["", "홍길동", "-", "-5", "-0.5", "010-1234-5678", "a=b", "1-2", "12. 3.(목), 도착", "'"]

# What starts a formula, at the start of a cell or of what another program would take for one.
RUNS = re.compile(r"(?:^|[;,\t\r\n])[\s\ufeff\u200b-\u200f\u2060-\u206f\u00ad]*[=+\-@＝＋－＠]")
RISKY = st.text(alphabet="=+-@＝＋－＠'\t\r\n;, \u3000\ufeff\u200ba1.가\"", max_size=12)


def read_back(pieces):
    text = b"".join(pieces).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_formula_gets_an_apostrophe_before_it(text):
    assert guarded(text) == "'" + text.replace("\x00", "")


@pytest.mark.parametrize("text", HIDDEN_INSIDE)
def test_a_formula_behind_a_separator_gets_one_too(text):
    assert guarded(text) != text
    assert not RUNS.search(guarded(text))


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_text_is_left_alone(text):
    assert guarded(text) == text


@given(RISKY | st.text(max_size=30))
def test_nothing_guarded_can_run_and_nothing_is_lost(text):
    safe = guarded(text)

    assert re.fullmatch(r"-(\d+(\.\d+)?)?", safe) or not RUNS.search(safe)
    assert unguarded(safe) == text.replace("\x00", "")


@pytest.mark.django_db
def test_the_database_guards_exactly_as_python_does():
    letters = "=+-@＝＋－＠'\t\r\n;, \u3000\ufeff\u200b\u00a0\u00ad\x01\x0b\x7f\u180ea1.가\\%"
    corpus = [*DANGEROUS, *HIDDEN_INSIDE, *HARMLESS, "-5\n", "-\n", "－", "-1.", "100%", "\\'=1"]
    corpus += [first + second for first in letters for second in letters]
    corpus += [f"{a}{b}=1" for a in letters for b in letters]
    corpus = [text.replace("\x00", "") for text in corpus]

    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT text, {sql_guard('text')} FROM unnest(%s::text[]) AS text", [corpus]
        )
        answers = cursor.fetchall()

    assert len(answers) == len(corpus)
    assert [pair for pair in answers if pair[1] != guarded(pair[0])] == []


@pytest.mark.django_db
def test_the_database_keeps_an_absent_value_absent():
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {sql_guard('NULL::text')}")
        assert cursor.fetchone() == (None,)


def test_korean_excel_gets_a_byte_order_mark_and_its_line_ends():
    body = b"".join(stream_csv(["성명", "비고"], [["홍길동", "첫 줄\n둘째, 줄"]]))

    assert body == '\ufeff성명,비고\r\n홍길동,"첫 줄\n둘째, 줄"\r\n'.encode()


def test_numbers_dates_and_nothing_keep_their_meaning():
    row = [-5, Decimal("-0.5"), 0.85, True, None, date(2026, 11, 22)]
    row += [datetime(2026, 11, 22, 5, tzinfo=UTC), "0012"]

    assert read_back(stream_csv(["a"], [row]))[1] == [
        "-5",
        "-0.5",
        "0.85",
        "True",
        "",
        "2026-11-22",
        "2026-11-22 14:00",
        "0012",
    ]


@given(st.lists(st.lists(RISKY, min_size=2, max_size=3), max_size=4))
def test_every_cell_comes_back_from_the_file(rows):
    table = read_back(stream_csv(["가", "나"], rows))

    assert [[unguarded(value) for value in row] for row in table[1:]] == rows


def test_a_broken_character_does_not_end_the_download():
    assert read_back(stream_csv(["성명"], [["홍\ud800"]]))[1] == ["홍?"]


def test_rows_are_sent_while_they_come():
    asked = []

    def rows():
        for number in range(2_000):
            asked.append(number)
            yield [number]

    pieces = stream_csv(["번호"], rows())
    next(pieces)
    next(pieces)

    assert len(asked) == 500
    assert len(read_back([b"\xef\xbb\xbf", *pieces])) == 1_500


def test_the_response_is_a_download_in_utf_8():
    response = csv_response("출석.csv", ["성명"], [["홍길동"]])

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith('attachment; filename="download.csv"')
    assert read_back(response.streaming_content) == [["성명"], ["홍길동"]]
