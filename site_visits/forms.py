"""What organizers and hosts type about visits. Rules are decided by the services, nothing is saved here."""

from copy import copy
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy

from core.forms import CleanCharField, KoreanDateField, KoreanDateTimeField, KoreanTimeField
from site_visits.item_form import site_field
from site_visits.models import Site, SiteKind

LONGEST_NOTE: Final = 300
STALE: Final = gettext_lazy("무엇이 바뀌는지 다시 확인해 주세요.")


class MoveForm(forms.Form):
    """Another day and start; the length stays unless minutes are given."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    day = KoreanDateField(
        label=gettext_lazy("날짜"), error_messages={"required": gettext_lazy("날짜를 적어 주세요.")}
    )
    starts_at = KoreanTimeField(
        label=gettext_lazy("시작"),
        error_messages={"required": gettext_lazy("시작 시각을 적어 주세요.")},
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("분"), min_value=1, max_value=1440, required=False
    )


class ShiftForm(forms.Form):
    """The quick buttons: minutes by which the item moves."""

    version = forms.IntegerField(min_value=1)
    by = forms.IntegerField(min_value=-1440, max_value=1440)


class CancelForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    reason = CleanCharField(
        label=gettext_lazy("취소 사유"),
        max_length=200,
        help_text=gettext_lazy("교육생에게는 보이지 않습니다."),
        error_messages={"required": gettext_lazy("사유를 적어 주세요.")},
    )


class VersionForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class PublishForm(forms.Form):
    """What was read comes back as `number` and `digest`."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    digest = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)
    comment = CleanCharField(
        label=gettext_lazy("알릴 말"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("교육생이 바뀐 내용과 함께 읽습니다."),
    )
    override_reason = CleanCharField(
        label=gettext_lazy("문제를 알고도 공개하는 사유"), max_length=300, required=False
    )


class RestoreForm(forms.Form):
    """The draft that was read comes back as `digest`."""

    digest = forms.RegexField(
        r"^[0-9a-f]{64}$",
        label=gettext_lazy("초안"),
        error_messages={"required": STALE, "invalid": STALE},
    )


class HostAnswerForm(forms.Form):
    """`starts_at` is the time the host has read, as written in the page."""

    starts_at = KoreanDateTimeField(widget=forms.HiddenInput)
    answer = forms.ChoiceField(
        choices=[
            ("confirm", gettext_lazy("방문을 받겠습니다")),
            ("refuse", gettext_lazy("어렵습니다")),
        ],
        error_messages={
            "required": gettext_lazy("회신을 골라 주십시오."),
            "invalid_choice": gettext_lazy("회신을 골라 주십시오."),
        },
    )
    note = CleanCharField(
        label=gettext_lazy("전할 말"),
        max_length=LONGEST_NOTE,
        required=False,
        multiline=True,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "예: 정문 안내실에서 방문증을 받으십시오. 개인정보는 적지 마십시오."
        ),
    )

    def about(self, initial: dict[str, Any]) -> "HostAnswerForm":
        """The same answer, put again about the time the visit has now."""
        data: Any = copy(self.data)
        data["starts_at"] = initial["starts_at"]
        again = HostAnswerForm(data, initial=initial)
        again.is_valid()
        return again


class CalendarForm(forms.Form):
    """The filters of the month calendar."""

    month = forms.RegexField(r"^\d{4}-(0[1-9]|1[0-2])$", required=False, widget=forms.HiddenInput)
    site = site_field(gettext_lazy("방문지"))
    kind = forms.ChoiceField(label=gettext_lazy("종류"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("방문기관 회신"), required=False)

    def __init__(self, *args: Any, states: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = [("", gettext_lazy("모두"))]
        fields: dict[str, Any] = self.fields
        fields["site"].queryset = Site.objects.all()
        fields["site"].empty_label = gettext_lazy("모두")
        fields["kind"].choices = [*everything, *SiteKind.choices]
        fields["state"].choices = [*everything, *states]
