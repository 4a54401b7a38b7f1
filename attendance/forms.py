"""What the leader's phone and the office post about presence."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from attendance.models import Mark
from core.forms import CleanCharField
from site_visits.models import PublishedItem

CLEAR = "-"
MARK_FIELD = "mark"
LONGEST_ITEM = 24 * 60


def times_of(
    item: PublishedItem, mark: str, minutes: int | None
) -> tuple[datetime | None, datetime | None]:
    """Missed minutes as arrival and leaving: the late came, those who left early went, so much off the item."""
    if minutes is None:
        return None, None
    missed = timedelta(minutes=minutes)
    return (
        item.starts_at + missed if mark == Mark.LATE else None,
        item.ends_at - missed if mark == Mark.LEFT_EARLY else None,
    )


class TapForm(forms.Form):
    """One tap: `mark` is the mark and the person in one button value (`P:17`), so that a page needs one form.

    The missed minutes stand in a field of the person's own, `minutes-17`.
    """

    nonce = forms.UUIDField()
    mark = forms.CharField(
        validators=[RegexValidator(rf"\A[{''.join(Mark.values)}{CLEAR}]:[0-9]{{1,15}}\Z")]
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        mark, _colon, person = found.get("mark", "").partition(":")
        missed = self.data.get(f"minutes-{person}", "").strip()
        if missed and mark in (Mark.LATE, Mark.LEFT_EARLY):
            if not (missed.isascii() and missed.isdigit() and int(missed[:6]) <= LONGEST_ITEM):
                raise ValidationError(_("분을 숫자로 적어 주세요."))
            found["minutes"] = int(missed)
        return found | {"to": mark, "person": int(person) if person else None}


class NonceForm(forms.Form):
    nonce = forms.UUIDField()


class CorrectionForm(forms.Form):
    """The office puts a mark right, and says why."""

    nonce = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    mark = forms.ChoiceField(
        label=_("출석 상태"),
        choices=[*Mark.choices, (CLEAR, _("확인 전으로 되돌림"))],
        widget=forms.RadioSelect,
    )
    minutes = forms.IntegerField(
        label=_("빠진 시간(분)"),
        help_text=_("지각이면 늦은 만큼, 조퇴이면 일찍 나간 만큼 적습니다."),
        required=False,
        min_value=1,
        max_value=LONGEST_ITEM,
    )
    reason = CleanCharField(label=_("정정 사유"), max_length=200, min_length=5)


class ReasonForm(forms.Form):
    reason = CleanCharField(label=_("사유"), max_length=300, min_length=5)
