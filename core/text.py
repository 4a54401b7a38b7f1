"""Text as people meant it: one form for each syllable, nothing invisible, nothing unstorable."""

import re
import unicodedata
from typing import Final

NUL: Final = "\x00"
LONGEST_SEARCH: Final = 100

# Zero-width and direction marks, soft hyphen, Hangul and Braille fillers, interlinear marks, tags:
# they let two names look alike or a text read backwards, and nobody types them on purpose.
_INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_LINE_END: Final = re.compile("\r\n?|\x85|\u2028|\u2029")
_SPACES: Final = re.compile(r"[^\S\n]+")
_AROUND_LINE_END: Final = re.compile(r" ?\n ?")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def contains_nul(text: str) -> bool:
    return NUL in text


def is_broken(text: str) -> bool:
    """Whether PostgreSQL or UTF-8 would refuse the text: a NUL, or half of a surrogate pair."""
    return NUL in text or (not text.isascii() and _SURROGATE.search(text) is not None)


def clean_text(text: str, *, multiline: bool = False) -> str:
    """NFC, visible, trimmed, runs of space made one; line ends survive only if `multiline`."""
    text = _LINE_END.sub("\n", text)
    text = _CONTROL.sub("", _INVISIBLE.sub("", text))
    text = unicodedata.normalize("NFC", text)
    if not multiline:
        return " ".join(text.split())
    return _AROUND_LINE_END.sub("\n", _SPACES.sub(" ", text)).strip()


def search_text(text: str | None) -> str:
    """Cleaned like stored text, so that a pasted name in decomposed Hangul finds the person."""
    return clean_text((text or "")[: LONGEST_SEARCH * 4])[:LONGEST_SEARCH]
