"""How many people come."""

from collections.abc import Collection

from participants.models import Enrollment
from programs.models import Program


class Enrolled:
    """Everybody with a seat in `program`, by group: one statement."""

    def __init__(self, program: Program) -> None:
        self.program = program
        seated = Enrollment.objects.seated().filter(program=program)
        self.groups = list(seated.values_list("group_id", flat=True))

    def people(self, group_ids: Collection[int] = ()) -> int:
        """Who takes part in an item of these groups (none = everybody); before anybody has a seat, the seats."""
        if not self.groups:
            return 0 if group_ids else self.program.capacity
        return sum(1 for group in self.groups if not group_ids or group in group_ids)
