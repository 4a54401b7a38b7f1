import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import RuleBroken
from reminders.models import Audience
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
        "{user.password}",
        "{0.__class__.__mro__}",
        "{성명.user}",
        "{성명[0]}",
        "%(name)s {",
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


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("{이름}", "{성명}"),
        ("{시간}", "{시각}"),
        ("{준비}", "{준비물}"),
        ("{하루 일정}", "{하루일정}"),
        ("{Date}", "{date}"),
        ("{shedule}", "{schedule}"),
    ],
)
def test_the_refusal_names_the_placeholder_that_was_probably_meant(typed, meant):
    with pytest.raises(RuleBroken) as refusal:
        wording.check(f"{typed} 안내", field="subject")

    assert meant in str(refusal.value)


def test_a_name_like_none_of_ours_gets_no_guess():
    assert wording.nearest("비밀번호를알려줘") is None


def test_a_placeholder_of_another_audience_is_refused_and_says_whose_it_is():
    with pytest.raises(RuleBroken) as refusal:
        wording.check("{대기순번}번", field="body", audience=Audience.CONFIRMED)

    assert "대기자" in str(refusal.value)
    wording.check("{대기순번}번", field="body", audience=Audience.WAITLISTED)


@given(st.text() | st.text(alphabet="{}성명 name.\n_!"))
def test_any_text_can_be_filled_and_no_brace_is_left(text):
    filled = wording.fill(text, VALUES)

    assert not set("{}") & set(filled)


@given(st.text(alphabet="{}성명 nametime\n"), st.dictionaries(st.text(), st.text()))
def test_values_nobody_gave_are_left_out(text, values):
    wording.fill(text, values)
