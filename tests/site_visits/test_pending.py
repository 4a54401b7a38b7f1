"""The count for many programs agrees with the review of one, for every fact a publication freezes."""

from datetime import timedelta

import pytest

from programs.models import Program
from site_visits import pending
from site_visits.differences import FROZEN
from site_visits.models import ItemKind, ItineraryItem, Site, SiteVisit
from site_visits.services import publishing
from tests.factories.programs import GroupFactory, ProgramFactory
from tests.factories.site_visits import ItemFactory, SiteFactory, VisitItemFactory


@pytest.fixture
def program(organizer, now):
    """One item of each shape, published: a visit with a site and its rules, a leg, a class for one group."""
    program = ProgramFactory()
    site = SiteFactory(
        dress_rule="운동화", latitude="37.47000", longitude="127.03800", contact_phone="02-000-0000"
    )
    visit = VisitItemFactory(program=program, title="방문", site=site)
    SiteVisit.objects.filter(item=visit).update(id_rule="신분증")
    ItemFactory(
        program=program,
        title="이동",
        kind=ItemKind.TRAVEL,
        origin=SiteFactory(),
        target=SiteFactory(),
        km=12,
    )
    session = ItemFactory(program=program, title="교육")
    session.groups.set([GroupFactory(program=program), GroupFactory(program=program)])
    ItemFactory(program=program, title="대기", starts_at=None, ends_at=None)
    ItemFactory(program=program, title="메모", planner_only=True)
    publishing.publish(
        program=program, by=organizer, at=now, override_reason="확인함", expected_number=0
    )
    return program


def of(**where):
    return ItineraryItem.objects.filter(**where)


def move(program):
    item = of(title="교육").get()
    later = timedelta(minutes=10)
    of(pk=item.pk).update(starts_at=item.starts_at + later, ends_at=item.ends_at + later)


def lose_a_group(program):
    item = of(title="교육").get()
    item.groups.remove(item.groups.first())


def other_site(program):
    of(title="방문").update(site=SiteFactory())


CHANGES = {
    "kind": lambda program: of(title="교육").update(kind=ItemKind.MEAL),
    "title": lambda program: of(title="방문").update(title="새 제목"),
    "title_en": lambda program: of(title="방문").update(title_en="Visit"),
    "starts_at": move,
    "ends_at": move,
    "site_id": other_site,
    "site_name": lambda program: Site.objects.filter(items__title="방문").update(name="새 이름"),
    "site_name_en": lambda program: Site.objects.filter(items__title="방문").update(name_en="New"),
    "site_kind": lambda program: Site.objects.filter(items__title="방문").update(kind="other"),
    "place": lambda program: of(title="교육").update(place="대회의실"),
    "address": lambda program: Site.objects.filter(items__title="방문").update(address="다른 주소"),
    "latitude": lambda program: Site.objects.filter(items__title="방문").update(
        latitude="37.47001"
    ),
    "longitude": lambda program: Site.objects.filter(items__title="방문").update(
        longitude=None, latitude=None
    ),
    "origin_name": lambda program: of(title="이동").update(origin=SiteFactory()),
    "target_name": lambda program: of(title="이동").update(target=None),
    "km": lambda program: of(title="이동").update(km=None),
    "group_ids": lose_a_group,
    "group_names": lambda program: program.groups.filter(pk=program.groups.first().pk).update(
        name="가조"
    ),
    "counts_as_learning": lambda program: of(title="교육").update(counts_as_learning=False),
    "note": lambda program: of(title="교육").update(note="알릴 말"),
    "bring": lambda program: of(title="교육").update(bring="노트북"),
    "dress_rule": lambda program: SiteVisit.objects.update(dress_rule="정장"),
    "id_rule": lambda program: SiteVisit.objects.update(id_rule=""),
    "access_notes": lambda program: Site.objects.filter(items__title="방문").update(
        access_notes="정문"
    ),
    "site_phone": lambda program: Site.objects.filter(items__title="방문").update(contact_phone=""),
    "cancelled": lambda program: of(title="교육").update(cancelled_at="2026-11-23T00:00Z"),
}


def test_every_frozen_fact_is_tried():
    assert set(CHANGES) == set(FROZEN)


def test_a_published_draft_has_no_changes(program):
    assert pending.unpublished([program]) == {}
    assert publishing.pending_changes(program) == []


@pytest.mark.parametrize("fact", CHANGES)
def test_the_count_sees_a_change_of(program, fact):
    CHANGES[fact](program)

    assert len(publishing.pending_changes(program)) == 1
    assert pending.unpublished([program]) == {program.pk: 1}


def test_what_becomes_visible_or_invisible_counts(program):
    of(title="메모").update(planner_only=False)
    of(title="이동").update(starts_at=None, ends_at=None)
    ItemFactory(program=program)

    assert len(publishing.pending_changes(program)) == 3
    assert pending.unpublished([program]) == {program.pk: 3}


def test_a_changed_meeting_point_counts(program):
    Program.objects.update(meeting_point="군민회관")
    program.refresh_from_db()

    assert publishing.review(program).facts_changed
    assert pending.unpublished([program]) == {program.pk: 1}


def test_a_program_without_a_publication_is_left_out(db):
    item = ItemFactory()

    assert pending.unpublished([item.program]) == {}


def test_many_programs_take_as_many_statements_as_one(program, django_assert_num_queries):
    others = [ProgramFactory() for _n in range(10)]

    with django_assert_num_queries(2):
        pending.unpublished([program, *others])
