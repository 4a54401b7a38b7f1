"""Conflicts of a draft: pure functions from facts to values, one module a subject."""

from site_visits.conflicts import (
    calendar,
    capacity,
    hosts,
    meals,
    opening,
    overlap,
    people,
    travel,
)
from site_visits.conflicts.facts import Facts
from site_visits.conflicts.values import Code, Conflict, Edit, Fix, FixKind, Severity, Unit

__all__ = ["Code", "Conflict", "Edit", "Facts", "Fix", "FixKind", "Severity", "Unit", "check"]

CHECKS = (overlap, opening, capacity, travel, meals, calendar, hosts, people)


def check(facts: Facts) -> list[Conflict]:
    """Everything that cannot or should not be, errors first, then in the order of the day."""
    order = {item.uid: place for place, item in enumerate(facts.seen)}
    found = {conflict.key: conflict for module in CHECKS for conflict in module.check(facts)}
    return sorted(
        found.values(),
        key=lambda conflict: (
            not conflict.is_error,
            min((order.get(uid, len(order)) for uid in conflict.item_uids), default=len(order)),
        ),
    )
