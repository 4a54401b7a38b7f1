"""The demo on any day and at any hour."""

from datetime import date, datetime, time, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from attendance.models import AttendanceRecord
from core.dates import at_local
from desk.demo import coming, farms, loader, today, trip
from desk.demo.people import ACCOUNTS, PASSWORD
from participants.models import Enrollment
from programs.models import Program, ProgramStatus
from reminders.models import Message, MessageKind
from site_visits.models import ItineraryItem
from site_visits.my_itinerary import items_of, memberships, now_of, slot_of
from site_visits.services import warnings

pytestmark = pytest.mark.django_db

MORNING = time(10, 20)
# The day before Seollal, a Sunday, a holiday Monday whose museum closure moves on, the last of the year.
DAYS = [date(2027, 2, 5), date(2026, 11, 22), date(2027, 5, 3), date(2026, 12, 31)]
HOURS = [time(0, 10), time(12), time(23, 30)]


def load(day: date = date(2026, 11, 26), clock: time = MORNING) -> datetime:
    now = at_local(day, clock)
    loader.load(base_date=day, clock=now)
    return now


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_whatever_the_day_the_trip_fits_its_sites_and_the_finished_one_lies_behind(day):
    load(day)
    starts_on = Program.objects.get(code=trip.CODE).starts_on
    assert starts_on >= day + timedelta(days=7)
    for code in (trip.CODE, farms.CODE, coming.OPEN):
        problems = [c for c in warnings.for_program(Program.objects.get(code=code)) if c.is_error]
        assert not problems, [problem.message for problem in problems]
    assert Program.objects.get(code=farms.CODE).ends_on <= day - timedelta(days=14)


@pytest.fixture
def quiet_at_night(settings):
    """As a stranger finds the house, who may well come at night."""
    settings.QUIET_FROM, settings.QUIET_UNTIL = "21:00", "08:00"


@pytest.mark.usefixtures("quiet_at_night")
@pytest.mark.parametrize("clock", HOURS, ids=str)
def test_whatever_the_hour_something_is_going_on_and_a_reminder_is_about_to_be_due(clock):
    now = load(clock=clock)
    garam = User.objects.get(email="garam@goryeong.example")
    [running] = [m for m in memberships(garam.pk) if m.status == ProgramStatus.RUNNING]
    items = items_of([running])[running.program_id]
    going_on = now_of([slot_of(item) for item in items], at=now)
    assert going_on.state == "now"
    ticked = AttendanceRecord.objects.filter(
        item_uid__in=[item.uid for item in items if item.starts_at == going_on.slot.starts_at]
    ).count()
    assert 0 < ticked < Enrollment.objects.filter(program__code=today.RUNNING).count()
    due = Message.objects.filter(program__code=today.REMINDING, kind=MessageKind.REMINDER)
    assert {timedelta(minutes=2) < one.due_at - now <= timedelta(minutes=3) for one in due} == {
        True
    }
    assert len(due) == Enrollment.objects.filter(program__code=today.REMINDING).count()


def test_the_demo_stays_off_a_public_installation(settings):
    settings.LOCAL = False
    with pytest.raises(CommandError, match="LOCAL=true"):
        call_command("demo")
    assert not ItineraryItem.objects.exists()


def test_the_accounts_are_printed_with_their_password():
    said = StringIO()
    call_command("demo", accounts=True, stdout=said)
    assert PASSWORD in said.getvalue()
    assert all(account.email in said.getvalue() for account in ACCOUNTS)
    assert not User.objects.exists()
