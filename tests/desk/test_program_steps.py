import unicodedata
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from participants.models import EnrollmentStatus
from programs.models import ProgramStaff, ProgramStatus, StaffKind
from tests.factories.accounts import UserFactory
from tests.factories.participants import EnrollmentFactory, ParticipantFactory
from tests.factories.programs import ProgramFactory, ProgramStaffFactory
from tests.factories.site_visits import ItemFactory, publication

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
WINDOW = {"applications_open_at": NOW, "applications_close_at": datetime(2026, 12, 1, tzinfo=UTC)}
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(NOW, tick=False):
        yield


def step_url(program, step):
    return reverse("organize:program-step", args=[program.code, step])


@pytest.mark.parametrize("status", ProgramStatus.values)
def test_the_overview_opens_in_every_state_with_one_primary_button_at_most(as_organizer, status):
    program = ProgramFactory(
        status=status, status_reason="강사 사정" if status == "cancelled" else "", **WINDOW
    )

    text = as_organizer.get(
        reverse("organize:program-detail", args=[program.code])
    ).content.decode()

    # The trip is ten days away: it can neither start nor finish, and nothing follows an end.
    assert text.count("btn-primary") == (1 if status in {"draft", "open", "closed"} else 0)
    assert ("강사 사정" in text) is (status == "cancelled")


def test_on_its_day_a_program_offers_to_start(as_organizer):
    program = ProgramFactory(starts_on=date(2026, 11, 23), ends_on=date(2026, 11, 24))

    text = as_organizer.get(
        reverse("organize:program-detail", args=[program.code])
    ).content.decode()

    assert step_url(program, "start") in text
    assert text.count("btn-primary") == 1


def test_one_tap_opens_for_application(as_organizer):
    program = ProgramFactory(status=ProgramStatus.DRAFT, **WINDOW)

    first = as_organizer.post(step_url(program, "open"))
    again = as_organizer.post(step_url(program, "open"))

    program.refresh_from_db()
    assert (first.status_code, again.status_code) == (302, 302)
    assert (program.status, program.version) == (ProgramStatus.OPEN, 2)


def test_an_illegal_step_says_why_and_changes_nothing(as_organizer):
    program = ProgramFactory(status=ProgramStatus.DRAFT)

    answer = as_organizer.post(step_url(program, "finish"))

    program.refresh_from_db()
    assert answer.status_code == 422
    assert "지금 상태(준비)에서는" in answer.content.decode()
    assert program.status == ProgramStatus.DRAFT


def test_the_page_before_cancelling_counts_who_will_be_told(as_organizer):
    program = ProgramFactory()
    publication(program)
    EnrollmentFactory.create_batch(3, program=program)
    EnrollmentFactory(program=program, status=EnrollmentStatus.WITHDRAWN)

    text = as_organizer.get(step_url(program, "cancel")).content.decode()

    assert "교육생 3명에게 알림이 갑니다" in text
    assert "달력에서 취소로 바뀝니다" in text


def test_cancelling_asks_for_a_reason(as_organizer):
    program = ProgramFactory()

    refused = as_organizer.post(step_url(program, "cancel"), {"reason": " "})
    done = as_organizer.post(step_url(program, "cancel"), {"reason": "강사 사정"})

    program.refresh_from_db()
    assert refused.status_code == 422
    assert "사유를 적어 주세요" in refused.content.decode()
    assert done.status_code == 302
    assert (program.status, program.status_reason) == ("cancelled", "강사 사정")


def test_postponing_moves_the_items(as_organizer):
    program = ProgramFactory()
    item = ItemFactory(program=program)

    refused = as_organizer.post(
        step_url(program, "postpone"), {"starts_on": "2026-12-01", "reason": "사유"}
    )
    done = as_organizer.post(
        step_url(program, "postpone"), {"starts_on": "2026-12-10", "reason": "강사 사정"}
    )

    before = item.starts_at
    item.refresh_from_db()
    program.refresh_from_db()
    assert (refused.status_code, done.status_code) == (422, 302)
    assert program.starts_on == date(2026, 12, 10)
    assert (item.starts_at - before).days == 7


def test_confirming_too_few_asks_for_a_reason(as_organizer):
    program = ProgramFactory(status=ProgramStatus.CLOSED, minimum=5)

    refused = as_organizer.post(step_url(program, "confirm"))
    done = as_organizer.post(step_url(program, "confirm"), {"reason": "필수 교육"})

    assert "reason" in refused.context["form"].errors
    assert done.status_code == 302


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_unknown_step_or_program_is_not_found(as_organizer, method):
    program = ProgramFactory()

    for url in (
        step_url(program, "explode"),
        reverse("organize:program-step", args=["nothing", "open"]),
    ):
        assert getattr(as_organizer, method)(url).status_code == 404


# -- staff


def staff_url(program):
    return reverse("organize:program-staff", args=[program.code])


def test_somebody_is_found_and_put_in_charge(as_organizer):
    program = ProgramFactory()
    person = UserFactory(name="남궁라온하제")
    ParticipantFactory(user=person, name=person.name)

    found = as_organizer.get(staff_url(program), {"q": unicodedata.normalize("NFD", "남궁")})
    answer = as_organizer.post(staff_url(program), {"user": person.pk, "kind": "leader"})

    assert list(found.context["found"]) == [person]
    assert answer.status_code == 302
    assert program.staff.get().user == person


@pytest.mark.parametrize(
    "typed", [{}, {"user": "0", "kind": "leader"}, {"user": "x'", "kind": "leader"}]
)
def test_nobody_cannot_be_put_in_charge(as_organizer, typed):
    program = ProgramFactory()

    answer = as_organizer.post(staff_url(program), typed)

    assert answer.status_code == 422
    assert not program.staff.exists()


def test_somebody_is_taken_off_once(as_organizer):
    member = ProgramStaffFactory(kind=StaffKind.LEADER)
    url = reverse("organize:program-staff-remove", args=[member.program.code, member.pk])

    first, again = as_organizer.post(url), as_organizer.post(url)

    assert (first.status_code, again.status_code) == (302, 302)
    assert not ProgramStaff.objects.exists()
