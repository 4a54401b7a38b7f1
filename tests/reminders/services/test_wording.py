import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import RuleBroken
from reminders.services import defaults, wording

VALUES = {placeholder.name: f"<{placeholder.name}>" for placeholder in wording.PLACEHOLDERS}


def test_korean_and_english_placeholders_are_filled():
    assert wording.fill("{날짜} {time} {장소}", VALUES) == "<date> <time> <place>"


@pytest.mark.parametrize(
    "text",
    [
        "{이름}",
        "{0}",
        "{}",
        "{name.__class__}",
        "{name!r}",
        "{name:>99999999}",
        "{{name}}",
        "{name",
        "name}",
    ],
)
def test_anything_else_in_braces_is_refused_at_its_field(text):
    with pytest.raises(RuleBroken) as refusal:
        wording.check(text, field="body")

    assert refusal.value.field == "body"


def test_a_value_is_never_read_as_a_template():
    assert (
        wording.fill("{name}", VALUES | {"name": "{program} {0.__class__}"})
        == "{program} {0.__class__}"
    )


def test_a_line_without_any_value_is_left_out():
    assert wording.fill("가\n준비물: {준비물}\n나", VALUES | {"bring": ""}) == "가\n나"


def test_a_line_with_one_of_two_values_stays():
    assert wording.fill("{조} {준비물}", VALUES | {"bring": ""}) == "<group>"


@pytest.mark.parametrize("text", [defaults.SUBJECT, defaults.DAY_BEFORE, defaults.FIRST_ITEM, defaults.SUBJECT_EN,
                                  defaults.DAY_BEFORE_EN, defaults.FIRST_ITEM_EN])  # fmt: skip
def test_the_default_texts_are_allowed(text):
    wording.check(text, field="body")


@given(st.text())
def test_what_is_allowed_can_be_filled(text):
    try:
        wording.check(text, field="body")
    except RuleBroken:
        return
    wording.fill(text, VALUES)
