import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import clean_text, contains_nul, is_broken, search_text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (unicodedata.normalize("NFD", "출석부"), "출석부"),
        ("  홍 \t 길동\u3000", "홍 길동"),
        ("홍\u200b길\u2060동\ufeff", "홍길동"),
        ("\u202e동길홍\u202c", "동길홍"),
        ("\u3164\u115f", ""),
        ("한\x00글\x07", "한글"),
        ("한\ud800글", "한글"),
        ("첫 줄\r\n둘째 줄", "첫 줄 둘째 줄"),
        ("\uf9d1", "六"),
        ("남궁라온하제" * 3, "남궁라온하제" * 3),
    ],
)
def test_text_is_kept_as_it_was_meant(typed, meant):
    assert clean_text(typed) == meant


def test_lines_survive_where_lines_are_wanted():
    typed = " 첫  줄 \r\n\r\n둘째\u2028셋째\x00\n"

    assert clean_text(typed, multiline=True) == "첫 줄\n\n둘째\n셋째"


@given(st.text(), st.booleans())
def test_cleaning_twice_changes_nothing_more(text, multiline):
    once = clean_text(text, multiline=multiline)

    assert clean_text(once, multiline=multiline) == once


@given(st.text(alphabet=st.characters(codec=None)))
def test_clean_text_can_always_be_stored(text):
    assert not is_broken(clean_text(text, multiline=True))
    clean_text(text).encode()


@pytest.mark.parametrize(
    ("text", "broken"),
    [("가", False), ("a\x00", True), ("\ud800", True), ("😀", False), ("", False)],
)
def test_broken_text_is_recognized(text, broken):
    assert is_broken(text) is broken


def test_a_nul_is_seen():
    assert contains_nul("a\x00b")
    assert not contains_nul("ab")


def test_a_search_finds_decomposed_hangul_and_stays_short():
    assert search_text(unicodedata.normalize("NFD", " 홍길동 ")) == "홍길동"
    assert search_text(None) == ""
    assert search_text("가" * 10_000) == "가" * 100
