"""Two people, one row: what the other saved beside what this one typed."""

from collections.abc import Iterable
from datetime import date, time
from typing import Any

from django.forms import BaseForm
from django.utils.translation import gettext as _

from core.dates import kdate, ktime


def differing(typed: BaseForm, saved: dict[str, Any]) -> list[tuple[Any, str, str]]:
    """(label, saved, typed) of every field that differs; `saved` are the initial values of the row as it stands."""
    found = []
    for bound in typed.visible_fields():
        mine = shown(typed.cleaned_data.get(bound.name))
        theirs = shown(saved.get(bound.name))
        if mine != theirs:
            found.append((bound.label, theirs, mine))
    return found


def shown(value: Any) -> str:
    """A form's value as people read it."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("예") if value else _("아니요")
    if isinstance(value, time):
        return ktime(value)
    if isinstance(value, date):
        return kdate(value)
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(str(part) for part in value) or "–"
    return str(value)
