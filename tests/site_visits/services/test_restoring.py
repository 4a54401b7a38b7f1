"""Bringing a publication back: the draft says again what people were told; nobody is told before it is published."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import RuleBroken, StaleEdit
from programs.models import Program, ProgramStatus
from site_visits.models import (
    BoardCommand,
    HostState,
    ItemKind,
    ItineraryItem,
    PublishedItem,
    SiteVisit,
)
from site_visits.services import board, publishing, restoring
from tests.factories.accounts import UserFactory
from tests.factories.programs import GroupFactory, ProgramFactory
from tests.factories.site_visits import ItemFactory, SiteFactory, VisitItemFactory, at

HOUR = timedelta(hours=1)


def publish(program, by, now):
    number = publishing.review(program).number
    return publishing.publish(
        program=program, by=by, at=now, expected_number=number, override_reason="시험"
    )


def restore(publication, by, now):
    program = publication.program
    read = restoring.preview(program=program, publication=publication, at=now)
    return restoring.restore(
        program=program, publication=publication, by=by, at=now, expected_digest=read.digest
    )


def differs(publication):
    """What the draft says otherwise than the publication."""
    program = Program.objects.get(pk=publication.program_id)
    changes = publishing.between(publication.items.all(), publishing.draft_rows(program))
    return [(change.title, change.change) for change in changes]


@pytest.fixture
def program(db):
    return ProgramFactory(meeting_point="군청 주차장")


@pytest.fixture
def rich(program, organizer, now):
    """A publication of a leg, a visit with its own rule, a lunch of one group."""
    hall, firm = SiteFactory(name="군청"), SiteFactory(name="한빛", dress_rule="편한 옷")
    ItemFactory(
        program=program, kind=ItemKind.TRAVEL, title="가는 길", origin=hall, target=firm, km=285,
        starts_at=at(program.starts_on, "06:00"), counts_as_learning=False,
    )  # fmt: skip
    visit = VisitItemFactory(program=program, title="견학", site=firm)
    SiteVisit.objects.filter(item=visit).update(id_rule="신분증", purpose="사례 견학")
    lunch = ItemFactory(program=program, title="점심", starts_at=at(program.starts_on, "12:30"))
    lunch.groups.add(GroupFactory(program=program, name="1조"))
    return publish(program, organizer, now)


def test_moved_items_go_back_cancelled_ones_return_and_their_facts_with_them(rich, organizer, now):
    program = rich.program
    items = ItineraryItem.objects.filter(program=program)
    items.filter(title="견학").update(
        starts_at=at(program.starts_on, "15:00"), ends_at=at(program.starts_on, "16:00")
    )
    SiteVisit.objects.update(id_rule="")
    items.filter(title="점심").update(cancelled_at=now, cancel_reason="도시락")
    items.get(title="점심").groups.clear()
    items.filter(title="가는 길").update(origin=None, km=None, title="길")

    restore(rich, organizer, now)

    assert differs(rich) == []
    assert SiteVisit.objects.get().purpose == "사례 견학", "what was never published stays"
    assert publishing.review(program).is_empty


def test_what_was_added_since_is_cancelled_if_people_know_it_and_unscheduled_if_not(
    rich, organizer, now
):
    program = rich.program
    told = ItemFactory(program=program, title="알린 것", starts_at=at(program.starts_on, "18:00"))
    publish(program, organizer, now)
    secret = ItemFactory(
        program=program, title="모르는 것", starts_at=at(program.starts_on, "20:00")
    )

    restore(rich, organizer, now)

    told.refresh_from_db()
    secret.refresh_from_db()
    assert (told.is_cancelled, told.cancel_reason) == (True, "1판으로 되돌림")
    assert (secret.is_cancelled, secret.starts_at) == (False, None)
    assert differs(rich) == []


def test_planners_own_and_unscheduled_items_stay(rich, organizer, now):
    program = rich.program
    own = ItemFactory(program=program, planner_only=True)
    waiting = ItemFactory(program=program, starts_at=None, ends_at=None)
    ItineraryItem.objects.filter(title="점심").update(cancelled_at=now, cancel_reason="x")

    restore(rich, organizer, now)

    for item in (own, waiting):
        version = item.version
        item.refresh_from_db()
        assert (item.version, item.is_cancelled) == (version, False)


def test_hosts_are_asked_again_where_time_or_place_changed(rich, organizer, now):
    visit = SiteVisit.objects.select_related("item").get()
    start = at(rich.program.starts_on, "15:00")
    ItineraryItem.objects.filter(pk=visit.item_id).update(starts_at=start, ends_at=start + HOUR)
    SiteVisit.objects.update(
        host_state=HostState.CONFIRMED, asked_at=now, asked_starts_at=start,
        asked_ends_at=start + HOUR, answered_at=now,
    )  # fmt: skip
    read = restoring.preview(program=rich.program, publication=rich, at=now)

    written = restore(rich, organizer, now)

    visit.refresh_from_db()
    assert read.ask_again == {visit.item.uid} == set(written.ask_again)
    assert visit.host_state == HostState.NOT_ASKED


def test_meeting_point_and_what_to_bring_come_back(rich, organizer, now):
    Program.objects.filter(pk=rich.program_id).update(meeting_point="정문", bring="우산")

    restore(rich, organizer, now)

    program = Program.objects.get(pk=rich.program_id)
    assert (program.meeting_point, program.bring) == ("군청 주차장", rich.bring)
    assert publishing.review(program).is_empty


def test_people_see_nothing_of_it_until_it_is_published(rich, organizer, now):
    ItineraryItem.objects.filter(title="견학").update(title="견학 둘")
    publish(rich.program, organizer, now)
    told = list(PublishedItem.objects.order_by("pk").values())

    restore(rich, organizer, now)

    assert list(PublishedItem.objects.order_by("pk").values()) == told
    third = publish(rich.program, organizer, now)
    assert third.number == 3
    assert differs(rich) == []


def test_one_undo_on_the_board_takes_it_back(rich, organizer, now):
    program = rich.program
    ItineraryItem.objects.filter(title="견학").update(title="견학 둘")
    ItemFactory(program=program, title="새 것", starts_at=at(program.starts_on, "18:00"))
    before = differs(rich)
    restore(rich, organizer, now)

    board.undo_step(program=program, by=organizer, at=now)

    assert differs(rich) == before
    assert len(before) == 2


def test_one_undo_takes_meeting_point_and_what_to_bring_back_too_and_redo_restores_them(
    rich, organizer, now
):
    rows = Program.objects.filter(pk=rich.program_id)
    rows.update(meeting_point="정문", bring="우산")
    restore(rich, organizer, now)

    board.undo_step(program=rich.program, by=organizer, at=now)
    assert rows.values_list("meeting_point", "bring").get() == ("정문", "우산")

    board.redo_step(program=rich.program, by=organizer, at=now)
    assert rows.values_list("meeting_point", "bring").get() == ("군청 주차장", rich.bring)


def test_an_undo_does_not_destroy_a_meeting_point_that_somebody_changed_meanwhile(
    rich, organizer, now
):
    ItineraryItem.objects.filter(title="견학").update(title="견학 둘")
    rows = Program.objects.filter(pk=rich.program_id)
    rows.update(meeting_point="정문")
    restore(rich, organizer, now)
    rows.update(meeting_point="후문")

    with pytest.raises(StaleEdit, match="집결지나 준비물"):
        board.undo_step(program=rich.program, by=organizer, at=now)

    assert rows.get().meeting_point == "후문"
    assert ItineraryItem.objects.filter(title="견학").exists()
    board.undo_step(program=rich.program, by=organizer, at=now, skip=True)
    assert not BoardCommand.objects.exists()


def test_a_site_out_of_use_is_named_and_nothing_changes(rich, organizer, now):
    visit = SiteVisit.objects.select_related("item__site").get().item
    old = visit.site
    ItineraryItem.objects.filter(pk=visit.pk).update(site=SiteFactory(name="다른 곳"))
    old.retired_on = now.date()
    old.save()

    with pytest.raises(RuleBroken, match="한빛"):
        restoring.preview(program=rich.program, publication=rich, at=now)


def test_a_group_that_is_gone_is_left_out_and_the_preview_says_for_whom_the_item_then_is(
    rich, organizer, now
):
    rich.program.groups.all().delete()
    ItineraryItem.objects.filter(title="점심").update(title="저녁")
    read = restoring.preview(program=rich.program, publication=rich, at=now)

    restore(rich, organizer, now)

    assert read.ungrouped == ["점심"]
    assert ItineraryItem.objects.get(title="점심").groups.count() == 0


@pytest.mark.parametrize("status", [ProgramStatus.CANCELLED, ProgramStatus.FINISHED])
def test_a_program_that_is_over_is_not_restored(rich, organizer, now, status):
    Program.objects.filter(pk=rich.program_id).update(status=status, status_reason="끝")

    with pytest.raises(RuleBroken, match="고칠 수 없습니다"):
        restoring.restore(
            program=rich.program, publication=rich, by=organizer, at=now, expected_digest="0" * 64
        )


def test_a_draft_changed_after_reading_is_not_overwritten(rich, organizer, now):
    ItineraryItem.objects.filter(title="견학").update(title="견학 둘")
    read = restoring.preview(program=rich.program, publication=rich, at=now)
    ItineraryItem.objects.filter(title="점심").update(title="저녁", version=2)

    with pytest.raises(StaleEdit):
        restoring.restore(
            program=rich.program,
            publication=rich,
            by=organizer,
            at=now,
            expected_digest=read.digest,
        )
    assert ItineraryItem.objects.filter(title="저녁").exists()


def test_what_is_already_so_is_not_restored(rich, organizer, now):
    with pytest.raises(RuleBroken, match="이미 이 판과 같습니다"):
        restore(rich, organizer, now)


EDIT = st.tuples(
    st.integers(0, 5), st.sampled_from(["move", "retitle", "cancel", "unschedule", "hide", "add"])
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(first=st.lists(EDIT, max_size=6), then=st.lists(EDIT, max_size=6))
def test_whatever_was_edited_and_published_restoring_leaves_no_difference(
    db, organizer, now, first, then
):
    program = ProgramFactory()
    for number in range(4):
        start = at(program.starts_on, "06:00") + number * 2 * HOUR
        ItemFactory(program=program, title=f"항목 {number}", starts_at=start, ends_at=start + HOUR)
    edition = publish(program, organizer, now)
    edit_all(program, first, now)
    if not publishing.review(program).is_empty:
        publish(program, organizer, now)
    edit_all(program, then, now)

    if not restoring.preview(program=program, publication=edition, at=now).is_empty:
        restore(edition, organizer, now)

    assert differs(edition) == []


def edit_all(program, edits, now):
    for place, what in edits:
        items = list(ItineraryItem.objects.filter(program=program).order_by("pk"))
        rows = ItineraryItem.objects.filter(pk=items[place % len(items)].pk)
        item = rows.get()
        if what == "move" and item.starts_at:
            rows.update(starts_at=item.starts_at + HOUR, ends_at=item.ends_at + 2 * HOUR)
        elif what == "retitle":
            rows.update(title=f"{item.title}!", version=item.version + 1)
        elif what == "cancel":
            rows.update(cancelled_at=now, cancel_reason="사정")
        elif what == "unschedule":
            rows.update(starts_at=None, ends_at=None)
        elif what == "hide":
            rows.update(planner_only=True)
        elif what == "add":
            ItemFactory(program=program, starts_at=at(program.starts_on, "20:00"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_of_two_who_restore_and_one_who_publishes_each_does_what_was_read_or_nothing(now, attempt):
    organizer = UserFactory()
    program = ProgramFactory()
    ItemFactory(program=program, title="처음")
    edition = publish(program, organizer, now)
    ItineraryItem.objects.update(title="고침", version=2)
    read = restoring.preview(program=program, publication=edition, at=now)
    review = publishing.review(program)

    def back():
        return restoring.restore(
            program=program, publication=edition, by=organizer, at=now, expected_digest=read.digest
        )

    def tell():
        return publishing.publish(
            program=program, by=organizer, at=now, expected_number=1, expected_digest=review.digest
        )

    *restored, told = together(back, back, tell)

    done = [result for result in restored if not isinstance(result, RuleBroken)]
    assert len(done) <= 1
    if isinstance(told, RuleBroken):
        assert len(done) == 1
        assert program.publications.count() == 1
    else:
        assert [item.title for item in told.items.all()] == ["고침"]
        assert not done, "what was told meanwhile makes the preview stale"
    assert ItineraryItem.objects.get().title == ("처음" if done else "고침")


def together(*calls):
    barrier = Barrier(len(calls))

    def run(call):
        try:
            barrier.wait(timeout=10)
            return call()
        except RuleBroken as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
