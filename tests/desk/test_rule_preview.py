"""The words of a rule before anybody gets them: to a real reader, and as a test to oneself."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessAction, AccessLog
from core.masking import mask_name
from participants.models import Participant
from reminders.models import (
    Audience,
    Channel,
    Message,
    MessageKind,
    MessageState,
)
from reminders.services import delivery, links, preview
from tests.factories.programs import ProgramStaffFactory
from tests.factories.reminders import host_of, program_starting
from tests.factories.reminders import rule as make_rule

pytestmark = pytest.mark.django_db


@pytest.fixture
def trip():
    """A program that begins in three days."""
    return program_starting(timezone.now().replace(microsecond=0) + timedelta(days=3), people=2)


def url(name, rule=None, program=None):
    room = "program-rule" if program else "default-rule"
    args = [*([program.code] if program else []), *([rule.pk] if rule else [])]
    return reverse(f"organize:{room}-{name}", args=args)


def test_the_preview_shows_the_text_to_a_real_person_whose_name_is_hidden(as_organizer, trip):
    rule = make_rule(trip, body="{성명} 님, {시각} {일정}")
    person = trip.enrollments.order_by("pk").last().participant

    answer = as_organizer.get(url("preview", rule, trip), {"reader": f"p{person.pk}"})

    shown = answer.content.decode()
    assert person.name not in shown
    assert f"{mask_name(person.name)} 님" in shown
    assert "집결" in shown
    assert not AccessLog.objects.filter(action=AccessAction.UNMASK).exists()


def test_the_name_is_shown_for_a_reason_and_the_access_is_logged(as_organizer, trip):
    rule = make_rule(trip, body="{성명} 님")
    person = trip.enrollments.first().participant
    address, reader = url("preview", rule, trip), f"p{person.pk}"

    refused = as_organizer.post(address, {"reader": reader, "reason": ""})
    answer = as_organizer.post(address, {"reader": reader, "reason": "문구 확인"})

    logged = AccessLog.objects.get(action=AccessAction.UNMASK)
    assert refused.status_code == 422
    assert person.name not in refused.content.decode()
    assert f"{person.name} 님" in answer.content.decode()
    assert (logged.subjects, logged.reason) == ([person.employee_number], "문구 확인")


def test_the_preview_says_how_many_messages_go_out_and_when(as_organizer, trip):
    rule = make_rule(trip)

    facts = as_organizer.get(url("preview", rule, trip)).context["outlook"]

    assert facts[0][1] == "2건"
    assert facts[1][1] == "2건"


@pytest.mark.parametrize("reader", ["", "p{}"])
def test_the_link_in_a_preview_and_in_a_test_opens_and_says_what_it_is(
    as_organizer, trip, client, reader
):
    rule = make_rule(trip, body="{일정}\n{확인}", sms="{시각} {확인}")
    person = trip.enrollments.first().participant_id

    shown = as_organizer.get(url("preview", rule, trip)).content.decode()
    as_organizer.post(url("test", rule, trip), {"reader": reader.format(person)})

    assert shown.count(links.trial_url()) == 2
    assert links.trial_url() in Message.objects.get(kind=MessageKind.TEST).body
    assert "시험용 주소입니다" in client.get(links.trial_url()).content.decode()


def test_the_preview_says_how_many_readers_its_list_leaves_out_and_any_of_them_can_be_found(
    as_organizer, monkeypatch
):
    monkeypatch.setattr(preview, "SHOWN_AT_MOST", 3)
    trip = program_starting(timezone.now() + timedelta(days=3), people=5)
    rule = make_rule(trip, body="{성명} 님")
    people = [one.participant for one in trip.enrollments.select_related("participant")]
    shown = as_organizer.get(url("preview", rule, trip))
    listed = {one.key for one in shown.context["people"].shown}
    left_out = next(one for one in people if f"p{one.pk}" not in listed)

    found = as_organizer.get(
        url("preview", rule, trip), {"q": f"{left_out.name} {left_out.department.name}"}
    )
    kept = as_organizer.get(url("preview", rule, trip), {"reader": f"p{left_out.pk}"})

    assert "5명 중 3명만 보입니다" in shown.content.decode()
    assert f"p{left_out.pk}" in [one.key for one in found.context["people"].shown]
    assert kept.context["reader"].key == f"p{left_out.pk}"
    assert f'<option value="p{left_out.pk}" selected>' in kept.content.decode()
    assert left_out.name not in kept.content.decode()


def test_a_search_narrows_the_readers_and_says_when_nobody_fits(as_organizer, trip):
    rule = make_rule(trip)
    first, last = (one.participant for one in trip.enrollments.order_by("pk"))
    Participant.objects.filter(pk=last.pk).update(name="남궁라온")

    one = as_organizer.get(url("preview", rule, trip), {"q": "라온"})
    chosen = as_organizer.get(url("preview", rule, trip), {"q": "라온", "reader": f"p{first.pk}"})
    none = as_organizer.get(url("preview", rule, trip), {"q": "없는사람", "reader": f"p{first.pk}"})

    assert [found.key for found in one.context["people"].shown] == [f"p{last.pk}"]
    assert "2명 중 1명을 찾았습니다" in one.content.decode()
    assert chosen.context["reader"].key == f"p{last.pk}"
    assert "맞는 사람이 없습니다" in none.content.decode()
    assert none.context["reader"].key == f"p{first.pk}"


@pytest.mark.parametrize("audience", [Audience.LEADERS, Audience.HOSTS])
def test_leaders_and_hosts_are_found_by_name_too(as_organizer, trip, leader, audience):
    ProgramStaffFactory(program=trip, user=leader)
    host = host_of(trip)
    rule = make_rule(trip, audience)
    name = leader.name if audience == Audience.LEADERS else host.item.site.name

    found = as_organizer.get(url("preview", rule, trip), {"q": name}).context["people"]
    nobody = as_organizer.get(url("preview", rule, trip), {"q": "%_"}).context["people"]

    assert (len(found.shown), found.matching) == (1, 1)
    assert nobody.matching == 0


@pytest.mark.parametrize("reader", ["p999999", "u1", "x", "p0'; --"])
def test_a_reader_that_does_not_exist_shows_the_first(as_organizer, trip, reader):
    answer = as_organizer.get(url("preview", make_rule(trip), trip), {"reader": reader})

    assert answer.status_code == 200
    assert answer.context["reader"] is not None


def test_a_rule_without_readers_says_what_is_missing(as_organizer, trip):
    rule = make_rule(trip, Audience.HOSTS)

    shown = as_organizer.get(url("preview", rule, trip)).content.decode()

    assert "받을 사람이 아직 없습니다" in shown


def test_a_test_goes_to_oneself_through_every_channel_and_is_marked(
    as_organizer, organizer, trip, settings, tmp_path
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    rule = make_rule(trip, channels=[Channel.EMAIL, Channel.INBOX], body="{성명} 님, {시각}")
    person = trip.enrollments.first().participant

    as_organizer.post(url("test", rule, trip), {"reader": f"p{person.pk}"})
    delivery.send_due()

    tests = Message.objects.filter(kind=MessageKind.TEST)
    assert {test.channel for test in tests} == {"email", "inbox"}
    assert {test.user for test in tests} == {organizer}
    for test in tests:
        assert test.state == MessageState.ACCEPTED
        assert test.subject.startswith("[고령군] [시험] ")
        assert test.body.startswith(f"{organizer.name} 님")
        assert person.name not in test.body


def test_a_test_needs_no_readers(as_organizer, trip):
    rule = make_rule(trip, Audience.HOSTS, channels=[Channel.SMS], sms="{시각} 방문 {인원}명")

    as_organizer.post(url("test", rule, trip))

    assert Message.objects.get().body.endswith("05:40 방문 36명")
