from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.errors import RuleBroken, StaleEdit
from site_visits.differences import differences
from site_visits.models import Change, ItemKind, PublishedItem
from site_visits.services import publishing
from tests.factories.participants import EnrollmentFactory
from tests.factories.programs import GroupFactory, ProgramFactory
from tests.factories.site_visits import ItemFactory, SiteFactory, VisitItemFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def program():
    return ProgramFactory()


@pytest.fixture
def publish(organizer, now):
    def run(program, number, **more):
        more.setdefault("override_reason", "시험")
        return publishing.publish(
            program=program, by=organizer, at=now, expected_number=number, **more
        )

    return run


def rows(publication):
    return {row.uid: row for row in publication.items.all()}


def test_first_publication_adds_every_scheduled_item(program, publish):
    item = ItemFactory(program=program)
    ItemFactory(program=program, starts_at=None, ends_at=None)
    ItemFactory(program=program, planner_only=True)
    ItemFactory(program=program, cancelled_at=item.starts_at)

    publication = publish(program, 0)

    [row] = publication.items.all()
    assert publication.number == 1
    assert (publication.meeting_point, publication.bring) == (program.meeting_point, program.bring)
    assert (row.uid, row.change, row.revision, row.sequence) == (item.uid, Change.ADDED, 1, 0)


def test_site_facts_are_frozen_and_the_visit_overrides_the_dress_rule(program, publish):
    site = SiteFactory(
        dress_rule="긴 바지",
        id_rule="신분증",
        contact_phone="02-000-0000",
        latitude="37.47",
        longitude="127.038",
    )
    item = VisitItemFactory(program=program, site=site)
    item.visit.dress_rule = "위생복"
    item.visit.save()

    row = publish(program, 0).items.get()

    assert row.site_name == site.name
    assert (row.dress_rule, row.id_rule, row.site_phone) == ("위생복", "신분증", "02-000-0000")


@pytest.mark.parametrize(
    ("facts", "change", "revision", "sequence"),
    [
        ({"title": "다른 제목"}, Change.CHANGED, 2, 1),
        ({"place": "3층"}, Change.CHANGED, 2, 1),
        ({"note": "간식 있음"}, Change.CHANGED, 1, 1),
        ({"title_en": "Prompting"}, Change.CHANGED, 1, 1),
        ({"counts_as_learning": False}, Change.CHANGED, 1, 0),
        ({"planner_note": "우리끼리"}, None, 1, 0),
    ],
)
def test_what_changed_decides_revision_and_sequence(
    program, publish, facts, change, revision, sequence
):
    item = ItemFactory(program=program)
    other = ItemFactory(program=program)
    publish(program, 0)
    for name, value in facts.items():
        setattr(item, name, value)
    item.save()
    other.title = "바뀐 다른 일정"
    other.save()

    row = rows(publish(program, 1))[item.uid]

    assert (row.change, row.revision, row.sequence) == (
        change or Change.UNCHANGED,
        revision,
        sequence,
    )


def test_a_moved_item_is_moved_even_if_more_changed(program, publish):
    item = ItemFactory(program=program, title="가")
    publish(program, 0)
    item.starts_at += timedelta(minutes=15)
    item.ends_at += timedelta(minutes=15)
    item.title = "나"
    item.save()

    [change] = publishing.pending_changes(program)

    assert change.change == Change.MOVED
    assert change.after.revision == 2
    assert [line.label for line in differences(change.before, change.after)] == ["시간", "제목"]


def test_cancelled_item_stays_as_cancelled_row_and_returns_as_added(program, publish, now):
    item = ItemFactory(program=program)
    publish(program, 0)
    item.cancelled_at = now
    item.save()
    cancelled = publish(program, 1).items.get()
    extra = ItemFactory(program=program)
    still = rows(publish(program, 2))[item.uid]
    item.cancelled_at = None
    item.save()
    back = rows(publish(program, 3))[item.uid]

    assert (cancelled.change, cancelled.cancelled, cancelled.revision, cancelled.sequence) == (
        Change.CANCELLED,
        True,
        1,
        1,
    )
    assert (still.change, still.cancelled, still.sequence) == (Change.UNCHANGED, True, 1)
    assert (back.change, back.cancelled, back.revision, back.sequence) == (
        Change.ADDED,
        False,
        2,
        2,
    )
    assert extra.uid in rows(program.publications.get(number=3))


@pytest.mark.parametrize("facts", [{"starts_at": None, "ends_at": None}, {"planner_only": True}])
def test_item_taken_out_of_the_plan_is_cancelled_for_its_readers(program, publish, facts):
    item = ItemFactory(program=program, kind=ItemKind.SESSION)
    before = publish(program, 0).items.get()
    for name, value in facts.items():
        setattr(item, name, value)
    item.save()

    row = publish(program, 1).items.get()

    assert (row.change, row.cancelled, row.starts_at) == (Change.CANCELLED, True, before.starts_at)


def test_stale_number_is_refused_and_publishes_nothing(program, publish):
    ItemFactory(program=program)
    publish(program, 0)
    ItemFactory(program=program)

    with pytest.raises(StaleEdit):
        publish(program, 0)

    assert program.publications.count() == 1


def test_draft_edited_after_the_review_is_refused(program, publish):
    item = ItemFactory(program=program)
    read = publishing.review(program)
    item.title = "그사이 바뀜"
    item.save()

    with pytest.raises(StaleEdit) as refusal:
        publish(program, 0, expected_digest=read.digest)

    assert refusal.value.current.changes[0].title == "그사이 바뀜"
    assert not program.publications.exists()
    assert publish(program, 0, expected_digest=publishing.review(program).digest).number == 1


def test_nothing_to_publish_is_refused(program, publish):
    with pytest.raises(RuleBroken, match="일정을 먼저"):
        publish(program, 0)
    ItemFactory(program=program)
    publish(program, 0)

    with pytest.raises(RuleBroken, match="변경이 없습니다"):
        publish(program, 1)


def test_changed_meeting_point_alone_can_be_published(program, publish):
    ItemFactory(program=program)
    publish(program, 0)
    program.meeting_point = "문화누리 주차장"
    program.save()

    assert publish(program, 1).items.get().change == Change.UNCHANGED


def test_people_touched_honors_groups(program, publish):
    one, two = GroupFactory(program=program), GroupFactory(program=program)
    for group in (one, one, two, None):
        EnrollmentFactory(program=program, group=group)
    EnrollmentFactory(program=program, group=one, status="withdrawn")
    item, for_all = ItemFactory(program=program), ItemFactory(program=program)
    item.groups.set([one])
    changes = publishing.pending_changes(program)

    touched = publishing.people_touched(program, changes)

    assert touched.each == {item.uid: 2, for_all.uid: 4}
    assert touched.anybody == 4
    assert (
        publishing.people_touched(program, [c for c in changes if c.uid == item.uid]).anybody == 2
    )


def test_review_costs_the_same_at_any_size(program, publish):
    counts = []
    for size in (1, 10, 100):
        for _ in range(size):
            ItemFactory(program=program)
        publish(program, program.publications.count())
        with CaptureQueriesContext(
            connection,
        ) as queries:
            publishing.review(program)
        counts.append(len(queries))

    assert counts == [4, 4, 4]
    assert PublishedItem.objects.count() == 1 + 11 + 111
