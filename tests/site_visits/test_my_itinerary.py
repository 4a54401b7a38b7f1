from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from participants.models import EnrollmentStatus
from programs.models import ProgramStatus
from site_visits.models import ItemKind
from site_visits.my_itinerary import changes_of, items_of, memberships, now_of, slot_of
from site_visits.services import reading
from tests.conftest import signed_in
from tests.factories.accounts import UserFactory
from tests.factories.participants import EnrollmentFactory, ParticipantFactory
from tests.factories.programs import GroupFactory, ProgramFactory, ProgramStaffFactory
from tests.factories.site_visits import at, publication, published_item

pytestmark = pytest.mark.django_db

DAY = date(2026, 12, 3)
AFTER_JOINING = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def traveller(civil_servant):
    return ParticipantFactory(user=civil_servant, name=civil_servant.name)


@pytest.fixture
def program():
    return ProgramFactory(starts_on=DAY, ends_on=DAY + timedelta(days=1))


def test_a_confirmed_participant_sees_the_latest_publication(traveller, program):
    EnrollmentFactory(program=program, participant=traveller)
    published_item(publication(program, number=1), title="옛 제목")
    new = published_item(publication(program, number=2), title="새 제목")

    [member] = memberships(traveller.user_id)

    assert items_of([member]) == {program.pk: [new]}


@pytest.mark.parametrize(
    "status", [EnrollmentStatus.APPLIED, EnrollmentStatus.WAITLISTED, EnrollmentStatus.WITHDRAWN]
)
def test_who_does_not_travel_sees_nothing(traveller, program, status):
    EnrollmentFactory(program=program, participant=traveller, status=status)
    published_item(publication(program))

    assert memberships(traveller.user_id) == []


def test_a_group_sees_its_own_slot_and_what_is_for_everybody(traveller, program):
    first, second = GroupFactory(program=program), GroupFactory(program=program)
    EnrollmentFactory(program=program, participant=traveller, group=first)
    issue = publication(program)
    shared = published_item(issue, clock="09:00")
    mine = published_item(issue, clock="10:30", group_ids=[first.pk])
    published_item(issue, clock="13:00", group_ids=[second.pk])

    assert items_of(memberships(traveller.user_id)) == {program.pk: [shared, mine]}


def test_a_leader_sees_the_items_of_every_group(leader, program):
    ProgramStaffFactory(program=program, user=leader)
    issue = publication(program)
    item = published_item(issue, group_ids=[GroupFactory(program=program).pk])

    assert items_of(memberships(leader.pk)) == {program.pk: [item]}


def test_a_substitute_who_joins_on_day_two_is_not_told_of_day_one(traveller, program):
    joins = at(DAY + timedelta(days=1), "07:00")
    EnrollmentFactory(program=program, participant=traveller, active_from=joins)
    issue = publication(program)
    published_item(issue, starts_at=at(DAY, "10:30"))
    second_day = published_item(issue, starts_at=at(DAY + timedelta(days=1), "09:00"))

    assert items_of(memberships(traveller.user_id)) == {program.pk: [second_day]}


def test_a_change_is_shown_until_it_is_acknowledged(traveller, program, now):
    EnrollmentFactory(program=program, participant=traveller)
    old = published_item(publication(program, number=1), clock="13:30")
    second = publication(program, number=2, published_at=AFTER_JOINING)
    published_item(second, uid=old.uid, clock="13:45", change="moved")

    [changed] = changes_of(memberships(traveller.user_id)[0])
    assert (changed.lines[0].old, changed.lines[0].new) == ("13:30~15:00", "12. 3.(목) 13:45~15:15")

    reading.acknowledge(user=traveller.user, publication_ids=[second.pk], at=now)
    assert changes_of(memberships(traveller.user_id)[0]) == []


def test_somebody_who_joined_later_is_not_shown_earlier_changes(traveller, program):
    old = published_item(publication(program, number=1), clock="13:30")
    published_item(publication(program, number=2), uid=old.uid, clock="13:45", change="moved")
    EnrollmentFactory(program=program, participant=traveller)

    assert changes_of(memberships(traveller.user_id)[0]) == []


def test_nobody_acknowledges_for_a_program_that_is_not_theirs(traveller, program, now):
    other = publication(program)

    assert reading.acknowledge(user=traveller.user, publication_ids=[other.pk], at=now) == 0


@pytest.mark.parametrize(
    ("clock", "state", "title"),
    [
        ("05:00", "next", "집결"),
        ("05:45", "now", "집결"),
        ("07:00", "moving", "방문"),
        ("10:00", "now", "방문"),
        ("12:30", "done", None),
    ],
)
def test_now_is_what_a_person_needs_to_read_first(program, clock, state, title):
    issue = publication(program)
    items = [
        published_item(issue, clock="05:40", minutes=20, kind=ItemKind.ASSEMBLY, title="집결"),
        published_item(issue, clock="06:00", minutes=180, kind=ItemKind.TRAVEL, title="이동"),
        published_item(issue, clock="09:30", minutes=90, kind=ItemKind.VISIT, title="방문"),
        published_item(issue, clock="11:30", minutes=60, title="취소된 교육", cancelled=True),
    ]

    found = now_of([slot_of(item) for item in items], at=at(DAY, clock))

    assert (found.state, found.slot.title if found.slot else None) == (state, title)


def test_an_unchanged_itinerary_is_answered_without_a_page(traveller, program, time_machine):
    time_machine.move_to(at(DAY, "09:01"), tick=False)
    EnrollmentFactory(program=program, participant=traveller)
    published_item(publication(program))
    phone = signed_in(traveller.user)
    first = phone.get(reverse("itinerary:index"))

    again = phone.get(reverse("itinerary:index"), headers={"If-None-Match": first["ETag"]})

    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert "no-cache" in first["Cache-Control"]
    assert "private" in first["Cache-Control"]


def test_a_new_publication_is_a_new_page(traveller, program, time_machine):
    time_machine.move_to(at(DAY, "09:01"), tick=False)
    EnrollmentFactory(program=program, participant=traveller)
    published_item(publication(program, number=1))
    phone = signed_in(traveller.user)
    first = phone.get(reverse("itinerary:index"))
    published_item(publication(program, number=2), title="야간 견학")

    again = phone.get(reverse("itinerary:index"), headers={"If-None-Match": first["ETag"]})

    assert again.status_code == 200
    assert "야간 견학" in again.content.decode()


def test_another_language_or_person_never_gets_a_304(traveller, program, time_machine):
    time_machine.move_to(at(DAY, "09:01"), tick=False)
    EnrollmentFactory(program=program, participant=traveller)
    published_item(publication(program))
    phone = signed_in(traveller.user)
    tag = {"If-None-Match": phone.get(reverse("itinerary:index"))["ETag"]}

    assert signed_in(UserFactory()).get(reverse("itinerary:index"), headers=tag).status_code == 200
    phone.cookies["django_language"] = "en"
    assert phone.get(reverse("itinerary:index"), headers=tag).status_code == 200


def test_a_cancelled_program_says_so_on_the_itinerary(traveller):
    program = ProgramFactory(
        starts_on=date(2099, 1, 5),
        ends_on=date(2099, 1, 5),
        status=ProgramStatus.CANCELLED,
        status_reason="강사 사정",
    )
    EnrollmentFactory(program=program, participant=traveller)
    published_item(publication(program), cancelled=True)

    page = signed_in(traveller.user).get(reverse("itinerary:index")).content.decode()

    assert "이 과정은 폐강되었습니다" in page
    assert "강사 사정" in page


@pytest.mark.parametrize("rows", [1, 10, 100])
def test_the_page_costs_the_same_queries_at_any_length(
    traveller, program, rows, django_assert_num_queries
):
    EnrollmentFactory(
        program=ProgramFactory(starts_on=date(2099, 1, 5), ends_on=date(2099, 1, 5)),
        participant=traveller,
    )
    issue = publication(traveller.enrollments.get().program)
    for n in range(rows):
        published_item(
            issue, title=f"교육 {n}", clock=f"{6 + n // 10:02}:{n % 10 * 5:02}", minutes=5
        )
    phone = signed_in(traveller.user)

    # session, person · memberships, publications, items, contacts, roles for the menu
    with django_assert_num_queries(2 + 5):
        phone.get(reverse("itinerary:index"))


def test_whom_to_call_is_looked_up_when_the_page_is_made(traveller, leader):
    program = ProgramFactory(starts_on=date(2099, 1, 5), ends_on=date(2099, 1, 5))
    EnrollmentFactory(program=program, participant=traveller)
    published_item(publication(program))
    ProgramStaffFactory(program=program, user=leader)
    ProgramStaffFactory(program=program, user=UserFactory(name="비공개"), is_contact=False)
    own = ParticipantFactory(user=leader, mobile="010-0000-1111")
    phone = signed_in(traveller.user)
    assert "tel:01000001111" in phone.get(reverse("itinerary:index")).content.decode()

    own.mobile = "010-0000-2222"
    own.save()

    page = phone.get(reverse("itinerary:index")).content.decode()
    assert "tel:01000002222" in page
    assert "비공개" not in page
