"""Who is told of a publication, how often, and when."""

from datetime import timedelta

import pytest
from django.utils import timezone

from participants.models import EnrollmentEvent
from reminders.models import Message, MessageKind, MessageState, ReminderRule
from reminders.services import delivery, planning
from reminders.services.news import Impact, goes_at
from reminders.services.texts import Writer
from site_visits.models import SeenPublication
from tests.factories.accounts import UserFactory
from tests.factories.participants import EnrollmentFactory
from tests.factories.programs import ProgramStaffFactory
from tests.factories.reminders import next_publication, program_starting
from tests.factories.site_visits import publication, published_item

pytestmark = pytest.mark.django_db


@pytest.fixture
def coming():
    return program_starting(timezone.now().replace(minute=0, second=0) + timedelta(days=10))


def first_item(program):
    return program.publications.order_by("number").last().items.order_by("starts_at").first()


def notices():
    return Message.objects.filter(kind=MessageKind.CHANGE).order_by("publication__number", "pk")


def test_five_publications_in_a_minute_tell_once(coming, smtp, settings):
    settings.CHANGE_DEBOUNCE_SECONDS = 60
    for title in ("하나", "둘", "셋", "넷", "다섯"):
        next_publication(coming, moved=first_item(coming), title=title)
        planning.plan()
        assert delivery.send_due() == 0

    notices().filter(state=MessageState.PLANNED).update(due_at=timezone.now())
    assert delivery.send_due() == 1

    assert "집결 → 다섯" in smtp.received[0].text
    states = list(notices().values_list("state", flat=True))
    assert states == [MessageState.SUPERSEDED] * 4 + [MessageState.ACCEPTED]


def test_without_the_pause_each_publication_would_be_told(coming, smtp):
    for title in ("하나", "둘"):
        next_publication(coming, moved=first_item(coming), title=title)
        planning.plan()
        assert delivery.send_due() == 1


def test_somebody_who_publishes_all_the_time_does_not_put_it_off_for_ever(now):
    pause, nothing_soon = timedelta(seconds=60), Impact(until=now + timedelta(days=9))

    def after(waited):
        return goes_at(nothing_soon, published_at=now, waiting_since=now - waited, pause=pause)

    assert after(timedelta(minutes=2)) == now + pause
    assert after(timedelta(minutes=4, seconds=30)) == now + timedelta(seconds=30)
    assert after(timedelta(minutes=6)) == now
    # What was taken back hours ago waits no longer.
    assert after(timedelta(hours=3)) == now + pause


def test_what_begins_soon_is_told_without_a_pause_and_before_everything_else(smtp, settings):
    settings.CHANGE_DEBOUNCE_SECONDS = 60
    soon = program_starting(timezone.now() + timedelta(hours=2))
    item = soon.publications.get().items.get()
    other = program_starting(timezone.now() + timedelta(days=10))
    EnrollmentEvent.objects.create(
        enrollment=other.enrollments.get(),
        status="confirmed",
        at=timezone.now() - timedelta(hours=1),
    )
    new = next_publication(soon, moved=item, place="군민체육관")

    planning.plan()

    urgent = notices().get()
    assert (urgent.urgent, urgent.due_at) == (True, new.published_at)
    delivery.send_due()
    assert "군민체육관" in smtp.received[0].text


def test_those_who_lead_the_trip_are_told_all_of_it_and_the_publisher_nothing(coming):
    leader, publisher = UserFactory(), UserFactory()
    ProgramStaffFactory(program=coming, user=leader)
    ProgramStaffFactory(program=coming, user=publisher, kind="organizer")
    new = publication(coming, number=2, by=publisher, published_at=timezone.now())
    for item in coming.publications.get(number=1).items.all():
        published_item(new, uid=item.uid, starts_at=item.starts_at, title="다른 집결", revision=2)

    planning.plan()

    assert set(notices().values_list("user", "participant")) == {
        (leader.pk, None),
        (None, coming.enrollments.get().participant_id),
    }
    text = Writer().write(notices().get(user=leader))
    assert text.body.startswith(f"{leader.name} 님")
    assert "집결 → 다른 집결" in text.body


def test_a_leader_taken_off_the_trip_is_not_told(coming, smtp):
    leader = UserFactory()
    staff = ProgramStaffFactory(program=coming, user=leader)
    next_publication(coming, moved=first_item(coming), title="다른 집결")
    planning.plan()
    staff.delete()

    assert delivery.send_due() == 1

    assert notices().get(user=leader).state == MessageState.SUPPRESSED


def test_a_leader_who_travels_as_a_participant_is_told_once(coming):
    user = UserFactory()
    ProgramStaffFactory(program=coming, user=user)
    person = coming.enrollments.get().participant
    type(person).objects.filter(pk=person.pk).update(user=user)
    next_publication(coming, moved=first_item(coming), title="다른 집결")

    planning.plan()

    assert notices().get().participant == person


def test_who_leaves_at_noon_is_not_told_of_the_afternoon(coming):
    noon = first_item(coming).starts_at + timedelta(hours=3)
    coming.enrollments.update(active_until=noon)
    published_item(next_publication(coming), starts_at=noon + timedelta(hours=1), title="특강")

    planning.plan()

    assert not notices().exists()


def test_a_first_publication_is_told_once_to_those_confirmed_by_then():
    new = EnrollmentFactory(program__status="confirmed").program
    first = publication(new, published_at=timezone.now())
    item = published_item(first, starts_at=timezone.now() + timedelta(days=30), title="집결")
    late = EnrollmentFactory(program=new)
    EnrollmentEvent.objects.create(
        enrollment=late, status="confirmed", at=first.published_at + timedelta(seconds=1)
    )

    planning.plan()
    planning.plan()

    told = notices().get()
    assert told.participant_id != late.participant_id
    assert told.matters_at == item.starts_at
    text = Writer().write(told)
    assert "일정이 공개되었습니다" in text.subject
    assert "첫 일정" in text.body


def test_what_the_person_has_acknowledged_in_the_app_is_not_told_again(coming, smtp):
    user = UserFactory()
    person = coming.enrollments.get().participant
    type(person).objects.filter(pk=person.pk).update(user=user)
    new = next_publication(coming, moved=first_item(coming), title="다른 집결")
    planning.plan()
    SeenPublication.objects.create(user=user, publication=new, seen_at=timezone.now())

    assert delivery.send_due() == 0

    message = notices().get()
    assert (message.state, message.last_error) == (
        MessageState.SUPPRESSED,
        "알릴 것이 없어졌습니다.",
    )


def test_the_newest_change_stands_first(coming, smtp):
    new = next_publication(coming)
    published_item(new, starts_at=first_item(coming).starts_at + timedelta(hours=3), title="특강")
    planning.plan()
    notices().update(state=MessageState.SUPERSEDED, settled_at=timezone.now())
    later = next_publication(coming)
    published_item(later, starts_at=first_item(coming).starts_at + timedelta(hours=6), title="견학")
    planning.plan()

    delivery.send_due()

    text = smtp.received[0].text
    assert text.index("견학") < text.index("특강")
    assert "견학" in smtp.received[0].mail["Subject"]


def test_notices_go_the_way_of_the_programs_reminders_and_urgent_ones_to_the_phone_first(coming):
    soon = program_starting(timezone.now() + timedelta(hours=2))
    planning.plan()
    ReminderRule.objects.exclude(program=None).update(channels=["email", "sms"])
    for program in (coming, soon):
        next_publication(program, moved=first_item(program), place="군민체육관")

    planning.plan()

    assert notices().get(program=coming).channels == ["email", "sms"]
    assert notices().get(program=soon).channels == ["sms", "email"]


def test_a_changed_meeting_point_matters_until_the_first_item(coming):
    type(coming).objects.filter(pk=coming.pk).update(meeting_point="군민체육관 앞")
    coming.refresh_from_db()
    next_publication(coming)

    planning.plan()

    assert notices().get().matters_at == first_item(coming).starts_at


def test_a_web_server_whose_clock_is_two_hours_ahead_delays_nothing(coming, smtp):
    new = publication(coming, number=2, published_at=timezone.now() + timedelta(hours=2))
    item = first_item_of(coming)
    published_item(new, uid=item.uid, starts_at=item.starts_at, title="다른 집결", revision=2)

    planning.plan()

    assert delivery.send_due() == 1


def first_item_of(program):
    return program.publications.get(number=1).items.get()
