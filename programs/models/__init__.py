from programs.models.calendar import Holiday
from programs.models.program import Category, CompletionRule, Program, ProgramStatus
from programs.models.staff import Group, ProgramStaff, StaffKind

__all__ = [
    "Category",
    "CompletionRule",
    "Group",
    "Holiday",
    "Program",
    "ProgramStaff",
    "ProgramStatus",
    "StaffKind",
]
