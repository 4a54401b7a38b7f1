"""Templates of trips at the desk: saved, used with a preview, and the report that stays."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from programs.models import Holiday, Program
from site_visits.models import TripTemplate
from tests.factories.programs import ProgramFactory
from tests.factories.site_visits import ItemFactory, TripTemplateFactory, VisitItemFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def program():
    found = ProgramFactory(code="ai-field-1", title="AI 현장학습", round=3)
    VisitItemFactory(program=found, title="AI 사례")
    return found


def url(name, *args):
    return reverse(f"organize:{name}", args=args)


def typed(**more):
    return {
        "starts_on": "2027-05-06", "skip_days_off": "on", "title": "AI 현장학습", "title_en": "", "round": "4",
        "code": "ai-field-2", "capacity": "40", "minimum": "1",
    } | more  # fmt: skip


def test_a_program_is_saved_as_a_template_and_found_in_the_list(as_organizer, program):
    answer = as_organizer.post(
        url("template-create", program.code), {"name": "수도권", "description": "봄"}, follow=True
    )

    assert "AI 사례" in answer.text
    assert "수도권" in as_organizer.get(url("template-list")).text
    again = as_organizer.post(url("template-create", program.code), {"name": "수도권"})
    assert (again.status_code, TripTemplate.objects.count()) == (422, 1)


def test_the_form_begins_with_the_next_round_code_and_the_same_weekday_a_year_later(
    as_organizer, program
):
    form = as_organizer.get(url("program-copy", program.code)).context["form"]

    assert form.initial["round"] == 4
    assert form.initial["code"] == "ai-field-2"
    assert form.initial["starts_on"] == date(2027, 12, 2)


def test_what_moves_is_shown_before_anything_is_made_and_stays_visible(as_organizer, program):
    Holiday.objects.create(date=date(2027, 5, 6), name="임시공휴일")
    page = url("program-copy", program.code)

    shown = as_organizer.post(page, typed(look="1"))

    assert "임시공휴일" in shown.text
    assert "5. 7.(금)" in shown.text
    assert Program.objects.count() == 1

    digest = shown.context["preview"].digest
    made = as_organizer.post(page, typed(make="1", digest=digest), follow=True)
    assert "임시공휴일" in made.text
    new = Program.objects.get(code="ai-field-2")
    assert new.starts_on == date(2027, 5, 7)
    assert (
        url("program-made-from", new.code) in as_organizer.get(url("program-detail", new.code)).text
    )


def test_making_without_having_read_shows_what_would_move_instead(as_organizer, program):
    answer = as_organizer.post(url("program-copy", program.code), typed(make="1"))

    assert (answer.status_code, Program.objects.count()) == (409, 1)
    assert answer.context["preview"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"starts_on": ""}, "starts_on"),
        ({"starts_on": "soon"}, "starts_on"),
        ({"starts_on": "2199-12-30"}, "starts_on"),
        ({"title": ""}, "title"),
        ({"title": "가" * 101}, "title"),
        ({"code": "대문자"}, "code"),
        ({"capacity": "0"}, "capacity"),
        ({"capacity": "99999999999"}, "capacity"),
        ({"round": "-1"}, "round"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(as_organizer, program, change, field):
    answer = as_organizer.post(url("program-copy", program.code), typed(look="1", **change))

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert Program.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"), [({"code": "ai-field-1"}, "code"), ({"minimum": "41"}, "minimum")]
)
def test_what_the_whole_program_forbids_is_told_at_its_field(as_organizer, program, change, field):
    page = url("program-copy", program.code)
    digest = as_organizer.post(page, typed(look="1")).context["preview"].digest

    for asked in ({"look": "1"}, {"make": "1", "digest": digest}):
        answer = as_organizer.post(page, typed(**asked, **change))

        assert answer.status_code == 422
        assert field in answer.context["form"].errors
        assert Program.objects.count() == 1


def test_a_day_the_calendar_pushed_is_one_line_with_its_items_below(as_organizer, program):
    visit = program.items.get()
    ItemFactory(program=program, title="중식", starts_at=visit.ends_at)
    Holiday.objects.create(date=date(2027, 5, 6), name="임시공휴일")

    shown = as_organizer.post(url("program-copy", program.code), typed(look="1"))

    [day] = shown.context["report"].pushed_days
    assert (day.old, day.new) == ("5. 6.(목)", "5. 7.(금)")
    assert [item.title for item in day.items] == ["AI 사례", "중식"]
    assert shown.text.count("5. 6.(목)은 공휴일입니다") == 1


def test_renaming_retiring_and_deleting(as_organizer):
    template = TripTemplateFactory(name="옛 이름")
    facts = {"version": 1, "name": "새 이름", "description": ""}
    assert as_organizer.post(url("template-edit", template.pk), facts).status_code == 302
    assert as_organizer.post(url("template-edit", template.pk), facts).status_code == 409

    as_organizer.post(url("template-retire", template.pk), {"version": 2})
    assert "새 이름" not in as_organizer.get(url("template-list")).text
    assert "새 이름" in as_organizer.get(url("template-list") + "?retired=yes").text
    assert as_organizer.post(url("template-delete", template.pk), {"version": 2}).status_code == 422
    as_organizer.post(url("template-delete", template.pk), {"version": 3})

    assert not TripTemplate.objects.exists()


def test_only_programs_with_a_plan_are_offered_for_copying(as_organizer, program):
    ProgramFactory(code="empty-1", title="빈 과정")
    ItemFactory(program=ProgramFactory(title="취소뿐"), cancelled_at=program.created_at)

    page = as_organizer.get(url("program-past"))

    assert [row.url for row in page.context["listing"].rows] == [url("program-copy", "ai-field-1")]


@pytest.mark.parametrize("name", ["template-list", "program-past"])
def test_strangers_are_kept_out(client, leader, name):
    client.force_login(leader)

    assert client.get(url(name)).status_code == 403
