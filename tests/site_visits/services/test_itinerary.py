from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from core.errors import RuleBroken, StaleEdit
from site_visits.models import HostState, ItemKind, ItineraryItem, SiteVisit, TravelTime
from site_visits.services import itinerary, publishing
from site_visits.services.itinerary import ItemFacts, Shift
from tests.factories.programs import GroupFactory, ProgramFactory
from tests.factories.site_visits import ItemFactory, SiteFactory, VisitItemFactory, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def program():
    return ProgramFactory()


@pytest.fixture
def who(organizer, now):
    return {"by": organizer, "at": now}


def facts(program, **more):
    start = at(program.starts_on, "10:00")
    return ItemFacts(
        **{
            "kind": ItemKind.SESSION,
            "title": "프롬프트 실습",
            "starts_at": start,
            "ends_at": start + timedelta(minutes=60),
        }
        | more
    )


def confirmed(item, now):
    SiteVisit.objects.filter(item=item).update(
        host_state=HostState.CONFIRMED,
        host_note="정문으로 오세요",
        host_token_digest=b"x" * 32,
        asked_at=now,
        answered_at=now,
        asked_starts_at=item.starts_at,
        asked_ends_at=item.ends_at,
    )
    return item


def test_add_a_visit_makes_its_host_side_too(program, who):
    site, group = SiteFactory(), GroupFactory(program=program)

    item = itinerary.add_item(
        program=program,
        facts=facts(
            program, kind=ItemKind.VISIT, site=site, groups=(group,), purpose="견학", headcount=20
        ),
        **who,
    )

    assert (item.version, item.site, list(item.groups.all())) == (1, site, [group])
    assert (item.visit.purpose, item.visit.headcount) == ("견학", 20)


def test_the_same_form_sent_twice_is_one_item(program, who):
    uid = uuid4()

    one = itinerary.add_item(program=program, facts=facts(program), uid=uid, **who)
    two = itinerary.add_item(
        program=program, facts=facts(program, title="다른 제목"), uid=uid, **who
    )

    assert one == two
    assert program.items.count() == 1
    with pytest.raises(RuleBroken, match="이미 쓴 양식"):
        itinerary.add_item(program=ProgramFactory(), facts=facts(program), uid=uid, **who)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"minutes": 0}, "ends_at"),
        ({"minutes": -30}, "ends_at"),
        ({"minutes": 24 * 60 + 1}, "ends_at"),
        ({"ends_at": None}, "ends_at"),
        ({"starts_at": None}, "starts_at"),
        ({"title": ""}, "title"),
        ({"kind": ItemKind.VISIT}, "site"),
    ],
)
def test_impossible_facts_are_refused_at_their_field(program, who, change, field):
    wanted = facts(program)
    if "minutes" in change:
        change = {"ends_at": wanted.starts_at + timedelta(minutes=change["minutes"])}

    with pytest.raises(RuleBroken) as refusal:
        itinerary.add_item(program=program, facts=replace(wanted, **change), **who)

    assert refusal.value.field == field
    assert not ItineraryItem.objects.exists()


def test_groups_of_another_program_retired_sites_and_hidden_visits_are_refused(program, who, now):
    retired = SiteFactory(retired_on=program.starts_on)
    cases = [
        ({"groups": (GroupFactory(),)}, "groups"),
        ({"site": retired}, "site"),
        ({"kind": ItemKind.TRAVEL, "origin": retired}, "origin"),
        ({"kind": ItemKind.VISIT, "site": SiteFactory(), "planner_only": True}, "planner_only"),
    ]
    for change, field in cases:
        with pytest.raises(RuleBroken) as refusal:
            itinerary.add_item(program=program, facts=facts(program, **change), **who)
        assert refusal.value.field == field
    assert not ItineraryItem.objects.exists()


def test_a_retired_site_stays_where_it_already_is(program, who):
    item = ItemFactory(program=program, site=SiteFactory(retired_on=program.starts_on))

    saved = itinerary.edit_item(
        program=program,
        uid=item.uid,
        version=1,
        facts=facts(program, site=item.site, title="새 제목"),
        **who,
    )

    assert (saved.title, saved.version) == ("새 제목", 2)


def test_a_leg_between_known_sites_knows_its_minutes_and_km(program, who):
    one, two = SiteFactory(), SiteFactory()
    TravelTime.objects.create(origin=one, target=two, minutes=35, km=12)

    leg = itinerary.add_item(
        program=program,
        facts=facts(program, kind=ItemKind.TRAVEL, origin=one, target=two, ends_at=None),
        **who,
    )

    assert (leg.minutes, leg.km) == (35, 12)
    with pytest.raises(RuleBroken) as refusal:
        itinerary.add_item(
            program=program,
            facts=facts(program, kind=ItemKind.TRAVEL, origin=one, target=one),
            **who,
        )
    assert refusal.value.field == "target"


def test_a_stale_edit_changes_nothing_and_shows_the_row_as_it_is(program, who):
    item = ItemFactory(program=program)
    itinerary.edit_item(
        program=program, uid=item.uid, version=1, facts=facts(program, title="먼저"), **who
    )

    with pytest.raises(StaleEdit) as refusal:
        itinerary.edit_item(
            program=program, uid=item.uid, version=1, facts=facts(program, title="나중"), **who
        )

    assert refusal.value.current.title == "먼저"
    item.refresh_from_db()
    assert (item.title, item.version) == ("먼저", 2)


@pytest.mark.parametrize("moved_by", [15, 0])
def test_a_moved_visit_has_to_be_asked_again_and_keeps_note_and_link(program, who, now, moved_by):
    item = confirmed(VisitItemFactory(program=program), now)
    by = timedelta(minutes=moved_by)

    moved = itinerary.move_item(
        program=program,
        uid=item.uid,
        version=1,
        starts_at=item.starts_at + by,
        ends_at=item.ends_at + by,
        **who,
    )

    expected = HostState.NOT_ASKED if moved_by else HostState.CONFIRMED
    assert (moved.visit.host_state, moved.visit.host_note) == (expected, "정문으로 오세요")
    assert bytes(moved.visit.host_token_digest) == b"x" * 32


def test_a_visit_to_another_site_has_to_be_asked_again(program, who, now):
    item = confirmed(VisitItemFactory(program=program), now)
    wanted = facts(
        program,
        kind=ItemKind.VISIT,
        site=SiteFactory(),
        starts_at=item.starts_at,
        ends_at=item.ends_at,
    )

    saved = itinerary.edit_item(program=program, uid=item.uid, version=1, facts=wanted, **who)

    assert saved.visit.host_state == HostState.NOT_ASKED


def test_a_typo_mended_asks_nobody_again(program, who, now):
    item = confirmed(VisitItemFactory(program=program), now)
    wanted = facts(
        program,
        kind=ItemKind.VISIT,
        site=item.site,
        starts_at=item.starts_at,
        ends_at=item.ends_at,
        title="오타",
    )

    saved = itinerary.edit_item(program=program, uid=item.uid, version=1, facts=wanted, **who)

    assert saved.visit.host_state == HostState.CONFIRMED


def test_a_visit_that_becomes_a_session_loses_its_host_side(program, who):
    item = VisitItemFactory(program=program)

    itinerary.edit_item(program=program, uid=item.uid, version=1, facts=facts(program), **who)

    assert not SiteVisit.objects.exists()


def test_items_can_leave_the_plan_for_the_unscheduled_ones(program, who):
    item = ItemFactory(program=program)

    moved = itinerary.move_item(
        program=program, uid=item.uid, version=1, starts_at=None, ends_at=None, **who
    )

    assert moved.minutes is None


def test_a_fix_moves_all_of_its_items_or_none(program, who):
    one, two = ItemFactory(program=program), ItemFactory(program=program)
    stale = [Shift(one.uid, 1, -10, -10), Shift(two.uid, 7, 0, 10)]

    with pytest.raises(StaleEdit):
        itinerary.shift_items(program=program, shifts=stale, **who)
    one.refresh_from_db()
    assert one.version == 1

    itinerary.shift_items(program=program, shifts=[stale[0], Shift(two.uid, 1, 0, 10)], **who)
    before = one.starts_at
    one.refresh_from_db()
    assert one.starts_at == before - timedelta(minutes=10)


def test_cancelled_items_are_not_edited_but_restored(program, who):
    item = ItemFactory(program=program)
    itinerary.cancel_item(program=program, uid=item.uid, version=1, reason="기관 사정", **who)

    with pytest.raises(RuleBroken, match="취소한 일정"):
        itinerary.edit_item(program=program, uid=item.uid, version=2, facts=facts(program), **who)
    with pytest.raises(RuleBroken, match="취소한 일정"):
        itinerary.move_item(
            program=program,
            uid=item.uid,
            version=2,
            starts_at=item.starts_at,
            ends_at=item.ends_at,
            **who,
        )
    back = itinerary.restore_item(program=program, uid=item.uid, version=2, **who)
    back.refresh_from_db()

    assert (back.cancelled_at, back.cancel_reason, back.version) == (None, "", 3)


def test_only_what_nobody_was_told_of_can_be_deleted(program, who, organizer, now):
    item, fresh = ItemFactory(program=program), ItemFactory(program=program)
    fresh.planner_only = True
    fresh.save()
    publishing.publish(program=program, expected_number=0, override_reason="시험", **who)

    with pytest.raises(RuleBroken, match="취소해 주세요"):
        itinerary.delete_item(program=program, uid=item.uid, version=1, **who)
    itinerary.delete_item(program=program, uid=fresh.uid, version=1, **who)

    assert list(program.items.all()) == [item]


def test_an_item_of_another_program_is_not_found(program, who):
    other = ItemFactory()

    with pytest.raises(ItineraryItem.DoesNotExist):
        itinerary.cancel_item(program=program, uid=other.uid, version=1, reason="", **who)


@pytest.mark.parametrize(("status", "reason"), [("cancelled", "폭설"), ("finished", "")])
def test_programs_that_are_over_keep_their_itinerary(who, status, reason):
    program = ProgramFactory(status=status, status_reason=reason)

    with pytest.raises(RuleBroken):
        itinerary.add_item(program=program, facts=facts(program), **who)
