"""The organizer chooses many people at once: entering them, substituting, dealing them into groups."""

import pytest
from django.test import Client
from django.urls import reverse

from participants.models import EnrollmentStatus
from programs.models import ProgramStatus
from tests.factories.accounts import DepartmentFactory
from tests.factories.participants import EnrollmentFactory, ParticipantFactory
from tests.factories.programs import GroupFactory, ProgramFactory

S = EnrollmentStatus
pytestmark = pytest.mark.django_db


@pytest.fixture
def program():
    return ProgramFactory(code="ai-1")


def address(name: str, *args: object) -> str:
    return reverse(f"organize:{name}", args=args)


def text_of(response) -> str:
    return response.content.decode()


def post(client: Client, program, action: str, *rows, **more):
    data = {"action": action, "selected": [row.pk for row in rows], **more}
    return client.post(address("enrollment-list", program.code), data)


# Choosing in bulk


def test_chosen_people_are_entered_at_once(as_organizer, program):
    people = ParticipantFactory.create_batch(3)

    answer = as_organizer.post(
        address("enrollment-add", program.code),
        {"action": "add", "selected": [p.pk for p in people]},
    )

    assert answer.status_code == 302
    assert program.enrollments.travelling().count() == 3


def test_a_double_submit_leads_to_the_same_page(as_organizer, program):
    data = {"action": "add", "selected": [p.pk for p in ParticipantFactory.create_batch(3)]}

    answers = [as_organizer.post(address("enrollment-add", program.code), data) for _ in range(2)]

    assert [answer.url for answer in answers] == [address("enrollment-list", program.code)] * 2
    assert program.enrollments.count() == 3


def test_too_many_are_refused_with_the_seats_left(as_organizer):
    program = ProgramFactory(capacity=2)
    data = {"action": "add", "selected": [p.pk for p in ParticipantFactory.create_batch(3)]}

    answer = as_organizer.post(address("enrollment-add", program.code), data)

    assert answer.status_code == 422
    assert "남은 자리는 2명인데 3명을" in text_of(answer)
    assert not program.enrollments.exists()


def test_everybody_who_matches_the_filter_is_entered_after_a_question(as_organizer, program):
    office = DepartmentFactory()
    ParticipantFactory.create_batch(60, department=office)
    ParticipantFactory()
    program.capacity = 100
    program.save()
    url = f"{address('enrollment-add', program.code)}?department={office.pk}"

    asked = as_organizer.post(url, {"action": "ask-all"})
    done = as_organizer.post(url, {"action": "all", "expected": 60})

    assert "60명을 확정으로" in text_of(asked)
    assert done.status_code == 302
    assert program.enrollments.count() == 60


def test_a_filter_that_matches_others_by_now_enters_nobody(as_organizer, program):
    ParticipantFactory.create_batch(3)

    answer = as_organizer.post(
        address("enrollment-add", program.code), {"action": "all", "expected": 2}
    )

    assert answer.status_code == 422
    assert not program.enrollments.exists()


def test_who_is_busy_on_those_days_is_shown_and_can_be_left_out(as_organizer, program):
    other = ProgramFactory(title="공공데이터 과정", title_en="Open data")
    busy = EnrollmentFactory(program=other, participant=ParticipantFactory(name="가온")).participant
    free = ParticipantFactory(name="나래")
    later = ProgramFactory(starts_on="2026-12-10", ends_on="2026-12-11")
    EnrollmentFactory(program=later, participant=free)

    rows = as_organizer.get(address("enrollment-add", program.code)).context["listing"].rows
    shown = {row.pk: str(row.cells[-1].value) for row in rows}
    left = (
        as_organizer.get(address("enrollment-add", program.code), {"free": "yes"})
        .context["listing"]
        .rows
    )

    assert "공공데이터 과정" in shown[busy.pk]
    assert shown[free.pk] == "–"
    assert [row.pk for row in left] == [free.pk]


def test_who_is_enrolled_already_is_not_offered_again(as_organizer, program):
    EnrollmentFactory(program=program)

    assert as_organizer.get(address("enrollment-add", program.code)).context["listing"].total == 0


def test_a_substitute_is_chosen_from_the_directory(as_organizer, program):
    leaving = EnrollmentFactory(program=program)
    other = ParticipantFactory(name="한누리")
    url = address("enrollment-substitute", program.code, leaving.pk)

    shown = as_organizer.get(url)
    nobody = as_organizer.post(url, {"reason_code": "duty"})
    done = as_organizer.post(url, {"reason_code": "duty", "selected": other.pk})

    assert (shown.status_code, nobody.status_code, done.status_code) == (200, 422, 302)
    assert program.enrollments.travelling().get().participant == other


# Groups


def test_groups_are_made_renamed_ordered_and_deleted(as_organizer, program):
    for name in ("1조", "2조", "3조"):
        as_organizer.post(address("group-create", program.code), {"name": name})
    first, _second, third = program.groups.all()

    as_organizer.post(address("group-rename", program.code, first.pk), {"name": "선발대"})
    as_organizer.post(address("group-move", program.code, third.pk), {"to": 1})
    as_organizer.post(address("group-delete", program.code, first.pk))

    assert list(program.groups.values_list("name", flat=True)) == ["3조", "2조"]


@pytest.mark.parametrize("name", ["", " ", "가" * 1000, "1조"])
def test_a_group_without_a_proper_name_is_refused_at_the_field(as_organizer, program, name):
    GroupFactory(program=program, name="1조")

    answer = as_organizer.post(address("group-create", program.code), {"name": name})

    assert answer.status_code == 422
    assert answer.context["new"].errors["name"]


def test_groups_are_filled_evenly_and_departments_spread(as_organizer, program):
    for _ in range(3):
        EnrollmentFactory.create_batch(
            4, program=program, participant__department=DepartmentFactory()
        )
    EnrollmentFactory(program=program, status=S.WAITLISTED)

    as_organizer.post(address("group-distribute", program.code), {"count": 4})

    groups = list(program.groups.all())
    assert [group.name for group in groups] == ["1조", "2조", "3조", "4조"]
    for group in groups:
        departments = group.enrollments.values_list("participant__department", flat=True)
        assert len(set(departments)) == 3 == len(departments)


@pytest.mark.parametrize("count", ["0", "-1", "51", "many", "999999999999999999999"])
def test_an_impossible_number_of_groups_is_refused(as_organizer, program, count):
    EnrollmentFactory(program=program)

    assert (
        as_organizer.post(address("group-distribute", program.code), {"count": count}).status_code
        == 422
    )


def test_a_finished_program_is_only_looked_at(as_organizer):
    program = ProgramFactory(status=ProgramStatus.FINISHED)
    row = EnrollmentFactory(program=program)

    assert post(as_organizer, program, "group", row, group="").status_code == 422
    assert as_organizer.get(address("group-list", program.code)).status_code == 200
