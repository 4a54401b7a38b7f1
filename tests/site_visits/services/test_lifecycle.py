from datetime import date, timedelta

import pytest

from core.errors import RuleBroken
from participants.models import EnrollmentStatus
from programs.models import ProgramStatus
from site_visits.models import Change, HostState, PublishedItem
from site_visits.services import hosts, lifecycle, publishing
from tests.factories.participants import EnrollmentFactory
from tests.factories.programs import ProgramFactory
from tests.factories.site_visits import ItemFactory, VisitItemFactory


def published_program(organizer, now, **fields):
    program = ProgramFactory(**fields)
    ItemFactory(program=program)
    VisitItemFactory(
        program=program, starts_at=program_time(program, 4), ends_at=program_time(program, 5)
    )
    publishing.publish(
        program=program, by=organizer, at=now, override_reason="확인함", expected_number=0
    )
    return program


def program_time(program, hours):
    return ItemFactory.build(program=program).starts_at + timedelta(hours=hours)


def test_cancelling_tells_every_calendar(organizer, now):
    program = published_program(organizer, now)

    lifecycle.cancel_program(program=program, reason="강사 사정", by=organizer, at=now)

    rows = PublishedItem.objects.current().filter(publication__program=program)
    assert [(row.change, row.cancelled, row.sequence) for row in rows] == [
        (Change.CANCELLED, True, 1)
    ] * 2
    assert not program.items.live().exists()
    assert {item.cancel_reason for item in program.items.all()} == {"강사 사정"}


def test_cancelling_keeps_the_record_of_who_was_enrolled(organizer, now):
    program = published_program(organizer, now)
    EnrollmentFactory(program=program)

    lifecycle.cancel_program(program=program, reason="강사 사정", by=organizer, at=now)

    assert [row.status for row in program.enrollments.all()] == [EnrollmentStatus.CONFIRMED]


def test_cancelling_what_was_never_published_publishes_nothing(organizer, now):
    program = ProgramFactory()
    ItemFactory(program=program)

    lifecycle.cancel_program(program=program, reason="신청 부족", by=organizer, at=now)

    assert not program.publications.exists()


def test_a_refused_cancellation_leaves_everything_as_it_was(organizer, now):
    program = published_program(organizer, now, status=ProgramStatus.FINISHED)

    with pytest.raises(RuleBroken):
        lifecycle.cancel_program(program=program, reason="강사 사정", by=organizer, at=now)

    assert program.items.live().count() == 2
    assert program.publications.count() == 1


def test_postponing_moves_the_draft_and_leaves_what_people_see(organizer, now):
    program = published_program(organizer, now)
    before = {item.uid: (item.starts_at, item.version) for item in program.items.all()}

    lifecycle.postpone_program(
        program=program, starts_on=date(2026, 12, 10), reason="강사 사정", by=organizer, at=now
    )

    week = timedelta(days=7)
    assert {item.uid: (item.starts_at, item.version) for item in program.items.all()} == {
        uid: (starts_at + week, version + 1) for uid, (starts_at, version) in before.items()
    }
    seen = PublishedItem.objects.current().filter(publication__program=program)
    assert {row.uid: row.starts_at for row in seen} == {
        uid: at for uid, (at, _version) in before.items()
    }


def test_a_postponement_sent_twice_moves_once(organizer, now):
    program = ProgramFactory()
    item = ItemFactory(program=program)
    asked = {"starts_on": date(2026, 12, 10), "reason": "강사 사정", "by": organizer, "at": now}

    for _n in range(2):
        lifecycle.postpone_program(program=program, **asked)

    moved = program.items.get()
    assert (moved.starts_at - item.starts_at, moved.version) == (timedelta(days=7), 2)


def test_a_host_is_asked_again_after_a_postponement(organizer, now):
    program = ProgramFactory()
    visit = VisitItemFactory(program=program).visit
    hosts.ask(visit=visit, by=organizer, at=now)

    lifecycle.postpone_program(
        program=program, starts_on=date(2026, 12, 10), reason="강사 사정", by=organizer, at=now
    )

    visit.refresh_from_db()
    assert visit.host_state == HostState.NOT_ASKED


def test_confirming_counts_the_confirmed(organizer, now):
    program = ProgramFactory(status=ProgramStatus.CLOSED, minimum=2)
    EnrollmentFactory(program=program)
    EnrollmentFactory(program=program, status=EnrollmentStatus.WAITLISTED)

    with pytest.raises(RuleBroken):
        lifecycle.confirm_program(program=program, by=organizer, at=now)
    EnrollmentFactory(program=program)

    assert lifecycle.confirm_program(program=program, by=organizer, at=now).status == "confirmed"


def test_the_capacity_cannot_fall_below_the_seats_taken(organizer, now):
    program = ProgramFactory(capacity=3)
    for _n in range(2):
        EnrollmentFactory(program=program, status=EnrollmentStatus.SELECTED)

    with pytest.raises(RuleBroken) as refusal:
        lifecycle.edit_program(
            program=program, fields={"capacity": 1}, version=1, by=organizer, at=now
        )
    saved = lifecycle.edit_program(
        program=program, fields={"capacity": 2}, version=1, by=organizer, at=now
    )

    assert refusal.value.field == "capacity"
    assert saved.capacity == 2
