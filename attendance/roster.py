"""Who is on the roster of an item and where each of them stands: what the leader's phone shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet
from django.utils.translation import gettext as _

from attendance.completion import whole_minutes
from attendance.models import AttendanceLock, AttendanceRecord, Mark, Presence
from core.dates import ktime
from programs.models import Program, ProgramStaff
from site_visits.models import ItemKind, PublishedItem

if TYPE_CHECKING:
    from accounts.models import User
    from participants.models import Enrollment

# Before these everybody is counted one by one: a bus must not leave on "the rest are here".
BOARDING = frozenset({ItemKind.ASSEMBLY, ItemKind.TRAVEL})
IN = frozenset({Mark.PRESENT, Mark.LATE, Mark.LEFT_EARLY})
TONES = {Mark.LATE: "warn", Mark.LEFT_EARLY: "warn", Mark.ABSENT: "bad", Mark.EXCUSED: "info"}
# Phone numbers are shown from the eve of the program to the day after it.
NUMBERS_AROUND = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Line:
    """One person on the roster."""

    pk: int
    employee_number: str
    name: str
    department: str
    rank: str
    is_substitute: bool
    phone: str
    mark: str
    said_at: datetime | None
    minutes_missed: int

    @property
    def is_in(self) -> bool:
        return self.mark in IN

    @property
    def badge(self) -> str:
        if self.mark in (Mark.LATE, Mark.LEFT_EARLY):
            return _("%(mark)s %(minutes)s분") % {
                "mark": Mark(self.mark).label,
                "minutes": self.minutes_missed,
            }
        return str(Mark(self.mark).label) if self.mark in TONES else ""

    @property
    def tone(self) -> str:
        return TONES.get(Mark(self.mark), "plain") if self.mark else "plain"

    @property
    def sub(self) -> str:
        seen = ktime(self.said_at) if self.is_in else ""
        return " · ".join(part for part in (self.department, self.rank, seen) if part)


@dataclass(frozen=True, slots=True)
class Roster:
    """A roster as it stands; `last_word` changes with everything anybody ever said at the item."""

    missing: list[Line]
    away: list[Line]
    here: list[Line]
    last_word: int

    @property
    def lines(self) -> list[Line]:
        return [*self.missing, *self.away, *self.here]

    @property
    def total(self) -> int:
        return len(self.missing) + len(self.away) + len(self.here)


def is_boarding(item: PublishedItem) -> bool:
    return item.kind in BOARDING


def on_roster(
    program: Program, item: PublishedItem, *, group_id: int | None = None
) -> "QuerySet[Enrollment]":
    """Who belongs to the item: travelling, of its groups, with a place in the program while it lasts."""
    people = program.enrollments.travelling().filter(
        Q(active_from=None) | Q(active_from__lt=item.ends_at),
        Q(active_until=None) | Q(active_until__gt=item.starts_at),
    )
    if item.group_ids:
        people = people.filter(group__in=item.group_ids)
    return people if group_id is None else people.filter(group=group_id)


def roster(
    program: Program, item: PublishedItem, *, group_id: int | None = None, numbers: bool = False
) -> Roster:
    """The roster in three parts, each in ㄱ–ㅎ order; phone numbers are read only where they will be shown."""
    records = {
        record.enrollment_id: record
        for record in AttendanceRecord.objects.filter(
            item_uid=item.uid, enrollment__program=program
        ).select_related("presence")
    }
    fields = ["pk", "participant__employee_number", "name", "department_name", "rank_name"]
    rows = on_roster(program, item, group_id=group_id).values_list(
        *fields, "substitute_for", *(["participant__mobile"] if numbers else [])
    )
    lines = [_line(row, records.get(row[0]), item) for row in rows]
    lines.sort(key=lambda line: (line.name, line.department, line.pk))
    last_word = Presence.objects.filter(item_uid=item.uid).aggregate(last=Max("pk"))["last"]
    return Roster(
        missing=[line for line in lines if not line.mark],
        away=[line for line in lines if line.mark and not line.is_in],
        here=[line for line in lines if line.is_in],
        last_word=last_word or 0,
    )


def _line(row: tuple[Any, ...], record: AttendanceRecord | None, item: PublishedItem) -> Line:
    pk, number, name, department, rank, substitute_for, *phone = row
    return Line(
        pk=pk,
        employee_number=number,
        name=name,
        department=department,
        rank=rank,
        is_substitute=substitute_for is not None,
        phone=phone[0] if phone else "",
        mark=record.mark if record else "",
        said_at=record.presence.device_at if record else None,
        minutes_missed=(
            whole_minutes(item.starts_at, item.ends_at) - record.credited_minutes if record else 0
        ),
    )


def may_see_numbers(program: Program, user: "User", on: date) -> bool:
    """Only who escorts or runs this very program, and only around its days."""
    if not program.starts_on - NUMBERS_AROUND <= on <= program.ends_on + NUMBERS_AROUND:
        return False
    return ProgramStaff.objects.filter(program=program, user=user).exists()


def last_word_of(item_uid: UUID, by: "User") -> Presence | None:
    """The latest thing somebody said at an item that still stands: what their undo button takes back."""
    said = Presence.objects.filter(item_uid=item_uid, by=by, annulled_by=None).exclude(mark="")
    return said.order_by("recorded_at", "pk").last()


def is_locked(program: Program) -> bool:
    return AttendanceLock.objects.in_force().filter(program=program).exists()


def items_of(program: Program) -> list[PublishedItem]:
    """What is in force and takes place, in order."""
    items = PublishedItem.objects.current().live().filter(publication__program=program)
    return list(items.in_order())


def item_after(item: PublishedItem) -> PublishedItem | None:
    later = item.publication.items.live().filter(starts_at__gte=item.ends_at)
    return later.in_order().first()


def counts_in(uids: Sequence[UUID]) -> dict[UUID, int]:
    """How many people are in, by item."""
    counted = (
        AttendanceRecord.objects.filter(item_uid__in=uids, mark__in=IN)
        .values("item_uid")
        .annotate(n=Count("pk"))
    )
    return {row["item_uid"]: row["n"] for row in counted}
