"""What organizers type about travel times. Rules are decided by the services, nothing is saved here."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.formats.csv_input import LARGEST_FILE
from site_visits.models import Site
from site_visits.travel_file import LONGEST_KM, LONGEST_MINUTES


class PairForm(forms.Form):
    """Which road; for a page of its own."""

    origin = forms.ModelChoiceField(
        queryset=Site.objects.all(), label=_("출발지"), empty_label=_("고르지 않음")
    )
    target = forms.ModelChoiceField(
        queryset=Site.objects.all(), label=_("도착지"), empty_label=_("고르지 않음")
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if found.get("origin") and found["origin"] == found.get("target"):
            self.add_error("target", _("출발지와 도착지가 같습니다."))
        return found


class TravelForm(forms.Form):
    """`version` says which state of the pair the person has seen, 0 that the table did not know it."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    minutes = forms.IntegerField(
        label=_("소요시간(분)"),
        min_value=1,
        max_value=LONGEST_MINUTES,
        help_text=_("버스로 걸리는 시간입니다."),
    )
    km = forms.IntegerField(label=_("거리(km)"), min_value=0, max_value=LONGEST_KM)
    both_ways = forms.BooleanField(label=_("돌아오는 길도 같은 값으로"), required=False)


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("CSV 파일"),
        help_text=_("20 MB까지, UTF-8이나 엑셀의 CSV(CP949)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={
            "required": _("파일을 골라 주세요."),
            "empty": _("빈 파일입니다. 다른 파일을 골라 주세요."),
        },
    )

    def clean_file(self) -> Any:
        found = self.cleaned_data["file"]
        if found.size > LARGEST_FILE:
            raise forms.ValidationError(_("파일이 20 MB를 넘습니다. 나누어 올려 주세요."))
        return found
