"""Refusals: what a service raises when a rule of the office says no."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.forms import BaseForm


class RuleBroken(Exception):
    """A rule forbids what was asked; the text may be shown to the person who asked.

    `field` names the form field the text belongs to, None when it concerns the whole request.
    """

    def __init__(self, message: Any, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field

    def __str__(self) -> str:
        return str(self.message)


class StaleEdit(RuleBroken):
    """Somebody else changed the row since the form was opened; `current` is the row as it stands now."""

    def __init__(self, message: Any, *, current: object = None) -> None:
        super().__init__(message)
        self.current = current


class SeveralRefusals(RuleBroken):
    """A bulk request of which several parts were refused; nothing was changed."""

    def __init__(self, message: Any, *, refusals: Sequence[str]) -> None:
        super().__init__(message)
        self.refusals = list(refusals)


def refuse_on(form: "BaseForm", refusal: RuleBroken) -> None:
    """Show a refusal at its field of `form`, or above the form when it has none there."""
    field = refusal.field if refusal.field in form.fields else None
    form.add_error(field, str(refusal))
