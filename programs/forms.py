"""The shape of what organizers type about a program. Rules are decided by the services, nothing is saved here."""

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.forms import CleanCharField, KoreanDateField, korean_formfield
from programs.models import Program, StaffKind
from programs.services.refusals import field_of_message

LONGEST_REASON = 300


class ProgramForm(forms.ModelForm):
    """All facts of a program; `version` says which state of it the person has seen."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, required=False)

    class Meta:
        model = Program
        fields = [
            "title",
            "title_en",
            "round",
            "code",
            "category",
            "purpose",
            "starts_on",
            "ends_on",
            "capacity",
            "minimum",
            "applications_open_at",
            "applications_close_at",
            "completion_percent",
            "completion_rule",
            "learning_cap_minutes",
            "meeting_point",
            "bring",
            "plan_document",
            "order_document",
        ]
        formfield_callback = korean_formfield
        widgets = {"purpose": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version

    @property
    def facts(self) -> dict[str, Any]:
        """What the services take."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if self.instance.pk is None and not self.errors:
            # A form sent twice meets the program it has just made; that is no clash with somebody else's.
            self.instance = Program.objects.filter(**self.facts).first() or self.instance
        return found

    def add_error(self, field: str | None, error: Any) -> None:
        """A broken constraint is told at the field where it can be mended, not above the form."""
        if field is None and hasattr(error, "error_dict"):
            for broken in error.error_dict.pop(NON_FIELD_ERRORS, []):
                super().add_error(field_of_message(broken.message), broken)
        super().add_error(field, error)


class ReasonForm(forms.Form):
    """Why a program is cancelled; the people concerned read it."""

    reason = CleanCharField(
        label=_("사유"),
        max_length=LONGEST_REASON,
        help_text=_("교육생이 읽는 글입니다."),
        error_messages={"required": _("사유를 적어 주세요.")},
    )


class ConfirmForm(forms.Form):
    """A reason is asked for only by the rule that counts the people."""

    reason = CleanCharField(
        label=_("최소 인원보다 적어도 확정하는 사유"), max_length=LONGEST_REASON, required=False
    )


class PostponeForm(forms.Form):
    starts_on = KoreanDateField(
        label=_("새 시작일"), error_messages={"required": _("새 시작일을 정해 주세요.")}
    )
    reason = CleanCharField(
        label=_("사유"),
        max_length=LONGEST_REASON,
        help_text=_("과정 화면에 남습니다."),
        error_messages={"required": _("사유를 적어 주세요.")},
    )


class StaffForm(forms.Form):
    """Whom to put in charge, and as what."""

    user = forms.ModelChoiceField(
        queryset=User.objects.active(),
        error_messages={
            "required": _("사람을 골라 주세요."),
            "invalid_choice": _("쓸 수 없는 계정입니다. 다시 찾아 주세요."),
        },
    )
    kind = forms.ChoiceField(label=_("역할"), choices=StaffKind.choices)
