"""What cannot work in a program's draft: facts in a fixed number of statements, then pure checks."""

from programs.models import Program
from site_visits.conflicts import Conflict


def for_program(program: Program) -> list[Conflict]:
    return []
