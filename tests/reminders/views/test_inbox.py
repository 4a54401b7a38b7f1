"""My messages on the phone: mine only, newest first, unread until looked at, acknowledged in one tap."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from reminders.models import Acknowledgement, InboxReading, MessageKind, MessageState, SeenVia
from tests.conftest import signed_in
from tests.factories.accounts import UserFactory
from tests.factories.reminders import moved_trip, notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def traveller():
    return UserFactory(name="김가람")


@pytest.fixture
def told(traveller):
    publication = moved_trip()
    person = publication.program.enrollments.get().participant
    type(person).objects.filter(pk=person.pk).update(user=traveller)
    return notice(publication, person)


def page(user, **headers):
    return signed_in(user).get(reverse("inbox:index"), headers=headers).content.decode()


def test_the_person_reads_what_they_got_and_what_changed(traveller, told):
    shown = page(traveller)

    assert told.subject in shown
    assert "09:00~10:30" in shown
    assert "15:00~16:30" in shown
    assert "새 알림" in shown


def test_nobody_reads_the_messages_of_others(told):
    assert told.subject not in page(UserFactory())


def test_only_what_reached_the_person_is_in_the_list(traveller, told):
    for state in (MessageState.PLANNED, MessageState.DEAD, MessageState.SUPERSEDED):
        notice(told.publication, told.participant, state=state, subject=f"[고령군] {state}")

    shown = page(traveller)

    assert "dead" not in shown
    assert "planned" not in shown


def test_the_newest_message_is_the_first(traveller, told):
    older = timezone.now() - timedelta(days=1)
    notice(told.publication, told.participant, subject="[고령군] 어제 것", accepted_at=older)

    shown = page(traveller)

    assert shown.index(told.subject) < shown.index("어제 것")


def test_leaders_and_coordinators_see_what_was_sent_to_their_account(leader, told):
    notice(
        told.publication, None, user=leader, subject="[고령군] 인솔자께", kind=MessageKind.REMINDER
    )

    assert "인솔자께" in page(leader)


def test_a_message_stays_unread_until_the_page_says_it_was_looked_at(traveller, told):
    page(traveller)
    assert "새 알림" in page(traveller)

    signed_in(traveller).post(reverse("inbox:read", args=[told.pk]))

    assert "새 알림" not in page(traveller)


def test_an_older_page_does_not_make_read_messages_unread(traveller, told):
    older = notice(
        told.publication, told.participant, accepted_at=timezone.now() - timedelta(days=1)
    )
    for message in (told, older):
        signed_in(traveller).post(reverse("inbox:read", args=[message.pk]))

    assert InboxReading.objects.get().read_until == told.accepted_at


def test_acknowledging_in_the_inbox_is_one_tap_and_one_truth(traveller, told):
    client = signed_in(traveller)

    client.post(reverse("inbox:acknowledge", args=[told.pk]))

    assert Acknowledgement.objects.get().via == SeenVia.PAGE
    assert "에 확인했습니다" in page(traveller)
    assert "바뀐 일정" not in client.get("/").content.decode()


def test_what_was_seen_in_my_itinerary_needs_no_word_in_the_inbox(traveller, told):
    client = signed_in(traveller)

    client.post(reverse("itinerary:acknowledge"), {"publication": told.publication_id})

    assert "에 확인했습니다" in page(traveller)


@pytest.mark.parametrize("name", ["inbox:acknowledge", "inbox:read"])
def test_the_message_of_somebody_else_is_not_found(told, name):
    answer = signed_in(UserFactory()).post(reverse(name, args=[told.pk]))

    assert answer.status_code == 404
    assert not Acknowledgement.objects.exists()


def test_my_itinerary_leads_to_the_inbox(traveller, told):
    assert reverse("inbox:index") in signed_in(traveller).get("/").content.decode()


@pytest.mark.parametrize("channel", ["email", "sms", "copy", "file"])
def test_what_came_by_another_way_can_be_read_here_too(traveller, told, channel):
    type(told).objects.filter(pk=told.pk).update(channel=channel, body="전체 내용입니다.")

    shown = page(traveller)

    assert "전체 내용입니다." in shown
    assert "전하지 못했습니다" not in shown


@pytest.mark.parametrize("state", [MessageState.DEAD, MessageState.UNKNOWN, MessageState.BOUNCED])
def test_a_change_that_reached_the_person_by_no_way_is_here_and_can_be_acknowledged(
    traveller, told, state
):
    type(told).objects.filter(pk=told.pk).update(
        state=state, accepted_at=told.accepted_at if state == MessageState.BOUNCED else None
    )

    shown = page(traveller)
    signed_in(traveller).post(reverse("inbox:acknowledge", args=[told.pk]))

    assert told.subject in shown
    assert "여기에서 읽어 주세요" in shown
    assert "15:00~16:30" in shown
    assert Acknowledgement.objects.get().message == told


def test_what_failed_and_was_sent_again_is_here_once(traveller, told):
    sent_again = {"dedupe_key": f"{told.dedupe_key}#again-1", "subject": "[고령군] 다시 보낸 것"}
    notice(told.publication, told.participant, **sent_again)
    type(told).objects.filter(pk=told.pk).update(state=MessageState.DEAD, accepted_at=None)

    shown = page(traveller)

    assert "다시 보낸 것" in shown
    assert shown.count('class="card inbox-line') == 1


def test_what_failed_becomes_read_like_everything_else(traveller, told):
    type(told).objects.filter(pk=told.pk).update(
        state=MessageState.DEAD, accepted_at=None, settled_at=timezone.now()
    )

    signed_in(traveller).post(reverse("inbox:read", args=[told.pk]))

    assert "새 알림" not in page(traveller)


def test_the_page_says_what_it_holds(traveller, told):
    assert "어느 방법으로 보낸 것이든" in page(traveller)
    assert "아직 받은 알림이 없습니다" in page(UserFactory())
