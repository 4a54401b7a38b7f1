from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from accounts.permissions import Role
from attendance.models import AttendanceLock, Completion, HoursEntry, Mark
from attendance.services import locking, marking
from core.errors import RuleBroken
from participants.models import EnrollmentEvent, EnrollmentStatus
from programs.models import ProgramStatus
from tests.factories.accounts import UserFactory
from tests.factories.attendance import AT, say, trip
from tests.factories.participants import EnrollmentFactory
from tests.factories.programs import ProgramFactory

pytestmark = pytest.mark.django_db
EVENING = AT + timedelta(hours=9)


@pytest.fixture
def office():
    return UserFactory(role=Role.ORGANIZER)


def statuses(t) -> list[str]:
    return list(t.program.enrollments.order_by("pk").values_list("status", flat=True))


def hours() -> list[int]:
    return list(HoursEntry.objects.order_by("pk").values_list("hours", flat=True))


def attended(t):
    """The first person was there all day, the second missed the session, the third was never touched."""
    for item in (t.visit, t.session):
        say(t, t.people[0], item, Mark.PRESENT)
    say(t, t.people[1], t.visit, Mark.PRESENT)
    say(t, t.people[1], t.session, Mark.ABSENT)


def test_the_lock_gives_everybody_an_outcome_and_completed_hours_to_the_ledger(office):
    t = trip(3)
    attended(t)

    lock = locking.lock(program=t.program, by=office, at=EVENING)

    assert lock.publication == t.publication
    assert list(
        Completion.objects.order_by("enrollment").values_list(
            "total_minutes", "attended_minutes", "rate", "completed", "recognized_hours"
        )
    ) == [
        (200, 200, Decimal("100.0"), True, 3),
        (200, 90, Decimal("45.0"), False, 0),
        (200, 0, Decimal("0.0"), False, 0),
    ]
    assert statuses(t) == ["completed", "not_completed", "not_completed"]
    assert [(e.participant, e.hours, e.year) for e in HoursEntry.objects.all()] == [
        (t.people[0].participant, 3, 2026)
    ]


def test_a_second_lock_is_refused(office):
    t = trip(1)
    locking.lock(program=t.program, by=office, at=EVENING)

    with pytest.raises(RuleBroken, match="이미 마감"):
        locking.lock(program=t.program, by=office, at=EVENING)

    assert AttendanceLock.objects.count() == 1


def test_reopening_needs_a_reason_and_a_lock(office):
    t = trip(1)
    with pytest.raises(RuleBroken, match="마감하지 않은"):
        locking.reopen(program=t.program, reason="명단을 잘못 보았음", by=office, at=EVENING)
    locking.lock(program=t.program, by=office, at=EVENING)

    with pytest.raises(RuleBroken) as refusal:
        locking.reopen(program=t.program, reason=" \u200b ", by=office, at=EVENING)

    assert refusal.value.field == "reason"
    assert AttendanceLock.objects.in_force().exists()


def test_a_correction_reverses_the_old_hours_and_writes_new_ones(office):
    t = trip(3)
    attended(t)
    locking.lock(program=t.program, by=office, at=EVENING)
    locking.reopen(program=t.program, reason="조퇴를 빠뜨렸음", by=office, at=EVENING)
    later = EVENING + timedelta(days=1)
    say(t, t.people[0], t.session, Mark.LEFT_EARLY, early=30, at=later, by=office)
    say(t, t.people[1], t.session, Mark.PRESENT, at=later, by=office)

    locking.lock(program=t.program, by=office, at=later)

    assert hours() == [3, -3, 2, 3]
    assert HoursEntry.objects.get(hours=-3).reverses == HoursEntry.objects.first()
    assert statuses(t) == ["completed", "completed", "not_completed"]


def test_closing_again_without_a_change_writes_no_new_lines(office):
    t = trip(2)
    attended(t)
    locking.lock(program=t.program, by=office, at=EVENING)
    events = EnrollmentEvent.objects.count()
    locking.reopen(program=t.program, reason="확인만 하려고", by=office, at=EVENING)

    locking.lock(program=t.program, by=office, at=EVENING + timedelta(hours=1))

    assert hours() == [3]
    assert EnrollmentEvent.objects.count() == events


def test_a_person_who_lost_completion_keeps_a_reversal_only(office):
    t = trip(1)
    attended_items = [say(t, t.people[0], item, Mark.PRESENT) for item in (t.visit, t.session)]
    locking.lock(program=t.program, by=office, at=EVENING)
    locking.reopen(program=t.program, reason="다른 사람이었음", by=office, at=EVENING)
    marking.undo(
        enrollment=attended_items[0].enrollment,
        item=t.session,
        by=office,
        at=EVENING,
        nonce=uuid4(),
    )

    locking.lock(program=t.program, by=office, at=EVENING)

    assert hours() == [3, -3]
    assert statuses(t) == ["not_completed"]


def test_who_left_the_program_gets_no_outcome(office):
    t = trip(1)
    EnrollmentFactory(program=t.program, status=EnrollmentStatus.WITHDRAWN)

    locking.lock(program=t.program, by=office, at=EVENING)

    assert Completion.objects.count() == 1


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: trip(0).program, "교육생이 없습니다"),
        (ProgramFactory, "인정시간이 없습니다"),
        (
            lambda: trip(1, status=ProgramStatus.CANCELLED, status_reason="인원 부족").program,
            "폐강",
        ),
    ],
)
def test_what_cannot_be_locked_says_why(office, make, said):
    with pytest.raises(RuleBroken, match=said):
        locking.lock(program=make(), by=office, at=EVENING)

    assert not AttendanceLock.objects.exists()


def test_a_program_that_has_not_begun_is_not_locked(office):
    t = trip(1)

    with pytest.raises(RuleBroken, match="시작하지 않은"):
        locking.lock(program=t.program, by=office, at=AT - timedelta(days=2))
