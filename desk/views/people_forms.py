"""What the people pages ask for; shape only, the rules are in the services."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import CleanCharField


class UnmaskForm(forms.Form):
    reason = CleanCharField(
        label=_("보는 사유"),
        max_length=300,
        help_text=_("사유는 접속기록에 남습니다. 예: 출발 당일 비상 연락"),
    )


class ReasonForm(forms.Form):
    """Why the order of the waiting list is not kept."""

    reason = CleanCharField(label=_("사유"), max_length=300)


class GroupNameForm(forms.Form):
    name = CleanCharField(label=_("조 이름"), max_length=30, help_text=_("예: 1조, 1호차"))


class DistributeForm(forms.Form):
    count = forms.IntegerField(
        label=_("몇 개 조로"),
        min_value=1,
        max_value=50,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )


class PlaceForm(forms.Form):
    """Where a group stands among the groups."""

    to = forms.IntegerField(min_value=1, max_value=1000)


def chosen_ids(post: Any) -> list[int]:
    """The ticked rows; anything that is no id of ours is left out."""
    return [
        int(value)
        for value in post.getlist("selected")
        if value.isascii() and value.isdigit() and len(value) <= 15
    ]
