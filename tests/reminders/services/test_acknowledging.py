"""One truth about who has seen a change, and whom to call because they have not."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from participants.models import Participant
from reminders import calls, seen
from reminders.models import Acknowledgement, Message, MessageState, SeenVia, unseen
from reminders.services import acknowledging
from site_visits.models import SeenPublication
from site_visits.services import reading
from tests.factories.accounts import UserFactory
from tests.factories.programs import GroupFactory
from tests.factories.reminders import moved_trip, next_publication, notice
from tests.factories.site_visits import published_item
from tests.reminders.services.test_handling_by_hand import together

pytestmark = pytest.mark.django_db


def people_of(publication):
    return [row.participant for row in publication.program.enrollments.order_by("pk")]


def told_trip(people=1, **fields):
    publication = moved_trip(people, **fields)
    return publication, [notice(publication, person) for person in people_of(publication)]


def names_to_call(publication):
    rows = calls.to_call(publication, at=timezone.now())
    return [row.message.participant.name for row in rows]


def test_whoever_said_so_by_the_link_need_not_be_called():
    publication, (first, second) = told_trip(2)

    acknowledging.acknowledge(message=first, at=timezone.now())

    assert names_to_call(publication) == [second.participant.name]


def test_whoever_saw_it_in_the_app_need_not_be_called():
    publication, (first, second) = told_trip(2)
    user = UserFactory()
    Participant.objects.filter(pk=first.participant_id).update(user=user)

    reading.acknowledge(user=user, publication_ids=[publication.pk], at=timezone.now())

    assert names_to_call(publication) == [second.participant.name]


def test_whoever_saw_a_later_publication_has_seen_this_one():
    publication, (message,) = told_trip()
    newer = next_publication(publication.program)

    acknowledging.acknowledge(message=notice(newer, message.participant), at=timezone.now())

    assert names_to_call(publication) == []


def test_whoever_saw_only_the_one_before_has_to_be_called():
    publication, (message,) = told_trip()
    acknowledging.acknowledge(message=message, at=timezone.now())
    newer = next_publication(publication.program)
    notice(newer, message.participant)

    assert names_to_call(newer) == [message.participant.name]


@pytest.mark.parametrize("state", ["dead", "retry", "expired", "unknown"])
def test_whom_no_message_reached_is_on_the_list_too(state):
    publication = moved_trip()
    person = people_of(publication)[0]
    notice(publication, person, state=state, last_error="550 no such user")

    (row,) = calls.to_call(publication, at=timezone.now())

    assert row.told_at is None


@pytest.mark.parametrize("state", ["planned", "superseded", "suppressed"])
def test_who_is_just_being_told_or_need_not_know_is_not_called(state):
    publication = moved_trip()
    notice(publication, people_of(publication)[0], state=state)

    assert names_to_call(publication) == []


def test_one_person_with_a_failed_and_a_repeated_message_is_called_once():
    publication = moved_trip()
    person = people_of(publication)[0]
    notice(publication, person, state=MessageState.DEAD)
    sent = notice(publication, person)

    (row,) = calls.to_call(publication, at=timezone.now())

    assert row.told_at == sent.accepted_at


def test_who_has_to_be_somewhere_first_is_called_first():
    publication, (late, early) = told_trip(2)
    group = GroupFactory(program=publication.program)
    early.participant.enrollments.update(group=group)
    soon = timezone.now() + timedelta(hours=2)
    published_item(publication, starts_at=soon, group_ids=[group.pk], title="먼저 출발")

    rows = calls.to_call(publication, at=timezone.now())

    assert [row.message for row in rows] == [early, late]
    assert rows[0].next_item.title == "먼저 출발"


def test_a_call_is_noted_with_who_made_it(organizer):
    publication, (message,) = told_trip()

    acknowledging.acknowledge(message=message, at=timezone.now(), via=SeenVia.CALL, by=organizer)

    assert Acknowledgement.objects.get().by == organizer
    assert names_to_call(publication) == []


@pytest.mark.parametrize(("via", "named"), [("call", False), ("link", True)])
def test_the_database_knows_that_only_a_call_has_a_caller(organizer, via, named):
    _publication, (message,) = told_trip()

    with pytest.raises(IntegrityError), transaction.atomic():
        Acknowledgement.objects.create(
            message=message, at=timezone.now(), via=via, by=organizer if named else None
        )


def test_the_first_word_is_the_one_that_is_shown():
    publication, (message,) = told_trip()
    user = UserFactory()
    Participant.objects.filter(pk=message.participant_id).update(user=user)
    message.participant.refresh_from_db()
    first = timezone.now() - timedelta(hours=1)
    SeenPublication.objects.create(user=user, publication=publication, seen_at=first)

    acknowledging.acknowledge(message=message, at=timezone.now())

    assert seen.of([message])[message.pk] == seen.Seen(first, SeenVia.PAGE)


def test_the_list_costs_the_same_for_any_number_of_people():
    publication, _messages = told_trip(2)

    def statements():
        with CaptureQueriesContext(connection) as queries:
            calls.to_call(publication, at=timezone.now())
        return len(queries)

    few = statements()
    _other, messages = told_trip(20)
    Message.objects.filter(pk__in=[one.pk for one in messages]).update(
        publication=publication, program=publication.program
    )

    assert statements() == few <= 4


def test_the_count_and_the_list_are_one_question():
    publication, messages = told_trip(3)
    acknowledging.acknowledge(message=messages[0], at=timezone.now())

    assert unseen(Message.objects.of_publications_in_force()).count() == 2
    assert len(names_to_call(publication)) == 2


@pytest.mark.django_db(transaction=True)
def test_two_taps_at_once_are_one_word():
    _publication, (message,) = told_trip()

    answers = together(
        *[lambda: acknowledging.acknowledge(message=message, at=timezone.now()).pk] * 6
    )

    assert len(set(answers)) == 1
    assert Acknowledgement.objects.count() == 1
