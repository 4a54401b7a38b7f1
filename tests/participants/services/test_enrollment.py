"""Every step of an enrollment: what is allowed, what is refused in which words, what is written down."""

import unicodedata
from datetime import datetime, timedelta
from itertools import product

import pytest
from django.db import IntegrityError, transaction

from core.errors import RuleBroken, SeveralRefusals
from participants.models import Enrollment, EnrollmentEvent, EnrollmentStatus, Participant
from participants.services import enrollment, steps
from programs.models import Program, ProgramStatus
from tests.factories.accounts import DepartmentFactory, RankFactory
from tests.factories.participants import EnrollmentFactory, ParticipantFactory
from tests.factories.programs import GroupFactory, ProgramFactory

S = EnrollmentStatus
pytestmark = pytest.mark.django_db

TABLE = """
               applied nominated selected waitlisted rejected confirmed withdrawn substituted completed not_completed
applied        .       yes       yes      yes        yes      -         yes       -           -         -
nominated      -       .         yes      yes        yes      -         yes       -           -         -
selected       -       -         .        -          -        yes       yes       -           -         -
waitlisted     -       -         yes      .          -        -         yes       -           -         -
rejected       -       -         -        -          .        -         -         -           -         -
confirmed      -       -         -        -          -        .         yes       yes         yes       yes
withdrawn      -       -         -        -          -        -         .         -           -         -
substituted    -       -         -        -          -        -         -         .           -         -
completed      -       -         -        -          -        yes       -         -           .         yes
not_completed  -       -         -        -          -        yes       -         -           yes       .
"""
HEAD, *LINES = [line.split() for line in TABLE.strip().splitlines()]
CELLS = [(now, to, cell) for now, *cells in LINES for to, cell in zip(HEAD, cells, strict=True)]


@pytest.fixture
def open_program(now) -> Program:
    return ProgramFactory(
        status=ProgramStatus.OPEN,
        applications_open_at=now - timedelta(days=1),
        applications_close_at=now + timedelta(days=1),
    )


def events(row: Enrollment) -> list[str]:
    return list(row.events.values_list("status", flat=True))


@pytest.mark.parametrize(("status", "to", "cell"), CELLS)
def test_a_step_is_taken_exactly_where_the_table_says_so(organizer, now, status, to, cell):
    row = EnrollmentFactory(status=status)

    try:
        moved = steps.move(row.program, [row], steps.Step(S(to), organizer, now))
    except SeveralRefusals:
        answer = "-"
    else:
        answer = "yes" if moved else "."
    row.refresh_from_db()

    assert answer == cell
    assert row.status == (to if cell == "yes" else status)
    assert events(row) == ([to] if cell == "yes" else [])


def test_the_table_forgets_no_state():
    assert {(now, to) for now, to, _cell in CELLS} == set(product(S.values, S.values))
    assert set(steps.NEXT) == set(S)


def test_applying_is_open_only_inside_the_window(open_program, civil_servant, now):
    person = ParticipantFactory(user=civil_servant)

    for at in (now - timedelta(days=2), now + timedelta(days=1)):
        with pytest.raises(RuleBroken, match="신청 기간"):
            enrollment.apply(program=open_program, participant=person, by=civil_servant, at=at)
    row = enrollment.apply(program=open_program, participant=person, by=civil_servant, at=now)

    assert (row.status, events(row)) == (S.APPLIED, [S.APPLIED])


def test_applying_twice_is_applying_once(open_program, civil_servant, now):
    person = ParticipantFactory(user=civil_servant)
    first = enrollment.apply(program=open_program, participant=person, by=civil_servant, at=now)

    again = enrollment.apply(program=open_program, participant=person, by=civil_servant, at=now)

    assert again == first
    assert EnrollmentEvent.objects.count() == 1


def test_a_rejected_person_does_not_apply_again(open_program, civil_servant, now):
    person = ParticipantFactory(user=civil_servant)
    EnrollmentFactory(program=open_program, participant=person, status=S.REJECTED)

    with pytest.raises(RuleBroken, match="선발 심사가 끝났습니다"):
        enrollment.apply(program=open_program, participant=person, by=civil_servant, at=now)


def test_a_withdrawn_person_may_apply_again(open_program, civil_servant, now):
    person = ParticipantFactory(user=civil_servant)
    EnrollmentFactory(program=open_program, participant=person, status=S.WITHDRAWN)

    assert enrollment.apply(program=open_program, participant=person, by=civil_servant, at=now).pk


def test_nominating_lifts_an_application(open_program, coordinator, now):
    row = EnrollmentFactory(program=open_program, status=S.APPLIED)

    same = enrollment.nominate(
        program=open_program, participant=row.participant, by=coordinator, at=now
    )

    assert (same, same.status) == (row, S.NOMINATED)


def test_nominating_somebody_with_a_seat_is_refused_by_name(open_program, coordinator, now):
    row = EnrollmentFactory(program=open_program, status=S.SELECTED)

    with pytest.raises(RuleBroken, match=row.participant.name):
        enrollment.nominate(
            program=open_program, participant=row.participant, by=coordinator, at=now
        )


def test_who_left_the_county_is_not_enrolled(organizer, now):
    gone = ParticipantFactory(left_on=now.date(), name="이든솔")

    with pytest.raises(RuleBroken, match="이든솔"):
        enrollment.add_people(program=ProgramFactory(), participants=[gone], by=organizer, at=now)


def test_confirmation_freezes_what_the_order_says(organizer, now):
    person = ParticipantFactory(
        name="김가람", department=DepartmentFactory(name="총무과"), rank=RankFactory(name="행정7급")
    )
    row = EnrollmentFactory(participant=person, status=S.SELECTED)

    enrollment.confirm(enrollments=[row], by=organizer, at=now)
    Participant.objects.update(name="김새론", department=DepartmentFactory(name="재무과"))
    row.refresh_from_db()

    assert (row.name, row.department_name, row.rank_name) == ("김가람", "총무과", "행정7급")


def test_the_waiting_list_keeps_the_order_given(organizer, now):
    program = ProgramFactory()
    rows = [EnrollmentFactory(program=program, status=S.APPLIED) for _ in range(3)]

    enrollment.waitlist(enrollments=[rows[2], rows[0]], by=organizer, at=now)
    enrollment.waitlist(enrollments=[rows[1]], by=organizer, at=now)

    assert list(program.enrollments.waitlisted()) == [rows[2], rows[0], rows[1]]


def test_passing_over_somebody_who_waits_needs_a_reason(organizer, now):
    program = ProgramFactory()
    first, second = [EnrollmentFactory(program=program, status=S.WAITLISTED) for _ in range(2)]

    with pytest.raises(RuleBroken, match="사유") as refused:
        enrollment.select(enrollments=[second], by=organizer, at=now)
    enrollment.select(enrollments=[second], by=organizer, at=now, reason="같은 담당 동시 참석 조정")

    assert refused.value.field == "reason"
    assert second.events.get().reason == "같은 담당 동시 참석 조정"
    assert list(program.enrollments.waitlisted()) == [first]


def test_selecting_in_order_needs_no_reason(organizer, now):
    program = ProgramFactory()
    first, second = [EnrollmentFactory(program=program, status=S.WAITLISTED) for _ in range(2)]

    enrollment.select(enrollments=[first], by=organizer, at=now)
    enrollment.select(enrollments=[second], by=organizer, at=now)

    assert program.enrollments.seated().count() == 2


def test_withdrawing_needs_a_reason_and_other_needs_words(organizer, now):
    row = EnrollmentFactory()

    with pytest.raises(RuleBroken) as no_code:
        enrollment.withdraw(enrollments=[row], reason_code="", by=organizer, at=now)
    with pytest.raises(RuleBroken) as no_words:
        enrollment.withdraw(enrollments=[row], reason_code="other", by=organizer, at=now)
    enrollment.withdraw(enrollments=[row], reason_code="duty", by=organizer, at=now)
    row.refresh_from_db()

    assert (no_code.value.field, no_words.value.field) == ("reason_code", "reason")
    assert (row.status, row.active_until, row.events.get().reason_code) == (
        S.WITHDRAWN,
        None,
        "duty",
    )


def test_leaving_during_the_program_keeps_the_time_until_then(organizer):
    row = EnrollmentFactory()
    during = datetime.fromisoformat("2026-12-03T12:00+09:00")

    enrollment.withdraw(enrollments=[row], reason_code="emergency", by=organizer, at=during)
    row.refresh_from_db()

    assert row.active_until == during


def test_a_person_withdraws_the_own_application_but_not_a_confirmed_place(
    open_program, civil_servant, now
):
    mine = EnrollmentFactory(
        program=open_program, participant=ParticipantFactory(user=civil_servant), status=S.APPLIED
    )
    of_another = EnrollmentFactory(program=open_program, status=S.APPLIED)

    with pytest.raises(RuleBroken, match="본인의 신청만"):
        enrollment.withdraw_own(enrollment=of_another, reason_code="duty", by=civil_servant, at=now)
    enrollment.withdraw_own(enrollment=mine, reason_code="duty", by=civil_servant, at=now)
    Enrollment.objects.filter(pk=mine.pk).update(
        status=S.CONFIRMED, name="가", department_name="나", rank_name="다"
    )
    with pytest.raises(RuleBroken, match="교육 담당자에게 연락"):
        enrollment.withdraw_own(enrollment=mine, reason_code="duty", by=civil_servant, at=now)


def test_a_substitute_takes_seat_and_group_of_a_full_program(organizer, now):
    program = ProgramFactory(capacity=1)
    group = GroupFactory(program=program)
    leaving = EnrollmentFactory(program=program, group=group)
    other = ParticipantFactory(name="한누리")

    came = enrollment.substitute(
        enrollment=leaving, participant=other, reason_code="transfer", by=organizer, at=now
    )
    leaving.refresh_from_db()

    assert (leaving.status, came.status) == (S.SUBSTITUTED, S.CONFIRMED)
    assert (came.substitute_for, came.group, came.name) == (leaving, group, "한누리")
    assert events(leaving) == [S.SUBSTITUTED]
    assert events(came) == [S.CONFIRMED]


def test_somebody_enrolled_already_is_no_substitute(organizer, now):
    leaving = EnrollmentFactory()
    waiting = EnrollmentFactory(program=leaving.program, status=S.WAITLISTED)

    with pytest.raises(RuleBroken) as refused:
        enrollment.substitute(
            enrollment=leaving,
            participant=waiting.participant,
            reason_code="duty",
            by=organizer,
            at=now,
        )

    assert refused.value.field == "participant"


def test_a_substitute_during_the_program_counts_from_then(organizer):
    leaving = EnrollmentFactory()
    during = datetime.fromisoformat("2026-12-04T09:00+09:00")

    came = enrollment.substitute(
        enrollment=leaving,
        participant=ParticipantFactory(),
        reason_code="duty",
        by=organizer,
        at=during,
    )
    leaving.refresh_from_db()

    assert (leaving.active_until, came.active_from) == (during, during)


def test_groups_are_of_the_same_program(organizer, now):
    row = EnrollmentFactory()
    group = GroupFactory(program=row.program)

    enrollment.put_in_group(enrollments=[row], group=group, by=organizer, at=now)
    with pytest.raises(RuleBroken):
        enrollment.put_in_group(enrollments=[row], group=GroupFactory(), by=organizer, at=now)
    row.refresh_from_db()
    assert row.group == group

    enrollment.put_in_group(enrollments=[row], group=None, by=organizer, at=now)
    row.refresh_from_db()
    assert row.group is None


def test_a_bulk_step_is_taken_by_all_or_by_nobody(organizer, now):
    program = ProgramFactory()
    ready = EnrollmentFactory(program=program, status=S.SELECTED)
    waiting = EnrollmentFactory(
        program=program, status=S.WAITLISTED, participant=ParticipantFactory(name="최아름")
    )

    with pytest.raises(SeveralRefusals, match="최아름"):
        enrollment.confirm(enrollments=[ready, waiting], by=organizer, at=now)
    ready.refresh_from_db()

    assert ready.status == S.SELECTED


def test_people_of_two_programs_are_not_moved_together(organizer, now):
    one, other = EnrollmentFactory(status=S.SELECTED), EnrollmentFactory(status=S.SELECTED)

    with pytest.raises(RuleBroken, match="명단에 없는 사람"):
        enrollment.confirm(enrollments=[one, other], by=organizer, at=now)


def test_outcomes_are_recorded_and_can_be_opened_again(organizer, now):
    program = ProgramFactory()
    good, bad = EnrollmentFactory.create_batch(2, program=program)

    enrollment.record_outcomes(
        program=program, outcomes={good.pk: True, bad.pk: False}, by=organizer, at=now
    )
    enrollment.record_outcomes(
        program=program, outcomes={bad.pk: None}, by=organizer, at=now, reason="출석 정정"
    )

    assert [events(good), events(bad)] == [[S.COMPLETED], [S.NOT_COMPLETED, S.CONFIRMED]]


def test_reasons_are_cleaned_and_cut(organizer, now):
    row = EnrollmentFactory()
    typed = unicodedata.normalize("NFD", "비상근무 ") + "가" * 1000

    enrollment.withdraw(enrollments=[row], reason_code="other", reason=typed, by=organizer, at=now)

    kept = row.events.get().reason
    assert (len(kept), kept[:5]) == (300, "비상근무 ")


def test_the_database_itself_refuses_one_too_many():
    program = ProgramFactory(capacity=1)
    EnrollmentFactory(program=program)

    with pytest.raises(IntegrityError, match="no free seat"), transaction.atomic():
        EnrollmentFactory(program=program)


def test_what_only_the_database_saw_is_refused_in_words(organizer, now, monkeypatch):
    program = ProgramFactory(capacity=1)
    EnrollmentFactory(program=program)
    monkeypatch.setattr(steps, "_require_seats", lambda *_args: None)

    with pytest.raises(RuleBroken, match="방금 자리가 모두 찼습니다"):
        enrollment.add_people(
            program=program, participants=[ParticipantFactory()], by=organizer, at=now
        )
