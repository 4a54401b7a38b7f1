"""How long things are: one hard limit, and a report of what has outgrown the guides."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = (
    "core", "accounts", "programs", "participants", "site_visits", "attendance", "reminders",
    "reports", "desk", "goryeong_training", "tools", "tests",
)  # fmt: skip
LONGEST_MODULE = 400
# Guides: reaching one is a reason to look, not to fail.
MODULE = 300
VIEW = 20
PAGE = 150


def modules() -> Iterator[Path]:
    """Every module but the migrations, which nobody reads from top to bottom."""
    for room in ROOMS:
        yield from (
            path for path in (ROOT / room).rglob("*.py") if path.parent.name != "migrations"
        )


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def views() -> Iterator[tuple[str, int]]:
    """Name and length of each function that is a door."""
    for path in modules():
        if "views" in path.relative_to(ROOT).parts[:-1]:
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.FunctionDef) and node.decorator_list:
                    yield f"{path.relative_to(ROOT)}:{node.name}", _length(node)


def _length(function: ast.FunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def beyond_the_guides() -> Iterator[str]:
    for kind, guide, sizes in (
        ("module", MODULE, ((str(path.relative_to(ROOT)), lines(path)) for path in modules())),
        ("view", VIEW, views()),
        (
            "template",
            PAGE,
            (
                (str(path.relative_to(ROOT)), lines(path))
                for path in (ROOT / "templates").rglob("*.html")
            ),
        ),
    ):
        found = sorted(((size, name) for name, size in sizes if size > guide), reverse=True)
        yield from (f"  {size:4} lines, guide {guide:3}: {kind} {name}" for size, name in found)


def test_no_module_is_longer_than_400_lines():
    too_long = {
        str(path.relative_to(ROOT)): lines(path)
        for path in modules()
        if lines(path) > LONGEST_MODULE
    }

    assert too_long == {}


def test_sizes_beyond_the_guides_are_reported(capsys):
    report = list(beyond_the_guides())

    with capsys.disabled():
        sys.stdout.write("\n".join(["", "Beyond the size guides:", *(report or ["  nothing"]), ""]))
