"""PDF, typeset on this machine by Typst: tagged for screen readers (PDF/UA-1), fonts embedded, nothing fetched.

A paper is a template of `templates/papers/` and plain values; the template reads them as JSON. Only the fonts in
`PDF_FONTS_DIR` are used: a system font would differ from machine to machine. PDF/UA refuses a sign no font has, so
such signs are replaced first.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import typst
from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _

from core.errors import RuleBroken
from core.formats.download import mark_as_download
from core.formats.fonts import showable_values, signs

CONTENT_TYPE: Final = "application/pdf"
PAPERS: Final = Path("templates") / "papers"


def write_pdf(paper: str, values: Mapping[str, Any]) -> bytes:
    """`paper` is the template's name without its ending. RuleBroken when the fonts are not there."""
    root = Path(settings.BASE_DIR) / PAPERS
    fonts = sorted(Path(settings.PDF_FONTS_DIR).glob("*.ttf"))
    if not fonts:
        raise RuleBroken(
            _(
                "PDF 글꼴이 설치되어 있지 않습니다. 엑셀로 받거나 화면에서 인쇄하고, 관리자에게 알려 주세요."
            )
        )
    known = frozenset.intersection(*(signs(font) for font in fonts))
    content, warnings = typst.compile_with_warnings(
        root / f"{paper}.typ",
        root=root,
        font_paths=[settings.PDF_FONTS_DIR],
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=["ua-1"],
        sys_inputs={"values": json.dumps(showable_values(values, known))},
    )
    if unknown := [warning.message for warning in warnings if "font" in warning.message]:
        raise RuntimeError(f"{paper}: {'; '.join(unknown)}")
    return bytes(content)


def pdf_response(filename: str, paper: str, values: Mapping[str, Any]) -> HttpResponse:
    response = HttpResponse(write_pdf(paper, values), content_type=CONTENT_TYPE)
    mark_as_download(response, filename)
    return response
