"""Steps of the board: undone whatever they were, never over somebody else's work, always as a whole."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.permissions import Role
from core.errors import RuleBroken
from site_visits import told
from site_visits.draft import Snapshot, load
from site_visits.models import BoardCommand, ItemKind, ItineraryItem, SiteVisit
from site_visits.services import (
    board,
    commands,
    editing,
    history,
    itinerary,
    publishing,
)
from site_visits.services.commands import Add, Cancel, Delete, Move, Placement, ShiftDay, Stagger
from site_visits.services.editing import StaleDraft
from tests.factories.accounts import UserFactory
from tests.factories.participants import EnrollmentFactory
from tests.factories.programs import GroupFactory, ProgramFactory
from tests.factories.site_visits import ItemFactory, SiteFactory, VisitItemFactory, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague(db):
    return UserFactory(role=Role.ORGANIZER, name="한누리")


def facts(program):
    return {uid: entry.facts for uid, entry in load(program).entries.items()}


def test_fifty_steps_go_back_to_where_they_began(program, desk):
    item = ItemFactory(program=program)
    before = facts(program)
    for _ in range(55):
        desk.move(item)

    for _ in range(50):
        desk.undo()

    item.refresh_from_db()
    assert item.starts_at == at(program.starts_on, "10:30") + timedelta(minutes=50)
    assert desk.head().redo.count == 50
    for _ in range(5):
        desk.undo()
    assert facts(program) == before


def test_older_steps_are_forgotten_and_fifty_are_kept(program, desk):
    item = ItemFactory(program=program)

    for _ in range(70):
        desk.move(item)

    assert 50 <= BoardCommand.objects.count() <= 60
    assert desk.head().undo.count == BoardCommand.objects.count()


def test_a_new_step_ends_what_could_be_done_again(program, desk):
    item = ItemFactory(program=program)
    desk.move(item)
    desk.undo()

    desk.move(item, 20)

    assert desk.head().redo is None
    with pytest.raises(RuleBroken, match="다시 할 것이 없습니다"):
        desk.redo()


def test_each_organizer_undoes_the_own_steps_only(program, desk, colleague):
    mine, theirs = ItemFactory(program=program), ItemFactory(program=program)
    desk.move(mine)
    desk.move(theirs, by=colleague)

    desk.undo()

    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert mine.starts_at == at(program.starts_on, "10:30")
    assert theirs.starts_at == at(program.starts_on, "10:40")
    with pytest.raises(RuleBroken, match="되돌릴 것이 없습니다"):
        desk.undo()


def test_undo_never_destroys_a_colleagues_change_and_says_whose_it_is(program, desk, colleague):
    item = ItemFactory(program=program, title="실습")
    desk.move(item)
    desk.move(item, 30, by=colleague)
    before = facts(program)

    with pytest.raises(StaleDraft) as stale:
        desk.undo()

    [line] = history.theirs(program, stale.value.outdated)
    assert (line.title, line.who, line.what) == ("실습", "한누리", "10:40~12:10 → 11:10~12:40")
    assert facts(program) == before
    desk.undo(skip=True)
    assert desk.head().undo is None
    assert facts(program) == before


def test_a_change_taken_back_by_the_colleague_is_no_hindrance(program, desk, colleague):
    item = ItemFactory(program=program)
    desk.move(item)
    desk.move(item, 30, by=colleague)
    desk.undo(by=colleague)

    desk.undo()

    item.refresh_from_db()
    assert item.starts_at == at(program.starts_on, "10:30")


def test_what_the_item_form_saved_is_a_step_as_well(program, desk, organizer, colleague, now):
    item = ItemFactory(program=program, title="실습")
    wanted = itinerary.ItemFacts(
        kind=item.kind, title="새 제목", starts_at=item.starts_at, ends_at=item.ends_at
    )
    itinerary.edit_item(
        program=program, uid=item.uid, version=1, facts=wanted, by=organizer, at=now
    )

    desk.undo()

    item.refresh_from_db()
    assert (item.title, item.version) == ("실습", 3)
    desk.redo()
    item.refresh_from_db()
    itinerary.edit_item(
        program=program, uid=item.uid, version=item.version, facts=replace(wanted, title="남의 제목"),
        by=colleague, at=now,
    )  # fmt: skip
    with pytest.raises(StaleDraft) as stale:
        desk.undo()
    assert history.theirs(program, stale.value.outdated)[0].what == "새 제목 → 남의 제목"


def test_an_added_item_that_was_published_meanwhile_is_cancelled_by_undo(
    program, desk, organizer, now
):
    uid = uuid4()
    start = at(program.starts_on, "09:00")
    desk.run(Add(((uid, {"kind": "session", "title": "실습", "starts_at": start}, 60),)))
    publishing.publish(program=program, by=organizer, at=now, expected_number=0)

    desk.undo()

    item = ItineraryItem.objects.get(uid=uid)
    assert item.is_cancelled
    desk.redo()
    item.refresh_from_db()
    assert not item.is_cancelled


def test_a_published_item_is_never_deleted(program, desk, organizer, now):
    item = ItemFactory(program=program)
    publishing.publish(program=program, by=organizer, at=now, expected_number=0)

    with pytest.raises(RuleBroken, match="지울 수 없습니다"):
        desk.run(Delete(((item.uid, 1),)))
    with pytest.raises(RuleBroken, match="사유"):
        desk.run(Cancel(((item.uid, 1),)))

    desk.run(Cancel(((item.uid, 1),), reason="폭설"))
    item.refresh_from_db()
    assert item.is_cancelled


def test_of_several_moves_one_that_is_stale_stops_all(program, desk):
    rows = [ItemFactory(program=program) for _ in range(3)]
    before = facts(program)
    start = at(program.starts_on, "14:00")
    versions = [1, 1, 7]

    with pytest.raises(StaleDraft):
        desk.run(
            Move(tuple(Placement(row.uid, n, start) for row, n in zip(rows, versions, strict=True)))
        )

    assert facts(program) == before
    assert not BoardCommand.objects.exists()


def test_a_deleted_item_is_told_as_the_others_change(program, desk, colleague):
    item = ItemFactory(program=program, title="실습")
    desk.run(Delete(((item.uid, 1),)), by=colleague)

    with pytest.raises(StaleDraft) as stale:
        desk.run(Move((Placement(item.uid, 1, item.starts_at),)))

    [line] = history.theirs(program, stale.value.outdated)
    assert (line.who, line.what) == ("한누리", "지웠습니다")


def test_the_same_new_item_twice_is_there_once(program, desk):
    new = Add(((uuid4(), {"kind": "meal"}, None),))

    desk.run(new)
    desk.run(new)

    assert program.items.count() == 1
    assert BoardCommand.objects.count() == 1


def test_nothing_changed_is_no_step(program, desk):
    item = ItemFactory(program=program)

    done = desk.run(Move((Placement(item.uid, 1, item.starts_at),)))

    assert done.said == "바뀐 것이 없습니다."
    assert not BoardCommand.objects.exists()
    item.refresh_from_db()
    assert item.version == 1


def test_a_preview_writes_nothing(program, organizer, now):
    ItemFactory(program=program)
    before = facts(program)
    command = ShiftDay(at(program.starts_on, "00:00"), timedelta(minutes=30))

    found = board.preview(program=program, command=command, by=organizer, at=now)

    assert [change.after.starts_at for change in found.changes] == [at(program.starts_on, "11:00")]
    assert facts(program) == before
    assert not BoardCommand.objects.exists()


def test_staggered_groups_and_their_undo(program, desk):
    one, two, three = (GroupFactory(program=program) for _ in range(3))
    item = VisitItemFactory(program=program, site=SiteFactory(capacity=15))
    before = facts(program)

    desk.run(Stagger(item.uid, 1, (one.pk, two.pk, three.pk), timedelta(minutes=10)))

    slots = sorted(facts(program).values(), key=lambda row: row.starts_at)
    assert [slot.groups for slot in slots] == [(one.pk,), (two.pk,), (three.pk,)]
    assert SiteVisit.objects.count() == 3
    desk.undo()
    assert facts(program) == before


def test_a_finished_program_is_edited_by_nobody(program, desk):
    item = ItemFactory(program=program)
    type(program).objects.update(status="finished")

    with pytest.raises(RuleBroken, match="끝난 과정"):
        desk.run(Move((Placement(item.uid, 1, item.starts_at + timedelta(minutes=5)),)))


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["move", "out", "cancel", "add", "delete", "edit"]), st.integers(0, 50)
    ),
    min_size=1,
    max_size=12,
)


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_any_row_of_steps_undone_is_the_beginning_and_done_again_the_end(db, steps):
    program, by = ProgramFactory(), UserFactory(role=Role.ORGANIZER)
    ItemFactory(program=program)
    VisitItemFactory(program=program)
    moment = at(program.starts_on, "00:00") - timedelta(days=9)
    before = facts(program)
    for name, number in steps:
        command = made(program, name, number)
        if command is not None:
            board.run(program=program, command=command, by=by, at=moment)
    end, count = facts(program), BoardCommand.objects.filter(user=by).count()

    for _ in range(count):
        board.undo_step(program=program, by=by, at=moment)
    assert facts(program) == before
    for _ in range(count):
        board.redo_step(program=program, by=by, at=moment)
    assert facts(program) == end


def made(program, name, number):
    live = [entry for entry in load(program).entries.values() if entry.facts.is_live]
    start = at(program.starts_on, "08:00") + timedelta(minutes=7 * number)
    if name == "add" or not live:
        return Add(((uuid4(), {"kind": ItemKind.MEAL, "starts_at": start}, 30),))
    entry = live[number % len(live)]
    key = (entry.uid, entry.version)
    return {
        "move": lambda: Move((Placement(*key, start, 45),)),
        "out": lambda: Move((Placement(*key, None),)),
        "cancel": lambda: Cancel((key,)),
        "delete": lambda: Delete((key,)),
        "edit": lambda: commands.Edit(*key, {"title": f"제목 {number}", "planner_note": "메모"}),
    }[name]()


def test_the_board_and_the_page_before_publishing_agree(program, desk, organizer, now):
    group = GroupFactory(program=program)
    rows = [VisitItemFactory(program=program), *(ItemFactory(program=program) for _ in range(5))]
    rows[1].groups.set([group])
    publishing.publish(
        program=program, by=organizer, at=now, expected_number=0, override_reason="시험"
    )
    desk.move(rows[0])
    desk.run(Cancel(((rows[2].uid, 1),), reason="비"))
    desk.run(commands.Edit(rows[3].uid, 1, {"note": "새 알림"}))
    desk.run(Move((Placement(rows[4].uid, 1, None),)))
    ItemFactory(program=program, planner_only=True)
    ItemFactory(program=program)
    type(group).objects.update(name="새 이름")
    head = desk.head()

    found = told.compare(load(program), head.groups, head.told.pk)

    expected = {change.uid: change.change for change in publishing.review(program).changes}
    assert found.changes == expected
    assert len(expected) == 6
    assert found.published == {row.uid for row in rows}


def test_snapshots_survive_their_journey_through_json(program, now):
    item = VisitItemFactory(program=program, km=None)
    item.groups.set([GroupFactory(program=program)])
    EnrollmentFactory(program=program)
    [snapshot] = facts(program).values()

    again = Snapshot.from_json(snapshot.to_json())

    assert (again, again.host) == (snapshot, snapshot.host)


def test_a_step_too_large_is_refused_whole(program, desk, monkeypatch):
    monkeypatch.setattr(editing, "MOST_ITEMS", 3)
    for _ in range(3):
        ItemFactory(program=program)

    with pytest.raises(RuleBroken, match="2,000건까지"):
        desk.run(Add(((uuid4(), {"kind": "meal"}, None),)))

    assert program.items.count() == 3
