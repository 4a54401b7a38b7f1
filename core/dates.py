"""Every date and time the screens, files and messages show, and every date a person may type.

Korean official documents write `2026. 11. 22.(일) 14:00`; Django's own Korean formats do not, so
nothing else formats a date. The words follow the active language; the zone is always Seoul.
"""

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import get_language

SEOUL: Final = ZoneInfo("Asia/Seoul")
FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2199

WEEKDAYS_KO: Final = "월화수목금토일"
WEEKDAYS_EN: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN: Final = (
    "",
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
)

SECONDS_PER_MINUTE: Final = 60
MINUTES_PER_HOUR: Final = 60
LONGEST_INPUT: Final = 60

_DATE = re.compile(
    r"(?P<year>\d{4})\s*[-./년]\s*(?P<month>\d{1,2})\s*[-./월]\s*(?P<day>\d{1,2})\s*[./일]?\s*(?:\(\w{1,3}\))?"
)
_COMPACT_DATE = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})")
_TIME = re.compile(
    r"(?P<hour>\d{1,2})(?:\s*시\s*(?:(?P<minutes>\d{1,2})\s*분)?"
    r"|:(?P<minute>\d{1,2})(?::(?P<second>\d{1,2})(?:\.\d+)?)?)"
)
_COMPACT_TIME = re.compile(r"(?P<hour>\d{2})(?P<minute>\d{2})")
_DATE_THEN_TIME = re.compile(
    rf"({_DATE.pattern}|\d{{8}})\s*[T,]?\s*(?P<clock>\d{{1,2}}\s*[:시].*|\d{{4}})"
)


def is_english() -> bool:
    return (get_language() or "ko").startswith("en")


# -- days and instants ----------------------------------------


def local(moment: datetime) -> datetime:
    """The same instant on a Seoul clock; a naive value is already one."""
    return moment.replace(tzinfo=SEOUL) if moment.tzinfo is None else moment.astimezone(SEOUL)


def local_date(value: date | datetime) -> date:
    return local(value).date() if isinstance(value, datetime) else value


def today() -> date:
    return local_date(timezone.now())


def at_local(day: date, clock: time) -> datetime:
    """The instant of a wall-clock time in Seoul, in UTC as it is stored."""
    return datetime.combine(day, clock, tzinfo=SEOUL).astimezone(UTC)


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """First instant of the Seoul day and first instant of the next one, in UTC."""
    return at_local(day, time.min), at_local(day + timedelta(days=1), time.min)


# -- what people read -----------------------------------------


def kweekday(value: date | datetime | None) -> str:
    if not value:
        return ""
    day = local_date(value)
    return WEEKDAYS_EN[day.weekday()] if is_english() else WEEKDAYS_KO[day.weekday()]


def kdate(value: date | datetime | None) -> str:
    """`2026. 11. 22.(일)`, in English `Sun, 22 Nov 2026`."""
    if not value:
        return ""
    day = local_date(value)
    return f"{kday(day)} {day.year}" if is_english() else f"{day.year}. {kday(day)}"


def kday(value: date | datetime | None) -> str:
    """The day without its year: `12. 3.(목)`, in English `Thu, 3 Dec`."""
    if not value:
        return ""
    day = local_date(value)
    if is_english():
        return f"{kweekday(day)}, {day.day} {MONTHS_EN[day.month]}"
    return f"{day.month}. {day.day}.({kweekday(day)})"


def ktime(value: datetime | time | None) -> str:
    if value is None or value == "":
        return ""
    clock = local(value).time() if isinstance(value, datetime) else value
    return f"{clock.hour:02d}:{clock.minute:02d}"


def kdatetime(value: datetime | None) -> str:
    """`2026. 11. 22.(일) 14:00`, in English `Sun, 22 Nov 2026, 14:00`."""
    if not value:
        return ""
    return f"{kdate(value)}{',' if is_english() else ''} {ktime(value)}"


def kdaytime(value: datetime | None) -> str:
    """`12. 3.(목) 14:00`, in English `Thu, 3 Dec, 14:00`."""
    if not value:
        return ""
    return f"{kday(value)}{',' if is_english() else ''} {ktime(value)}"


def kdaterange(first: date | datetime | None, last: date | datetime | None) -> str:
    """`2026. 12. 3.(목)~12. 4.(금)`; what both ends share is written once."""
    if not first or not last:
        return kdate(first or last)
    start, end = local_date(first), local_date(last)
    if start == end:
        return kdate(start)
    if not is_english():
        return f"{kdate(start)}~{kday(end) if start.year == end.year else kdate(end)}"
    if start.year != end.year:
        return f"{kdate(start)} – {kdate(end)}"
    if start.month != end.month:
        return f"{kday(start)} – {kdate(end)}"
    return f"{kweekday(start)}, {start.day} – {kdate(end)}"


def ktimerange(start: datetime | time | None, end: datetime | time | None) -> str:
    """`10:30~12:00`, in English `10:30–12:00`; an end on another day says so."""
    if not start or not end:
        return ktime(start or end)
    first, last = ktime(start), ktime(end)
    if isinstance(start, datetime) and isinstance(end, datetime):
        days = (local_date(end) - local_date(start)).days
        far_end = kdaytime(end)
    else:
        days, far_end = int(last < first), ""
    if days == 0:
        return f"{first}–{last}" if is_english() else f"{first}~{last}"
    if days == 1:
        return f"{first}–{last} (next day)" if is_english() else f"{first}~다음 날 {last}"
    return f"{first} – {far_end}" if is_english() else f"{first}~{far_end}"


def kuntil(start: datetime | time | None, end: datetime | time | None) -> str:
    """The second half of a range, where its start stands elsewhere: `~12:00`, in English `–12:00`."""
    return ktimerange(start, end).removeprefix(ktime(start)).strip() if start and end else ""


def kduration(value: timedelta | float | None) -> str:
    """Minutes as `1시간 50분`, in English `1 h 50 min`."""
    if value is None or value == "":
        return ""
    minutes = round(value.total_seconds() / 60) if isinstance(value, timedelta) else round(value)
    hours, rest = divmod(abs(minutes), MINUTES_PER_HOUR)
    hour_word, minute_word = (" h", " min") if is_english() else ("시간", "분")
    words = [f"{hours}{hour_word}"] if hours else []
    words += [f"{rest}{minute_word}"] if rest or not hours else []
    return ("-" if minutes < 0 else "") + " ".join(words)


def kwait(value: timedelta | None) -> str:
    """How long something took or takes, to the second while that says something: `26초`, then as `kduration`."""
    if value is None or value == "":
        return ""
    seconds = round(value.total_seconds())
    if abs(seconds) < 2 * SECONDS_PER_MINUTE:
        return f"{seconds}\N{NO-BREAK SPACE}s" if is_english() else f"{seconds}초"
    return kduration(value)


def nights(first: date | datetime | None, last: date | datetime | None) -> str:
    """`1박 2일`, or `당일` for a trip that is back the same day."""
    if not first or not last:
        return ""
    count = (local_date(last) - local_date(first)).days
    if not is_english():
        return f"{count}박 {count + 1}일" if count else "당일"
    if not count:
        return "1 day"
    return f"{count + 1} days, {count} night{'s' if count > 1 else ''}"


def relative_day(value: date | datetime | None, on: date | None = None) -> str:
    """How far away a day is, as people say it: `오늘`, `내일`, `11일 뒤`, `3일 전`."""
    if not value:
        return ""
    days = (local_date(value) - (on or today())).days
    if is_english():
        near = {-1: "yesterday", 0: "today", 1: "tomorrow"}
        return near.get(days) or (f"in {days} days" if days > 0 else f"{-days} days ago")
    near = {-1: "어제", 0: "오늘", 1: "내일"}
    return near.get(days) or (f"{days}일 뒤" if days > 0 else f"{-days}일 전")


def iso(value: date | datetime | time | None) -> str:
    """What a machine reads: the `datetime` attribute and compact tables."""
    if value is None or value == "":
        return ""
    if isinstance(value, datetime):
        return local(value).isoformat(timespec="minutes")
    return ktime(value) if isinstance(value, time) else value.isoformat()


# -- what people type -----------------------------------------


def parse_date(text: str | None) -> date | None:
    """`2026-11-22`, `2026. 11. 22.(일)`, `2026년 11월 22일`, `20261122`.

    Anything else, absurd years included, is None.
    """
    found = _match(text, _DATE, _COMPACT_DATE)
    if not found:
        return None
    year, month, day = (int(found[part]) for part in ("year", "month", "day"))
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def parse_time(text: str | None) -> time | None:
    """`14:00`, `14:00:00`, `1400`, `14시 30분`."""
    found = _match(text, _TIME, _COMPACT_TIME)
    if not found:
        return None
    part = found.groupdict()
    minute = part["minute"] or part.get("minutes") or 0
    try:
        return time(int(part["hour"]), int(minute), int(part.get("second") or 0))
    except ValueError:
        return None


def parse_datetime(text: str | None) -> datetime | None:
    """A date in any accepted writing, then a time, as a Seoul instant; `24:00` ends that day."""
    found = _match(text, _DATE_THEN_TIME)
    if not found:
        return None
    day, clock = parse_date(found[1]), found["clock"].strip()
    if day and clock in {"24:00", "2400", "24시"}:
        return datetime.combine(day + timedelta(days=1), time.min, tzinfo=SEOUL)
    hour = parse_time(clock)
    if not day or hour is None:
        return None
    moment = datetime.combine(day, hour, tzinfo=SEOUL)
    # The clocks of Seoul jumped in 1987 and 1988: an hour that never was is not a time.
    exists = moment.astimezone(UTC).astimezone(SEOUL).replace(tzinfo=None) == moment.replace(
        tzinfo=None
    )
    return moment if exists else None


def _match(text: str | None, *patterns: re.Pattern[str]) -> re.Match[str] | None:
    if not text or len(text) > LONGEST_INPUT:
        return None
    plain = unicodedata.normalize("NFKC", text).strip()
    return next((found for pattern in patterns if (found := pattern.fullmatch(plain))), None)
