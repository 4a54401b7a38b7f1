"""Days that suit a program: no weekend, no holiday, and the museum of the trip is open."""

from collections.abc import Iterator
from datetime import date, timedelta

from programs.models import Holiday
from site_visits.conflicts.facts import Closure
from site_visits.conflicts.opening import is_closed_by, is_workday

# Museums close on Mondays, and after a Monday holiday on the next working day.
MUSEUMS = Closure(weekday=0, shifts_after_holiday=True)
LONGEST_SEARCH = 60


def next_days(first: date, length: int) -> date:
    """The first day from `first` on that begins `length` suitable days in a row."""
    return _found(first, length, forward=True)


def last_days(last: date, length: int) -> date:
    """The latest such day from `last` backwards."""
    return _found(last, length, forward=False)


def _found(start: date, length: int, *, forward: bool) -> date:
    holidays = {row.date: row.name for row in Holiday.objects.all()}
    for day in _days(start, LONGEST_SEARCH, forward=forward):
        if all(_suits(each, holidays) for each in _days(day, length, forward=True)):
            return day
    raise LookupError(f"no {length} suitable days within {LONGEST_SEARCH} days of {start}")


def _days(start: date, length: int, *, forward: bool) -> Iterator[date]:
    for n in range(length):
        yield start + timedelta(days=n if forward else -n)


def _suits(day: date, holidays: dict[date, str]) -> bool:
    return is_workday(day, holidays) and not is_closed_by(MUSEUMS, day, holidays)
