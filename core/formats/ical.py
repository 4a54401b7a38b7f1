"""Calendar feeds (RFC 5545), written line by line.

The icalendar library needs about 50 ms for 200 events and turns a typed backslash-N into a line
end; these lines need about 2 ms. The library reads them back in the tests.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from core.dates import SEOUL

CRLF: Final = b"\r\n"
LONGEST_LINE: Final = 75
PRODUCT: Final = "-//Goryeong County//Goryeong Training//KO"

# Seoul has kept +09:00 since 1988 and no event is older.
TIMEZONE: Final = (
    b"BEGIN:VTIMEZONE",
    b"TZID:Asia/Seoul",
    b"BEGIN:STANDARD",
    b"DTSTART:19700101T000000",
    b"TZOFFSETFROM:+0900",
    b"TZOFFSETTO:+0900",
    b"TZNAME:KST",
    b"END:STANDARD",
    b"END:VTIMEZONE",
)

_DROPPED: Final = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000)])
_ESCAPED: Final = _DROPPED | {
    ord("\n"): "\\n",
    ord("\t"): " ",
    ord("\\"): "\\\\",
    ord(";"): "\\;",
    ord(","): "\\,",
}


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of a feed. `updated_at` is when it was published, never when the feed was asked."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    summary: str
    updated_at: datetime
    location: str = ""
    description: str = ""
    url: str = ""
    cancelled: bool = False


def calendar(name: str, events: Iterable[Event], *, refresh_minutes: int = 60) -> bytes:
    """The same events give the same bytes, so that an ETag can stand for them."""
    lines = [
        b"BEGIN:VCALENDAR",
        b"VERSION:2.0",
        b"PRODID:" + PRODUCT.encode(),
        b"CALSCALE:GREGORIAN",
        b"METHOD:PUBLISH",
        folded(f"NAME:{escaped(name)}"),
        folded(f"X-WR-CALNAME:{escaped(name)}"),
        b"X-WR-TIMEZONE:Asia/Seoul",
        f"REFRESH-INTERVAL;VALUE=DURATION:PT{refresh_minutes}M".encode(),
        f"X-PUBLISHED-TTL:PT{refresh_minutes}M".encode(),
        *TIMEZONE,
    ]
    for event in events:
        lines += _event_lines(event)
    lines += [b"END:VCALENDAR", b""]
    return CRLF.join(lines)


def _event_lines(event: Event) -> Iterator[bytes]:
    updated = event.updated_at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ").encode()
    yield b"BEGIN:VEVENT"
    yield folded(f"UID:{escaped(event.uid)}")
    yield f"SEQUENCE:{event.sequence}".encode()
    yield b"DTSTAMP:" + updated
    yield b"LAST-MODIFIED:" + updated
    yield b"DTSTART;TZID=Asia/Seoul:" + _wall_clock(event.starts_at)
    # The format wants an end after the start; without one the entry is a moment.
    if event.ends_at > event.starts_at:
        yield b"DTEND;TZID=Asia/Seoul:" + _wall_clock(event.ends_at)
    yield folded(f"SUMMARY:{escaped(event.summary)}")
    if event.location:
        yield folded(f"LOCATION:{escaped(event.location)}")
    if event.description:
        yield folded(f"DESCRIPTION:{escaped(event.description)}")
    if event.url:
        yield folded(f"URL:{event.url.translate(_DROPPED)}")
    yield b"STATUS:CANCELLED" if event.cancelled else b"STATUS:CONFIRMED"
    yield b"END:VEVENT"


def _wall_clock(moment: datetime) -> bytes:
    return moment.astimezone(SEOUL).strftime("%Y%m%dT%H%M%S").encode()


def escaped(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_ESCAPED)


def folded(line: str) -> bytes:
    """At most 75 octets a line; no cut falls into a syllable or behind an escaping backslash."""
    rest = line.encode("utf-8")
    if len(rest) <= LONGEST_LINE:
        return rest
    pieces = []
    room = LONGEST_LINE
    while len(rest) > room:
        cut = _last_cut(rest, room)
        pieces.append(rest[:cut])
        rest = rest[cut:]
        room = LONGEST_LINE - 1  # the space that opens a continued line
    return b"\r\n ".join([*pieces, rest])


def _last_cut(line: bytes, room: int) -> int:
    cut = room
    while line[cut] & 0b1100_0000 == 0b1000_0000:
        cut -= 1
    backslashes = cut - len(line[:cut].rstrip(b"\\"))
    return cut - backslashes % 2
