"""Form fields that accept what people in a Korean office type, and name the remedy otherwise."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import dates
from core.text import clean_text, is_broken


class CleanCharField(forms.CharField):
    """Text in one normal form without invisible characters; `multiline` keeps line ends."""

    default_error_messages = {
        "broken_text": _(
            "저장할 수 없는 문자가 섞여 있습니다. 칸을 비우고 직접 다시 입력하십시오."
        ),
    }

    def __init__(self, *, multiline: bool = False, **kwargs: Any) -> None:
        self.multiline = multiline
        if multiline:
            kwargs.setdefault("widget", forms.Textarea)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str | None:
        if value in self.empty_values:
            return super().to_python(value)
        text = str(value)
        if is_broken(text):
            raise ValidationError(self.error_messages["broken_text"], code="broken_text")
        return super().to_python(clean_text(text, multiline=self.multiline))


# The browser's own pickers insist on ISO values, whatever the person typed before.


class KoreanDateInput(forms.DateInput):
    input_type = "date"

    def format_value(self, value: Any) -> str:
        day = dates.parse_date(value) if isinstance(value, str) else value
        return dates.local_date(day).isoformat() if day else ""


class KoreanTimeInput(forms.TimeInput):
    input_type = "time"

    def format_value(self, value: Any) -> str:
        return dates.ktime(dates.parse_time(value) if isinstance(value, str) else value)


class KoreanDateTimeInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def format_value(self, value: Any) -> str:
        moment = dates.parse_datetime(value) if isinstance(value, str) else value
        return dates.local(moment).strftime("%Y-%m-%dT%H:%M") if moment else ""


class KoreanDateField(forms.DateField):
    widget = KoreanDateInput
    default_error_messages = {
        "invalid": _("날짜를 알 수 없습니다. 2026-11-22처럼 입력하십시오."),
    }

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        if isinstance(value, date):
            return dates.local_date(value)
        day = dates.parse_date(str(value))
        if day is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return day


class KoreanTimeField(forms.TimeField):
    widget = KoreanTimeInput
    default_error_messages = {
        "invalid": _("시각을 알 수 없습니다. 14:00처럼 입력하십시오."),
    }

    def to_python(self, value: Any) -> time | None:
        if value in self.empty_values:
            return None
        if isinstance(value, time):
            return value
        clock = dates.parse_time(str(value))
        if clock is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return clock


class KoreanDateTimeField(forms.DateTimeField):
    """A Seoul wall-clock time in, an aware instant out."""

    widget = KoreanDateTimeInput
    default_error_messages = {
        "invalid": _("날짜와 시각을 알 수 없습니다. 2026-11-22 14:00처럼 입력하십시오."),
    }

    def prepare_value(self, value: Any) -> Any:
        return dates.local(value) if isinstance(value, datetime) else value

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values:
            return None
        if isinstance(value, datetime):
            return dates.local(value)
        moment = dates.parse_datetime(str(value))
        if moment is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return moment


def korean_formfield(db_field: models.Field, **kwargs: Any) -> forms.Field | None:
    """`formfield_callback` of a ModelForm: its text and date fields become the fields above."""
    kind = type(db_field)
    if kind is models.CharField and not db_field.choices:
        kwargs.setdefault("form_class", CleanCharField)
    elif kind is models.DateField:
        kwargs.setdefault("form_class", KoreanDateField)
    elif kind is models.DateTimeField:
        kwargs.setdefault("form_class", KoreanDateTimeField)
    elif kind is models.TimeField:
        kwargs.setdefault("form_class", KoreanTimeField)
    elif kind is models.TextField and not db_field.choices:
        return db_field.formfield(form_class=CleanCharField, multiline=True, **kwargs)
    return db_field.formfield(**kwargs)
