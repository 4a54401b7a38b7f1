"""What the documents say about the code can be looked up in the code."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RECORDS = sorted((ROOT / "docs" / "adr").glob("*.md"))
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
LONGEST_RECORD = 40
VARIABLE = re.compile(r"""\benv(?:\.\w+)?\(\s*"([A-Z_]+)\"""")
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#]+)(?:#[^)]*)?\)")
# Where the words of the screens are written.
SHOWN = (
    "core", "accounts", "programs", "participants", "site_visits", "attendance", "reminders",
    "reports", "desk", "goryeong_training", "templates",
)  # fmt: skip


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def table_under(text: str, heading: str) -> list[list[str]]:
    """The cells of every table row between `heading` and the next heading of its level."""
    level = heading.split(" ", 1)[0]
    part = text.split(f"\n{heading}\n", 1)[1].split(f"\n{level} ", 1)[0]
    rows = [line.strip("|").split("|") for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows if not set(row[0].strip()) <= set("-: ")]


def test_the_readme_lists_exactly_the_variables_that_the_settings_read():
    listed = {
        row[0].strip("`") for row in table_under(read("README.md"), "## Environment variables")
    }

    assert listed - {"Variable"} == set(VARIABLE.findall(read("goryeong_training/settings.py")))


def test_the_readme_names_exactly_the_targets_people_can_make():
    targets = re.search(r"^\.PHONY: (.+)$", read("Makefile"), re.MULTILINE)

    assert targets is not None
    named = set(re.findall(r"`make ([a-z][a-z-]*)", read("README.md")))
    assert named == set(targets[1].split()) - {"help", "set-up"}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document):
    links = LINK.findall(document.read_text(encoding="utf-8"))

    assert [link for link in links if not (document.parent / link).exists()] == []


def test_decisions_are_numbered_without_a_gap():
    assert [path.name[:4] for path in RECORDS] == [f"{n:04}" for n in range(1, len(RECORDS) + 1)]


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.stem)
def test_a_decision_fits_on_one_screen(record):
    text = record.read_text(encoding="utf-8")

    assert len(text.splitlines()) <= LONGEST_RECORD
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]


def test_the_glossary_holds_only_words_the_screens_use():
    sources = "".join(
        path.read_text(encoding="utf-8")
        for folder in SHOWN
        for pattern in ("*.py", "*.html", "*.txt")
        for path in (ROOT / folder).rglob(pattern)
    )
    rows = [
        line.strip("|").split("|")
        for line in read("docs/glossary.md").splitlines()
        if line.startswith("|")
    ]
    korean = [
        word.strip() for row in rows for word in row[0].split("·") if re.search("[가-힣]", word)
    ]

    assert [word for word in korean if word not in sources] == []
