"""What became of the notices about the trip's change: most have seen it, some not, one never arrived, two wait."""

from datetime import datetime, time, timedelta
from typing import Final

from django.conf import settings

from core.dates import at_local, local_date
from desk.demo import trip
from desk.demo.county import County
from reminders.models import Channel, DeliveryAttempt, Message, MessageKind, MessageState, SeenVia
from reminders.services import acknowledging, holding
from reminders.services.texts import Writer

Outcome = DeliveryAttempt.Outcome
# Told yesterday; in office order every fourth has not looked yet. Garam and Isabella find the change on their phones.
HAVE_NOT_LOOKED: Final = ("garam", "isabella")
EVERY: Final = 4
NOBODY_THERE: Final = "550 5.1.1 No such mailbox"
BUSY: Final = "451 4.3.2 Try again later"
FOR_THE_MESSENGER: Final = "메신저로 전할 문구입니다."


def load(county: County) -> None:
    notices = Message.objects.filter(kind=MessageKind.CHANGE, program__code=trip.CODE)
    rows = list(
        notices.select_related(
            "program", "publication", "rule", "event", "participant__user", "user"
        ).order_by("participant__employee_number", "pk")
    )
    writer, sent_at = Writer(), county.ago(hours=19, minutes=58)
    known = {county.person(key).pk: key for key in trip.TRAVELLERS_WITH_ACCOUNTS}
    plain = [row for row in rows if row.participant_id and row.participant_id not in known]
    failed, to_pass_on, held = plain[:3]
    for place, row in enumerate(rows):
        text = writer.write(row)
        row.subject, row.body = text.subject, text.kept_body
        # A demo loaded at night finds its notices held till the morning.
        row.held_reason, row.held_until = "", None
        if row == failed:
            _fail(row, sent_at)
        elif row == to_pass_on:
            _hold(row, FOR_THE_MESSENGER, row.expires_at, channel=Channel.COPY)
        elif row == held:
            _hold(row, holding.reason(), _next_morning(county.now))
        else:
            _send(row, sent_at + timedelta(seconds=place))
            looked = known.get(row.participant_id or 0) not in HAVE_NOT_LOOKED and place % EVERY
            if looked:
                via = SeenVia.PAGE if row.user or place % 3 == 0 else SeenVia.LINK
                at = sent_at + timedelta(minutes=7 * (place + 1))
                acknowledging.acknowledge(message=row, at=at, via=via)


def hosts_asked(county: County) -> None:
    """The mails to hosts went out right after they were asked; the kept text has no link in it."""
    rows = Message.objects.filter(kind=MessageKind.HOST, due_at__lt=county.now).unsettled()
    writer = Writer()
    for row in rows.select_related("program", "host__item__site", "host__item__program", "asking"):
        text = writer.write(row)
        row.subject, row.body = text.subject, text.kept_body
        row.held_reason, row.held_until = "", None
        _send(row, row.due_at + timedelta(seconds=20))


def _send(row: Message, at: datetime) -> None:
    row.state, row.channel = MessageState.ACCEPTED, Channel.EMAIL
    row.accepted_at = row.settled_at = at
    _attempt(row, Outcome.ACCEPTED, "250 2.0.0 OK", at)
    row.save()


def _fail(row: Message, at: datetime) -> None:
    row.state, row.channel, row.last_error = MessageState.DEAD, Channel.EMAIL, NOBODY_THERE
    row.tries, row.settled_at = 3, at + timedelta(minutes=3)
    for minutes, outcome, answer in (
        (0, Outcome.DEFERRED, BUSY),
        (1, Outcome.DEFERRED, BUSY),
        (3, Outcome.REFUSED, NOBODY_THERE),
    ):
        _attempt(row, outcome, answer, at + timedelta(minutes=minutes))
    row.save()


def _hold(row: Message, reason: str, until: datetime, *, channel: str = "") -> None:
    row.state, row.held_reason, row.held_until, row.channel = (
        MessageState.HELD, reason, until, channel,
    )  # fmt: skip
    if not channel:
        row.subject = row.body = ""
    row.save()


def _attempt(row: Message, outcome: str, answer: str, at: datetime) -> None:
    """One claim, one attempt; the row is the caller's to save."""
    row.fence += 1
    DeliveryAttempt.objects.create(
        message=row, channel=Channel.EMAIL, fence=row.fence, outcome=outcome, answer=answer, at=at
    )


def _next_morning(now: datetime) -> datetime:
    until = time.fromisoformat(settings.QUIET_UNTIL)
    return at_local(local_date(now) + timedelta(days=1), until)
