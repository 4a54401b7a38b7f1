import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from accounts.permissions import Role
from attendance.models import (
    AttendanceLock,
    AttendanceRecord,
    Completion,
    Evidence,
    Mark,
    Presence,
)
from attendance.services import locking, marking
from core.errors import RuleBroken
from participants.models import EnrollmentStatus
from programs.models import ProgramStatus
from tests.factories.accounts import UserFactory
from tests.factories.attendance import AT, say, trip
from tests.factories.participants import EnrollmentFactory
from tests.factories.programs import GroupFactory
from tests.factories.site_visits import publication, published_item

pytestmark = pytest.mark.django_db


def state(item) -> list[tuple[int, str, int]]:
    records = AttendanceRecord.objects.filter(item_uid=item.uid).order_by("enrollment_id")
    return [(record.enrollment_id, record.mark, record.credited_minutes) for record in records]


def rest(t, item=None, **fields):
    return marking.rest_present(
        item=item or t.visit,
        program=t.program,
        **({"by": t.leader, "at": AT, "nonce": uuid4()} | fields),
    )


@pytest.mark.parametrize(
    ("mark", "missed", "credited"),
    [
        (Mark.PRESENT, {}, 90),
        (Mark.LATE, {"late": 5}, 85),
        (Mark.LEFT_EARLY, {"early": 20}, 70),
        (Mark.LATE, {"late": 10, "early": 20}, 60),
        (Mark.ABSENT, {}, 0),
        (Mark.EXCUSED, {}, 0),
    ],
)
def test_a_mark_credits_the_minutes_the_person_was_there(mark, missed, credited):
    t = trip(1)

    say(t, t.people[0], t.visit, mark, **missed)

    assert state(t.visit) == [(t.people[0].pk, mark, credited)]


def test_the_same_nonce_again_gets_the_same_answer_and_no_second_row():
    t = trip(1)
    nonce = uuid4()

    first = say(t, t.people[0], t.visit, Mark.PRESENT, nonce=nonce)
    second = say(t, t.people[0], t.visit, Mark.PRESENT, nonce=nonce, at=AT + timedelta(hours=1))

    assert first == second
    assert Presence.objects.count() == 1


def test_a_replay_is_answered_after_the_lock_too():
    t = trip(1)
    nonce = uuid4()
    first = say(t, t.people[0], t.visit, Mark.PRESENT, nonce=nonce)
    AttendanceLock.objects.create(
        program=t.program, publication=t.publication, locked_at=AT, by=t.leader
    )

    assert say(t, t.people[0], t.visit, Mark.PRESENT, nonce=nonce) == first


def test_two_people_under_one_nonce_are_refused():
    t = trip(2)
    nonce = uuid4()
    say(t, t.people[0], t.visit, Mark.PRESENT, nonce=nonce)

    with pytest.raises(RuleBroken):
        say(t, t.people[1], t.visit, Mark.PRESENT, nonce=nonce)

    assert Presence.objects.count() == 1


def in_threads(*jobs) -> list:
    """Run the jobs at the same moment, each with a connection of its own; answers or refusals in order."""
    answers: list = [None] * len(jobs)
    gate = threading.Barrier(len(jobs))

    def run(place, job):
        gate.wait()
        try:
            answers[place] = job()
        except RuleBroken as refusal:
            answers[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.django_db(transaction=True)
def test_a_tap_replayed_from_many_threads_is_one_row_with_one_answer():
    t = trip(1)
    nonce = uuid4()

    answers = in_threads(*[lambda: say(t, t.people[0], t.visit, Mark.PRESENT, nonce=nonce)] * 8)

    assert {answer.pk for answer in answers} == {Presence.objects.get().pk}
    assert state(t.visit) == [(t.people[0].pk, "P", 90)]


@pytest.mark.django_db(transaction=True)
def test_one_nonce_for_two_people_at_once_marks_only_one_of_them():
    t = trip(2)
    nonce = uuid4()

    answers = in_threads(
        *[lambda p=person: say(t, p, t.visit, Mark.PRESENT, nonce=nonce) for person in t.people]
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["Presence", "RuleBroken"]
    assert Presence.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_rest_said_by_two_leaders_at_once_marks_everybody_once():
    t = trip(10)
    nonce = uuid4()

    answers = in_threads(
        lambda: rest(t, nonce=nonce), lambda: rest(t, nonce=nonce), lambda: rest(t), lambda: rest(t)
    )

    assert not [answer for answer in answers if isinstance(answer, RuleBroken)]
    assert Presence.objects.count() == 10
    assert state(t.visit) == [(person.pk, "P", 90) for person in t.people]


@pytest.mark.django_db(transaction=True)
def test_a_tap_racing_the_lock_is_counted_or_refused_never_lost():
    t = trip(6)
    office = UserFactory(role=Role.ORGANIZER)
    evening = AT + timedelta(hours=9)

    *taps, _lock = in_threads(
        *[lambda p=person: say(t, p, t.visit, Mark.PRESENT) for person in t.people],
        lambda: locking.lock(program=t.program, by=office, at=evening),
    )

    refused = sum(isinstance(answer, RuleBroken) for answer in taps)
    counted = Completion.objects.filter(attended_minutes=90).count()
    assert counted == AttendanceRecord.objects.count() == 6 - refused


def test_a_later_word_wins_and_undo_restores_the_former_state():
    t = trip(1)
    [person] = t.people
    say(t, person, t.visit, Mark.PRESENT)
    say(t, person, t.visit, Mark.LATE, late=5)
    assert state(t.visit) == [(person.pk, "L", 85)]

    marking.undo(enrollment=person, item=t.visit, by=t.leader, at=AT, nonce=uuid4())
    assert state(t.visit) == [(person.pk, "P", 90)]

    marking.undo(enrollment=person, item=t.visit, by=t.leader, at=AT, nonce=uuid4())
    assert state(t.visit) == []
    assert Presence.objects.count() == 4


def test_undo_with_nothing_to_undo_does_nothing():
    t = trip(1)

    answer = marking.undo(enrollment=t.people[0], item=t.visit, by=t.leader, at=AT, nonce=uuid4())

    assert answer is None
    assert not Presence.objects.exists()


def test_undo_replayed_takes_back_only_once():
    t = trip(1)
    say(t, t.people[0], t.visit, Mark.PRESENT)
    say(t, t.people[0], t.visit, Mark.LATE, late=5)
    nonce = uuid4()

    for _ in range(2):
        marking.undo(enrollment=t.people[0], item=t.visit, by=t.leader, at=AT, nonce=nonce)

    assert state(t.visit) == [(t.people[0].pk, "P", 90)]


def test_the_rest_are_present_marks_only_those_untouched():
    t = trip(4)
    say(t, t.people[0], t.visit, Mark.ABSENT)
    say(t, t.people[1], t.visit, Mark.LATE, late=10)

    marked = rest(t)

    assert [row.enrollment_id for row in marked] == [t.people[2].pk, t.people[3].pk]
    assert {row.evidence for row in marked} == {Evidence.REST}
    assert [mark for _pk, mark, _minutes in state(t.visit)] == ["A", "L", "P", "P"]


def test_the_rest_replayed_reports_the_same_rows():
    t = trip(3)
    nonce = uuid4()

    first, second = rest(t, nonce=nonce), rest(t, nonce=nonce)

    assert sorted(row.pk for row in first) == sorted(row.pk for row in second)
    assert Presence.objects.count() == 3


def test_the_rest_of_one_group_leaves_the_others_expected():
    t = trip(3)
    group = GroupFactory(program=t.program)
    type(t.people[0]).objects.filter(pk=t.people[0].pk).update(group=group)

    rest(t, group_id=group.pk)

    assert state(t.visit) == [(t.people[0].pk, "P", 90)]


def test_the_rest_are_undone_as_a_whole_and_keep_what_came_before_and_after():
    t = trip(4)
    say(t, t.people[0], t.visit, Mark.ABSENT)
    rest(t, at=AT + timedelta(minutes=1))
    other = UserFactory(role=Role.ORGANIZER)
    say(t, t.people[1], t.visit, Mark.LATE, late=5, by=other, at=AT + timedelta(minutes=2))

    undone = marking.undo_last(
        item=t.visit, program=t.program, by=t.leader, at=AT + timedelta(minutes=3), nonce=uuid4()
    )

    assert len(undone) == 3
    assert state(t.visit) == [(t.people[0].pk, "A", 0), (t.people[1].pk, "L", 85)]


def test_undo_last_takes_back_ones_own_words_only():
    t = trip(2)
    other = UserFactory(role=Role.ORGANIZER)
    say(t, t.people[0], t.visit, Mark.PRESENT)
    say(t, t.people[1], t.visit, Mark.PRESENT, by=other)

    marking.undo_last(item=t.visit, program=t.program, by=t.leader, at=AT, nonce=uuid4())

    assert state(t.visit) == [(t.people[1].pk, "P", 90)]


def test_a_leader_of_another_program_is_refused():
    t, other = trip(1), trip(1)

    with pytest.raises(RuleBroken, match="운영 인력"):
        say(t, t.people[0], t.visit, Mark.PRESENT, by=other.leader)


def test_an_organizer_may_mark_any_program():
    t = trip(1)

    say(t, t.people[0], t.visit, Mark.PRESENT, by=UserFactory(role=Role.ORGANIZER))

    assert len(state(t.visit)) == 1


def test_a_person_of_another_group_is_refused():
    t = trip(2)
    group = GroupFactory(program=t.program)
    item = published_item(t.publication, clock="15:40", group_ids=[group.pk])
    member = EnrollmentFactory(program=t.program, group=group)

    say(t, member, item, Mark.PRESENT)
    with pytest.raises(RuleBroken, match="명단에 없습니다"):
        say(t, t.people[0], item, Mark.PRESENT)

    assert [pk for pk, *_ in state(item)] == [member.pk]


def test_a_withdrawn_person_is_refused():
    t = trip(1)
    type(t.people[0]).objects.filter(pk=t.people[0].pk).update(status=EnrollmentStatus.WITHDRAWN)

    with pytest.raises(RuleBroken, match="명단에 없습니다"):
        say(t, t.people[0], t.visit, Mark.PRESENT)


def test_a_late_substitute_is_not_expected_before_coming():
    t = trip(0)
    late = EnrollmentFactory(program=t.program, active_from=t.visit.ends_at)

    with pytest.raises(RuleBroken, match="명단에 없습니다"):
        say(t, late, t.visit, Mark.PRESENT)
    say(t, late, t.session, Mark.PRESENT)

    assert [pk for pk, *_ in state(t.session)] == [late.pk]


def test_an_item_that_left_the_publication_is_refused():
    t = trip(1)
    newer = publication(t.program, number=2)
    published_item(newer, uid=t.session.uid, cancelled=True)

    with pytest.raises(RuleBroken, match="공개한 일정이 아닙니다"):
        say(t, t.people[0], t.visit, Mark.PRESENT)
    with pytest.raises(RuleBroken, match="취소한 일정"):
        say(t, t.people[0], t.session, Mark.PRESENT)


def test_minutes_follow_the_publication_in_force():
    t = trip(1)
    newer = publication(t.program, number=2)
    published_item(newer, uid=t.visit.uid, clock="10:30", minutes=60)

    say(t, t.people[0], t.visit, Mark.PRESENT)

    assert state(t.visit) == [(t.people[0].pk, "P", 60)]


def test_a_locked_program_is_refused_with_the_remedy():
    t = trip(1)
    AttendanceLock.objects.create(
        program=t.program, publication=t.publication, locked_at=AT, by=t.leader
    )

    for attempt in (
        lambda: say(t, t.people[0], t.visit, Mark.PRESENT),
        lambda: rest(t),
        lambda: marking.undo(
            enrollment=t.people[0], item=t.visit, by=t.leader, at=AT, nonce=uuid4()
        ),
    ):
        with pytest.raises(RuleBroken, match="다시 열어야"):
            attempt()


def test_a_cancelled_program_is_refused():
    t = trip(1, status=ProgramStatus.CANCELLED, status_reason="인원 부족")

    with pytest.raises(RuleBroken, match="폐강"):
        say(t, t.people[0], t.visit, Mark.PRESENT)


@pytest.mark.parametrize("late", [0, 90, 200])
def test_lateness_outside_the_item_is_refused_at_its_field(late):
    t = trip(1)

    with pytest.raises(RuleBroken) as refusal:
        marking.mark(
            enrollment=t.people[0],
            item=t.visit,
            mark=Mark.LATE,
            by=t.leader,
            at=AT,
            nonce=uuid4(),
            arrived_at=t.visit.starts_at + timedelta(minutes=late),
        )

    assert refusal.value.field == "arrived_at"
    assert not Presence.objects.exists()


def test_late_without_minutes_asks_for_them():
    t = trip(1)

    with pytest.raises(RuleBroken, match="몇 분"):
        say(t, t.people[0], t.visit, Mark.LATE)


def test_presence_is_evidence_and_cannot_be_changed():
    t = trip(1)
    row = say(t, t.people[0], t.visit, Mark.PRESENT)

    with pytest.raises(Exception, match="Cannot update"):
        Presence.objects.filter(pk=row.pk).update(mark="A")
