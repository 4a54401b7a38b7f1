import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from icalendar import Calendar

from site_visits.models import FeedToken
from site_visits.services import reading
from tests.conftest import signed_in
from tests.factories.participants import EnrollmentFactory, ParticipantFactory
from tests.factories.programs import ProgramFactory
from tests.factories.site_visits import at, publication, published_item

pytestmark = pytest.mark.django_db

DAY = date(2026, 12, 3)


@pytest.fixture
def program():
    return ProgramFactory(starts_on=DAY, ends_on=DAY)


@pytest.fixture
def traveller(civil_servant, program):
    participant = ParticipantFactory(user=civil_servant)
    EnrollmentFactory(program=program, participant=participant)
    return civil_servant


@pytest.fixture
def address(traveller, now):
    return reverse("itinerary:feed", args=[reading.issue_feed(user=traveller, at=now)])


def events_of(answer) -> list:
    return Calendar.from_ical(answer.content).walk("VEVENT")


def test_the_feed_carries_every_item_with_its_stable_uid(client, program, address):
    item = published_item(
        publication(program), clock="10:30", minutes=90, sequence=3, place="1층 로비"
    )

    [event] = events_of(client.get(address))

    assert event["UID"] == f"{item.uid}@goryeong-training"
    assert event["SEQUENCE"] == 3
    assert event["STATUS"] == "CONFIRMED"
    assert event["DTSTART"].dt == at(DAY, "10:30")
    assert event["DTSTART"].params["TZID"] == "Asia/Seoul"
    assert event["LOCATION"] == "1층 로비"


def test_a_cancelled_item_stays_in_the_feed_as_cancelled(client, program, address):
    published_item(publication(program), cancelled=True)

    [event] = events_of(client.get(address))

    assert event["STATUS"] == "CANCELLED"


def test_lines_fold_at_75_octets_and_cut_no_syllable(client, program, address):
    published_item(publication(program), title="남궁라온하제와함께하는" * 8)

    answer = client.get(address)

    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    assert all(line.decode("utf-8") is not None for line in answer.content.split(b"\r\n"))
    assert events_of(answer)[0]["SUMMARY"] == "남궁라온하제와함께하는" * 8


def test_the_feed_names_its_time_zone(client, program, address):
    published_item(publication(program))

    [zone] = Calendar.from_ical(client.get(address).content).walk("VTIMEZONE")

    assert zone["TZID"] == "Asia/Seoul"


def test_the_feed_holds_no_names_and_no_phone_numbers(client, program, traveller, address):
    published_item(publication(program))

    body = client.get(address).content.decode()

    assert traveller.name not in body
    assert "010-" not in body


def test_an_unchanged_feed_is_a_true_304_before_any_item_is_read(
    client, program, address, django_assert_num_queries
):
    published_item(publication(program))
    tag = client.get(address)["ETag"]

    with django_assert_num_queries(1) as queries:
        answer = client.get(address, headers={"If-None-Match": tag})

    assert (answer.status_code, answer.content) == (304, b"")
    assert not any("publisheditem" in query["sql"] for query in queries)


def test_the_same_publication_gives_the_same_bytes(client, program, address, time_machine):
    published_item(publication(program))
    first = client.get(address).content
    time_machine.move_to(datetime.now(UTC) + timedelta(hours=3))

    assert client.get(address).content == first


def test_a_new_publication_changes_the_feed(client, program, address):
    published_item(publication(program, number=1))
    tag = client.get(address)["ETag"]
    published_item(publication(program, number=2), title="야간 견학")

    assert client.get(address, headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("rows", [1, 10, 100])
def test_the_feed_costs_the_same_queries_at_any_length(
    client, program, address, rows, django_assert_num_queries
):
    issue = publication(program)
    for n in range(rows):
        published_item(issue, title=f"교육 {n}")
    client.get(address)

    with django_assert_num_queries(3):
        client.get(address)


def test_a_revoked_address_is_gone_at_once(client, traveller, address, now):
    reading.revoke_feed(user=traveller, at=now)

    assert client.get(address).status_code == 410


def test_a_new_address_stops_the_old_one(client, traveller, address, now):
    new = reverse("itinerary:feed", args=[reading.issue_feed(user=traveller, at=now)])

    assert client.get(address).status_code == 410
    assert client.get(new).status_code == 200
    assert FeedToken.objects.live().filter(user=traveller).count() == 1


def test_somebody_who_left_has_no_feed(client, traveller, address):
    traveller.is_active = False
    traveller.save()

    assert client.get(address).status_code == 410


def test_a_guessed_address_is_not_found(client):
    assert client.get(reverse("itinerary:feed", args=["guess"])).status_code == 404


def test_the_secret_is_shown_once_and_not_kept(traveller, client):
    phone = signed_in(traveller)

    page = phone.post(reverse("itinerary:feed-issue")).content.decode()
    [token] = set(re.findall(r"/calendar/([\w-]+)\.ics", page))

    assert client.get(reverse("itinerary:feed", args=[token])).status_code == 200
    assert token not in phone.get(reverse("itinerary:feed-settings")).content.decode()
