"""The organizer's people pages: the directory, one person, a program's people."""

import unicodedata

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AccessLog
from participants.models import EnrollmentStatus
from tests.conftest import signed_in
from tests.factories.accounts import DepartmentFactory, RankFactory, UserFactory
from tests.factories.participants import EnrollmentFactory, ParticipantFactory
from tests.factories.programs import GroupFactory, ProgramFactory

S = EnrollmentStatus
pytestmark = pytest.mark.django_db


@pytest.fixture
def program():
    return ProgramFactory(code="ai-1")


def address(name: str, *args: object) -> str:
    return reverse(f"organize:{name}", args=args)


def text_of(response) -> str:
    return response.content.decode()


# The directory


def test_the_directory_shows_names_and_masks_numbers(as_organizer):
    ParticipantFactory(name="박다온", employee_number="GR-2019-0123", mobile="010-0000-5678")

    page = text_of(as_organizer.get(address("person-list")))

    assert "박다온" in page
    assert "GR-2019-01**" in page
    assert "010-****-5678" in page
    assert "GR-2019-0123" not in page
    assert "010-0000-5678" not in page


def test_the_directory_finds_a_name_typed_in_decomposed_hangul(as_organizer):
    ParticipantFactory(name="박다온")
    ParticipantFactory(name="최아름")

    page = text_of(
        as_organizer.get(address("person-list"), {"q": unicodedata.normalize("NFD", "박다온")})
    )

    assert "박다온" in page
    assert "최아름" not in page


def test_the_directory_filters_by_departments_rank_and_account(as_organizer):
    tourism, finance = DepartmentFactory(name="관광진흥과"), DepartmentFactory(name="재무과")
    seventh = RankFactory(name="행정7급")
    ParticipantFactory(name="가온", department=tourism, rank=seventh, user=UserFactory())
    ParticipantFactory(name="나래", department=finance, rank=seventh)
    ParticipantFactory(name="다솜", department=finance)
    ParticipantFactory(name="라온")

    def found(**query):
        rows = as_organizer.get(address("person-list"), query).context["listing"].rows
        return {row.cells[0].value for row in rows}

    assert found(department=[tourism.pk, finance.pk]) == {"가온", "나래", "다솜"}
    assert found(department=finance.pk, rank=seventh.pk) == {"나래"}
    assert found(account="yes") == {"가온"}
    assert found(sort="-name", account="no") == {"나래", "다솜", "라온"}


@pytest.mark.parametrize(
    "query",
    [
        {"q": "가" * 1000},
        {"department": "99999999999999999999"},
        {"rank": "abc"},
        {"sort": "password", "page": "-7"},
        {"employment_type": "'; DROP TABLE"},
    ],
)
def test_strange_filters_are_no_error(as_organizer, query):
    assert as_organizer.get(address("person-list"), query).status_code == 200


def test_a_nul_in_a_search_is_refused(as_organizer):
    assert as_organizer.get(address("person-list"), {"q": "a\x00b"}).status_code == 400


def test_reading_the_directory_is_logged_with_the_filter(as_organizer, organizer):
    ParticipantFactory.create_batch(2)

    as_organizer.get(address("person-list"), {"account": "no"})

    log = AccessLog.objects.get()
    assert (log.user, log.action, log.query, log.count) == (organizer, "view", "account=no", 2)


def test_the_directory_needs_the_same_queries_for_one_ten_and_a_hundred(as_organizer):
    counts = []
    for more in (1, 9, 90):
        ParticipantFactory.create_batch(more)
        with CaptureQueriesContext(connection) as queries:
            as_organizer.get(address("person-list"))
        counts.append(len(queries))

    assert len(set(counts)) == 1


# One person


def test_a_person_has_facts_and_a_training_history(as_organizer, program):
    person = EnrollmentFactory(
        program=program, participant=ParticipantFactory(name="박다온")
    ).participant

    page = text_of(as_organizer.get(address("person-detail", person.pk)))

    assert program.full_title in page
    assert person.mobile not in page
    assert AccessLog.objects.get().subjects == [person.employee_number]


def test_the_number_is_shown_for_a_reason_that_is_kept(as_organizer):
    person = ParticipantFactory()

    page = text_of(
        as_organizer.post(address("person-unmask", person.pk), {"reason": "출발 당일 연락"})
    )

    log = AccessLog.objects.get()
    assert person.mobile in page
    assert person.employee_number in page
    assert (log.action, log.reason, log.subjects) == (
        "unmask",
        "출발 당일 연락",
        [person.employee_number],
    )


@pytest.mark.parametrize("reason", ["", "   ", "가" * 1000])
def test_without_a_proper_reason_nothing_is_shown(as_organizer, reason):
    person = ParticipantFactory()

    answer = as_organizer.post(address("person-unmask", person.pk), {"reason": reason})

    assert answer.status_code == 422
    assert person.mobile not in text_of(answer)
    assert not AccessLog.objects.exists()


@pytest.mark.parametrize("who", ["leader", "coordinator", "civil_servant", "privacy_officer"])
def test_the_directory_is_for_organizers(request, who, program):
    client = signed_in(request.getfixturevalue(who))
    person = ParticipantFactory()

    for url in (
        address("person-list"),
        address("person-detail", person.pk),
        address("enrollment-list", program.code),
        address("enrollment-add", program.code),
        address("group-list", program.code),
    ):
        assert client.get(url).status_code == 403
    assert client.post(address("person-unmask", person.pk), {"reason": "궁금"}).status_code == 403


# People of a program


def test_the_list_shows_who_is_there_and_hides_who_left(as_organizer, program):
    EnrollmentFactory(program=program, participant=ParticipantFactory(name="가온"))
    EnrollmentFactory(
        program=program, participant=ParticipantFactory(name="나래"), status=S.WITHDRAWN
    )

    here = text_of(as_organizer.get(address("enrollment-list", program.code)))
    gone = text_of(
        as_organizer.get(address("enrollment-list", program.code), {"status": "withdrawn"})
    )

    assert "가온" in here
    assert "나래" not in here
    assert "나래" in gone


def test_the_waiting_place_has_no_gaps(as_organizer, program):
    first, second = [EnrollmentFactory(program=program, status=S.WAITLISTED) for _ in range(2)]
    post(as_organizer, program, "select", first)

    page = text_of(as_organizer.get(address("enrollment-list", program.code)))

    assert "대기 1번" in page
    second.refresh_from_db()
    assert second.waitlist_position == 2


def post(client: Client, program, action: str, *rows, **more):
    data = {"action": action, "selected": [row.pk for row in rows], **more}
    return client.post(address("enrollment-list", program.code), data)


@pytest.mark.parametrize(
    ("before", "action", "after"),
    [
        (S.APPLIED, "select", S.SELECTED),
        (S.SELECTED, "confirm", S.CONFIRMED),
        (S.NOMINATED, "waitlist", S.WAITLISTED),
        (S.APPLIED, "reject", S.REJECTED),
    ],
)
def test_chosen_people_take_a_step_together(as_organizer, program, before, action, after):
    rows = EnrollmentFactory.create_batch(2, program=program, status=before)

    answer = post(as_organizer, program, action, *rows)

    assert answer.status_code == 302
    assert list(program.enrollments.values_list("status", flat=True)) == [after, after]


def test_a_refused_step_keeps_everybody_and_says_why(as_organizer, program):
    ready = EnrollmentFactory(program=program, status=S.SELECTED)
    early = EnrollmentFactory(
        program=program, status=S.APPLIED, participant=ParticipantFactory(name="나래")
    )

    answer = post(as_organizer, program, "confirm", ready, early)

    assert answer.status_code == 422
    assert "나래" in text_of(answer)
    assert "바뀐 것이 없습니다" in text_of(answer)
    ready.refresh_from_db()
    assert ready.status == S.SELECTED


@pytest.mark.parametrize("action", ["confirm", "withdraw", "group", "dance", ""])
def test_a_step_with_nobody_chosen_is_refused(as_organizer, program, action):
    assert post(as_organizer, program, action).status_code == 422


def test_somebody_of_another_program_cannot_be_slipped_in(as_organizer, program):
    stranger = EnrollmentFactory(status=S.SELECTED)

    assert post(as_organizer, program, "confirm", stranger).status_code == 422
    stranger.refresh_from_db()
    assert stranger.status == S.SELECTED


def test_withdrawing_asks_why_and_then_does_it(as_organizer, program):
    row = EnrollmentFactory(program=program)
    asked = post(as_organizer, program, "withdraw", row)
    reasoned = address("enrollment-reasoned", program.code)

    refused = as_organizer.post(
        reasoned, {"action": "withdraw", "selected": row.pk, "reason_code": ""}
    )
    done = as_organizer.post(
        reasoned, {"action": "withdraw", "selected": row.pk, "reason_code": "emergency"}
    )

    assert row.participant.name in text_of(asked)
    assert (refused.status_code, done.status_code) == (422, 302)
    row.refresh_from_db()
    assert row.status == S.WITHDRAWN


def test_selecting_out_of_order_asks_why(as_organizer, program):
    _first, second = [EnrollmentFactory(program=program, status=S.WAITLISTED) for _ in range(2)]

    asked = post(as_organizer, program, "select", second)
    done = as_organizer.post(
        address("enrollment-reasoned", program.code),
        {"action": "select", "selected": second.pk, "reason": "업무 관련성"},
    )

    assert "대기 순서를 바꾸어" in text_of(asked)
    assert done.status_code == 302
    second.refresh_from_db()
    assert (second.status, second.events.get().reason) == (S.SELECTED, "업무 관련성")


def test_people_are_put_in_a_group_and_taken_out(as_organizer, program):
    rows = EnrollmentFactory.create_batch(2, program=program)
    group = GroupFactory(program=program)

    post(as_organizer, program, "group", *rows, group=group.pk)
    assert group.enrollments.count() == 2

    post(as_organizer, program, "group", rows[0], group="")
    assert group.enrollments.count() == 1
    assert post(as_organizer, program, "group", rows[0], group=GroupFactory().pk).status_code == 404


@pytest.mark.parametrize("name", ["enrollment-list", "enrollment-add", "group-list"])
def test_program_pages_need_the_same_queries_for_one_ten_and_a_hundred(as_organizer, program, name):
    program.capacity = 500
    program.save()
    group = GroupFactory(program=program)
    counts = []
    for more in (1, 9, 90):
        EnrollmentFactory.create_batch(more, program=program, group=group)
        ParticipantFactory.create_batch(more)
        with CaptureQueriesContext(connection) as queries:
            as_organizer.get(address(name, program.code))
        counts.append(len(queries))

    assert len(set(counts)) == 1
