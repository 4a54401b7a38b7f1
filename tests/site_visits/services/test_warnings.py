from datetime import time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs.models import Holiday
from site_visits.conflicts import Code
from site_visits.models import HostState, ItemKind, OpeningHours, SiteClosure, SiteVisit, TravelTime
from site_visits.services import travel, warnings
from tests.factories.participants import EnrollmentFactory, ParticipantFactory
from tests.factories.programs import GroupFactory, ProgramFactory
from tests.factories.site_visits import ItemFactory, SiteFactory, VisitItemFactory, at

pytestmark = pytest.mark.django_db


def codes(program):
    return {conflict.code for conflict in warnings.for_program(program)}


def test_every_fact_of_the_database_reaches_its_check():
    program = ProgramFactory()
    site = SiteFactory(capacity=10)
    OpeningHours.objects.create(site=site, weekday=3, opens_at=time(13), closes_at=time(17))
    shut = SiteFactory()
    SiteClosure.objects.create(site=shut, kind="weekday", weekday=3)
    TravelTime.objects.create(origin=site, target=shut, minutes=90, km=60)
    Holiday.objects.create(date=program.starts_on, name="임시공휴일")
    VisitItemFactory(program=program, site=site)
    VisitItemFactory(program=program, site=shut, starts_at=at(program.starts_on, "12:30"))
    ItemFactory(
        program=program,
        kind=ItemKind.TRAVEL,
        starts_at=at(program.starts_on, "16:00"),
        ends_at=at(program.starts_on, "19:00"),
    )
    ItemFactory(program=program, starts_at=at(program.starts_on, "19:00") + timedelta(days=9))
    ItemFactory(program=program, starts_at=at(program.starts_on, "18:50"))
    person = ParticipantFactory(team="교육")
    other = ParticipantFactory(team="교육", department=person.department, rank=person.rank)
    for who in (person, other):
        EnrollmentFactory(program=program, participant=who)
    EnrollmentFactory(program=ProgramFactory(), participant=person)
    for _ in range(9):
        EnrollmentFactory(program=program)

    assert codes(program) == set(Code)


def test_groups_decide_how_many_come():
    program = ProgramFactory()
    one = GroupFactory(program=program)
    for group in (one, None, None):
        EnrollmentFactory(program=program, group=group)
    site = SiteFactory(capacity=1)
    item = VisitItemFactory(program=program, site=site)
    item.groups.set([one])

    assert Code.OVER_CAPACITY not in codes(program)
    item.groups.clear()
    [found] = [c for c in warnings.for_program(program) if c.code == Code.OVER_CAPACITY]
    assert found.size == 2


def test_other_programs_at_the_same_site_count_by_their_people_or_headcount():
    site = SiteFactory(capacity=40)
    program = ProgramFactory(capacity=20)
    VisitItemFactory(program=program, site=site)
    other = VisitItemFactory(site=site, program=ProgramFactory(capacity=30))

    [found] = [c for c in warnings.for_program(program) if c.code == Code.OVER_CAPACITY]
    assert found.size == 10
    SiteVisit.objects.filter(item=other).update(headcount=20)
    assert Code.OVER_CAPACITY not in codes(program)


def test_a_cancelled_program_takes_no_place(now):
    site = SiteFactory(capacity=40)
    program = ProgramFactory()
    VisitItemFactory(program=program, site=site)
    VisitItemFactory(site=site, program=ProgramFactory(status="cancelled", status_reason="폭설"))

    assert Code.OVER_CAPACITY not in codes(program)


def test_confirmed_host_is_no_warning(now):
    program = ProgramFactory()
    item = VisitItemFactory(program=program)
    SiteVisit.objects.filter(item=item).update(
        host_state=HostState.CONFIRMED,
        asked_at=now,
        answered_at=now,
        asked_starts_at=item.starts_at,
        asked_ends_at=item.ends_at,
    )

    assert codes(program) == set()


@pytest.mark.parametrize("size", [1, 10, 100])
def test_facts_cost_two_statements_at_any_size(size):
    program = ProgramFactory(capacity=200)
    for n in range(size):
        site = SiteFactory(capacity=50)
        OpeningHours.objects.create(site=site, weekday=3, opens_at=time(9), closes_at=time(18))
        item = VisitItemFactory(
            program=program,
            site=site,
            starts_at=at(program.starts_on, "09:00") + timedelta(minutes=n),
        )
        item.groups.set([GroupFactory(program=program)])
        EnrollmentFactory(program=program)
        VisitItemFactory(site=site)

    with CaptureQueriesContext(connection) as queries:
        found = warnings.for_program(program)

    assert len(queries) == 2
    assert len(warnings.about(found, item.uid)) >= 1


def test_travel_prefers_the_table_and_marks_estimates():
    one = SiteFactory(latitude="37.470", longitude="127.038")
    two = SiteFactory(latitude="37.567", longitude="127.009")
    TravelTime.objects.create(origin=one, target=two, minutes=35, km=12)

    assert travel.leg(origin=one, target=two).minutes == 35
    back = travel.leg(origin=two, target=one)
    assert back.estimated
    assert travel.leg(origin=one, target=SiteFactory()) is None
