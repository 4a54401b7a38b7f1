"""The demo: what a stranger finds in it."""

from datetime import date, datetime, time
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import transaction
from django.db.models import Count
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.permissions import Role
from attendance.models import AttendanceRecord, Completion, HoursEntry
from core.dates import at_local, local_date
from desk.demo import coming, farms, loader, today, trip
from desk.demo.people import ACCOUNTS, LONGEST_NAME, PASSWORD
from participants.models import Enrollment, Participant
from programs.models import Program, ProgramStatus
from reminders.models import Acknowledgement, DeliveryAttempt, Message, MessageKind, unseen
from site_visits.models import Change, HostState, PublishedItem, Site, SiteVisit
from site_visits.services import publishing, warnings

pytestmark = pytest.mark.django_db

MORNING = time(10, 20)


def load(day: date = date(2026, 11, 26), clock: time = MORNING) -> datetime:
    now = at_local(day, clock)
    loader.load(base_date=day, clock=now)
    return now


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """One demo for all tests that only look at it; each looks inside a savepoint of its own."""
    with django_db_blocker.unblock(), transaction.atomic():
        load()
        yield
        transaction.set_rollback(True)


def counts() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def current(code: str) -> list[PublishedItem]:
    return list(PublishedItem.objects.current().filter(publication__program__code=code).in_order())


def test_a_second_run_adds_and_changes_nothing_also_on_another_day(loaded):
    before = counts()
    said = StringIO()
    call_command("demo", base_date=date(2027, 3, 1), stdout=said)
    assert "데모가 이미 있어" in said.getvalue()
    assert counts() == before


def test_the_trip_has_the_minutes_and_kilometers_of_its_plan(loaded):
    items = current(trip.CODE)
    days = sorted({local_date(item.starts_at) for item in items})
    learning = {
        day: sum(
            i.minutes for i in items if i.counts_as_learning and local_date(i.starts_at) == day
        )
        for day in days
    }
    driven = {
        day: [i for i in items if i.kind == "travel" and local_date(i.starts_at) == day]
        for day in days
    }
    assert list(learning.values()) == [330, 250]
    assert [sum(leg.km for leg in legs) for legs in driven.values()] == [344, 284]
    assert [sum(leg.minutes for leg in legs) for legs in driven.values()] == [360, 265]
    assert all(item.title_en for item in items)


def test_the_trip_was_published_twice_and_waits_with_another_change(loaded):
    program = Program.objects.get(code=trip.CODE)
    second = program.publications.first()
    moved = second.items.filter(change=Change.MOVED, kind="visit").get()
    first = PublishedItem.objects.get(publication__number=1, uid=moved.uid)
    assert second.number == 2
    assert (first.starts_at, moved.starts_at) == (
        at_local(program.starts_on, time(13, 30)),
        at_local(program.starts_on, time(13, 45)),
    )
    assert [change.change for change in publishing.pending_changes(program)] == [Change.CHANGED]
    # All who travel, and of those who lead the trip the two that did not publish it.
    told = Message.objects.filter(kind=MessageKind.CHANGE, program=program)
    assert (told.filter(user=None).count(), told.exclude(user=None).count()) == (36, 2)


def test_the_trip_carries_the_ranks_and_hosts_of_the_story(loaded):
    program = Program.objects.get(code=trip.CODE)
    ranks = program.enrollments.values_list("rank_name", flat=True)
    grades = [sum(name.endswith(f"{grade}급") for name in ranks) for grade in (5, 6, 7, 8, 9)]
    hosts = SiteVisit.objects.filter(item__program=program).values_list("host_state", flat=True)
    assert grades == [1, 8, 14, 8, 5]
    assert sorted(program.groups.values_list("enrollments", flat=True).distinct())
    assert {group.enrollments.count() for group in program.groups.all()} == {6}
    assert sorted(hosts) == [HostState.ASKED] + [HostState.CONFIRMED] * 4
    assert program.staff.count() == 3


def test_the_directory_holds_about_120_invented_people_nobody_can_reach(loaded):
    staff = Participant.objects.all()
    assert 110 <= len(staff) <= 130
    assert {"남궁라온하제", LONGEST_NAME} <= {person.name for person in staff}
    assert len(LONGEST_NAME) == 17
    assert all(person.email.endswith("@goryeong.example") for person in staff)
    assert all(person.mobile.startswith("010-0000-") for person in staff)
    assert (
        not Site.objects.exclude(contact_email="")
        .exclude(contact_email__endswith="@goryeong.example")
        .exists()
    )
    assert Site.objects.count() == 15
    assert not Site.objects.filter(name_en="").exists()


@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda account: account.key)
def test_everybody_of_the_demo_can_sign_in(account, loaded, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    client = Client()
    form = {"login": account.email, "password": PASSWORD}
    answer = client.post(reverse("account_login"), form)
    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(User.objects.get(email=account.email).pk)


def test_every_role_has_an_account_and_one_reads_english():
    assert {account.role for account in ACCOUNTS} == set(Role)
    assert [account.name for account in ACCOUNTS if account.language == "en"] == [LONGEST_NAME]


def test_the_finished_program_has_outcomes_of_every_kind_and_a_ledger(loaded):
    program = Program.objects.get(code=farms.CODE)
    outcomes = Completion.objects.filter(enrollment__program=program)
    marks = AttendanceRecord.objects.filter(enrollment__program=program).values_list(
        "mark", flat=True
    )
    assert program.status == ProgramStatus.FINISHED
    assert {True, False} == set(outcomes.values_list("completed", flat=True))
    assert set(marks) == set("PLEAO")
    assert HoursEntry.objects.count() == outcomes.filter(completed=True).count()


def test_the_other_programs_show_every_stage(loaded):
    statuses = dict(Program.objects.values_list("code", "status"))
    assert statuses[coming.OPEN] == ProgramStatus.OPEN
    assert statuses[coming.CANCELLED] == ProgramStatus.CANCELLED
    assert statuses[coming.SKETCH] == ProgramStatus.DRAFT
    wishes = (
        Enrollment.objects.filter(program__code=coming.OPEN)
        .values_list("status")
        .annotate(n=Count("pk"))
    )
    assert {"applied", "selected", "waitlisted"} <= {status for status, _n in wishes.order_by()}
    assert warnings.for_program(Program.objects.get(code=coming.SKETCH))


def test_nobody_is_in_two_places_today(loaded):
    here = Enrollment.objects.filter(program__code=today.RUNNING).values("participant")
    assert not Enrollment.objects.filter(
        program__code=today.REMINDING, participant__in=here
    ).exists()


def test_most_have_seen_the_change_and_the_desk_has_something_of_everything_to_show(loaded):
    notices = Message.objects.filter(kind=MessageKind.CHANGE, program__code=trip.CODE)

    states = dict(notices.values_list("state").annotate(n=Count("pk")))
    not_seen = unseen(notices).count()

    assert states["dead"] == 1
    assert states["held"] == 2
    assert 3 < not_seen < states["accepted"]
    assert Acknowledgement.objects.count() > not_seen
    assert DeliveryAttempt.objects.filter(message__state="dead").count() == 3
