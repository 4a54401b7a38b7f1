"""The components, seen through the markup they write."""

import pytest
from django import forms
from django.template import Context, Template
from django.template.loader import render_to_string

from core.gallery import sample_context
from core.templatetags import ui


def render(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


class Person(forms.Form):
    name = forms.CharField(label="성명", help_text="여권의 이름")
    how = forms.ChoiceField(
        label="방법", choices=[("a", "가"), ("b", "나")], widget=forms.RadioSelect
    )
    hidden = forms.CharField(widget=forms.HiddenInput, required=False)


def test_a_silent_icon_is_hidden_and_a_speaking_one_has_a_name():
    assert 'aria-hidden="true"' in render('{% icon "phone" %}')
    assert "박다온 전화" in render('{% icon "phone" "박다온 전화" %}')


def test_texts_are_escaped_wherever_they_enter():
    written = render(
        "{% badge text %}{% card text %}{{ text }}{% endcard %}{% change text old=text new=text %}{% tel text %}",
        text="<b>",
    )

    assert "<b>" not in written


@pytest.mark.parametrize("dash", ["~", "–"])
def test_the_times_of_a_range_stay_on_one_line_and_the_rest_may_break(dash):
    written = render("{% change '' new=new %}", new=f"Thu, 3 Dec 12:00{dash}13:10")

    assert f'Thu, 3 Dec <span class="nowrap">12:00{dash}13:10</span>' in written
    assert "<del" not in written


def test_an_unknown_tone_is_refused():
    with pytest.raises(ValueError, match="purple"):
        render('{% badge "x" "purple" %}')


@pytest.mark.parametrize(
    ("value", "maximum", "shown"), [(24, 26, "92"), (0, 0, "0"), (30, 20, "100"), (-5, 20, "0")]
)
def test_a_meter_never_leaves_its_track(value: int, maximum: int, shown: str):
    assert f'width="{shown}"' in render("{% meter value maximum %}", value=value, maximum=maximum)


def test_a_meter_without_a_value_is_a_dash():
    assert "–" in render("{% meter value %}", value=None)


def test_a_phone_number_never_breaks_and_dials_digits_only():
    written = render('{% tel "010-0000-0101" %}')

    assert 'href="tel:01000000101"' in written
    assert "010‑0000‑0101" in written


def test_a_field_ties_its_hint_and_its_error_to_the_control():
    written = render("{% field form.name %}", form=Person({}))

    assert 'aria-describedby="id_name-hint id_name-error"' in written
    assert 'id="id_name-hint"' in written
    assert 'id="id_name-error"' in written
    assert 'aria-invalid="true"' in written
    assert "필수" in written


def test_radios_stand_in_a_fieldset_that_the_error_summary_can_reach():
    written = render("{% errors form %}{% field form.how %}", form=Person({"name": "김가람"}))

    assert '<a href="#id_how">' in written
    assert 'id="id_how"' in written
    assert "<legend>방법" in written


def test_a_hidden_field_stays_hidden():
    assert render("{% field form.hidden %}", form=Person()).startswith('<input type="hidden"')


def test_a_sound_form_has_no_summary():
    assert render("{% errors form %}", form=Person({"name": "김가람", "how": "a"})) == ""


def test_a_fault_of_the_whole_form_is_the_headline():
    form = Person({"name": "김가람", "how": "a"})
    form.add_error(None, "다른 사람이 먼저 고쳤습니다.")

    written = render("{% errors form %}", form=form)

    assert "다른 사람이 먼저 고쳤습니다.</h2>" in written
    assert "<ul>" not in written


@pytest.mark.parametrize("rows", [0, 1, 120])
@pytest.mark.parametrize("wrong", [False, True])
def test_the_gallery_renders_without_a_request(*, rows: int, wrong: bool):
    page = render_to_string("components/gallery.html", sample_context(rows=rows, wrong=wrong))

    assert "style=" not in page
    assert page.count("<h1") == 1


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500"])
def test_error_pages_speak_both_languages_and_need_nothing(name: str):
    page = render_to_string(f"{name}.html")

    assert 'lang="ko"' in page
    assert '<div lang="en"' in page


def test_a_field_whose_hint_is_left_out_points_at_nothing():
    class SignIn(forms.Form):
        password = forms.CharField(help_text="잊으셨나요?")

    html = ui.field(SignIn()["password"], hint="")

    assert "aria-describedby" not in html
