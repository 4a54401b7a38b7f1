"""How many people come, who is in two programs at once, and which teams stay behind too small."""

from collections import Counter, defaultdict
from collections.abc import Collection
from typing import NamedTuple

from django.db.models import Count, Q

from participants.models import Enrollment, Participant
from programs.models import Program, ProgramStatus
from site_visits.conflicts.facts import Double, TeamAway


class _Seat(NamedTuple):
    program_id: int
    participant_id: int
    group_id: int | None
    department_id: int
    department: str
    team: str


class Enrolled:
    """Everybody with a seat in `program`, and their offices' people in the programs of the same days: one statement."""

    def __init__(self, program: Program) -> None:
        self.program = program
        departments = Enrollment.objects.seated().filter(program=program)
        seats = (
            Enrollment.objects.seated()
            .filter(program__in=Program.objects.between(program.starts_on, program.ends_on))
            .exclude(~Q(program=program), program__status=ProgramStatus.CANCELLED)
            .filter(participant__department__in=departments.values("participant__department"))
            .values_list(
                "program_id",
                "participant_id",
                "group_id",
                "participant__department_id",
                "participant__department__name",
                "participant__team",
                "program__title",
                "program__round",
            )
        )
        rows = list(seats)
        self.titles = {row[0]: (row[6], row[7]) for row in rows}
        self.seats = [_Seat(*row[:6]) for row in rows]
        self.ours = [seat for seat in self.seats if seat.program_id == program.pk]

    def people(self, group_ids: Collection[int] = ()) -> int:
        """Who takes part in an item of these groups (none = everybody); before anybody has a seat, the seats."""
        if not self.ours:
            return 0 if group_ids else self.program.capacity
        return sum(1 for seat in self.ours if not group_ids or seat.group_id in group_ids)

    def by_group(self) -> dict[int, int]:
        """Group → people with a seat in it."""
        return Counter(seat.group_id for seat in self.ours if seat.group_id is not None)

    def doubles(self) -> list[Double]:
        ours = {seat.participant_id for seat in self.ours}
        found = Counter(
            seat.program_id
            for seat in self.seats
            if seat.program_id != self.program.pk and seat.participant_id in ours
        )
        return [Double(self._title(pk), people) for pk, people in sorted(found.items())]

    def _title(self, pk: int) -> str:
        title, round_ = self.titles[pk]
        return Program(title=title, round=round_).full_title

    def teams_away(self) -> list[TeamAway]:
        """Teams of our people with everybody who is away in those days; one statement for their sizes."""
        away: dict[tuple[int, str], set[int]] = defaultdict(set)
        for seat in self.seats:
            away[seat.department_id, seat.team].add(seat.participant_id)
        names = {(seat.department_id, seat.team): seat.department for seat in self.ours}
        sizes = {
            (department, team): members
            for department, team, members in Participant.objects.serving()
            .filter(department__in={department for department, _team in names})
            .order_by()
            .values_list("department_id", "team")
            .annotate(members=Count("pk"))
        }
        return [
            TeamAway(f"{name} {key[1]}".strip(), len(away[key]), sizes.get(key, 0))
            for key, name in sorted(names.items())
        ]
