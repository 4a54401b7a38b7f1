"""What organizers type about hosts."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from site_visits.models import HostRules


class AskForm(forms.Form):
    """By mail, or a letter the organizer sends; which button was pressed says it."""

    by = forms.ChoiceField(choices=[("mail", _("전자우편")), ("letter", _("요청문"))])
    language = forms.ChoiceField(
        label=_("메일의 언어"), choices=settings.LANGUAGES, initial="ko", required=False
    )
    new_link = forms.BooleanField(
        label=_("새 주소 만들기"),
        required=False,
        help_text=_("주소가 다른 사람에게 넘어갔을 때만 고르세요. 앞의 주소는 쓸 수 없게 됩니다."),
    )

    @property
    def facts(self) -> dict[str, Any]:
        """What the service takes."""
        return {
            "by_mail": self.cleaned_data["by"] == "mail",
            "language": self.cleaned_data["language"] or "ko",
            "new_link": self.cleaned_data["new_link"],
        }


class HostRulesForm(forms.ModelForm):
    class Meta:
        model = HostRules
        fields = ["remind_after_days", "remind_at_most", "asks_again"]
