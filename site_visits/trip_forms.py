"""What organizers type about templates of trips and about programs made from them."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import CleanCharField, KoreanDateField
from programs.models import Program

OF_PROGRAM: Final = ("title", "title_en", "round", "code", "capacity", "minimum")


class TemplateForm(forms.Form):
    """The name of a template; `version` says which state of it the person has seen."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, required=False)
    name = CleanCharField(
        label=_("서식 이름"),
        max_length=100,
        help_text=_("예: 수도권 AI 기업 1박 2일"),
        error_messages={"required": _("서식 이름을 적어 주세요.")},
    )
    description = CleanCharField(label=_("설명"), max_length=300, required=False)


class NewTripForm(forms.ModelForm):
    """The program to be made: where it begins, and the facts that are its own."""

    starts_on = KoreanDateField(
        label=_("시작일"),
        error_messages={"required": _("시작일을 정해 주세요.")},
    )
    skip_days_off = forms.BooleanField(
        label=_("주말과 공휴일 건너뛰기"),
        required=False,
        help_text=_("바탕에서 주말이나 공휴일이던 날은 그대로 둡니다."),
    )

    class Meta:
        model = Program
        fields = list(OF_PROGRAM)

    field_order = ["starts_on", "skip_days_off", *OF_PROGRAM]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        for name in ("title", "title_en"):
            model_field = Program._meta.get_field(name)
            fields[name] = CleanCharField(
                label=model_field.verbose_name,
                max_length=model_field.max_length,
                required=not model_field.blank,
            )
        self.order_fields(self.field_order)

    @property
    def facts(self) -> dict[str, Any]:
        """What the services take."""
        return {name: self.cleaned_data[name] for name in OF_PROGRAM}

    def _post_clean(self) -> None:
        """Each field by itself; rules about the whole program are decided by the service, which knows its dates."""
        for name in set(OF_PROGRAM) & self.cleaned_data.keys():
            setattr(self.instance, name, self.cleaned_data[name])
        others = {field.name for field in Program._meta.fields} - set(
            OF_PROGRAM
        ) | self.errors.keys()
        try:
            self.instance.clean_fields(exclude=others)
        except ValidationError as error:
            self.add_error(None, error)
