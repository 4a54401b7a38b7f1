"""How long a text is as a text message, in the bytes that Korean gateways count.

They count CP949: Korean takes two bytes, ASCII one. Not `euc_kr`, which has no room for syllables such as 뷁.
`frontend/js/sms.js` counts the same while somebody types; a test holds the two together.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

SHORT_BYTES: Final = 90
LONG_BYTES: Final = 2000
# What a phone shows of a message before it is opened: the time has to stand there.
SEEN_BYTES: Final = 80
# Typed by editors and phones on their own; what looks the same and can be sent stands in.
STAND_INS: Final = str.maketrans(
    {"–": "-", "—": "-", "‑": "-", "\N{NO-BREAK SPACE}": " ", "•": "·", "〜": "~", "\t": " "}
)


class Size(StrEnum):
    """Short goes out as SMS, long as LMS, what is longer not at all."""

    SHORT = "short"
    LONG = "long"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class Measure:
    """`outside` are the signs no phone would show, each once, in the order of the text."""

    bytes: int
    size: Size
    outside: tuple[str, ...]


def measure(text: str) -> Measure:
    """The length of what `sendable` makes of the text."""
    plain = text.replace("\r\n", "\n").translate(STAND_INS)
    outside = tuple(dict.fromkeys(sign for sign in plain if not _fits(sign)))
    length = sum(_length(sign) for sign in plain)
    return Measure(length, _size(length), outside)


def sendable(text: str) -> str:
    """The text as it reaches a phone: stand-ins for what looks the same, `?` for what cannot be sent."""
    plain = text.replace("\r\n", "\n").translate(STAND_INS)
    return plain if _fits(plain) else "".join(sign if _fits(sign) else "?" for sign in plain)


def cut(text: str, *, limit: int) -> str:
    """The text up to `limit` bytes, never half a letter."""
    taken = 0
    for place, sign in enumerate(text):
        taken += _length(sign)
        if taken > limit:
            return text[:place]
    return text


def _size(length: int) -> Size:
    if length <= SHORT_BYTES:
        return Size.SHORT
    return Size.LONG if length <= LONG_BYTES else Size.TOO_LONG


def _fits(text: str) -> bool:
    try:
        text.encode("cp949")
    except UnicodeEncodeError:
        return False
    return True


def _length(sign: str) -> int:
    return len(sign.encode("cp949")) if _fits(sign) else 1
