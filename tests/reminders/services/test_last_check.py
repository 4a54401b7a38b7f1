"""What a reminder must still find true just before it is sent."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from participants.models import EnrollmentStatus
from programs.models import ProgramStatus
from reminders.models import Message, MessageState
from reminders.services import outbox
from reminders.services.facts import Facts
from tests.factories.programs import GroupFactory
from tests.factories.reminders import due_reminders, next_publication
from tests.factories.site_visits import published_item

pytestmark = pytest.mark.django_db


def taken(count=1):
    due_reminders(count)
    return outbox.claim(owner=uuid4(), limit=count)


@pytest.fixture(params=[True, False], ids=["as a plain reminder", "as any message"])
def begin(request):
    """The narrower check of plain reminders and the general one decide alike."""
    return lambda ticket: outbox.begin(replace(ticket, is_plain=request.param))


def test_a_sender_whose_lease_has_lapsed_does_not_begin(begin):
    ticket = taken()[0]
    Message.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

    assert not begin(ticket)


def test_beginning_twice_is_refused(begin):
    ticket = taken()[0]

    assert begin(ticket)
    assert not begin(ticket)


def test_an_item_that_changed_after_the_claim_supersedes_the_reminder(begin):
    ticket = taken()[0]
    message = Message.objects.get()
    item = message.program.publications.get().items.get()
    next_publication(message.program, moved=item, title="다른 곳에 집결")

    assert not begin(ticket)

    assert Message.objects.get().state == MessageState.SUPERSEDED


def test_an_earlier_item_published_after_the_claim_supersedes_the_reminder(begin):
    ticket = taken()[0]
    program = Message.objects.get().program
    published_item(next_publication(program), starts_at=timezone.now() + timedelta(minutes=20))

    assert not begin(ticket)

    assert Message.objects.get().state == MessageState.SUPERSEDED


def test_a_cancelled_item_supersedes_the_reminder(begin):
    ticket = taken()[0]
    message = Message.objects.get()
    item = message.program.publications.get().items.get()
    next_publication(message.program, moved=item, cancelled=True)

    assert not begin(ticket)

    assert Message.objects.get().state == MessageState.SUPERSEDED


def test_a_person_moved_to_a_group_without_the_item_is_not_reminded_of_it(begin):
    ticket = taken()[0]
    message = Message.objects.get()
    item = message.program.publications.get().items.get()
    first, second = GroupFactory.create_batch(2, program=message.program)
    next_publication(message.program, moved=item, revision=item.revision, group_ids=[first.pk])
    message.program.enrollments.update(group=second)

    assert not begin(ticket)


def test_a_new_publication_that_leaves_the_item_alone_lets_the_reminder_go(begin):
    ticket = taken()[0]
    next_publication(Message.objects.get().program)

    assert begin(ticket)


def test_who_withdrew_after_the_claim_is_not_reminded(begin):
    ticket = taken()[0]
    Message.objects.get().program.enrollments.update(status=EnrollmentStatus.WITHDRAWN)

    assert not begin(ticket)

    assert Message.objects.get().state == MessageState.SUPPRESSED


def test_a_program_cancelled_after_the_claim_reminds_nobody(begin):
    ticket = taken()[0]
    program = Message.objects.get().program
    type(program).objects.update(status=ProgramStatus.CANCELLED, status_reason="강사 사정")

    assert not begin(ticket)

    assert Message.objects.get().state == MessageState.SUPPRESSED


def test_a_rule_switched_off_after_the_claim_reminds_nobody(begin):
    ticket = taken()[0]
    type(Message.objects.get().rule).objects.update(is_active=False)

    assert not begin(ticket)

    assert Message.objects.get().state == MessageState.SUPPRESSED


def test_a_message_past_its_time_is_not_begun(begin):
    ticket = taken()[0]
    Message.objects.update(expires_at=timezone.now())

    assert not begin(ticket)

    assert Message.objects.get().state == MessageState.EXPIRED


def test_both_checks_name_the_same_versions_of_what_a_reminder_is_written_from():
    first, second = taken(2)
    expected = Facts.of([first.id, second.id]).stamps

    assert outbox.begin(replace(first, is_plain=True)) == expected[first.id]
    assert outbox.begin(replace(second, is_plain=True)) == expected[second.id]
    assert (first.is_plain, second.is_plain) == (True, True)
