"""A new program from a template or an earlier one: what its form starts from, and what had to move."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from core.dates import kday, today
from desk.template_pages import clock_range
from programs.models import Program
from site_visits.models import ItemKind, TripCopy
from site_visits.placement import Reason
from site_visits.services.trip_copies import Preview, Source

A_YEAR_LATER: Final = timedelta(weeks=52)
LATER: Final = timedelta(weeks=4)
LAST_ROUND: Final = 32767

# Why an item does not stand where counting days would put it, as the organizer reads it.
WHY: Final[dict[str, Any]] = {
    Reason.HOLIDAY: gettext_lazy("%(day)s은 공휴일입니다: %(about)s"),
    Reason.WEEKEND: gettext_lazy("%(day)s은 주말입니다"),
    Reason.FOLLOWS: gettext_lazy("앞날이 밀려 함께 밀립니다"),
    Reason.SITE_CLOSED: gettext_lazy("%(about)s: %(day)s은 쉬는 날이라 여는 날로 옮깁니다"),
    Reason.SITE_CLOSED_NO_ROOM: gettext_lazy(
        "%(about)s: %(day)s은 쉬는 날이고 다른 날에도 자리가 없습니다. 시간을 정해 주세요"
    ),
    Reason.OUTSIDE_HOURS: gettext_lazy(
        "%(about)s: %(day)s 이 시각에는 열지 않아 여는 날로 옮깁니다"
    ),
    Reason.OUTSIDE_HOURS_STAYS: gettext_lazy(
        "%(about)s: %(day)s 이 시각에는 열지 않습니다. 시간을 고쳐 주세요"
    ),
    Reason.SITE_RETIRED: gettext_lazy(
        "%(about)s: 사용을 중지한 방문지입니다. 다른 곳을 골라 주세요"
    ),
    Reason.SITE_MISSING: gettext_lazy(
        "%(about)s: 방문지 목록에서 없어졌습니다. 다른 곳을 골라 주세요"
    ),
    Reason.OUTSIDE_TRIP: gettext_lazy("바탕 과정의 기간 밖에 있던 일정입니다. 시간을 정해 주세요"),
}
BY_THE_CALENDAR: Final = {Reason.HOLIDAY, Reason.WEEKEND, Reason.FOLLOWS}


def initial_of(source: Source) -> dict[str, Any]:
    """A sensible beginning: the next round, a code nobody has, the same weekday a year later or in a month."""
    trip, program = source.trip.program, source.program
    found = {name: trip[name] for name in ("title", "title_en", "capacity", "minimum")}
    return found | {
        "round": _next_round(trip["title"]),
        "code": _next_code(program.code if program else ""),
        "starts_on": _next_start(program),
        "skip_days_off": True,
    }


def _next_round(title: str) -> int:
    rounds = Program.objects.filter(title=title).order_by("-round").values_list("round", flat=True)
    return min((rounds.first() or 0) + 1, LAST_ROUND)


def _next_code(code: str) -> str:
    """`ai-field-1` → `ai-field-2`, or the first number after it that is free."""
    stem, _dash, number = code.rpartition("-")
    if not stem or not number.isdigit() or len(number) > 4:
        return ""
    taken = set(Program.objects.filter(code__startswith=f"{stem}-").values_list("code", flat=True))
    later = (f"{stem}-{n}" for n in range(int(number) + 1, int(number) + 2 + len(taken)))
    return next(code for code in later if code not in taken)


def _next_start(program: Program | None) -> date:
    now = today()
    if program is None:
        return now + LATER - timedelta(days=now.weekday())
    day = program.starts_on + A_YEAR_LATER
    while day <= now:
        day += A_YEAR_LATER
    return day


@dataclass(frozen=True, slots=True)
class Moved:
    title: str
    kind: Any
    time: str
    old: str
    new: str
    why: str


@dataclass(frozen=True, slots=True)
class PushedDay:
    """A whole day that the calendar pushed: one line instead of one for each of its items."""

    old: str
    new: str
    why: str
    items: list[Moved]


@dataclass(frozen=True, slots=True)
class Report:
    """What had to move: first what needs a hand, then what went to another day, then what the calendar pushed."""

    waiting: list[Moved]
    elsewhere: list[Moved]
    pushed: list[Moved]

    @property
    def total(self) -> int:
        return len(self.waiting) + len(self.elsewhere) + len(self.pushed)

    @property
    def pushed_days(self) -> list[PushedDay]:
        days: dict[tuple[str, str, str], list[Moved]] = {}
        for line in self.pushed:
            days.setdefault((line.old, line.new, line.why), []).append(line)
        return [PushedDay(*day, items) for day, items in days.items()]


def report_of(entries: Iterable[Mapping[str, Any]]) -> Report:
    found = Report([], [], [])
    for entry in entries:
        reason = entry["reason"]
        stays = reason == Reason.OUTSIDE_HOURS_STAYS
        part = (
            found.waiting if entry["day"] is None or stays
            else found.pushed if reason in BY_THE_CALENDAR
            else found.elsewhere
        )  # fmt: skip
        part.append(_moved(entry))
    return found


def _moved(entry: Mapping[str, Any]) -> Moved:
    english = get_language() == "en"
    because = entry["because"]
    return Moved(
        title=(entry["title_en"] if english else "") or entry["title"],
        kind=ItemKind(entry["kind"]).label,
        time=clock_range(entry["start"], entry["minutes"]),
        old=_day(entry["counted"]),
        new=_day(entry["day"]),
        why=str(WHY[entry["reason"]])
        % {
            "day": kday(date.fromisoformat(because)) if because else "",
            "about": (entry["about_en"] if english else "") or entry["about"],
        },
    )


def _day(text: str | None) -> str:
    return kday(date.fromisoformat(text)) if text else str(_("시간 미정"))


def preview_context(source: Source, form: Any, found: Preview | None) -> dict[str, Any]:
    context: dict[str, Any] = {"source": source, "form": form, "preview": found}
    if found:
        context |= {
            "report": report_of(found.report),
            "days": found.plan.days,
            "starts_on": found.plan.starts_on,
            "ends_on": found.plan.ends_on,
            "items": len(found.plan.items),
        }
    return context


def copy_context(program: Program, copy: TripCopy) -> dict[str, Any]:
    return {"program": program, "copy": copy, "report": report_of(copy.report)}
