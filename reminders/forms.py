"""The shape of what an organizer types about a reminder rule."""

from datetime import time
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Department
from core.dates import ktime
from core.forms import CleanCharField, KoreanTimeField
from reminders.channels import SENDERS
from reminders.models import Audience, Channel, ReminderRule, Trigger
from reminders.services.rule_facts import DAYS_AT_MOST, LONGEST_NAME, TEXTS, Facts
from reminders.services.rules import stamp_of
from site_visits.models import ItemKind

BODY: Final = {"rows": 12}
SHORT: Final = {"rows": 3}
# Minutes in the units an organizer thinks in; the largest that leaves no rest is shown.
UNITS: Final = (
    (24 * 60, pgettext_lazy("unit", "일")),
    (60, pgettext_lazy("unit", "시간")),
    (1, pgettext_lazy("unit", "분")),
)
TURNS: Final = ("first", "second", "third")
# What a person hands over by hand is no way for a rule.
BY_HAND: Final = frozenset({Channel.COPY})


class RuleForm(forms.Form):
    """A new rule, or `rule` as it stands. Which of the timing fields count depends on the trigger."""

    stamp = forms.CharField(widget=forms.HiddenInput, required=False, max_length=16)
    name = CleanCharField(
        label=_("이름"), max_length=LONGEST_NAME, help_text=_("목록에서 알아볼 이름입니다.")
    )
    is_active = forms.BooleanField(label=_("이 알림을 보냄"), required=False, initial=True)
    audience = forms.ChoiceField(
        label=_("받는 사람"),
        choices=Audience,
        help_text=_("방문기관은 방문을 확인한 곳만 자기 방문에 대한 알림을 받습니다."),
    )
    department = forms.ModelChoiceField(
        Department.objects.none(),
        label=_("한 부서만"),
        required=False,
        empty_label=_("모든 부서"),
    )
    trigger = forms.ChoiceField(label=_("기준"), choices=Trigger, widget=forms.RadioSelect)
    days_before = forms.IntegerField(
        label=_("며칠 전"),
        min_value=0,
        max_value=DAYS_AT_MOST,
        required=False,
        help_text=_("0은 그날입니다."),
    )
    at_time = KoreanTimeField(label=_("보낼 시각"), required=False)
    business_days = forms.BooleanField(
        label=_("근무일로 셈: 토·일요일과 공휴일은 건너뜁니다"), required=False
    )
    before = forms.IntegerField(label=_("얼마 전"), min_value=1, max_value=86400, required=False)
    unit = forms.TypedChoiceField(
        label=_("단위"), coerce=int, choices=UNITS, required=False, empty_value=1
    )
    item_kinds = forms.MultipleChoiceField(
        label=_("일정 종류"),
        choices=ItemKind,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("고르지 않으면 모든 일정입니다."),
    )
    first = forms.ChoiceField(label=_("먼저"))
    second = forms.ChoiceField(label=_("안 되면"), required=False)
    third = forms.ChoiceField(label=_("그래도 안 되면"), required=False)
    subject = CleanCharField(
        label=pgettext_lazy("message", "제목"),
        max_length=120,
        help_text=_("앞에 기관 이름이 저절로 붙습니다."),
    )
    body = CleanCharField(
        label=_("내용"), max_length=2000, multiline=True, widget=forms.Textarea(attrs=BODY)
    )
    sms = CleanCharField(
        label=_("문자 내용"),
        max_length=500,
        required=False,
        multiline=True,
        widget=forms.Textarea(attrs=SHORT),
        help_text=_("비워 두면 제목을 문자로 보냅니다."),
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
    sms_en = CleanCharField(
        label=_("영어 문자 내용"),
        max_length=500,
        required=False,
        multiline=True,
        widget=forms.Textarea(attrs=SHORT),
        help_text=_("비워 두면 영어 제목을 문자로 보냅니다."),
    )

    def __init__(self, *args: Any, rule: ReminderRule | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("initial", _initial(rule) if rule else {"trigger": Trigger.DAY_BEFORE_AT})
        super().__init__(*args, **kwargs)
        used = rule.channels if rule else []
        ways = [(one.value, one.label) for one in Channel if one in SENDERS or one in used]
        ways = [way for way in ways if way[0] not in BY_HAND]
        for turn in TURNS:
            nothing = [] if turn == "first" else [("", _("없음"))]
            self.fields[turn].choices = [*nothing, *ways]  # type: ignore[attr-defined]
        self.fields["department"].queryset = Department.objects.filter(  # type: ignore[attr-defined]
            closed_on=None
        )

    @property
    def facts(self) -> Facts:
        """What the service takes."""
        typed = self.cleaned_data
        before = typed["before"]
        return Facts(
            **{name: typed[name] for name in ("name", "audience", "department", "is_active")},
            **{name: typed[name] for name in ("trigger", "days_before", "at_time")},
            **{name: typed[name] for name in TEXTS},
            business_days=typed["business_days"],
            minutes_before=before * typed["unit"] if before else None,
            item_kinds=tuple(typed["item_kinds"]),
            channels=[typed[turn] for turn in TURNS if typed[turn]],
        )

    def differing(self, current: ReminderRule) -> list[tuple[Any, str, str]]:
        """(label, saved, typed) of each field in which `current` is not what was typed."""
        saved = RuleForm(rule=current)
        pairs = [(saved[bound.name], bound) for bound in self.visible_fields()]
        found = [(mine.label, _shown(theirs), _shown(mine)) for theirs, mine in pairs]
        return [(label, theirs, mine) for label, theirs, mine in found if theirs != mine]

    def refuse(self, field: str | None, text: str) -> None:
        """A refusal of the service at the field it concerns, which here may go by another name."""
        shown = {"minutes_before": "before", "channels": "first"}.get(field or "", field)
        self.add_error(shown if shown in self.fields else None, text)


def _shown(bound: forms.BoundField) -> str:
    """The value of a field in the words of the screen."""
    value = bound.value()
    if isinstance(bound.field, forms.BooleanField):
        return str(_("예") if value else _("아니요"))
    chosen = value if isinstance(value, list | tuple) else [value]
    labels = {str(key): str(label) for key, label in getattr(bound.field, "choices", ())}
    words = [
        labels.get(str(one), ktime(one) if isinstance(one, time) else str(one))
        for one in chosen
        if one
    ]
    return ", ".join(words) or "–"


def _initial(rule: ReminderRule) -> dict[str, Any]:
    facts = Facts.of(rule)
    found = {name: getattr(facts, name) for name in facts.__slots__}
    if rule.minutes_before is not None:
        unit = next(size for size, _label in UNITS if rule.minutes_before % size == 0)
        found |= {"before": rule.minutes_before // unit, "unit": unit}
    return found | {"stamp": stamp_of(rule)} | dict(zip(TURNS, rule.channels, strict=False))
