from datetime import timedelta

import pytest

from core.errors import RuleBroken, StaleEdit
from site_visits.models import HostState, SiteVisit
from site_visits.services import hosts, itinerary
from tests.factories.participants import EnrollmentFactory
from tests.factories.programs import GroupFactory
from tests.factories.site_visits import VisitItemFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit():
    return VisitItemFactory().visit


@pytest.fixture
def asked(visit, organizer, now):
    return hosts.ask(visit=visit, by=organizer, at=now)


def test_asking_keeps_only_a_digest_of_the_link(visit, asked, now):
    visit.refresh_from_db()

    assert (visit.host_state, visit.asked_at, visit.asked_starts_at) == (
        HostState.ASKED,
        now,
        visit.item.starts_at,
    )
    assert bytes(visit.host_token_digest) == hosts.digest(asked)
    assert asked.encode() not in bytes(visit.host_token_digest)
    assert hosts.find(asked) == visit


def test_asking_again_kills_the_older_link(visit, asked, organizer, now):
    hosts.ask(visit=visit, by=organizer, at=now)

    with pytest.raises(SiteVisit.DoesNotExist):
        hosts.find(asked)


def test_the_answer_may_change_until_the_visit_begins(visit, asked, now):
    hosts.answer(token=asked, confirmed=True, note="정문으로", at=now)
    later = hosts.answer(
        token=asked, confirmed=False, note="행사와 겹칩니다", at=now + timedelta(hours=1)
    )

    assert (later.host_state, later.host_note) == (HostState.REFUSED, "행사와 겹칩니다")
    with pytest.raises(RuleBroken, match="이미 시작한"):
        hosts.answer(token=asked, confirmed=True, note="", at=visit.item.starts_at)


def test_an_answer_about_an_older_time_is_stale(visit, asked, organizer, now):
    item = visit.item
    read = item.starts_at
    by = timedelta(minutes=30)
    itinerary.move_item(
        program=item.program, uid=item.uid, version=1,
        starts_at=read + by, ends_at=item.ends_at + by, by=organizer, at=now,
    )  # fmt: skip

    with pytest.raises(StaleEdit) as refusal:
        hosts.answer(token=asked, confirmed=True, note="", starts_at=read, at=now)

    assert refusal.value.current.item.starts_at == read + by
    answered = hosts.answer(token=asked, confirmed=True, note="", starts_at=read + by, at=now)
    assert (answered.host_state, answered.asked_starts_at) == (HostState.CONFIRMED, read + by)


@pytest.mark.parametrize("facts", [{"cancelled_at": True}, {"starts_at": None, "ends_at": None}])
def test_visits_without_a_time_or_cancelled_are_neither_asked_nor_answered(
    visit, asked, organizer, now, facts
):
    item = visit.item
    for name, value in facts.items():
        setattr(item, name, now if value else None)
    item.save()

    with pytest.raises(RuleBroken):
        hosts.ask(visit=visit, by=organizer, at=now)
    with pytest.raises(RuleBroken):
        hosts.answer(token=asked, confirmed=True, note="", at=now)


def test_headcount_is_the_written_number_else_who_has_a_seat_in_the_groups(visit):
    program = visit.item.program
    group = GroupFactory(program=program)
    assert hosts.headcount(visit) == program.capacity

    for number in range(3):
        EnrollmentFactory(program=program, group=group if number else None)
    assert hosts.headcount(visit) == 3
    visit.item.groups.set([group])
    assert hosts.headcount(SiteVisit.objects.get(pk=visit.pk)) == 2
    visit.headcount = 25
    assert hosts.headcount(visit) == 25


def test_an_unknown_link_belongs_to_nobody(asked):
    with pytest.raises(SiteVisit.DoesNotExist):
        hosts.answer(token="x" * 32, confirmed=True, note="", at=None)
