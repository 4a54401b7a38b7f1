"""Loads the whole demo in one transaction, or nothing."""

from datetime import date, datetime

from django.db import connection, transaction
from django.utils import translation

from accounts.models import User
from core.dates import SEOUL, local
from desk.demo import coming, farms, organization, people, sites, today, told, trip
from desk.demo.county import County
from programs.models import Program
from programs.services import holidays
from reminders.services import planning

YEARS_AROUND = (-1, 4)


def is_there() -> bool:
    """Any of its accounts: who was renamed or left is still known by number."""
    numbers = [account.employee_number for account in people.ACCOUNTS]
    return User.objects.filter(employee_number__in=numbers).exists()


@transaction.atomic
def load(*, base_date: date, clock: datetime) -> list[Program]:
    """The county on `base_date` at the time of day of `clock`."""
    now = datetime.combine(base_date, local(clock).timetz(), tzinfo=SEOUL)
    with translation.override("ko"):
        first, last = YEARS_AROUND
        holidays.seed(years=range(base_date.year + first, base_date.year + last))
        departments, ranks = organization.load()
        directory = people.load(departments, ranks, at=now)
        county = County(now=now, directory=directory, sites=sites.load())
        programs = [farms.load(county)]
        _look_at_the_tables()
        programs += [trip.load(county), *today.load(county, busy=trip.trainees(county))]
        _look_at_the_tables()
        programs += coming.load(county)
        planning.plan(at=now)
        told.load(county)
        told.hosts_asked(county)
    return programs


def _look_at_the_tables() -> None:
    """A planner that believes these tables are still empty walks them row by row for every row."""
    with connection.cursor() as cursor:
        cursor.execute(
            "ANALYZE participants_participant, participants_enrollment, programs_program"
        )
