import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import RuleBroken
from core.formats import xlsx
from core.formats.xlsx import Column, Kind, Sheet, print_mark, write_sheet, xlsx_response

COLUMNS = [
    Column("사번", 14),
    Column("성명", 10, centered=True),
    Column("분", 8, Kind.NUMBER),
    Column("이수율", 8, "percent"),
    Column("이수일", 12, Kind.DATE),
    Column("도착", 17, Kind.DATETIME),
]
ROW = ["00120", "홍길동", 464, 0.8, date(2026, 12, 4), datetime(2026, 12, 4, 1, 30, tzinfo=UTC)]


def opened(*sheets):
    file = io.BytesIO()
    write_sheet(file, *sheets)
    return openpyxl.load_workbook(file)


def sheet_of(rows, **more):
    return Sheet("출석부", COLUMNS, rows, **more)


def one_column(values):
    return Sheet("표", [Column("값")], [[value] for value in values])


def test_cells_keep_their_kind():
    page = opened(sheet_of([ROW]))["출석부"]

    assert [cell.value for cell in page[1]] == [column.label for column in COLUMNS]
    assert [cell.value for cell in page[2]] == [
        "00120",
        "홍길동",
        464,
        0.8,
        datetime(2026, 12, 4),
        datetime(2026, 12, 4, 10, 30),
    ]
    assert [cell.data_type for cell in page[2]] == ["s", "s", "n", "n", "d", "d"]
    assert [cell.number_format for cell in page[2]] == [
        "@",
        "@",
        "#,##0",
        "0.0%",
        "yyyy-mm-dd",
        "yyyy-mm-dd hh:mm",
    ]


def test_the_page_is_ready_for_the_printer():
    page = opened(
        sheet_of([ROW], heading="출석부", subheading=["과정: AI 역량강화"], footer="출력자 김 & 이")
    )["출석부"]

    assert (page.page_setup.paperSize, page.page_setup.orientation) == (9, "landscape")
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert (page.page_setup.fitToWidth or 1, page.page_setup.fitToHeight) == (1, 0)
    assert page.print_title_rows == "$4:$4"
    assert page.freeze_panes == "A5"
    assert page.auto_filter.ref == "A4:F5"
    assert page.oddFooter.left.text == "출력자 김 && 이"
    assert page.oddFooter.right.text == "&P / &N"
    assert 0.4 <= page.page_margins.left <= 0.6


def test_the_page_looks_like_an_official_table():
    page = opened(sheet_of([ROW], heading="출석부"))["출석부"]
    title, header, name = page["A1"], page["A3"], page["B4"]

    assert (title.font.name, title.font.size, title.font.bold) == ("맑은 고딕", 16, True)
    assert title.alignment.horizontal == "center"
    assert "A1:F1" in page.merged_cells
    assert (header.fill.fgColor.rgb, header.border.left.style) == ("FFE6E8EA", "thin")
    assert (name.font.name, name.font.size) == ("맑은 고딕", 11)
    assert (name.alignment.horizontal, name.border.bottom.style) == ("center", "thin")


def test_the_mark_of_the_print_stands_below_the_table_and_on_each_page():
    with translation.override("ko"):
        mark = print_mark(
            by="김담당", at=datetime(2026, 12, 4, 1, 30, tzinfo=UTC), purpose="결과 보고"
        )
    page = opened(sheet_of([ROW], footer=mark))["출석부"]

    assert mark == "출력자 김담당 · 출력일시 2026. 12. 4.(금) 10:30 · 용도 결과 보고"
    assert page["A4"].value == mark
    assert page.oddFooter.left.text == mark


FORMULAS = ["=1+1", "+1", "-1+2", "@SUM(A1)", "{=1}", "＝1", "\t=1", "=HYPERLINK(1)", "https://a.b"]


def test_no_text_becomes_a_formula_a_link_or_a_number():
    file = io.BytesIO()
    write_sheet(file, one_column([*FORMULAS, "0012", "1e5"]))
    page = openpyxl.load_workbook(file)["표"]

    cells = [row[0] for row in page.iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == [*FORMULAS, "0012", "1e5"]
    assert [cell.hyperlink for cell in cells] == [None] * len(cells)
    with zipfile.ZipFile(file) as parts:
        xml = parts.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in xml
    assert b"hyperlink" not in xml
    assert xml.count(b't="inlineStr"') == len(cells) + 1


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=20))
def test_any_text_comes_back_as_it_was_without_what_xml_forbids(values):
    page = opened(one_column(values))["표"]

    written = [row[0] for row in page.iter_rows(min_row=2, max_row=len(values) + 1)]
    assert {cell.data_type for cell in written} <= {"s", "n"}
    for cell, value in zip(written, values, strict=True):
        assert (cell.value or "") == xlsx.plain_text(value)


def test_control_characters_are_left_out_and_endless_text_is_cut():
    page = opened(one_column(["홍\x00길\x0b동\ud800", "가" * 40_000]))["표"]

    assert page["A2"].value == "홍길동"
    assert len(page["A3"].value) == 32_767


def test_what_is_no_number_or_date_is_written_as_text():
    columns = [Column("분", kind=Kind.NUMBER), Column("이수일", kind=Kind.DATE)]
    rows = [["-", "미정"], [None, None], [float("nan"), ""], [Decimal("1.5"), date(2026, 1, 1)]]

    page = opened(Sheet("표", columns, rows))["표"]

    assert [[cell.value for cell in row] for row in page.iter_rows(min_row=2)] == [
        ["-", "미정"],
        [None, None],
        ["nan", None],
        [1.5, datetime(2026, 1, 1)],
    ]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("출석부[1차]: 12/3*?\\", "출석부 1차 12 3"),
        ("가" * 40, "가" * 31),
        ("'따옴표'", "따옴표"),
        ("", "Sheet"),
    ],
)
def test_a_sheet_gets_a_name_excel_accepts(title, name):
    assert opened(Sheet(title, COLUMNS, [])).sheetnames == [name]


def test_sheets_with_the_same_name_are_told_apart():
    long = "가" * 40

    names = opened(*(Sheet(title, COLUMNS, []) for title in (long, long, "A", "a"))).sheetnames

    assert names == ["가" * 31, "가" * 27 + " 2", "A", "a 2"]


def test_more_rows_than_a_sheet_holds_are_refused_not_lost(monkeypatch, tmp_path):
    monkeypatch.setattr(xlsx, "LAST_ROW", 5)

    with pytest.raises(RuleBroken):
        write_sheet(tmp_path / "a.xlsx", one_column(["가"] * 10))


def test_a_row_with_a_missing_cell_is_an_error_not_a_shift():
    with pytest.raises(ValueError, match="argument"):
        opened(sheet_of([["00120"]]))


def test_the_file_can_be_written_to_a_path(tmp_path):
    write_sheet(tmp_path / "출석부.xlsx", sheet_of([ROW]))

    assert openpyxl.load_workbook(tmp_path / "출석부.xlsx").sheetnames == ["출석부"]


@pytest.mark.django_db  # closing a response looks at the connection
def test_the_response_is_a_download():
    response = xlsx_response("출석부.xlsx", sheet_of([ROW]))

    body = b"".join(response.streaming_content)
    response.close()
    assert response["Content-Type"] == xlsx.CONTENT_TYPE
    assert response["Content-Length"] == str(len(body))
    assert response["Cache-Control"] == "private, no-store"
    assert "filename*=UTF-8''%EC%B6%9C" in response["Content-Disposition"]
    assert openpyxl.load_workbook(io.BytesIO(body)).sheetnames == ["출석부"]
