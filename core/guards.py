"""Database triggers that several rooms use to keep their history honest."""

import pgtrigger


def append_only(name: str) -> list[pgtrigger.Trigger]:
    """Rows may be added, never changed or removed: the table is evidence."""
    return [pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete)]
