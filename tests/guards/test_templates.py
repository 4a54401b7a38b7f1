"""Every template compiles, also those only an answer to a form shows."""

from pathlib import Path

import pytest
from django.template.loader import get_template

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
FILES = sorted(path for path in TEMPLATES.rglob("*") if path.suffix in {".html", ".txt"})


@pytest.mark.parametrize("file", FILES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_template_compiles(file):
    assert get_template(str(file.relative_to(TEMPLATES)))
