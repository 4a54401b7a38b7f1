from datetime import UTC, date, datetime

import pytest

from core.errors import RuleBroken, StaleEdit
from programs.models import Program, ProgramStatus, StaffKind
from programs.services import lifecycle
from tests.factories.programs import ProgramFactory

FIELDS = {
    "code": "ai-2026-9",
    "title": "AI 역량강화 현장학습",
    "round": 1,
    "starts_on": date(2026, 12, 3),
    "ends_on": date(2026, 12, 4),
    "capacity": 40,
    "minimum": 10,
}
WINDOW = {
    "applications_open_at": datetime(2026, 11, 1, tzinfo=UTC),
    "applications_close_at": datetime(2026, 11, 25, tzinfo=UTC),
}
TRIP_DAY = datetime(2026, 12, 3, 1, tzinfo=UTC)
AFTER = datetime(2026, 12, 7, 1, tzinfo=UTC)


def run(step, program, *, by, at):
    """Take a step with whatever it needs besides."""
    extra = {"confirm": {"people": 99}, "cancel": {"reason": "강사 사정"}}.get(step, {})
    return getattr(lifecycle, step)(program=program, by=by, at=at, **extra)


# -- making


def test_a_new_program_is_a_draft_run_by_its_maker(organizer, now):
    program = lifecycle.create(fields=FIELDS, by=organizer, at=now)

    assert program.status == ProgramStatus.DRAFT
    assert [(row.user, row.kind) for row in program.staff.all()] == [
        (organizer, StaffKind.ORGANIZER)
    ]


def test_the_same_form_sent_twice_makes_one_program(organizer, now):
    first = lifecycle.create(fields=FIELDS, by=organizer, at=now)
    second = lifecycle.create(fields=FIELDS, by=organizer, at=now)

    assert second == first
    assert Program.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": "다른 과정"}, "code"),
        ({"code": "ai-2026-10", "capacity": 30}, "round"),
        ({"code": "new"}, "code"),
    ],
)
def test_another_program_may_not_take_the_same_place(organizer, now, changed, field):
    lifecycle.create(fields=FIELDS, by=organizer, at=now)

    with pytest.raises(RuleBroken) as refusal:
        lifecycle.create(fields=FIELDS | changed, by=organizer, at=now)

    assert refusal.value.field == field
    assert Program.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"ends_on": date(2026, 12, 2)}, "ends_on"),
        ({"ends_on": date(2028, 12, 2)}, "ends_on"),
        ({"capacity": 0, "minimum": 0}, "capacity"),
        ({"minimum": 41}, "minimum"),
        ({"completion_percent": 0}, "completion_percent"),
    ],
)
def test_the_database_refuses_what_cannot_be_in_words(organizer, now, changed, field):
    with pytest.raises(RuleBroken) as refusal:
        lifecycle.create(fields=FIELDS | changed, by=organizer, at=now)

    assert str(refusal.value)
    assert refusal.value.field in {field, "minimum"}
    assert not Program.objects.exists()


# -- editing


def test_an_edit_raises_the_version(organizer, now):
    program = ProgramFactory()

    saved = lifecycle.edit(
        program=program, fields={"title": "새 이름"}, version=1, by=organizer, at=now
    )

    assert (saved.title, saved.version) == ("새 이름", 2)


def test_an_edit_of_an_old_state_shows_the_new_one(organizer, now):
    program = ProgramFactory()
    lifecycle.edit(
        program=program, fields={"title": "먼저 고친 이름"}, version=1, by=organizer, at=now
    )

    with pytest.raises(StaleEdit) as stale:
        lifecycle.edit(
            program=program, fields={"title": "나중 이름"}, version=1, by=organizer, at=now
        )

    assert stale.value.current.title == "먼저 고친 이름"
    program.refresh_from_db()
    assert program.title == "먼저 고친 이름"


def test_seats_that_are_taken_cannot_be_edited_away(organizer, now):
    program = ProgramFactory(capacity=40)

    with pytest.raises(RuleBroken) as refusal:
        lifecycle.edit(
            program=program,
            fields={"capacity": 30},
            version=1,
            seats_taken=36,
            by=organizer,
            at=now,
        )

    assert refusal.value.field == "capacity"


@pytest.mark.parametrize("status", [ProgramStatus.FINISHED, ProgramStatus.CANCELLED])
def test_what_is_over_is_not_edited(organizer, now, status):
    program = ProgramFactory(status=status, status_reason="사유")

    with pytest.raises(RuleBroken):
        lifecycle.edit(
            program=program, fields={"title": "새 이름"}, version=1, by=organizer, at=now
        )


def test_an_open_program_keeps_its_application_window(organizer, now):
    program = ProgramFactory(status=ProgramStatus.OPEN, **WINDOW)

    with pytest.raises(RuleBroken) as refusal:
        lifecycle.edit(
            program=program, fields={"applications_open_at": None}, version=1, by=organizer, at=now
        )

    assert refusal.value.field == "applications_open_at"


# -- the steps


def test_the_usual_way_from_draft_to_finished(organizer, now):
    program = ProgramFactory(status=ProgramStatus.DRAFT, **WINDOW)
    way = [("open", now), ("close", now), ("confirm", now), ("start", TRIP_DAY), ("finish", AFTER)]

    states = [run(step, program, by=organizer, at=at).status for step, at in way]

    assert states == ["open", "closed", "confirmed", "running", "finished"]


LEGAL = """
          draft open closed confirmed running finished cancelled
open      yes   -    yes    -         -       -        -
close     -     yes  -      -         -       -        -
confirm   yes   -    yes    -         -       -        -
start     -     -    -      yes       -       -        -
finish    -     -    -      -         yes     -        -
reopen    -     yes  yes    -         -       -        -
resume    -     -    -      -         -       yes      -
cancel    yes   yes  yes    yes       yes     -        -
"""
HEAD, *LINES = [line.split() for line in LEGAL.strip().splitlines()]
CELLS = [
    (step, status, word == "yes")
    for step, *words in LINES
    for status, word in zip(HEAD, words, strict=True)
]


@pytest.mark.parametrize(("step", "status", "legal"), CELLS)
def test_a_step_is_taken_exactly_where_the_table_says(organizer, step, status, legal):
    program = ProgramFactory(
        status=status,
        status_reason="사유" if status == "cancelled" else "",
        applications_open_at=WINDOW["applications_open_at"],
        applications_close_at=datetime(2027, 1, 1, tzinfo=UTC),
    )

    if legal:
        assert run(step, program, by=organizer, at=AFTER).status == lifecycle.STEPS[step].reaches
        return
    with pytest.raises(RuleBroken):
        run(step, program, by=organizer, at=AFTER)
    program.refresh_from_db()
    assert program.status == status


def test_every_step_is_in_the_table():
    assert {step for step, _status, _legal in CELLS} == set(lifecycle.STEPS)
    assert {status for _step, status, _legal in CELLS} == set(ProgramStatus.values)


def test_opening_needs_a_window_that_is_not_over(organizer, now):
    without = ProgramFactory(status=ProgramStatus.DRAFT)
    over = ProgramFactory(status=ProgramStatus.DRAFT, **WINDOW)

    with pytest.raises(RuleBroken) as none:
        lifecycle.open(program=without, by=organizer, at=now)
    with pytest.raises(RuleBroken) as late:
        lifecycle.open(program=over, by=organizer, at=WINDOW["applications_close_at"])

    assert (none.value.field, late.value.field) == ("applications_open_at", "applications_close_at")


def test_too_few_people_are_confirmed_only_with_a_reason(organizer, now):
    program = ProgramFactory(status=ProgramStatus.CLOSED, minimum=10)

    with pytest.raises(RuleBroken) as refusal:
        lifecycle.confirm(program=program, people=9, by=organizer, at=now)
    confirmed = lifecycle.confirm(
        program=program, people=9, reason="필수 교육", by=organizer, at=now
    )

    assert refusal.value.field == "reason"
    assert (confirmed.status, confirmed.status_reason) == ("confirmed", "필수 교육")


def test_a_program_neither_starts_nor_finishes_before_its_day(organizer, now):
    confirmed = ProgramFactory(status=ProgramStatus.CONFIRMED)
    running = ProgramFactory(status=ProgramStatus.RUNNING)

    with pytest.raises(RuleBroken):
        lifecycle.start(program=confirmed, by=organizer, at=now)
    with pytest.raises(RuleBroken):
        lifecycle.finish(program=running, by=organizer, at=TRIP_DAY)


def test_cancelling_states_a_reason(organizer, now):
    program = ProgramFactory()

    with pytest.raises(RuleBroken) as refusal:
        lifecycle.cancel(program=program, reason="", by=organizer, at=now)

    assert refusal.value.field == "reason"


def test_postponing_keeps_the_length(organizer, now):
    program = ProgramFactory()

    moved = lifecycle.postpone(
        program=program, starts_on=date(2026, 12, 10), reason="강사 사정", by=organizer, at=now
    )

    assert (moved.starts_on, moved.ends_on) == (date(2026, 12, 10), date(2026, 12, 11))
    assert moved.status_reason == "강사 사정"


@pytest.mark.parametrize("day", [date(2026, 12, 3), date(2026, 12, 1), date(2026, 11, 1)])
def test_postponing_goes_forward_only(organizer, now, day):
    with pytest.raises(RuleBroken) as refusal:
        lifecycle.postpone(
            program=ProgramFactory(), starts_on=day, reason="사유", by=organizer, at=now
        )

    assert refusal.value.field == "starts_on"


def test_a_running_program_is_not_postponed(organizer, now):
    program = ProgramFactory(status=ProgramStatus.RUNNING)

    with pytest.raises(RuleBroken):
        lifecycle.postpone(
            program=program, starts_on=date(2026, 12, 10), reason="사유", by=organizer, at=now
        )


def test_the_history_names_who_took_the_step(organizer, now):
    program = ProgramFactory(status=ProgramStatus.DRAFT, **WINDOW)

    lifecycle.open(program=program, by=organizer, at=now)

    last = Program.pgh_event_model.objects.filter(pgh_obj=program).order_by("pgh_id").last()
    assert (last.status, last.pgh_context.metadata["user"]) == ("open", organizer.pk)
