"""The board's page: every word its script says stands in the template, and it weighs little."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings

SCRIPTS = settings.BASE_DIR / "frontend" / "js" / "board"
PIECES = settings.BASE_DIR / "templates" / "desk" / "board"
BUILT = settings.BASE_DIR / "static" / "dist"
KILOBYTE = 1000


def script() -> str:
    return "\n".join(path.read_text() for path in sorted(SCRIPTS.glob("*.js")))


def templates() -> str:
    return "\n".join(path.read_text() for path in sorted(PIECES.glob("*.html")))


def weight(name: str) -> int:
    return len(gzip.compress((BUILT / name).read_bytes(), 9))


@pytest.mark.parametrize(
    ("said", "written"),
    [
        (r'say\("([\w.]+)"', r'data-word="([\w.]+)"'),
        (r'piece\("([\w-]+)"', r'id="piece-([\w-]+)"'),
        (r'byId\("([\w-]+)"\)', r'id="([\w-]+)"'),
    ],
    ids=["words", "pieces", "places"],
)
def test_what_the_script_names_stands_in_the_page(said, written):
    named = set(re.findall(said, script())) - {"board-state"}

    assert named
    assert named - set(re.findall(written, templates())) == set()


def test_the_script_holds_no_text_of_its_own():
    assert re.findall("[가-힣]", script()) == []


def test_scripts_and_styles_of_the_page_stay_below_150_kilobytes(record_property):
    found = {name: weight(name) for name in ("app.js", "app.css", "board.js", "board.css")}
    record_property("board.weight", sum(found.values()))

    assert sum(found.values()) <= 150 * KILOBYTE
    assert found["board.js"] <= 30 * KILOBYTE


def test_a_module_of_the_script_is_short_enough_to_read():
    long = {path.name: len(path.read_text().splitlines()) for path in Path(SCRIPTS).glob("*.js")}

    assert {name: lines for name, lines in long.items() if lines > 300} == {}
