"""What the database says no to, in words a person can act on and beside the field they can mend."""

from django.db import IntegrityError

from core.errors import RuleBroken
from programs.models import Program

# Constraint → the form field its message belongs to.
FIELD_OF = {
    "program_round_unique": "round",
    "program_ends_after_start": "ends_on",
    "program_lasts_at_most_a_year": "ends_on",
    "program_has_seats": "capacity",
    "program_minimum_within_capacity": "minimum",
    "program_application_window_ordered": "applications_close_at",
    "program_open_has_window": "applications_open_at",
    "program_completion_percent_in_range": "completion_percent",
}


def refusal_of(error: IntegrityError) -> RuleBroken | None:
    """The refusal behind a violated constraint of a program; None when it is no rule but a fault."""
    diagnosis = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None) or ""
    if name.startswith("programs_program_code"):
        return RuleBroken(Program._meta.get_field("code").error_messages["unique"], field="code")
    for constraint in Program._meta.constraints:
        if constraint.name == name:
            return RuleBroken(constraint.violation_error_message, field=FIELD_OF.get(name))
    return None


def field_of_message(message: str) -> str | None:
    """The field of the constraint that says `message`."""
    for constraint in Program._meta.constraints:
        if constraint.get_violation_error_message() == message:
            return FIELD_OF.get(constraint.name)
    return None
