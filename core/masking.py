"""How personal data looks where a person need not be known exactly: lists, previews, exports.

One module, because practice differs from office to office and the county may change its rule.
Every function takes any text, also a damaged one, and hides too much rather than too little.
"""

import ipaddress
import re
import unicodedata
from collections.abc import Callable
from typing import Final

HIDDEN: Final = "*"
HIDDEN_PART: Final = "***"
LONGEST_SHORT_NAME: Final = 2
VISIBLE_LATIN: Final = 2
VISIBLE_LOCAL_PART: Final = 2
HIDDEN_EMPLOYEE_NUMBER: Final = 2

_PHONE: Final = re.compile(r"(\+82)?(050\d|0?2|0?\d{2})(\d{3,4})(\d{4})")
_MOBILE_IN_TEXT: Final = re.compile(
    r"(?<!\d)(?:\+?82[- .]?)?0?1[016-9][- .]?\d{3,4}[- .]?\d{4}(?!\d)"
)
_EMAIL_IN_TEXT: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_SHORT_PHONE: Final = re.compile(r"(1\d{3})(\d{4})")


def mask_name(name: str | None) -> str:
    """`이*`, `홍*동`, `남**수`; a name in Latin letters keeps two of each word: `Jo** Sm***`."""
    plain = unicodedata.normalize("NFC", name or "").strip()
    if any(sign.isalpha() for sign in plain) and all(
        _is_latin(sign) for sign in plain if sign.isalpha()
    ):
        return re.sub(r"\w+", _mask_latin_word, plain)
    letters = [place for place, sign in enumerate(plain) if not sign.isspace()]
    visible = set(letters[:1] if len(letters) <= LONGEST_SHORT_NAME else letters[:1] + letters[-1:])
    if len(letters) == 1:
        visible = set()
    return _hide(plain, lambda place: place not in visible)


def _is_latin(sign: str) -> bool:
    return sign.isascii() or unicodedata.name(sign, "").startswith("LATIN")


def _mask_latin_word(word: re.Match[str]) -> str:
    length = len(word[0])
    visible = VISIBLE_LATIN if length > VISIBLE_LATIN else length - 1
    return word[0][:visible] + HIDDEN * (length - visible)


def _hide(text: str, hidden: Callable[[int], bool]) -> str:
    return "".join(
        HIDDEN if hidden(place) and not sign.isspace() else sign for place, sign in enumerate(text)
    )


def mask_phone(number: str | None) -> str:
    """`010-****-5678`, whatever the spelling; a number of unknown shape is hidden whole."""
    digits = re.sub(r"[^\d+]", "", unicodedata.normalize("NFKC", number or ""))
    if not digits:
        return ""
    if found := _PHONE.fullmatch(digits):
        country, area, middle, last = found.groups(default="")
        return "-".join(filter(None, (country, area, HIDDEN * len(middle), last)))
    if found := _SHORT_PHONE.fullmatch(digits):
        return f"{HIDDEN * 4}-{found[2]}"
    return HIDDEN * len(digits)


def mask_email(address: str | None) -> str:
    """`ab***@korea.kr`; the stars do not tell how long the name is."""
    if not address:
        return ""
    local, at, domain = address.strip().rpartition("@")
    if not at or not local:
        return HIDDEN_PART
    visible = VISIBLE_LOCAL_PART if len(local) > VISIBLE_LOCAL_PART else len(local) - 1
    return f"{local[:visible]}{HIDDEN_PART}@{domain}"


def mask_employee_number(number: str | None) -> str:
    """`GR-2019-01**`."""
    plain = (number or "").strip()
    ending = {place for place, sign in enumerate(plain) if sign.isalnum()}
    ending = set(sorted(ending)[-HIDDEN_EMPLOYEE_NUMBER:])
    return "".join(HIDDEN if place in ending else sign for place, sign in enumerate(plain))


def mask_ip(address: str | None) -> str:
    """`10.1.***.7`; of an IPv6 address the network and the last group stay."""
    if not address:
        return ""
    try:
        known = ipaddress.ip_address(address.strip())
    except ValueError:
        return HIDDEN_PART
    if isinstance(known, ipaddress.IPv6Address):
        if known.ipv4_mapped is None:
            groups = known.exploded.split(":")
            return f"{groups[0]}:{groups[1]}:{HIDDEN_PART}:{groups[-1]}"
        known = known.ipv4_mapped
    octets = str(known).split(".")
    return ".".join((*octets[:2], HIDDEN_PART, octets[3]))


def without_contacts(text: str) -> str:
    """Free text that outlives its occasion: a mobile number or an e-mail address somebody noted is a person's."""
    return _EMAIL_IN_TEXT.sub(HIDDEN_PART, _MOBILE_IN_TEXT.sub(HIDDEN_PART, text))
