"""Collecting the texts to translate from code and templates."""

from pathlib import Path

import pytest
from babel.messages.mofile import read_mo

from tools import messages

CODE = """
from django.utils.translation import gettext as _, ngettext, pgettext

greeting = _("안녕하세요, %(name)s님.")
command = pgettext("command", "취소")
people = ngettext("%(n)d명", "%(n)d명", 3)
computed = _(greeting)
"""
PAGE = """
  {% load i18n %}
    {% if x == _("값") %}<p title="{% translate "제목 '인용'" %}">it's ((</p>{% endif %}
  {% translate "취소" context "state" %}
  {% blocktranslate trimmed count n=list|length %}
    {{ n }}명
  {% plural %}
    {{ n }}명 모두
  {% endblocktranslate %}
"""


@pytest.fixture
def house(tmp_path, monkeypatch):
    (tmp_path / "core" / "templates").mkdir(parents=True)
    (tmp_path / "core" / "greetings.py").write_text(CODE)
    (tmp_path / "core" / "templates" / "page.html").write_text(PAGE)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_it.py").write_text('_("시험")')
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "CATALOG", tmp_path / "locale" / "en" / "django.po")
    return tmp_path


def translate(path: Path, text: str, english: str) -> None:
    before = path.read_text()
    after = before.replace(f'msgid "{text}"\nmsgstr ""', f'msgid "{text}"\nmsgstr "{english}"')
    assert after != before
    path.write_text(after)


def test_texts_are_found_in_code_and_templates_with_context_and_plural(house):
    found = {(message.id, message.context) for message in messages.collect() if message.id}

    assert found == {
        ("안녕하세요, %(name)s님.", None),
        ("취소", "command"),
        ("취소", "state"),
        (("%(n)d명", "%(n)d명"), None),
        (("%(n)s명", "%(n)s명 모두"), None),
        ("값", None),
        ("제목 '인용'", None),
    }


def test_collecting_again_keeps_translations_and_drops_what_is_gone(house):
    messages.save(messages.merge())
    translate(messages.CATALOG, "값", "value")
    (house / "core" / "greetings.py").write_text('_("새 글")')

    messages.save(messages.merge())

    catalog = messages.load()
    assert catalog.get("값").string == "value"
    assert "새 글" in catalog
    assert catalog.get("안녕하세요, %(name)s님.") is None


def test_collecting_twice_changes_no_byte(house):
    messages.save(messages.merge())
    first = messages.CATALOG.read_bytes()

    messages.save(messages.merge())

    assert messages.CATALOG.read_bytes() == first


def test_the_check_names_what_is_missing_unused_broken_and_not_korean(house):
    messages.save(messages.merge())
    (house / "core" / "greetings.py").write_text('_("%(a)s 값"), _("English")')
    messages.save(messages.merge())
    translate(messages.CATALOG, "%(a)s 값", "%(b)s value")
    (house / "core" / "templates" / "page.html").write_text("")

    complaints = "\n".join(messages.complaints())

    assert "not translated: 'English'" in complaints
    assert "not Korean: 'English'" in complaints
    assert "unused: '값'" in complaints
    assert "broken: '%(a)s 값'" in complaints


def test_the_compiled_catalog_can_be_read(house):
    messages.save(messages.merge())
    translate(messages.CATALOG, "값", "value")

    messages.compile_catalog()

    with messages.CATALOG.with_suffix(".mo").open("rb") as file:
        assert read_mo(file).get("값").string == "value"
