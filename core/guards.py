"""What several rooms use so that the database keeps their rows true and their history honest."""

import pgtrigger
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.db.models.lookups import Exact


def append_only(name: str) -> list[pgtrigger.Trigger]:
    """Rows may be added, never changed or removed: the table is evidence."""
    return [pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete)]


def iff(one: Q, other: Q) -> Q:
    """Both hold or neither does; written as an equality, which the server reads twice as fast as the four cases.

    Neither may be NULL: then a check lets the row pass.
    """
    both = (ExpressionWrapper(q, output_field=BooleanField()) for q in (one, other))
    return Q(Exact(*both))
