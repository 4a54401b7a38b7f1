"""The attendance report: one row a person and program, asked once, shown on a page or written to a file.

Closed programs answer with their completions; programs still open are computed from their records with
the same arithmetic. Rows come in chunks, so that a file of any length needs the memory of one chunk.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db.models import Avg, Count, Min, OuterRef, Q, QuerySet, Subquery, Sum

from accounts.permissions import Can, Role, allowed
from attendance.completion import LearningItem, Outcome, Rule
from attendance.models import AttendanceLock
from attendance.standings import learning_item, outcome_of, standings_of
from participants.models import Enrollment
from programs.models import Program
from site_visits.models import Publication, PublishedItem

if TYPE_CHECKING:
    from accounts.models import User

CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Filters:
    """What the report is asked for; None leaves a side open."""

    program: int | None = None
    round: int | None = None
    category: str = ""
    department: int | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class AttendanceRow:
    program: str
    round: int
    starts_on: date
    ends_on: date
    department: str
    rank: str
    name: str
    total_minutes: int
    attended_minutes: int
    excused_minutes: int
    rate: Decimal
    late: int
    left_early: int
    absent: int
    excused: int
    completed: bool
    recognized_hours: int
    is_locked: bool
    is_substitute: bool


@dataclass(frozen=True, slots=True)
class DepartmentLine:
    name: str
    people: int
    completed: int
    hours: int
    rate: Decimal


def may_report_everything(user: "User") -> bool:
    return allowed(user, Can.MANAGE_PROGRAMS)


def department_scope(user: "User") -> list[int] | None:
    """Ids of the departments somebody may report on; None for all of them."""
    return None if may_report_everything(user) else user.departments_as(Role.COORDINATOR)


def enrollments(filters: Filters, user: "User") -> "QuerySet[Enrollment]":
    """Whom the report is about: who travelled, within what this person may report on."""
    people = Enrollment.objects.travelling()
    scope = department_scope(user)
    if scope is not None:
        people = people.filter(participant__department__in=scope)
    wanted = {
        "program": filters.program,
        "program__round": filters.round,
        "program__category": filters.category or None,
        "participant__department": filters.department,
        "program__ends_on__gte": filters.first,
        "program__starts_on__lte": filters.last,
    }
    return people.filter(**{name: value for name, value in wanted.items() if value is not None})


def in_report_order(people: "QuerySet[Enrollment]") -> "QuerySet[Enrollment]":
    """Newest program first, inside it the order of the office."""
    return people.order_by(
        "-program__starts_on",
        "program__code",
        "participant__department__sort_order",
        "participant__rank__sort_order",
        "name",
        "pk",
    )


def rows(
    people: "QuerySet[Enrollment]", *, start: int = 0, count: int | None = None
) -> Iterator[AttendanceRow]:
    """The report of these people; `start` and `count` pick a page of it."""
    found = _with_books(in_report_order(people))
    if count is not None:
        yield from _rows_of(list(found[start : start + count]))
        return
    stream = found.iterator(chunk_size=CHUNK)
    while chunk := list(islice(stream, CHUNK)):
        yield from _rows_of(chunk)


def by_department(people: "QuerySet[Enrollment]") -> list[DepartmentLine]:
    """People, completions, hours and mean rate of each department, in the order of the office.

    Closed programs are added up by the database; only the open ones are computed.
    """
    sums: dict[str, list[Decimal]] = {}
    closed = Q(completion__lock__reopened_at=None, completion__isnull=False)
    totals = (
        people.filter(closed)
        .values("department_name")
        .annotate(
            people=Count("pk"),
            done=Count("pk", filter=Q(completion__completed=True)),
            recognized=Sum("completion__recognized_hours"),
            rates=Avg("completion__rate") * Count("pk"),
        )
    )
    for line in totals.order_by():
        figures = (line["people"], line["done"], line["recognized"], line["rates"])
        _add(sums, line["department_name"], figures)
    for row in rows(people.exclude(closed)):
        _add(sums, row.department, (1, int(row.completed), row.recognized_hours, row.rate))
    order = people.values("department_name").annotate(at=Min("participant__department__sort_order"))
    return [
        DepartmentLine(name, int(n), int(done), int(hours), (rates / n).quantize(Decimal("0.1")))
        for name in order.order_by("at", "department_name").values_list(
            "department_name", flat=True
        )
        for n, done, hours, rates in [sums[name]]
    ]


def _add(sums: dict[str, list[Decimal]], name: str, figures: Iterable[int | Decimal]) -> None:
    before = sums.get(name, [Decimal(0)] * 4)
    sums[name] = [old + Decimal(new) for old, new in zip(before, figures, strict=True)]


def _with_books(people: "QuerySet[Enrollment]") -> "QuerySet[Enrollment]":
    """Add `book`: the publication a program is counted from, and `lock_in_force`."""
    lock = AttendanceLock.objects.in_force().filter(program=OuterRef("program"))
    newest = Publication.objects.filter(program=OuterRef("program")).order_by("-number")
    return people.select_related("program", "completion").annotate(
        lock_in_force=Subquery(lock.values("pk")[:1]),
        locked_book=Subquery(lock.values("publication")[:1]),
        newest_book=Subquery(newest.values("pk")[:1]),
    )


def _rows_of(chunk: list[Enrollment]) -> Iterator[AttendanceRow]:
    books = _learning_by_book({_book(person) for person in chunk} - {None})
    standings = standings_of(chunk)
    rules = {person.program_id: Rule.of(person.program) for person in chunk}
    for person in chunk:
        outcome = outcome_of(
            books.get(_book(person), []),
            person.group_id,
            standings.get(person.pk, {}),
            rules[person.program_id],
        )
        yield _row(person, outcome)


def _book(person: Enrollment) -> int | None:
    return person.locked_book or person.newest_book  # type: ignore[attr-defined]


def _learning_by_book(books: set[int | None]) -> dict[int | None, list[LearningItem]]:
    found: dict[int | None, list[LearningItem]] = {}
    items = PublishedItem.objects.filter(publication__in=books).learning()
    for item in items.only("publication", "uid", "starts_at", "ends_at", "group_ids"):
        found.setdefault(item.publication_id, []).append(learning_item(item))
    return found


def _row(person: Enrollment, outcome: Outcome) -> AttendanceRow:
    completion = getattr(person, "completion", None)
    lock: int | None = person.lock_in_force  # type: ignore[attr-defined]
    is_locked = completion is not None and lock is not None and completion.lock_id == lock
    decided: Any = completion if is_locked else outcome
    program: Program = person.program
    return AttendanceRow(
        program=program.display_title,
        round=program.round,
        starts_on=program.starts_on,
        ends_on=program.ends_on,
        department=person.department_name,
        rank=person.rank_name,
        name=person.name,
        total_minutes=decided.total_minutes,
        attended_minutes=decided.attended_minutes,
        excused_minutes=decided.excused_minutes,
        rate=decided.rate,
        late=outcome.late,
        left_early=outcome.left_early,
        absent=outcome.absent,
        excused=outcome.excused,
        completed=decided.completed,
        recognized_hours=decided.recognized_hours,
        is_locked=is_locked,
        is_substitute=person.substitute_for_id is not None,
    )
