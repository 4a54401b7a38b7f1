"""A site of the catalogue: its facts, seven weekdays of visiting hours, and its closed days."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import CleanCharField, KoreanDateField, KoreanTimeField, korean_formfield
from site_visits.models import Site, SiteClosure, Weekday
from site_visits.services.sites import ClosureRow, HoursRow

SPARE_CLOSURES = 1
MOST_ROWS = 40


class SiteForm(forms.ModelForm):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, required=False)

    class Meta:
        model = Site
        fields = [
            "name",
            "name_en",
            "kind",
            "region",
            "address",
            "latitude",
            "longitude",
            "capacity",
            "contact_name",
            "contact_phone",
            "contact_email",
            "access_notes",
            "dress_rule",
            "id_rule",
        ]
        formfield_callback = korean_formfield

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version
        self.fields["contact_name"].help_text = _("사람 이름 대신 부서나 창구를 적습니다.")

    @property
    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        pair = [found.get("latitude"), found.get("longitude")]
        if not self.errors and pair.count(None) == 1:
            self.add_error(
                "latitude" if pair[0] is None else "longitude", _("위도와 경도를 함께 적어 주세요.")
            )
        return found


class HoursForm(forms.Form):
    """One line of the weekday table; both times empty = no stated hours."""

    weekday = forms.TypedChoiceField(choices=Weekday.choices, coerce=int, widget=forms.HiddenInput)
    opens_at = KoreanTimeField(label=gettext_lazy("여는 시각"), required=False)
    closes_at = KoreanTimeField(label=gettext_lazy("닫는 시각"), required=False)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        opens, closes = found.get("opens_at"), found.get("closes_at")
        if self.errors or (opens is None and closes is None):
            return found
        if opens is None:
            self.add_error("opens_at", _("여는 시각을 적어 주세요."))
        elif closes is None:
            self.add_error("closes_at", _("닫는 시각을 적어 주세요."))
        elif closes <= opens:
            self.add_error("closes_at", _("닫는 시각이 여는 시각보다 빠릅니다."))
        return found

    @property
    def weekday_label(self) -> str:
        value = self["weekday"].value()
        return str(Weekday(int(value)).label) if str(value).isdigit() and int(value) <= 6 else "–"


class ClosureForm(forms.Form):
    """A closed weekday, holidays or a period; no kind = no closure."""

    kind = forms.ChoiceField(
        label=gettext_lazy("언제 쉬나"),
        choices=[("", gettext_lazy("없음")), *SiteClosure.Kind.choices],
        required=False,
    )
    weekday = forms.TypedChoiceField(
        label=gettext_lazy("요일"),
        choices=[("", "–"), *Weekday.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )
    shifts_after_holiday = forms.BooleanField(
        label=gettext_lazy("공휴일이면 열고 다음 평일에 쉼"), required=False
    )
    first_on = KoreanDateField(label=gettext_lazy("첫날"), required=False)
    last_on = KoreanDateField(label=gettext_lazy("마지막 날"), required=False)
    note = CleanCharField(label=gettext_lazy("설명"), max_length=100, required=False)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        kind = found.get("kind")
        if self.errors or not kind:
            return found
        if kind == SiteClosure.Kind.WEEKDAY and found.get("weekday") is None:
            self.add_error("weekday", _("쉬는 요일을 골라 주세요."))
        if kind == SiteClosure.Kind.DATES:
            self._check_period(found)
        return found

    def _check_period(self, found: dict[str, Any]) -> None:
        first, last = found.get("first_on"), found.get("last_on")
        if first is None:
            self.add_error("first_on", _("첫날을 적어 주세요."))
        elif last is None:
            self.add_error("last_on", _("마지막 날을 적어 주세요."))
        elif last < first:
            self.add_error("last_on", _("마지막 날이 첫날보다 빠릅니다."))


class _HoursFormSet(forms.BaseFormSet):
    def clean(self) -> None:
        """The same weekday may be given twice (a midday break), but not the same opening time."""
        seen: set[tuple[int, Any]] = set()
        for form in self.forms:
            found = getattr(form, "cleaned_data", {})
            key = (found.get("weekday", -1), found.get("opens_at"))
            if key[1] is not None and key in seen:
                form.add_error("opens_at", _("같은 요일에 같은 시각이 두 번 있습니다."))
            seen.add(key)

    def rows(self) -> list[HoursRow]:
        found = [form.cleaned_data for form in self.forms]
        return [
            HoursRow(row["weekday"], row["opens_at"], row["closes_at"])
            for row in found
            if row.get("opens_at") and row.get("closes_at")
        ]


class _ClosureFormSet(forms.BaseFormSet):
    def rows(self) -> list[ClosureRow]:
        """Only the facts of the kind are kept: a weekday beside a period is a leftover of an earlier choice."""
        return [
            _closure_row(form.cleaned_data) for form in self.forms if form.cleaned_data.get("kind")
        ]


def _closure_row(found: dict[str, Any]) -> ClosureRow:
    kind, note = found["kind"], found["note"]
    if kind == SiteClosure.Kind.WEEKDAY:
        return ClosureRow(kind, found["weekday"], found["shifts_after_holiday"], note=note)
    if kind == SiteClosure.Kind.DATES:
        return ClosureRow(kind, first_on=found["first_on"], last_on=found["last_on"], note=note)
    return ClosureRow(kind, note=note)


HoursFormSet = forms.formset_factory(
    HoursForm, formset=_HoursFormSet, extra=0, max_num=MOST_ROWS, absolute_max=MOST_ROWS
)
ClosureFormSet = forms.formset_factory(
    ClosureForm,
    formset=_ClosureFormSet,
    extra=SPARE_CLOSURES,
    max_num=MOST_ROWS,
    absolute_max=MOST_ROWS,
)


def hours_formset(site: Site | None, data: Any = None) -> Any:
    """Monday to Sunday, each with the hours it has or an empty line."""
    known = list(site.opening_hours.all()) if site else []
    initial = []
    for weekday in Weekday:
        rows = [row for row in known if row.weekday == weekday]
        initial += [
            {"weekday": weekday.value, "opens_at": row.opens_at, "closes_at": row.closes_at}
            for row in rows
        ] or [{"weekday": weekday.value}]
    return HoursFormSet(data, prefix="hours", initial=initial)


def closure_formset(site: Site | None, data: Any = None) -> Any:
    known: Iterable[SiteClosure] = site.closures.all() if site else []
    initial = [
        {
            "kind": rule.kind,
            "weekday": rule.weekday,
            "shifts_after_holiday": rule.shifts_after_holiday,
            "first_on": rule.first_on,
            "last_on": rule.last_on,
            "note": rule.note,
        }
        for rule in known
    ]
    return ClosureFormSet(data, prefix="closures", initial=initial)
