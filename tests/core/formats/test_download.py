from urllib.parse import unquote

import pytest
from django.http import HttpResponse
from hypothesis import given
from hypothesis import strategies as st

from core.formats.download import content_disposition, mark_as_download, safe_file_name


def test_a_korean_name_is_sent_whole_with_a_plain_one_beside_it():
    header = content_disposition("출석부_AI역량강화_1차_20261204.xlsx")

    plain, encoded = header.removeprefix("attachment; ").split("; ")
    assert plain == 'filename="AI_1_20261204.xlsx"'
    assert unquote(encoded.removeprefix("filename*=UTF-8''")) == (
        "출석부_AI역량강화_1차_20261204.xlsx"
    )


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("출석부.csv", "출석부.csv"),
        ('a"\r\nSet-Cookie: x.csv', "a_Set-Cookie_x.csv"),
        ("../../etc/passwd", "etc_passwd"),
        ("표\u202excod.csv", "표xcod.csv"),
        ("", "download"),
        ("가" * 300 + ".xlsx", "가" * 115 + ".xlsx"),
    ],
)
def test_a_file_name_is_made_safe(name, safe):
    assert safe_file_name(name) == safe


@given(st.text(alphabet=st.characters(codec=None), max_size=200))
def test_no_name_breaks_out_of_the_header(name):
    response = HttpResponse()

    mark_as_download(response, name)

    header = response["Content-Disposition"]
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2
    assert header.count(";") == 2


def test_a_download_is_kept_by_nobody_and_never_guessed_at():
    response = HttpResponse()

    mark_as_download(response, "a.csv")

    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
