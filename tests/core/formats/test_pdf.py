"""PDF files are read back with poppler, as a reader's program would."""

import subprocess

import pytest

from core.errors import RuleBroken
from core.formats.fonts import MISSING, showable
from core.formats.pdf import pdf_response, write_pdf

RARE = "뷁 쌰 똠 ㈜한빛 高靈 ①②"


def values(**more):
    return {
        "lang": "ko", "office": "고령군", "title": "AI 역량강화 현장학습 1차", "heading": "교육 일정표",
        "edition": "제3판", "said": "2026. 11. 20.(금) 10:00 공개", "mark": "", "approval_label": "결재",
        "approval": [], "facts": [["집결지", "군청 주차장"]],
        "columns": ["시간", "소요", "구분", "내용", "장소", "비고"], "days": [], "empty": "없습니다",
    } | more  # fmt: skip


def read(path, content, *command):
    path.write_bytes(content)
    return subprocess.run(
        [command[0], *command[1:], str(path), *(["-"] if command[0] == "pdftotext" else [])],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip


def test_rare_syllables_and_hanja_can_be_read_back(tmp_path):
    text = read(tmp_path / "a.pdf", write_pdf("timetable", values(title=RARE)), "pdftotext")

    for word in RARE.split():
        assert word in text


def test_all_fonts_are_ours_and_embedded(tmp_path):
    rows = read(tmp_path / "a.pdf", write_pdf("timetable", values()), "pdffonts").splitlines()[2:]

    assert rows
    for row in rows:
        assert "NotoSansKR" in row
        assert row.split()[-5] == "yes", "embedded"


def test_the_file_is_tagged_a4_and_titled(tmp_path):
    info = read(tmp_path / "a.pdf", write_pdf("timetable", values()), "pdfinfo")

    assert "Tagged:          yes" in info
    assert "(A4)" in info
    assert "AI 역량강화 현장학습 1차 교육 일정표" in info


def test_signs_that_no_font_has_become_a_box_instead_of_an_error(tmp_path):
    text = read(
        tmp_path / "a.pdf", write_pdf("timetable", values(title="견학 🚌\ufe0f끝")), "pdftotext"
    )

    assert f"견학 {MISSING}끝" in text


def test_text_that_looks_like_a_program_stays_text(tmp_path):
    strange = '#panic("x") $x$ *굵게* \\ "따옴표" <a>'

    text = read(tmp_path / "a.pdf", write_pdf("timetable", values(title=strange)), "pdftotext")

    assert strange in text


def test_what_a_font_cannot_show_is_written_simpler():
    known = frozenset(map(ord, "(주)1 □가"))

    assert showable("㈜ ①\u200b가漢", known) == "(주) 1가□"


def test_without_fonts_it_says_what_to_do(settings, tmp_path):
    settings.PDF_FONTS_DIR = str(tmp_path)

    with pytest.raises(RuleBroken, match="글꼴이 설치되어 있지 않습니다"):
        write_pdf("timetable", values())


def test_the_answer_is_a_download_nobody_keeps():
    answer = pdf_response("일정표_1차.pdf", "timetable", values())

    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    assert answer.content.startswith(b"%PDF-")
