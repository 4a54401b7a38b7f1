"""The data of the benches: the same for the same seed, and never beside somebody's own."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from attendance.models import AttendanceRecord, Mark
from participants.models import Enrollment, Participant
from programs.models import Program, ProgramStatus
from site_visits.models import PublishedItem
from site_visits.my_itinerary import items_of, memberships
from site_visits.services import publishing
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

SMALL = {"people": 40, "programs": 14, "enrollments": 6, "items": 5, "base_date": "2026-12-03"}


def fill(**options) -> dict:
    said = StringIO()
    call_command("bench_data", **(SMALL | options), stdout=said)
    return json.loads(said.getvalue())


def content() -> list:
    """What must not depend on anything but the seed; the numbers of rows go on from run to run."""
    items = PublishedItem.objects.order_by("uid").values_list("uid", "starts_at", "kind", "title")
    people = Participant.objects.order_by("employee_number").values_list("name", "mobile")
    seats = Enrollment.objects.order_by("pk").values_list(
        "participant__employee_number", "department_name"
    )
    return [list(items), list(people), list(seats)]


def test_the_same_seed_makes_the_same_people_and_programs(django_db_reset_sequences):
    fill(seed=7)
    first = content()
    wipe()
    fill(seed=7)
    assert content() == first
    wipe()
    fill(seed=8)
    assert content() != first


def wipe() -> None:
    call_command("flush", interactive=False, verbosity=0)


def test_the_known_people_have_exactly_what_the_benches_ask_for():
    said = fill()
    reader = User.objects.get(pk=said["itinerary"]["user"])
    subscriber = User.objects.get(pk=said["feed"]["user"])
    assert [len(items) for items in items_of(memberships(reader.pk)).values()] == [25]
    assert sum(len(items) for items in items_of(memberships(subscriber.pk)).values()) == 200


def test_drafts_and_publications_agree():
    fill()
    assert not any(publishing.pending_changes(program) for program in Program.objects.all())


def test_attendance_marks_everybody_at_every_item_of_the_finished_programs():
    said = fill(attendance=True)
    finished = Program.objects.filter(status=ProgramStatus.FINISHED)
    expected = sum(program.enrollments.count() * program.items.count() for program in finished)
    assert said["marks"] == AttendanceRecord.objects.count() == expected > 0
    assert set(AttendanceRecord.objects.values_list("mark", flat=True)) <= set(Mark.values)


def test_the_tables_go_on_counting_after_the_copied_rows():
    fill()
    assert UserFactory().pk > 40


def test_a_database_with_data_is_left_alone_unless_told_otherwise():
    UserFactory()
    with pytest.raises(CommandError, match="--yes"):
        fill()
    assert not Program.objects.exists()
    fill(yes=True)
    assert Program.objects.count() == 14
