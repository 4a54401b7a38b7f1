import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from attendance.models import (
    AttendanceLock,
    AttendanceRecord,
    Completion,
    Evidence,
    HoursEntry,
    Mark,
    Presence,
)
from attendance.services import locking, marking
from participants.models import Enrollment
from tests.conftest import signed_in
from tests.factories.attendance import AT, say, trip
from tests.factories.programs import GroupFactory
from tests.factories.site_visits import published_item

pytestmark = pytest.mark.django_db
EVENING = AT + timedelta(hours=9)


@pytest.fixture(autouse=True)
def _that_evening():
    with time_machine.travel(EVENING, tick=False):
        yield


def url(name: str, t, *more) -> str:
    return reverse(f"organize:{name}", args=[t.program.code, *more])


def correct(client, t, person, item, **fields):
    data = {"nonce": uuid4(), "mark": "P", "minutes": "", "reason": "버스 안에서 확인함"} | fields
    return client.post(url("attendance-correct", t, person.pk, item.uid), data)


def text(response) -> str:
    plain = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", plain)


def test_the_matrix_shows_signs_minutes_rate_and_what_the_rule_makes_of_them(as_organizer):
    t = trip(2)
    say(t, t.people[0], t.visit, Mark.LATE, late=5)
    say(t, t.people[0], t.session, Mark.PRESENT)
    say(t, t.people[1], t.visit, Mark.EXCUSED)

    page = text(as_organizer.get(url("program-attendance", t)))

    assert "지각 5분" in page
    assert "195/200" in page
    assert "97.5 %" in page
    assert "0/110" in page
    assert "고령군청 → 서울" not in page  # the bus counts nothing


def test_items_of_another_group_are_empty_cells(as_organizer):
    t = trip(1)
    group = GroupFactory(program=t.program)
    item = published_item(t.publication, clock="16:00", minutes=60, group_ids=[group.pk])

    page = as_organizer.get(url("program-attendance", t)).content.decode()

    assert url("attendance-correct", t, t.people[0].pk, item.uid) not in page
    assert "0/200" in page


def test_failing_and_untouched_people_can_be_shown_alone(as_organizer):
    t = trip(2)
    for item in (t.visit, t.session):
        say(t, t.people[0], item, Mark.PRESENT)

    for shown in ("failing", "untouched"):
        page = text(as_organizer.get(url("program-attendance", t) + f"?show={shown}"))
        assert t.people[1].name in page
        assert f"{t.people[0].name} 부서" not in page


def test_a_program_without_learning_items_says_what_to_do(as_organizer):
    t = trip(0)

    assert "확정한 교육생이 없습니다" in text(as_organizer.get(url("program-attendance", t)))


def test_a_correction_is_kept_with_its_reason(as_organizer, organizer):
    t = trip(1)
    say(t, t.people[0], t.visit, Mark.ABSENT)

    response = correct(as_organizer, t, t.people[0], t.visit, mark="L", minutes="20")

    assert (response.status_code, response.url) == (302, url("program-attendance", t))
    record = AttendanceRecord.objects.get()
    assert (record.mark, record.credited_minutes) == ("L", 70)
    said = Presence.objects.latest("pk")
    assert (said.evidence, said.note, said.by) == (Evidence.OFFICE, "버스 안에서 확인함", organizer)


def test_a_correction_sent_twice_is_one(as_organizer):
    t = trip(1)
    nonce = uuid4()

    for _ in range(2):
        assert correct(as_organizer, t, t.people[0], t.visit, nonce=nonce).status_code == 302

    assert Presence.objects.count() == 1


def test_clearing_makes_a_person_expected_again(as_organizer):
    t = trip(1)
    say(t, t.people[0], t.visit, Mark.PRESENT)
    say(t, t.people[0], t.visit, Mark.LATE, late=5)

    correct(as_organizer, t, t.people[0], t.visit, mark="-")

    assert not AttendanceRecord.objects.exists()
    assert Presence.objects.count() == 4


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"reason": "그냥"}, "정정 사유"),
        ({"mark": "L"}, "몇 분을 빠졌는지"),
        ({"mark": "L", "minutes": "90"}, "안이어야 합니다"),
        ({"mark": "E", "minutes": "-3"}, "빠진 시간"),
        ({"mark": "X"}, "출석 상태"),
    ],
)
def test_a_correction_without_sense_is_refused_at_its_field(as_organizer, fields, said):
    t = trip(1)

    response = correct(as_organizer, t, t.people[0], t.visit, **fields)

    assert response.status_code == 422
    assert said in text(response)
    assert not Presence.objects.exists()


def test_the_lock_page_says_who_completes_and_whom_nobody_looked_at(as_organizer):
    t = trip(3)
    for item in (t.visit, t.session):
        say(t, t.people[0], item, Mark.PRESENT)
        say(t, t.people[1], item, Mark.ABSENT)

    page = text(as_organizer.get(url("attendance-lock", t)))

    assert "3명 가운데 1명이 이수 , 2명이 미이수 로" in page
    assert "있는 사람 1명" in page
    assert t.people[2].name in page
    assert not AttendanceLock.objects.exists()


def test_locking_and_reopening_from_the_desk(as_organizer):
    t = trip(1)
    for item in (t.visit, t.session):
        say(t, t.people[0], item, Mark.PRESENT)

    as_organizer.post(url("attendance-lock", t))
    assert (Completion.objects.count(), HoursEntry.objects.count()) == (1, 1)
    page = as_organizer.get(url("program-attendance", t)).content.decode()
    assert "출석을 마감했습니다" in page
    assert "attendance/" + str(t.people[0].pk) not in page
    assert correct(as_organizer, t, t.people[0], t.visit).status_code == 422

    refused = as_organizer.post(url("attendance-reopen", t), {"reason": ""})
    assert refused.status_code == 422
    as_organizer.post(url("attendance-reopen", t), {"reason": "조퇴를 빠뜨렸습니다"})
    assert not AttendanceLock.objects.in_force().exists()


def test_a_second_lock_is_told_and_changes_nothing(as_organizer, organizer):
    t = trip(1)
    locking.lock(program=t.program, by=organizer, at=EVENING)

    response = as_organizer.post(url("attendance-lock", t), follow=True)

    assert "이미 마감한 과정입니다" in text(response)
    assert AttendanceLock.objects.count() == 1


def test_the_matrix_asks_as_often_for_ninety_people_as_for_one(as_organizer):
    def count(people: int) -> int:
        t = trip(people)
        marking.rest_present(item=t.visit, program=t.program, by=t.leader, at=AT, nonce=uuid4())
        as_organizer.get(url("program-attendance", t))
        with CaptureQueriesContext(connection) as queries:
            as_organizer.get(url("program-attendance", t))
        return len(queries)

    assert count(1) == count(10) == count(90)


def test_leaders_have_no_desk(leader):
    t = trip(1)
    Enrollment.objects.update(name="강바다")

    assert signed_in(t.leader).get(url("program-attendance", t)).status_code == 403
