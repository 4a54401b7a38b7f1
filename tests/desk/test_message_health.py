"""How late messages went out, over the last hour and the last day."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from desk import message_health
from reminders.models import Message, MessageState
from tests.factories.reminders import moved_trip, notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def told():
    publication = moved_trip()
    return notice(publication, publication.program.enrollments.get().participant)


def page(client):
    return client.get(reverse("organize:message-list")).content.decode()


def went_out(told, *seconds, ago=timedelta(minutes=5), **fields):
    """One message for each lateness, due `ago`."""
    due = timezone.now() - ago
    for late in seconds:
        at = due + timedelta(seconds=late)
        made = notice(told.publication, told.participant, due_at=due, accepted_at=at, **fields,
                      state=MessageState.ACCEPTED)  # fmt: skip
        Message.objects.filter(pk=made.pk).update(planned_at=fields.get("planned_at", due))


def test_how_late_messages_went_out_is_told_for_the_last_hour_and_the_last_day(told):
    Message.objects.all().delete()
    went_out(told, *range(1, 21))
    went_out(told, 600, ago=timedelta(hours=5))
    went_out(told, 9_000, ago=timedelta(hours=30))

    hour, day = message_health.lateness(Message.objects.all(), at=timezone.now())

    assert (hour.sent, hour.longest) == (20, timedelta(seconds=20))
    assert hour.half == timedelta(seconds=10.5)
    assert hour.most == timedelta(seconds=19.05)
    assert (day.sent, day.longest) == (21, timedelta(seconds=600))


def test_what_was_planned_after_its_time_is_not_late_for_that_nor_what_is_passed_on_by_hand(told):
    Message.objects.all().delete()
    planned_at = timezone.now() - timedelta(minutes=5)
    went_out(told, 3_605, ago=timedelta(minutes=65), planned_at=planned_at)
    went_out(told, 50, channel="copy")

    hour, _day = message_health.lateness(Message.objects.all(), at=timezone.now())

    assert hour.sent == 1
    assert round(hour.longest.total_seconds()) == 5


def test_nothing_sent_is_no_lateness_and_the_page_says_both(as_organizer, told):
    went_out(told, 42)
    shown = page(as_organizer)
    Message.objects.all().delete()

    assert message_health.lateness(Message.objects.all(), at=timezone.now()) == (None, None)
    assert "최대 42초" in shown
    assert "최대" not in page(as_organizer)


def test_lateness_is_read_along_an_index_however_many_messages_there_are(told):
    rows = Message.objects.all()
    with CaptureQueriesContext(connection) as queries, connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        message_health.lateness(rows, at=timezone.now())
        cursor.execute(f"EXPLAIN {queries.captured_queries[-1]['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "Index Scan" in plan
    assert "Index Cond: ((due_at >=" in plan
