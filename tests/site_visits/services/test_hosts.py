from datetime import timedelta

import pytest
from django.db import InternalError, transaction

from core.errors import RuleBroken, StaleEdit
from site_visits.models import HostState, SiteVisit
from site_visits.services import host_links, hosts, itinerary
from site_visits.services.itinerary import ItemFacts
from tests.factories.participants import EnrollmentFactory
from tests.factories.programs import GroupFactory
from tests.factories.site_visits import SiteFactory, VisitItemFactory

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


def test_asking_again_keeps_the_link_and_a_new_one_is_made_on_request(visit, asked, organizer, now):
    later = now + timedelta(hours=1)
    assert hosts.ask(visit=visit, by=organizer, at=later) == asked

    fresh = hosts.ask(visit=visit, by=organizer, at=later, new_link=True)

    assert hosts.find(fresh) == visit
    with pytest.raises(SiteVisit.DoesNotExist):
        hosts.find(asked)


def test_a_link_can_be_derived_from_the_row_with_the_key_and_not_without(visit, asked, settings):
    visit.refresh_from_db()
    assert host_links.token_of(visit) == asked
    old, settings.SECRET_KEY = (
        settings.SECRET_KEY,
        "another key of the office, long enough to be one",
    )

    assert host_links.token_of(visit) is None
    assert hosts.find(asked) == visit
    settings.SECRET_KEY_FALLBACKS = [old]
    assert host_links.token_of(visit) == asked


def test_a_link_from_before_links_were_derived_works_on_after_asking_again(visit, organizer, now):
    SiteVisit.objects.filter(pk=visit.pk).update(
        host_token_digest=hosts.digest("an-old-random-link")
    )

    fresh = hosts.ask(visit=visit, by=organizer, at=now)

    assert hosts.find("an-old-random-link") == hosts.find(fresh) == visit


def test_each_asking_is_a_row_that_stays_and_two_presses_are_one(visit, asked, organizer, now):
    hosts.ask(visit=visit, by=organizer, at=now + timedelta(seconds=5))
    hosts.ask(visit=visit, by=organizer, at=now + timedelta(hours=1))

    assert [asking.at for asking in visit.askings.all()] == [now, now + timedelta(hours=1)]
    with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
        visit.askings.update(by_mail=True)


def test_the_host_of_a_site_that_was_left_neither_sees_nor_answers_the_new_one(
    visit, asked, organizer, now
):
    item = visit.item
    item.site = SiteFactory()
    item.save()
    with pytest.raises(RuleBroken, match="취소된"):
        hosts.answer(token=asked, confirmed=True, note="", at=now)

    hosts.ask(visit=visit, by=organizer, at=now)

    with pytest.raises(SiteVisit.DoesNotExist):
        hosts.find(asked)


def test_asking_by_mail_needs_an_address(visit, organizer, now):
    with pytest.raises(RuleBroken, match="전화나 공문으로"):
        hosts.ask(visit=visit, by=organizer, at=now, by_mail=True)

    assert not visit.askings.exists()


def test_an_asked_visit_is_cancelled_and_never_deleted(visit, asked, organizer, now):
    item = visit.item
    with pytest.raises(RuleBroken, match="이미 요청한 방문"):
        itinerary.delete_item(program=item.program, uid=item.uid, version=1, by=organizer, at=now)
    facts = ItemFacts(kind="session", title="강의", starts_at=item.starts_at, ends_at=item.ends_at)
    with pytest.raises(RuleBroken, match="이미 요청한 방문"):
        itinerary.edit_item(
            program=item.program, uid=item.uid, version=1, facts=facts, by=organizer, at=now
        )


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
