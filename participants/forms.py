"""What participants and coordinators are asked for; shape only."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import CleanCharField
from participants.models import Participant, ReasonCode

BY_PEOPLE = [
    choice
    for choice in ReasonCode.choices
    if choice[0] not in (ReasonCode.SELECTION, ReasonCode.CANCELLED_PROGRAM)
]


class LeavingForm(forms.Form):
    """Why somebody leaves a program."""

    reason_code = forms.ChoiceField(label=_("사유"), choices=[("", _("고르세요")), *BY_PEOPLE])
    reason = CleanCharField(
        label=_("자세한 사유"),
        max_length=300,
        required=False,
        help_text=_("질병은 자세한 내용을 적지 않습니다."),
    )


class NominationForm(forms.Form):
    """Whom the department puts forward: only people its coordinator may see."""

    participant = forms.ModelChoiceField(
        label=_("추천할 사람"), queryset=Participant.objects.none(), empty_label=_("고르세요")
    )
    reason = CleanCharField(label=_("추천 사유"), max_length=300, required=False)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["participant"].queryset = people  # type: ignore[attr-defined]
        self.fields["participant"].label_from_instance = lambda person: (  # type: ignore[attr-defined]
            f"{person.name} · {person.department.name} · {person.rank.name}"
        )
