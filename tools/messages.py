"""The message catalog, without GNU gettext.

The texts in code and templates are Korean; English is the one translation.

    python -m tools.messages             collect: adds new texts, drops unused ones
    python -m tools.messages --check     fails on missing, fuzzy, unused or broken entries
    python -m tools.messages --compile   writes the .mo files Django reads
"""

import argparse
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
CATALOG = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
NOT_SHOWN = {"tests", "tools", "migrations", "node_modules", "var", "static", "docs"}
TEMPLATE_SUFFIXES = {".html", ".txt"}
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# No dates and no names: they would change with every run.
HEADER = r"""# English texts. Collected by `python -m tools.messages`.
msgid ""
msgstr ""
"Language: en\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

"""
SHOWN = 40
HANGUL = re.compile("[가-힣ㄱ-ㅣ]")


def sources() -> Iterator[Path]:
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        if parts[0].startswith(".") or NOT_SHOWN & set(parts):
            continue
        is_template = path.suffix in TEMPLATE_SUFFIXES and "templates" in parts
        if path.suffix == ".py" or is_template:
            yield path


def as_python(path: Path) -> str:
    """A template becomes calls to gettext among filler words, one line for one line.

    Indentation goes, because it means something to Python and nothing in a template.
    """
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return text
    lines = templatize(text, origin=str(path)).splitlines()
    return "\n".join(line.strip() for line in lines)


def collect() -> Catalog:
    found = Catalog(locale="en", charset="utf-8")
    for path in sources():
        code = io.BytesIO(as_python(path).encode())
        where = (str(path.relative_to(ROOT)), 0)
        for _line, function, arguments, _comments in extract_python(code, KEYWORDS, [], {}):
            add(found, function, arguments, where)
    return found


def add(found: Catalog, function: str, arguments: object, where: tuple[str, int]) -> None:
    parts = [arguments] if isinstance(arguments, str | None) else list(arguments)
    context = parts.pop(0) if function.startswith(("pgettext", "npgettext")) else None
    wanted = 2 if function.startswith(("ngettext", "npgettext")) else 1
    texts = parts[:wanted]
    if all(isinstance(text, str) and text for text in texts):  # else: not a literal
        identity = tuple(texts) if wanted == 2 else texts[0]
        found.add(identity, locations=[where], context=context)


def load() -> Catalog:
    if not CATALOG.exists():
        return Catalog(locale="en", charset="utf-8")
    with CATALOG.open("rb") as file:
        return read_po(file, locale="en", charset="utf-8")


def save(catalog: Catalog) -> None:
    CATALOG.parent.mkdir(parents=True, exist_ok=True)
    with CATALOG.open("wb") as file:
        file.write(HEADER.encode())
        write_po(
            file, catalog, width=100, omit_header=True, sort_output=True,
            ignore_obsolete=True, include_lineno=False,
        )  # fmt: skip


def merge() -> Catalog:
    """What is translated stays; nothing is guessed."""
    catalog = load()
    catalog.update(collect(), no_fuzzy_matching=True)
    return catalog


def key(message: Message) -> tuple[object, str | None]:
    return message.id, message.context


def is_translated(message: Message) -> bool:
    texts = message.string if isinstance(message.string, list | tuple) else [message.string]
    return all(texts) and not message.fuzzy


def complaints() -> Iterator[str]:
    catalog, found = load(), collect()
    known = {key(message): message for message in catalog if message.id}
    wanted = {key(message): message for message in found if message.id}
    for identity, message in wanted.items():
        first = message.id if isinstance(message.id, str) else message.id[0]
        if not HANGUL.search(first):
            yield f"not Korean: {message.id!r} in {message.locations[0][0]}"
        if identity not in known or not is_translated(known[identity]):
            yield f"not translated: {message.id!r} in {message.locations[0][0]}"
    for identity in known.keys() - wanted.keys():
        yield f"unused: {identity[0]!r}"
    for message, errors in catalog.check():
        yield from (f"broken: {message.id!r}: {error}" for error in errors)


def compile_catalog() -> None:
    target = CATALOG.with_suffix(".mo")
    fresh = target.with_suffix(".mo.new")
    with fresh.open("wb") as file:
        write_mo(file, load())
    fresh.replace(target)


def main() -> None:
    parser = argparse.ArgumentParser(prog="tools.messages", description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--compile", action="store_true")
    options = parser.parse_args()
    if not settings.configured:
        settings.configure(USE_I18N=True)
    if options.check:
        problems = sorted(complaints())
        print("\n".join(problems[:SHOWN]) or "All texts are translated.")
        if len(problems) > SHOWN:
            print(f"... and {len(problems) - SHOWN} more")
        sys.exit(bool(problems))
    if not options.compile:
        save(merge())
    compile_catalog()


if __name__ == "__main__":
    main()
