"""The shape of what an organizer types about a reminder rule."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.forms import CleanCharField, KoreanTimeField
from reminders.models import ReminderRule, Trigger
from reminders.services.rules import DAYS_AT_MOST, MINUTES_AT_MOST, TEXTS, Timing

BODY = {"rows": 12}


class RuleForm(forms.Form):
    """Only the timing fields of the rule's trigger are shown."""

    is_active = forms.BooleanField(label=_("이 알림을 보냄"), required=False)
    days_before = forms.IntegerField(
        label=_("며칠 전"), min_value=0, max_value=DAYS_AT_MOST, help_text=_("0은 그날입니다.")
    )
    at_time = KoreanTimeField(label=_("보낼 시각"))
    minutes_before = forms.IntegerField(label=_("몇 분 전"), min_value=1, max_value=MINUTES_AT_MOST)
    subject = CleanCharField(
        label=pgettext_lazy("message", "제목"),
        max_length=120,
        help_text=_("앞에 기관 이름이 저절로 붙습니다."),
    )
    body = CleanCharField(
        label=_("내용"), max_length=2000, multiline=True, widget=forms.Textarea(attrs=BODY)
    )
    subject_en = CleanCharField(
        label=pgettext_lazy("message", "영어 제목"),
        max_length=140,
        required=False,
        help_text=_("비워 두면 한국어로 보냅니다."),
    )
    body_en = CleanCharField(
        label=_("영어 내용"),
        max_length=2000,
        required=False,
        multiline=True,
        widget=forms.Textarea(attrs=BODY),
    )

    def __init__(self, *args: Any, rule: ReminderRule, **kwargs: Any) -> None:
        initial = {name: getattr(rule, name) for name in self.base_fields}
        super().__init__(*args, initial=initial, **kwargs)
        self.rule = rule
        by_day = rule.trigger == Trigger.DAY_BEFORE_AT
        for name in ["minutes_before"] if by_day else ["days_before", "at_time"]:
            del self.fields[name]

    @property
    def facts(self) -> dict[str, Any]:
        """What the service takes."""
        typed = self.cleaned_data
        names = ("days_before", "at_time", "minutes_before")
        return {
            "texts": {name: typed.get(name, getattr(self.rule, name)) for name in TEXTS},
            "timing": Timing(**{name: typed.get(name) for name in names}),
            "is_active": typed["is_active"],
        }
