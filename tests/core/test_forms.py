from datetime import UTC, date, datetime, time

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import translation

from core import forms as fields

AFTERNOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


class Trip(forms.Form):
    name = fields.CleanCharField(max_length=5)
    note = fields.CleanCharField(multiline=True, required=False)
    day = fields.KoreanDateField()
    hour = fields.KoreanTimeField()
    leaves_at = fields.KoreanDateTimeField()


def test_a_form_understands_korean_dates_and_cleans_text():
    form = Trip(
        {
            "name": " 홍\u200b길동 ",
            "note": "하나\r\n둘",
            "day": "2026. 11. 22.(일)",
            "hour": "1400",
            "leaves_at": "2026. 11. 22. 14:00",
        }
    )

    assert form.is_valid(), form.errors
    assert form.cleaned_data == {
        "name": "홍길동",
        "note": "하나\n둘",
        "day": date(2026, 11, 22),
        "hour": time(14),
        "leaves_at": AFTERNOON,
    }


def test_what_cannot_be_understood_is_refused_at_its_field_with_the_remedy():
    form = Trip({"name": "홍\x00", "day": "2월 30일", "hour": "25시", "leaves_at": "내일"})

    with translation.override("ko"):
        assert {name: errors[0] for name, errors in form.errors.items()} == {
            "name": "저장할 수 없는 문자가 섞여 있습니다. 칸을 비우고 직접 다시 입력하십시오.",
            "day": "날짜를 알 수 없습니다. 2026-11-22처럼 입력하십시오.",
            "hour": "시각을 알 수 없습니다. 14:00처럼 입력하십시오.",
            "leaves_at": "날짜와 시각을 알 수 없습니다. 2026-11-22 14:00처럼 입력하십시오.",
        }


def test_half_a_surrogate_pair_is_refused():
    with pytest.raises(ValidationError):
        fields.CleanCharField().clean("\ud800")


def test_length_is_counted_after_cleaning():
    assert fields.CleanCharField(max_length=3).clean("홍\u200b길\u200b동") == "홍길동"


def test_only_invisible_characters_are_nothing():
    with pytest.raises(ValidationError) as refusal:
        fields.CleanCharField().clean("\u200b\u3164")

    assert refusal.value.code == "required"


def test_the_browser_gets_iso_values_and_native_pickers():
    form = Trip(initial={"day": date(2026, 11, 22), "hour": time(9, 5), "leaves_at": AFTERNOON})

    assert 'type="date" name="day" value="2026-11-22"' in str(form["day"])
    assert 'type="time" name="hour" value="09:05"' in str(form["hour"])
    assert 'type="datetime-local" name="leaves_at" value="2026-11-22T14:00"' in str(
        form["leaves_at"]
    )


def test_a_form_shown_again_keeps_a_date_typed_the_korean_way():
    form = Trip({"day": "2026. 11. 22.", "leaves_at": "2026. 11. 22. 14:00"})

    assert 'value="2026-11-22"' in str(form["day"])
    assert 'value="2026-11-22T14:00"' in str(form["leaves_at"])


def test_an_untouched_form_has_not_changed():
    initial = {"day": date(2026, 11, 22), "leaves_at": AFTERNOON}
    form = Trip({"day": "2026-11-22", "leaves_at": "2026-11-22T14:00"}, initial=initial)

    assert not {"day", "leaves_at"} & set(form.changed_data)


@pytest.mark.parametrize(
    ("db_field", "kind"),
    [
        (models.CharField(max_length=10), fields.CleanCharField),
        (models.TextField(), fields.CleanCharField),
        (models.DateField(), fields.KoreanDateField),
        (models.TimeField(), fields.KoreanTimeField),
        (models.DateTimeField(), fields.KoreanDateTimeField),
        (models.IntegerField(), forms.IntegerField),
        (models.EmailField(), forms.EmailField),
        (models.CharField(max_length=1, choices=[("a", "A")]), forms.TypedChoiceField),
    ],
)
def test_a_model_form_gets_the_fields_of_the_house(db_field, kind):
    assert type(fields.korean_formfield(db_field)) is kind


def test_a_long_text_of_a_model_keeps_its_lines():
    field = fields.korean_formfield(models.TextField())

    assert field.clean("하나\n둘") == "하나\n둘"
    assert isinstance(field.widget, forms.Textarea)
