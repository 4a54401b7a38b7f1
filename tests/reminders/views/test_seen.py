"""The link in a notice: what it shows, what it takes to acknowledge, and what it refuses."""

from datetime import timedelta

import pytest
from django.core.signing import Signer
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reminders.models import Acknowledgement, Message, MessageKind, SeenVia
from reminders.services import delivery, links, planning
from reminders.services.texts import Writer
from site_visits.models import SeenPublication
from tests.factories.accounts import UserFactory
from tests.factories.reminders import due_reminders, moved_trip, next_publication, notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def told():
    """Somebody without an account who was told that the trip begins at three, not at nine."""
    publication = moved_trip()
    return notice(publication, publication.program.enrollments.get().participant)


def link(message):
    return reverse("seen:answer", args=[links.token_of(message)])


def test_the_page_shows_what_changed_to_somebody_who_is_not_signed_in(client, told):
    shown = client.get(link(told)).content.decode()

    assert "09:00~10:30" in shown
    assert "15:00~16:30" in shown
    assert "확인했습니다" in shown


def test_the_page_and_its_address_name_nobody(client, told):
    person = told.participant

    shown = client.get(link(told)).content.decode()

    for secret in (person.name, person.employee_number, person.email or "@"):
        assert secret not in shown
        assert secret not in link(told)


def test_a_mail_scanner_that_opens_the_link_acknowledges_nothing(client, told):
    for _look in range(3):
        client.get(link(told))
    client.head(link(told))

    assert not Acknowledgement.objects.exists()


def test_the_button_acknowledges_once_and_then_says_when(client, told):
    for _tap in range(2):
        client.post(link(told))

    word = Acknowledgement.objects.get()
    shown = client.get(link(told)).content.decode()
    assert (word.message, word.via, word.by) == (told, SeenVia.LINK, None)
    assert "확인하셨습니다" in shown
    assert "<button" not in shown.partition("<main")[2].partition("</main>")[0]


def test_the_button_works_only_from_the_page_itself(told):
    strict = Client(enforce_csrf_checks=True)

    answer = strict.post(link(told))

    assert answer.status_code == 403
    assert not Acknowledgement.objects.exists()


@pytest.mark.parametrize("place", [0, 10, 21, 22, 23, 40, -1])
def test_an_altered_address_opens_nothing(client, told, place):
    token = links.token_of(told)
    letter = "A" if token[place] != "A" else "B"
    altered = token[:place] + letter + (token[place + 1 :] if place != -1 else "")

    answer = client.get(reverse("seen:answer", args=[altered]))

    assert answer.status_code == 404


@pytest.mark.parametrize("token", ["x", "..", "a.b", "%00", "가.나", "A" * 500])
def test_a_made_up_address_opens_nothing(client, told, token):
    assert client.get(reverse("seen:answer", args=[token])).status_code in (400, 404)


def test_a_signature_made_for_something_else_opens_nothing(client, told):
    plain = links.token_of(told).partition(".")[0]
    foreign = Signer(salt="something else", sep=".").sign(plain)

    assert client.get(reverse("seen:answer", args=[foreign])).status_code == 404


def test_the_page_is_kept_nowhere_and_tells_its_address_to_nobody(client, told):
    for answer in (client.get(link(told)), client.post(link(told))):
        assert "no-store" in answer["Cache-Control"]
        assert "noindex" in answer["X-Robots-Tag"]
        assert answer["Referrer-Policy"] == "same-origin"


def test_a_week_after_the_program_the_question_is_over(client):
    publication = moved_trip(days=-9)
    late = notice(publication, publication.program.enrollments.get().participant)

    shown = client.get(link(late)).content.decode()
    answer = client.post(link(late))

    assert "끝난 과정입니다" in shown
    assert answer.status_code == 422
    assert not Acknowledgement.objects.exists()


def test_a_notice_that_is_no_longer_the_newest_says_so(client, told):
    next_publication(told.program)

    assert "다시 바뀌었습니다" in client.get(link(told)).content.decode()


def test_acknowledging_by_the_link_counts_in_my_itinerary(client, told):
    user = UserFactory()
    type(told.participant).objects.filter(pk=told.participant_id).update(user=user)

    client.post(link(told))

    assert SeenPublication.objects.get().publication == told.publication
    assert SeenPublication.objects.get().user == user


def test_a_reminder_can_be_acknowledged_too(client):
    message = due_reminders()[0]

    assert "집결" in client.get(link(message)).content.decode()
    client.post(link(message))

    assert Acknowledgement.objects.get().message == message
    assert not SeenPublication.objects.exists()


def test_a_rule_that_asks_for_a_word_puts_the_link_into_its_reminders(client):
    message = due_reminders()[0]
    type(message.rule).objects.filter(pk=message.rule_id).update(body="{일정}\n{확인}")
    message.rule.refresh_from_db()

    text = Writer().write(message)

    assert links.url_of(message) in text.body


def test_the_mail_of_a_change_carries_the_link(smtp, client):
    publication = moved_trip()
    planning.plan(at=timezone.now() + timedelta(minutes=5))
    Message.objects.update(due_at=timezone.now() - timedelta(seconds=1))

    delivery.send_due()

    sent = Message.objects.get(kind=MessageKind.CHANGE)
    assert sent.publication == publication
    assert links.url_of(sent) in sent.body
    assert client.get(link(sent)).status_code == 200


# -- the language


@pytest.mark.parametrize(
    ("own", "browser", "words"),
    [("ko", "en", "확인했습니다"), ("en", "ko", "Got it")],
)
def test_the_page_speaks_as_the_mail_did_whatever_the_browser_prefers(
    client, told, own, browser, words
):
    user = UserFactory(language=own)
    type(told.participant).objects.filter(pk=told.participant_id).update(user=user)

    answer = client.get(link(told), headers={"accept-language": browser})

    assert words in answer.content.decode()
    assert f'<html lang="{own}"' in answer.content.decode()
    assert answer["Content-Language"] == own


def test_who_reads_another_language_changes_it_on_the_page_itself(client, told):
    shown = client.get(link(told)).content.decode()

    client.post(reverse("set_language"), {"language": "en", "next": link(told)})

    assert 'value="en" lang="en"' in shown
    assert '<html lang="en"' in client.get(link(told)).content.decode()


def test_a_refusal_speaks_the_language_of_the_person_too(client):
    publication = moved_trip(days=-9)
    person = publication.program.enrollments.get().participant
    type(person).objects.filter(pk=person.pk).update(user=UserFactory(language="en"))
    person.refresh_from_db()

    answer = client.post(link(notice(publication, person)), headers={"accept-language": "ko"})

    assert answer.status_code == 422
    assert "끝난" not in answer.content.decode()


# -- links without a message


def test_the_link_of_a_trial_says_that_it_was_one_and_records_nothing(client, told):
    for answer in (client.get(links.trial_url()), client.post(links.trial_url())):
        assert answer.status_code == 200
        assert "시험용 주소입니다" in answer.content.decode()
        assert "noindex" in answer["X-Robots-Tag"]
        assert "no-store" in answer["Cache-Control"]

    assert not Acknowledgement.objects.exists()


def test_the_link_of_a_trial_is_as_long_as_a_real_one_so_that_bytes_are_counted_right(told):
    assert len(links.trial_url()) == len(links.url_of(told))


def test_the_link_of_a_trial_cannot_be_made_up(client, told):
    forged = links.trial_url()[:-3] + "AA/"

    assert client.get(forged).status_code == 404
