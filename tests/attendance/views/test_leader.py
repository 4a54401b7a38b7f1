import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AccessLog
from accounts.permissions import Role
from attendance.models import AttendanceLock, AttendanceRecord, Mark, Presence
from participants.models import Enrollment
from tests.conftest import signed_in
from tests.factories.accounts import UserFactory
from tests.factories.attendance import AT, say, trip
from tests.factories.participants import EnrollmentFactory
from tests.factories.programs import GroupFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_the_day():
    with time_machine.travel(AT, tick=False):
        yield


def url(name: str, t, item=None) -> str:
    return reverse(f"lead:{name}", args=[t.program.code, (item or t.visit).uid])


def tap(client, t, mark: str, person: Enrollment, *, item=None, htmx=True, **fields):
    headers = {"HX-Request": "true"} if htmx else {}
    data = {"nonce": uuid4(), "mark": f"{mark}:{person.pk}"} | fields
    return client.post(url("mark", t, item), data, headers=headers)


def marks(item) -> list[str]:
    return list(
        AttendanceRecord.objects.filter(item_uid=item.uid)
        .order_by("enrollment")
        .values_list("mark", flat=True)
    )


def text(response) -> str:
    plain = re.sub(r"<[^>]+>|\s+", " ", response.content.decode())
    return re.sub(r" +", " ", plain).replace("\xa0", " ")


def test_today_shows_what_happens_now_first():
    t = trip(3)
    say(t, t.people[0], t.visit, Mark.PRESENT)

    page = text(signed_in(t.leader).get(reverse("lead:index")))

    assert "지금 · 현장방문" in page
    assert "3명 가운데 1명 확인" in page


def test_a_leader_without_a_program_is_told_what_will_happen():
    page = text(signed_in(UserFactory(role=Role.LEADER)).get(reverse("lead:index")))

    assert "곧 떠나는 과정이 없습니다" in page


def test_one_tap_marks_a_person_and_swaps_the_roster():
    t = trip(3)

    response = tap(signed_in(t.leader), t, "P", t.people[0])

    assert response.status_code == 200
    assert "1/3명 출석" in text(response)
    assert "<html" not in response.content.decode()
    assert marks(t.visit) == ["P"]


def test_the_swapped_roster_is_the_reloaded_roster():
    t = trip(3)
    client = signed_in(t.leader)

    def bare(response) -> str:
        html = response.content.decode()
        found = re.search(r'<div class="roll-head".*<div class="roll-closing">', html, re.DOTALL)[0]
        return re.sub(r'value="[\w-]{36,}"', "", found)

    swapped = bare(tap(client, t, "L", t.people[1], **{f"minutes-{t.people[1].pk}": "7"}))

    assert swapped == bare(client.get(url("roster", t)))
    assert "지각 7분" in swapped


def test_without_javascript_a_tap_leads_back_to_the_roster():
    t = trip(1)

    response = tap(signed_in(t.leader), t, "P", t.people[0], htmx=False)

    assert (response.status_code, response.url) == (302, url("roster", t))


def test_a_double_tap_is_one_tap():
    t = trip(1)
    client, nonce = signed_in(t.leader), uuid4()

    answers = [tap(client, t, "P", t.people[0], nonce=nonce) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert Presence.objects.count() == 1


def test_tapping_a_tick_again_takes_the_word_back():
    t = trip(1)
    client = signed_in(t.leader)
    tap(client, t, "P", t.people[0])

    response = tap(client, t, "-", t.people[0])

    assert "0/1명 출석" in text(response)
    assert marks(t.visit) == []


def test_the_rest_are_present_says_how_many_and_is_undone_as_a_whole():
    t = trip(5)
    client = signed_in(t.leader)
    tap(client, t, "A", t.people[0])
    with time_machine.travel(AT + timedelta(seconds=5), tick=False):
        rest = client.post(url("rest", t), {"nonce": uuid4()}, headers={"HX-Request": "true"})
    assert "4명을 출석으로 표시했습니다." in text(rest)
    assert marks(t.visit) == ["A", "P", "P", "P", "P"]

    with time_machine.travel(AT + timedelta(seconds=9), tick=False):
        undone = client.post(url("undo", t), {"nonce": uuid4()}, headers={"HX-Request": "true"})

    assert "4명의 표시를 되돌렸습니다." in text(undone)
    assert marks(t.visit) == ["A"]


def test_boarding_offers_no_rest_but_a_last_look_at_who_stays_behind():
    t = trip(2)
    client = signed_in(t.leader)
    tap(client, t, "P", t.people[0], item=t.boarding)

    roster, depart = (text(client.get(url(name, t, t.boarding))) for name in ("roster", "depart"))

    assert "1명으로 출발" in roster
    assert "모두 출석" not in roster
    assert "1명이 아직 타지 않았습니다" in depart
    assert t.people[1].name in depart
    assert t.people[0].name not in depart


def test_the_group_filter_shows_and_closes_one_group_only():
    t = trip(2)
    groups = [GroupFactory(program=t.program) for _ in range(2)]
    for person, group in zip(t.people, groups, strict=True):
        Enrollment.objects.filter(pk=person.pk).update(group=group)
    client = signed_in(t.leader)

    page = text(client.get(f"{url('roster', t)}?group={groups[0].pk}"))
    client.post(f"{url('rest', t)}?group={groups[0].pk}", {"nonce": uuid4()})

    assert t.people[0].name in page
    assert t.people[1].name not in page
    assert marks(t.visit) == ["P"]


@pytest.mark.parametrize(
    "fields",
    [{}, {"mark": "P:1"}, {"nonce": "x", "mark": "P:1"}, {"nonce": str(uuid4()), "mark": "Z:1"}],
)
def test_a_broken_tap_is_refused_with_the_roster(fields):
    t = trip(1)

    response = signed_in(t.leader).post(url("mark", t), fields, headers={"HX-Request": "true"})

    assert response.status_code == 422
    assert "roll-head" in response.content.decode()
    assert not Presence.objects.exists()


def test_lateness_longer_than_the_item_is_refused_in_words():
    t = trip(1)

    response = tap(signed_in(t.leader), t, "L", t.people[0], **{f"minutes-{t.people[0].pk}": "90"})

    assert response.status_code == 422
    assert "결석으로 표시해 주세요" in text(response)


def test_a_locked_roster_shows_no_buttons_and_refuses_a_late_tap():
    t = trip(1)
    AttendanceLock.objects.create(
        program=t.program, publication=t.publication, locked_at=AT, by=t.leader
    )
    client = signed_in(t.leader)

    page, late = client.get(url("roster", t)), tap(client, t, "P", t.people[0])

    assert "출석을 마감한 과정입니다" in text(page)
    assert late.status_code == 422
    assert "다시 열어야" in text(late)


@pytest.mark.parametrize("name", ["roster", "mark", "rest", "undo", "depart"])
def test_the_leader_of_another_program_finds_nothing(name):
    t, other = trip(1), trip(1)
    client = signed_in(other.leader)
    call = client.get if name in ("roster", "depart") else client.post

    assert call(url(name, t)).status_code == 404


def test_a_person_of_another_program_cannot_be_marked_here():
    t, other = trip(1), trip(1)

    assert tap(signed_in(t.leader), t, "P", other.people[0]).status_code == 404


def test_participants_have_no_roster(civil_servant):
    t = trip(1)

    assert signed_in(civil_servant).get(url("roster", t)).status_code == 403


def test_numbers_are_for_the_staff_around_the_days_of_the_program_and_noted_once_a_day():
    t = trip(2)
    client = signed_in(t.leader)

    for _ in range(3):
        assert b"tel:010" in client.get(url("roster", t)).content

    log = AccessLog.objects.get(user=t.leader)
    assert (log.count, log.action) == (2, "view")
    assert sorted(log.subjects) == sorted(p.participant.employee_number for p in t.people)
    with time_machine.travel(AT + timedelta(days=1), tick=False):
        signed_in(t.leader).get(url("roster", t))
    assert AccessLog.objects.filter(user=t.leader).count() == 2


def test_nobody_else_sees_numbers():
    t = trip(1)
    organizer = signed_in(UserFactory(role=Role.ORGANIZER))
    assert b"tel:" not in organizer.get(url("roster", t)).content

    with time_machine.travel(AT + timedelta(days=30), tick=False):
        assert b"tel:" not in signed_in(t.leader).get(url("roster", t)).content

    assert not AccessLog.objects.exists()


def test_the_roster_is_kept_by_the_phone_and_asked_for_each_time():
    t = trip(1)
    client = signed_in(t.leader)
    first = client.get(url("roster", t))
    assert sorted(first["Cache-Control"].split(", ")) == ["no-cache", "private"]

    again = client.get(url("roster", t), headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304

    tap(client, t, "P", t.people[0])
    tap(client, t, "-", t.people[0])
    changed = client.get(url("roster", t), headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200


@pytest.mark.parametrize("page", ["index", "roster", "rest"])
def test_the_phone_asks_the_database_as_often_for_a_hundred_as_for_one(page):
    def count(people: int) -> int:
        t = trip(people)
        client = signed_in(t.leader)
        client.get(reverse("lead:index"))  # the session is warm
        with CaptureQueriesContext(connection) as queries:
            if page == "index":
                client.get(reverse("lead:index"))
            elif page == "roster":
                client.get(url("roster", t))
            else:
                client.post(url("rest", t), {"nonce": uuid4()}, headers={"HX-Request": "true"})
        return len(queries)

    assert count(1) == count(10) == count(100)


def test_a_substitute_is_named_as_one():
    t = trip(1)
    gone = EnrollmentFactory(program=t.program, status="substituted")
    EnrollmentFactory(program=t.program, substitute_for=gone)

    page = text(signed_in(t.leader).get(url("roster", t)))

    assert page.count("대체 참가") == 1
    assert gone.name not in page


def test_times_of_marks_are_seoul_times():
    t = trip(1)
    tap(signed_in(t.leader), t, "P", t.people[0])

    assert "10:35" in text(signed_in(t.leader).get(url("roster", t)))
    assert datetime.fromisoformat("2026-12-03T10:35+09:00") == AT
