"""A day of messages before it comes: the real planning with a simulated clock, taken back before anybody is told.

Everything happens in one transaction that is rolled back; what is shown are plain values. Only `send_to_me` writes,
and what it writes can reach nobody but the person who asked (`message_trial_goes_to_an_account`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.dates import day_bounds, kdaytime, local_date
from core.errors import RuleBroken
from programs.models import Program
from reminders.channels import Text
from reminders.models import Channel, Message, MessageKind, MessageState
from reminders.services import defaults, holding, links, planning, texts
from reminders.services.outlook import NOT_OVER
from reminders.services.texts import NothingToSayError, OutdatedError, Writer
from reminders.services.wanted import PLAN

if TYPE_CHECKING:
    from accounts.models import User

# Real senders and planners go first: a rehearsal waits for them this long and no longer.
PATIENCE: Final = "SET LOCAL lock_timeout = '2s'"
WORTH_READING: Final = timedelta(hours=1)
SENT_AT_ONCE: Final = 30
NOT_SHOWN: Final = [MessageState.SUPERSEDED, MessageState.DEAD, MessageState.BOUNCED]


class Fate(StrEnum):
    """What becomes of a message on the simulated day."""

    GOES = "goes"
    HELD = "held"
    EXPIRES = "expires"
    STOPPED = "stopped"
    SENT = "sent"


FATES: Final[dict[Fate, tuple[Any, str]]] = {
    Fate.GOES: (gettext_lazy("나갑니다"), "info"),
    Fate.HELD: (gettext_lazy("보류됩니다"), "warn"),
    Fate.EXPIRES: (gettext_lazy("때를 놓칩니다"), "bad"),
    Fate.STOPPED: (gettext_lazy("멈추었습니다"), "plain"),
    Fate.SENT: (gettext_lazy("보냈습니다"), "ok"),
}


@dataclass(frozen=True, slots=True)
class Batch:
    """The messages of one kind and rule at one moment, with the words of one of them."""

    goes_at: datetime
    fate: Fate
    what: str
    ways: str
    people: int
    why: str
    sample: Text | None
    sample_name: str
    sample_number: str

    @property
    def fate_label(self) -> Any:
        return FATES[self.fate][0]

    @property
    def tone(self) -> str:
        return FATES[self.fate][1]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """One day in order of time; `readers` are those who get something that day, by key and name."""

    day: date
    batches: list[Batch]
    readers: list[tuple[str, str]] = field(default_factory=list)

    def count(self, fate: Fate) -> int:
        return sum(batch.people for batch in self.batches if batch.fate == fate)

    @property
    def messages(self) -> int:
        return self.count(Fate.GOES) + self.count(Fate.SENT) + self.count(Fate.HELD)


def of_day(program: Program, day: date, *, at: datetime, reader: str = "") -> Rehearsal:
    """What goes out on `day` as things stand now; the samples are those of `reader` where there is one.

    Nothing is kept: no row, no rule, no mark. A program that is not confirmed yet is rehearsed as if it were.
    """
    first, _end = day_bounds(day)
    try:
        with transaction.atomic():
            found = _rehearsed(program, day, clock=max(first, at), reader=reader)
            transaction.set_rollback(True)
    except OperationalError as problem:
        raise RuleBroken(_("지금 알림을 보내는 중입니다. 잠시 뒤에 다시 열어 주세요.")) from problem
    return found


def send_to_me(
    program: Program, day: date, *, reader: str, nonce: UUID, by: "User", at: datetime
) -> list[Message]:
    """The samples of the day to `by` alone, marked as a rehearsal; a second click with the same nonce adds nothing."""
    batches = [
        batch
        for batch in of_day(program, day, at=at, reader=reader).batches
        if batch.sample is not None and batch.fate in (Fate.GOES, Fate.HELD)
    ][:SENT_AT_ONCE]
    if not batches:
        raise RuleBroken(_("이날 나갈 알림이 없어 보낼 것이 없습니다."))
    trials = [
        _trial(program, batch, key=f"test:rehearsal:{by.pk}:{nonce}:{place}", by=by, at=at)
        for place, batch in enumerate(batches)
    ]
    Message.objects.bulk_create(trials, ignore_conflicts=True)
    return trials


def _trial(program: Program, batch: Batch, *, key: str, by: "User", at: datetime) -> Message:
    assert batch.sample is not None  # noqa: S101 (batches without words are left out)
    said = _(
        "연습입니다. %(when)s에 %(people)d명에게 나갈 알림을 %(name)s 님의 것으로 보냅니다."
    ) % {
        "when": kdaytime(batch.goes_at),
        "people": batch.people,
        "name": batch.sample_name,
    }
    subject = batch.sample.subject.removeprefix(texts.sender())
    return Message(
        dedupe_key=key,
        kind=MessageKind.TEST,
        program=program,
        user=by,
        channels=[Channel.EMAIL, Channel.INBOX],
        subject=f"{_('[연습]')} {subject}"[:200],
        body=f"{said}\n\n{batch.sample.body}",
        due_at=at,
        expires_at=at + WORTH_READING,
    )


def _rehearsed(program: Program, day: date, *, clock: datetime, reader: str) -> Rehearsal:
    defaults.copy(program)
    facts = planning.facts(clock, program, statuses=NOT_OVER)
    with connection.cursor() as cursor:
        # One way to the database for the three.
        rehearse = f"{PATIENCE}; {planning.NO_NESTED_LOOPS}; {PLAN}"
        cursor.execute(rehearse, facts | {"until": clock + planning.LOOK_AHEAD})
    rows = sorted(
        (one for message in _messages(program, day) if (one := _going(message, clock))),
        key=lambda one: one.order,
    )
    groups = [list(same) for _key, same in groupby(rows, key=lambda one: one.order[:4])]
    samples = [_sample(same, reader) for same in groups]
    writer = Writer()
    writer.read([one.message.pk for one in samples])
    batches = [_batch(same, one, writer) for same, one in zip(groups, samples, strict=True)]
    names = {one.key: one.name for one in rows}
    return Rehearsal(day, batches, sorted(names.items(), key=lambda pair: pair[1]))


def _messages(program: Program, day: date) -> Iterable[Message]:
    first, end = day_bounds(day)
    return (
        Message.objects.filter(program=program, due_at__gte=first, due_at__lt=end)
        .exclude(kind=MessageKind.TEST)
        .exclude(state__in=NOT_SHOWN)
        .select_related(
            "program", "rule", "publication", "event", "participant__user", "user",
            "host__item__site",
        )
        .order_by("due_at", "pk")
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Going:
    message: Message
    goes_at: datetime
    fate: Fate
    why: str

    @property
    def order(self) -> tuple[Any, ...]:
        rule = self.message.rule_id or 0
        minute = self.goes_at.replace(second=0, microsecond=0)
        return (minute, self.fate, self.message.kind, rule, self.name, self.message.pk)

    @property
    def key(self) -> str:
        row = self.message
        if row.participant_id:
            return f"p{row.participant_id}"
        return f"u{row.user_id}" if row.user_id else f"h{row.host_id}"

    @property
    def name(self) -> str:
        row = self.message
        return str(row.host.item.site if row.host else row.participant or row.user)

    @property
    def number(self) -> str:
        person = self.message.participant or self.message.user
        return person.employee_number if person else ""


def _going(message: Message, clock: datetime) -> _Going | None:
    """When it goes out and what becomes of it; None for what is no longer wanted."""
    state = MessageState(message.state)
    if message.accepted_at:
        return _Going(message, message.accepted_at, Fate.SENT, "")
    goes_at = max(message.retry_at or message.due_at, min(clock, message.expires_at))
    if state == MessageState.SUPPRESSED:
        stopped = message.cancelled_by_id is not None
        return _Going(message, message.due_at, Fate.STOPPED, "") if stopped else None
    if state == MessageState.HELD:
        return _held(message, message.held_until or goes_at, message.held_reason)
    if state == MessageState.EXPIRED or goes_at >= message.expires_at:
        why = _("%(until)s까지만 쓸모가 있습니다.") % {"until": kdaytime(message.expires_at)}
        return _Going(message, message.due_at, Fate.EXPIRES, why)
    free = message.kind not in holding.HOLDABLE or message.urgent or message.retimed_by_id
    until = None if free else holding.held_until(goes_at, message.matters_at)
    if until is not None and until < message.expires_at:
        return _held(message, until, holding.reason())
    return _Going(message, goes_at, Fate.GOES, "")


def _held(message: Message, until: datetime, reason: str) -> _Going:
    said = _("%(until)s에 나갑니다.") % {"until": kdaytime(until)}
    return _Going(message, message.due_at, Fate.HELD, f"{reason} {said}")


def _sample(rows: Sequence[_Going], reader: str) -> _Going:
    """Whose words are shown: those of the reader who was asked for, where that one is among them."""
    return next((row for row in rows if row.key == reader), rows[0])


def _batch(rows: Sequence[_Going], one: _Going, writer: Writer) -> Batch:
    message = writer.facts.messages[one.message.pk]
    labels = dict(Channel.choices)
    return Batch(
        goes_at=one.goes_at,
        fate=one.fate,
        what=message.rule.name if message.rule else str(message.get_kind_display()),
        ways=" → ".join(str(labels.get(way, way)) for way in message.channels),
        people=len(rows),
        why=one.why,
        sample=_words(message, writer),
        sample_name=one.name,
        sample_number=one.number,
    )


def _words(message: Message, writer: Writer) -> Text | None:
    """As it was sent, or as it would be; the link that acknowledges is the person's own, here it is a trial's."""
    if message.body:
        text = Text(message.subject, message.body)
    else:
        try:
            text = writer.write(message)
        except (OutdatedError, NothingToSayError):
            return None
    body = text.kept_body.replace(links.url_of(message), links.trial_url())
    return Text(text.subject, body)


def days_of(program: Program, *, at: datetime) -> tuple[date, date]:
    """First and last day worth rehearsing: from today, and not beyond the program."""
    today = local_date(at)
    return today, max(today, program.ends_on)


def usual_day(program: Program, *, at: datetime) -> date:
    """Tomorrow during the program and just before it, otherwise the day before it begins."""
    first, last = days_of(program, at=at)
    eve = program.starts_on - timedelta(days=1)
    return min(max(first + timedelta(days=1), eve), last)
