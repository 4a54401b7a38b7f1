"""Who a rule speaks to: planned for everybody it concerns, and asked again just before sending."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import RoleGrant, User
from accounts.permissions import Role
from participants.models import EnrollmentStatus
from programs.models import ProgramStaff, StaffKind
from reminders.channels.sms import mobile_of
from reminders.models import Audience, Message, MessageState, Trigger
from reminders.services import outbox, planning
from site_visits.models import HostState, SiteVisit
from tests.factories.accounts import DepartmentFactory, UserFactory
from tests.factories.participants import EnrollmentFactory, ParticipantFactory
from tests.factories.programs import GroupFactory, ProgramStaffFactory
from tests.factories.reminders import host_of, next_publication, program_starting, rule
from tests.factories.site_visits import at, published_item

pytestmark = pytest.mark.django_db
DAY = date(2026, 12, 3)
MORNING_BEFORE = datetime(2026, 12, 2, 2, tzinfo=UTC)
EVENING_BEFORE = at(date(2026, 12, 2), "18:00")


@pytest.fixture
def trip():
    """Assembly at 05:40 on 3 December, one person."""
    return program_starting(at(DAY, "05:40"))


def planned(**about):
    return Message.objects.filter(state=MessageState.PLANNED, **about)


# -- planned


def test_coordinators_are_told_once_of_a_trip_of_two_days(trip):
    department = trip.enrollments.get().participant.department
    UserFactory(role=Role.COORDINATOR, department=department)
    published_item(trip.publications.get(), starts_at=at(date(2026, 12, 4), "09:00"))
    rule(trip, Audience.COORDINATORS)

    planning.plan(at=MORNING_BEFORE)

    assert Message.objects.count() == 1


def test_who_waits_is_told_of_the_beginning_of_the_trip_and_who_travels_is_not(trip):
    waiting = EnrollmentFactory(program=trip, status=EnrollmentStatus.WAITLISTED)
    published_item(trip.publications.get(), starts_at=at(date(2026, 12, 4), "09:00"))
    rule(trip, Audience.WAITLISTED)

    planning.plan(at=MORNING_BEFORE)

    message = Message.objects.get()
    assert (message.participant, message.due_at) == (waiting.participant, EVENING_BEFORE)


def test_each_leader_is_told_of_the_first_item_of_anybody(trip):
    leaders = [ProgramStaffFactory(program=trip).user for _ in range(2)]
    ProgramStaffFactory(program=trip, kind=StaffKind.ORGANIZER)
    published_item(
        trip.publications.get(), starts_at=at(DAY, "05:00"),
        group_ids=[GroupFactory(program=trip).pk],
    )  # fmt: skip
    rule(trip, Audience.LEADERS, minutes_before=60)

    planning.plan(at=MORNING_BEFORE)

    assert {message.user for message in Message.objects.all()} == set(leaders)
    assert set(Message.objects.values_list("due_at", flat=True)) == {at(DAY, "04:00")}


def test_a_leader_whose_account_is_closed_is_not_told(trip):
    ProgramStaffFactory(program=trip, user=UserFactory(is_active=False))
    rule(trip, Audience.LEADERS)

    planning.plan(at=MORNING_BEFORE)

    assert not Message.objects.exists()


def test_coordinators_of_departments_with_people_in_the_program_are_told_once_each(trip):
    department = trip.enrollments.get().participant.department
    second = EnrollmentFactory(program=trip).participant.department
    coordinator = UserFactory(role=Role.COORDINATOR, department=department)
    RoleGrant.objects.create(user=coordinator, role=Role.COORDINATOR, department=second)
    UserFactory(role=Role.COORDINATOR, department=DepartmentFactory())
    rule(trip, Audience.COORDINATORS)

    planning.plan(at=MORNING_BEFORE)

    assert Message.objects.get().user == coordinator


def test_a_rule_for_one_department_reaches_its_people_only(trip):
    department = DepartmentFactory()
    ours = EnrollmentFactory(program=trip, participant=ParticipantFactory(department=department))
    coordinator = UserFactory(role=Role.COORDINATOR, department=department)
    others = trip.enrollments.exclude(pk=ours.pk).get().participant.department
    UserFactory(role=Role.COORDINATOR, department=others)
    rule(trip, department=department)
    rule(trip, Audience.COORDINATORS, department=department)

    planning.plan(at=MORNING_BEFORE)

    told = {(message.participant, message.user) for message in Message.objects.all()}
    assert told == {(ours.participant, None), (None, coordinator)}


def test_a_host_is_told_of_the_own_visit_whoever_comes_before(trip):
    first, second = host_of(trip), host_of(trip, starts_at=at(DAY, "14:00"))
    rule(trip, Audience.HOSTS, minutes_before=60)

    planning.plan(at=MORNING_BEFORE)

    due = {message.host: message.due_at for message in Message.objects.all()}
    assert due == {first: at(DAY, "09:30"), second: at(DAY, "13:00")}


@pytest.mark.parametrize("state", [HostState.ASKED, HostState.REFUSED])
def test_a_host_who_has_not_said_yes_is_not_reminded(trip, state):
    host_of(trip, state=state)
    rule(trip, Audience.HOSTS)

    planning.plan(at=MORNING_BEFORE)

    assert not Message.objects.exists()


def test_a_host_asked_about_another_time_than_the_published_one_is_not_reminded(trip):
    visit = host_of(trip)
    SiteVisit.objects.update(asked_starts_at=at(DAY, "11:00"), asked_ends_at=at(DAY, "12:00"))
    rule(trip, Audience.HOSTS)

    planning.plan(at=MORNING_BEFORE)

    assert not Message.objects.filter(host=visit).exists()


def test_planning_again_adds_nothing_for_any_audience(trip):
    EnrollmentFactory(program=trip, status=EnrollmentStatus.WAITLISTED)
    department = trip.enrollments.travelling().get().participant.department
    both = UserFactory(role=Role.COORDINATOR, department=department)
    ProgramStaffFactory(program=trip, user=both)
    host_of(trip)
    for audience in Audience:
        rule(trip, audience)

    first, second = planning.plan(at=MORNING_BEFORE), planning.plan(at=MORNING_BEFORE)

    assert (first.added, second.added, second.revived, second.dropped) == (5, 0, 0, 0)


@pytest.mark.parametrize(
    ("audience", "leave"),
    [
        (Audience.LEADERS, lambda trip: ProgramStaff.objects.all().delete()),
        (Audience.COORDINATORS, lambda trip: RoleGrant.objects.all().delete()),
        (Audience.LEADERS, lambda trip: User.objects.update(is_active=False)),
        (
            Audience.WAITLISTED,
            lambda trip: trip.enrollments.waitlisted().update(
                status=EnrollmentStatus.WITHDRAWN, waitlist_position=None
            ),
        ),
        (Audience.HOSTS, lambda trip: SiteVisit.objects.update(host_state=HostState.REFUSED)),
    ],
)
def test_who_is_no_longer_concerned_is_dropped(trip, audience, leave):
    everybody(trip)
    rule(trip, audience)
    planning.plan(at=MORNING_BEFORE)

    leave(trip)
    dropped = planning.plan(at=MORNING_BEFORE).dropped

    assert dropped == 1
    assert Message.objects.get().state == MessageState.SUPPRESSED


def everybody(program):
    """One reader of each audience."""
    EnrollmentFactory(program=program, status=EnrollmentStatus.WAITLISTED)
    department = program.enrollments.travelling().first().participant.department
    UserFactory(role=Role.COORDINATOR, department=department)
    ProgramStaffFactory(program=program)
    host_of(program, starts_at=program.publications.get().items.get().starts_at)


# -- asked again just before sending


@pytest.fixture
def leaving():
    """A trip that begins in 50 minutes."""
    return program_starting(timezone.now().replace(microsecond=0) + timedelta(minutes=50))


def begun(audience, program, meanwhile=None, **timing):
    """Plan a due reminder for the audience, claim it, let something happen, and ask whether to send it."""
    everybody(program)
    rule(program, audience, **(timing or {"minutes_before": 60}))
    planning.plan()
    tickets = outbox.claim(owner=uuid4(), limit=10)
    assert len(tickets) == 1
    if meanwhile:
        meanwhile()
    outbox.begin(tickets[0])
    return Message.objects.get().state


@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize(
    "timing",
    [
        {"minutes_before": 60},
        {"minutes_before": 60, "trigger": Trigger.BEFORE_PROGRAM},
        {"minutes_before": 60, "trigger": Trigger.BEFORE_ITEM, "item_kinds": ["session", "visit"]},
    ],
)
def test_what_is_still_true_is_sent(leaving, audience, timing):
    if timing.get("item_kinds") and audience != Audience.HOSTS:
        # The assembly and the visit begin together: only one of them is of the kind.
        timing = timing | {"item_kinds": ["session"]}

    assert begun(audience, leaving, **timing) == MessageState.SENDING


@pytest.mark.parametrize(
    ("audience", "meanwhile"),
    [
        (Audience.LEADERS, lambda: ProgramStaff.objects.all().delete()),
        (Audience.LEADERS, lambda: User.objects.update(is_active=False)),
        (Audience.COORDINATORS, lambda: RoleGrant.objects.all().delete()),
        (Audience.HOSTS, lambda: SiteVisit.objects.update(host_state=HostState.REFUSED)),
        (
            Audience.HOSTS,
            lambda: SiteVisit.objects.update(host_state=HostState.NOT_ASKED, answered_at=None),
        ),
    ],
)
def test_a_reader_who_left_since_the_plan_is_not_written_to(leaving, audience, meanwhile):
    assert begun(audience, leaving, meanwhile) == MessageState.SUPPRESSED


def test_who_no_longer_waits_is_not_written_to_as_one_who_waits(leaving):
    def moves_up():
        waiting = leaving.enrollments.waitlisted().get()
        type(waiting).objects.filter(pk=waiting.pk).update(
            status=EnrollmentStatus.SELECTED, waitlist_position=None
        )

    assert begun(Audience.WAITLISTED, leaving, moves_up) == MessageState.SUPPRESSED


def test_a_coordinator_whose_people_all_left_is_not_written_to(leaving):
    def all_leave():
        leaving.enrollments.travelling().update(status=EnrollmentStatus.WITHDRAWN)

    assert begun(Audience.COORDINATORS, leaving, all_leave) == MessageState.SUPPRESSED


@pytest.mark.parametrize("audience", Audience)
def test_nobody_is_written_to_about_an_item_that_moved(leaving, audience):
    def moves():
        issue = leaving.publications.get()
        for item in issue.items.all():
            later = item.starts_at + timedelta(minutes=5)
            next_publication(leaving, moved=item, starts_at=later)

    assert begun(audience, leaving, moves) == MessageState.SUPERSEDED


@pytest.mark.parametrize("audience", [Audience.CONFIRMED, Audience.LEADERS, Audience.COORDINATORS])
def test_an_item_put_before_the_first_supersedes_its_reminder(leaving, audience):
    def earlier_bus():
        first = leaving.publications.get().items.order_by("starts_at").first()
        published_item(next_publication(leaving), starts_at=first.starts_at - timedelta(minutes=5))

    assert begun(audience, leaving, earlier_bus) == MessageState.SUPERSEDED


def test_who_moved_to_another_department_no_longer_gets_the_mail_of_the_old_one(leaving):
    person = leaving.enrollments.get().participant

    def moves():
        type(person).objects.filter(pk=person.pk).update(department=DepartmentFactory())

    state = begun(
        Audience.CONFIRMED, leaving, moves, minutes_before=60, department=person.department
    )

    assert state == MessageState.SUPPRESSED


@pytest.mark.parametrize(("listed", "number"), [(True, "01000001234"), (False, "")])
def test_a_leader_is_reached_by_phone_at_the_number_of_the_staff_list(trip, listed, number):
    leader = ProgramStaffFactory(program=trip).user
    if listed:
        ParticipantFactory(user=leader, mobile="010-0000-1234")
    rule(trip, Audience.LEADERS)

    planning.plan(at=MORNING_BEFORE)

    assert mobile_of(Message.objects.get()) == number
