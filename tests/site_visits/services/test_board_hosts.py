"""What hosts have said, while their visits are moved, deleted and brought back."""

from datetime import timedelta

import pytest

from site_visits.draft import load
from site_visits.models import HostState, ItineraryItem, SiteVisit
from site_visits.services import hosts
from site_visits.services.commands import Delete, Move, Placement
from tests.factories.programs import GroupFactory
from tests.factories.site_visits import SiteFactory, VisitItemFactory

pytestmark = pytest.mark.django_db


def facts(program):
    return {uid: entry.facts for uid, entry in load(program).entries.items()}


def test_a_deleted_visit_comes_back_with_everything_it_had(program, desk, now):
    group = GroupFactory(program=program)
    item = VisitItemFactory(program=program, note="알림", planner_note="메모", bring="신분증")
    item.groups.set([group])
    SiteVisit.objects.filter(item=item).update(
        purpose="견학", headcount=12, dress_rule="정장", host_state=HostState.CONFIRMED, asked_at=now,
        answered_at=now, asked_starts_at=item.starts_at, asked_ends_at=item.ends_at,
    )  # fmt: skip
    before = facts(program)

    desk.run(Delete(((item.uid, 1),)))
    assert facts(program) == {}
    desk.undo()

    found = facts(program)
    assert found == before
    assert found[item.uid].host.state == HostState.CONFIRMED


def test_a_question_whose_link_went_with_the_visit_has_to_be_asked_again(program, desk, now):
    item = VisitItemFactory(program=program)
    SiteVisit.objects.filter(item=item).update(
        host_state=HostState.ASKED, asked_at=now, asked_starts_at=item.starts_at, asked_ends_at=item.ends_at,
    )  # fmt: skip

    desk.run(Delete(((item.uid, 1),)))
    desk.undo()

    assert SiteVisit.objects.get(item__uid=item.uid).host_state == HostState.NOT_ASKED


def test_the_hosts_word_comes_back_with_the_time_it_was_given_for(program, desk, now):
    item = VisitItemFactory(program=program)
    SiteVisit.objects.filter(item=item).update(
        host_state=HostState.CONFIRMED, asked_at=now, answered_at=now, asked_starts_at=item.starts_at,
        asked_ends_at=item.ends_at,
    )  # fmt: skip

    done = desk.move(item)

    assert done.notes
    assert SiteVisit.objects.get(item=item).host_state == HostState.NOT_ASKED
    desk.undo()
    assert SiteVisit.objects.get(item=item).host_state == HostState.CONFIRMED


@pytest.mark.parametrize("state", [HostState.ASKED, HostState.CONFIRMED, HostState.REFUSED])
def test_a_visit_dragged_back_by_hand_keeps_the_word_of_its_host(
    program, desk, now, organizer, state
):
    item = VisitItemFactory(program=program)
    token = hosts.ask(visit=item.visit, by=organizer, at=now, by_mail=False)
    if state != HostState.ASKED:
        hosts.answer(token=token, confirmed=state == HostState.CONFIRMED, note="정문으로", at=now)
    was = SiteVisit.objects.get(item=item)

    desk.move(item)
    assert SiteVisit.objects.get(item=item).host_state == HostState.NOT_ASKED
    desk.run(Move((Placement(item.uid, 2, item.starts_at),)))

    found = SiteVisit.objects.get(item=item)
    assert (found.host_state, found.answered_at) == (state, was.answered_at)


def test_a_visit_back_at_its_time_but_at_another_site_has_to_be_asked(
    program, desk, now, organizer
):
    item = VisitItemFactory(program=program)
    token = hosts.ask(visit=item.visit, by=organizer, at=now)
    hosts.answer(token=token, confirmed=True, note="", at=now)

    desk.move(item)
    ItineraryItem.objects.filter(pk=item.pk).update(site=SiteFactory())
    desk.run(Move((Placement(item.uid, 2, item.starts_at),)))

    assert SiteVisit.objects.get(item=item).host_state == HostState.NOT_ASKED


def test_a_host_asked_anew_meanwhile_is_not_answered_by_undo(program, desk, now):
    item = VisitItemFactory(program=program)
    SiteVisit.objects.filter(item=item).update(
        host_state=HostState.CONFIRMED, asked_at=now, answered_at=now, asked_starts_at=item.starts_at,
        asked_ends_at=item.ends_at,
    )  # fmt: skip
    desk.move(item)
    item.refresh_from_db()
    SiteVisit.objects.filter(item=item).update(
        host_state=HostState.ASKED, asked_at=now + timedelta(hours=1), answered_at=None,
        asked_starts_at=item.starts_at, asked_ends_at=item.ends_at,
    )  # fmt: skip

    desk.undo()

    assert SiteVisit.objects.get(item=item).host_state == HostState.NOT_ASKED
