"""What a font can show: papers must not carry a sign that would come out as nothing."""

import struct
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

# Stands where a sign cannot be shown.
MISSING: Final = "□"
# Unicode's full table in a font file: groups of a first and last sign.
WHOLE_UNICODE: Final = 12


@lru_cache(maxsize=4)
def signs(font: Path) -> frozenset[int]:
    """The code points a TrueType font has a drawing for."""
    return frozenset(_signs(font.read_bytes()))


def showable(text: str, known: frozenset[int]) -> str:
    """The text with what the font cannot show written simpler (`①` as `1`), else as a box."""
    if text.isascii():
        return text
    return "".join(sign if ord(sign) in known else _instead(sign, known) for sign in text)


def showable_values(values: Any, known: frozenset[int]) -> Any:
    """The same for every text in lists and mappings of plain values."""
    if isinstance(values, str):
        return showable(values, known)
    if isinstance(values, dict):
        return {name: showable_values(value, known) for name, value in values.items()}
    if isinstance(values, list | tuple):
        return [showable_values(value, known) for value in values]
    return values


def _instead(sign: str, known: frozenset[int]) -> str:
    if sign.isspace():
        return " "
    if unicodedata.category(sign) in {"Cf", "Cc", "Mn", "Me"}:
        return ""
    simpler = unicodedata.normalize("NFKC", sign)
    return simpler if all(ord(part) in known for part in simpler) else MISSING


def _signs(font: bytes) -> Iterator[int]:
    cmap = _table(font, b"cmap")
    count = _number(font, ">H", cmap + 2)
    for record in range(count):
        start = cmap + _number(font, ">I", cmap + 4 + 8 * record + 4)
        if _number(font, ">H", start) != WHOLE_UNICODE:
            continue
        for group in range(_number(font, ">I", start + 12)):
            first, last = struct.unpack_from(">II", font, start + 16 + 12 * group)
            yield from range(first, last + 1)


def _table(font: bytes, name: bytes) -> int:
    """Where a table of the font begins."""
    for entry in range(_number(font, ">H", 4)):
        at = 12 + 16 * entry
        if font[at : at + 4] == name:
            return _number(font, ">I", at + 8)
    raise ValueError(f"no table {name!r} in the font")


def _number(font: bytes, form: str, at: int) -> int:
    return int(struct.unpack_from(form, font, at)[0])
