"""What an organizer does with messages: stop, re-time, release, send once more, and say what was passed on by hand.

Each step locks its row first and finds a second click already done. What people set by hand is a fact: planning
and quiet hours leave it alone (`cancelled_by`, `retimed_by`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Protocol

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.dates import kdatetime
from core.errors import RuleBroken, StaleEdit
from reminders.models import SETTLED, Channel, DeliveryAttempt, Message, MessageState
from reminders.services.texts import NothingToSayError, OutdatedError, Writer

if TYPE_CHECKING:
    from accounts.models import User

STOPPABLE: Final = [MessageState.PLANNED, MessageState.HELD, MessageState.RETRY]
# Superseded: a newer message says it better.
REPEATABLE: Final = [state for state in SETTLED if state != MessageState.SUPERSEDED]
# Somebody can tell the person what it says, whatever became of the sending.
PASSABLE: Final = [*STOPPABLE, MessageState.DEAD, MessageState.UNKNOWN]
FOR_A_PERSON: Final = gettext_lazy(
    "직접 전할 문구입니다. 복사해서 전하고 ‘전달했습니다’를 누르십시오."
)
AGAIN: Final = "#again-"
WORTH_REPEATING: Final = timedelta(hours=1)


class Step(Protocol):
    def __call__(self, *, message: Message, by: "User", at: datetime) -> Message: ...


@dataclass(slots=True)
class Handled:
    """What became of several: how many were done, and why the others were not."""

    done: int = 0
    refused: list[str] = field(default_factory=list)


@transaction.atomic
def each(step: Step, *, messages: Iterable[Message], by: "User", at: datetime) -> Handled:
    """The same step for several, always in the same order: two organizers never wait for each other in a circle.

    One that cannot be done leaves the others done.
    """
    handled = Handled()
    for message in sorted(messages, key=lambda one: one.pk):
        try:
            with transaction.atomic():
                step(message=message, by=by, at=at)
        except RuleBroken as refusal:
            handled.refused.append(str(refusal))
        else:
            handled.done += 1
    return handled


@transaction.atomic
def cancel(*, message: Message, by: "User", at: datetime) -> Message:
    """Stop a message that has not gone out; a second click finds it stopped."""
    locked = _locked(message)
    if locked.cancelled_by_id:
        return locked
    if locked.state not in STOPPABLE:
        raise RuleBroken(_("이미 보냈거나 보내는 중이어서 취소할 수 없습니다."))
    locked.state, locked.cancelled_by, locked.settled_at = MessageState.SUPPRESSED, by, at
    locked.retry_at, locked.held_reason, locked.held_until = None, "", None
    locked.save()
    return locked


@transaction.atomic
def retime(
    *, message: Message, to: datetime, shown: datetime | None, by: "User", at: datetime
) -> Message:
    """Send at another time, between now and the end of the message's use; quiet hours then do not hold it.

    `shown` is the time the organizer read: another organizer's change meanwhile is a StaleEdit.
    """
    locked = _locked(message)
    if locked.state not in STOPPABLE:
        raise RuleBroken(_("이미 보냈거나 보내는 중이어서 시각을 바꿀 수 없습니다."))
    if waits_for_a_hand(locked):
        raise RuleBroken(FOR_A_PERSON)
    if shown is not None and shown != locked.due_at.replace(second=0, microsecond=0):
        raise StaleEdit(
            _("그사이 보낼 시각이 %(when)s(으)로 바뀌었습니다. 확인하고 다시 정해 주세요.")
            % {"when": kdatetime(locked.due_at)},
            current=locked,
        )
    if to < at.replace(second=0, microsecond=0):
        raise RuleBroken(
            _("지난 시각입니다. 지금 보내려면 ‘지금 보내기’를 누르십시오."), field="to"
        )
    if to >= locked.expires_at:
        raise RuleBroken(
            _("이 알림은 %(until)s까지만 쓸모가 있습니다. 그보다 앞선 시각을 정해 주세요.")
            % {"until": kdatetime(locked.expires_at)},
            field="to",
        )
    return _due(locked, to, by)


@transaction.atomic
def release(*, message: Message, by: "User", at: datetime) -> Message:
    """Send now what is held or planned for later; a second click finds it released.

    A text that waits to be copied goes the next way instead, where there is one.
    """
    locked = _locked(message)
    if locked.state not in STOPPABLE:
        raise RuleBroken(_("이미 보냈거나 보내는 중이거나 멈춘 알림입니다."))
    if locked.expires_at <= at:
        raise RuleBroken(_("때를 놓친 알림입니다. 필요하면 ‘다시 보내기’를 누르십시오."))
    if locked.state == MessageState.PLANNED and locked.due_at <= at:
        return locked
    if waits_for_a_hand(locked):
        if not has_another_way(locked):
            raise RuleBroken(FOR_A_PERSON)
        locked.place, locked.channel = locked.place + 1, ""
    return _due(locked, at, by)


def waits_for_a_hand(message: Message) -> bool:
    """Its text is ready to be copied; only a person can pass it on."""
    return message.state == MessageState.HELD and message.channel == Channel.COPY


def has_another_way(message: Message) -> bool:
    return message.place + 1 < len(message.channels)


def _due(locked: Message, to: datetime, by: "User") -> Message:
    locked.due_at, locked.retimed_by = to, by
    if locked.state == MessageState.HELD:
        locked.state = MessageState.PLANNED
    locked.held_reason, locked.held_until, locked.retry_at = "", None, None
    locked.save()
    return locked


@transaction.atomic
def send_again(*, message: Message, by: "User", at: datetime) -> Message:
    """A new message to the same person about the same thing, written from the facts of now.

    While one repetition waits, a second click finds that one.
    """
    locked = _locked(message)
    if locked.state not in REPEATABLE:
        raise RuleBroken(_("아직 보내지 않은 알림이거나, 새 알림이 대신하는 알림입니다."))
    base = locked.dedupe_key.split("#")[0]
    # Of this reader: there is an index of readers, none of beginnings of keys.
    reader = {
        "participant": locked.participant_id,
        "user": locked.user_id,
        "host": locked.host_id,
    }
    repeats = Message.objects.filter(**reader, dedupe_key__startswith=f"{base}{AGAIN}")
    if waiting := repeats.unsettled().first():
        return waiting
    again = Message.objects.get(pk=locked.pk)
    again.pk, again.dedupe_key = Message().pk, f"{base}{AGAIN}{repeats.count() + 1}"
    again.state, again.channel, again.subject, again.body = MessageState.PLANNED, "", "", ""
    again.due_at, again.retimed_by = at, by
    again.expires_at = locked.expires_at if locked.expires_at > at else at + WORTH_REPEATING
    again.fence = again.tries = again.crash_claims = 0
    again.place, again.moves_on_at = 0, None
    again.accepted_at = again.settled_at = again.retry_at = again.cancelled_by = None
    again.last_error = again.provider_reference = ""
    again.save(force_insert=True)
    return again


@transaction.atomic
def pass_on(*, message: Message, by: "User", at: datetime) -> Message:
    """An organizer copied the text and told the person: it counts as sent, with who told and when.

    Also for a message that failed or waits: the person knows now. A second click finds it done.
    """
    locked = _locked(message)
    if locked.state == MessageState.ACCEPTED:
        return locked
    if locked.state not in PASSABLE:
        raise RuleBroken(_("지금 보내는 중이거나 더는 맞지 않는 알림입니다."))
    if not locked.body:
        _write(locked)
    DeliveryAttempt.objects.create(
        message=locked,
        channel=Channel.COPY,
        fence=locked.fence,
        outcome=DeliveryAttempt.Outcome.ACCEPTED,
        answer=_("문구를 복사해 직접 전했습니다."),
        at=at,
        by=by,
    )
    locked.state, locked.channel = MessageState.ACCEPTED, Channel.COPY
    locked.accepted_at = locked.settled_at = at
    locked.retry_at, locked.held_reason, locked.held_until = None, "", None
    locked.last_error = ""
    locked.save()
    return locked


def _write(message: Message) -> None:
    try:
        text = Writer().write(message)
    except (OutdatedError, NothingToSayError) as problem:
        raise RuleBroken(_("그사이 일정이 바뀌어 더는 맞지 않는 알림입니다.")) from problem
    message.subject, message.body = text.subject, text.kept_body


def _locked(message: Message) -> Message:
    return Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
