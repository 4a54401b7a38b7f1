"""People by learning items, with what the rule makes of each person: the office's view of attendance."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from attendance.completion import Outcome, whole_minutes
from attendance.models import AttendanceLock, Mark
from attendance.standings import Scoring, Standings, scoring, standings_of
from participants.models import Enrollment
from programs.models import Program
from site_visits.models import PublishedItem

# The signs of a paper roster.
SIGNS: Final = {
    Mark.PRESENT: "○",
    Mark.LATE: "△",
    Mark.LEFT_EARLY: "▽",
    Mark.ABSENT: "×",
    Mark.EXCUSED: "◎",
}
UNTOUCHED: Final = "–"


@dataclass(frozen=True, slots=True)
class Cell:
    """One person at one item; `concerns` is false where the item is another group's."""

    item: PublishedItem
    concerns: bool
    mark: str
    minutes_missed: int

    @property
    def sign(self) -> str:
        return SIGNS[Mark(self.mark)] if self.mark else UNTOUCHED

    @property
    def words(self) -> str:
        if not self.mark:
            return pgettext("attendance", "확인 전")
        if self.minutes_missed:
            return _("%(mark)s %(minutes)s분") % {
                "mark": Mark(self.mark).label,
                "minutes": self.minutes_missed,
            }
        return str(Mark(self.mark).label)


@dataclass(frozen=True, slots=True)
class PersonRow:
    enrollment: Enrollment
    cells: list[Cell]
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Matrix:
    """Everybody's row, and how many complete, how many do not, and whom nobody has looked at yet."""

    program: Program
    lock: AttendanceLock | None
    items: Sequence[PublishedItem]
    rows: list[PersonRow]

    @property
    def completed(self) -> list[PersonRow]:
        return [row for row in self.rows if row.outcome.completed]

    @property
    def failing(self) -> list[PersonRow]:
        return [row for row in self.rows if not row.outcome.completed]

    @property
    def untouched(self) -> list[PersonRow]:
        return [row for row in self.rows if row.outcome.untouched]

    @property
    def mean_rate(self) -> Decimal | None:
        if not self.rows:
            return None
        total = sum((row.outcome.rate for row in self.rows), Decimal(0))
        return (total / len(self.rows)).quantize(Decimal("0.1"))


def matrix(program: Program) -> Matrix:
    """The whole program in a fixed number of queries."""
    lock = (
        AttendanceLock.objects.in_force()
        .filter(program=program)
        .select_related("publication", "by")
        .first()
    )
    people = list(program.enrollments.travelling().select_related("group").in_office_order())
    score = scoring(program, lock)
    standings = standings_of(people)
    rows = [_row(person, score, standings) for person in people]
    return Matrix(program, lock, score.items, rows)


def _row(person: Enrollment, score: Scoring, standings: Standings) -> PersonRow:
    own = standings.get(person.pk, {})
    outcome = score.outcome(person, standings)
    cells = []
    for item, learning in zip(score.items, score.learning, strict=True):
        standing = own.get(item.uid)
        missed = 0
        if standing and standing.mark == Mark.LATE and standing.arrived_at:
            missed += whole_minutes(item.starts_at, standing.arrived_at)
        if standing and standing.mark in (Mark.LATE, Mark.LEFT_EARLY) and standing.left_at:
            missed += whole_minutes(standing.left_at, item.ends_at)
        cells.append(
            Cell(
                item, learning.concerns(person.group_id), standing.mark if standing else "", missed
            )
        )
    return PersonRow(person, cells, outcome)
