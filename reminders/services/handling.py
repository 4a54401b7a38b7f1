"""What an organizer does with a single message: stop it, or send it once more."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RuleBroken
from reminders.models import SETTLED, Message, MessageState

if TYPE_CHECKING:
    from accounts.models import User

STOPPABLE: Final = [MessageState.PLANNED, MessageState.HELD, MessageState.RETRY]
# Superseded: a newer message says it better.
REPEATABLE: Final = [state for state in SETTLED if state != MessageState.SUPERSEDED]
AGAIN: Final = "#again-"
WORTH_REPEATING: Final = timedelta(hours=1)


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
def send_again(*, message: Message, by: "User", at: datetime) -> Message:
    """A new message to the same person about the same thing, written from the facts of now.

    While one repetition waits, a second click finds that one.
    """
    locked = _locked(message)
    if locked.state not in REPEATABLE:
        raise RuleBroken(_("아직 보내지 않은 알림이거나, 새 알림이 대신하는 알림입니다."))
    base = locked.dedupe_key.split("#")[0]
    repeats = Message.objects.filter(dedupe_key__startswith=f"{base}{AGAIN}")
    if waiting := repeats.unsettled().first():
        return waiting
    again = Message.objects.get(pk=locked.pk)
    again.pk, again.dedupe_key = Message().pk, f"{base}{AGAIN}{repeats.count() + 1}"
    again.state, again.channel, again.subject, again.body = MessageState.PLANNED, "", "", ""
    again.due_at = at
    again.expires_at = locked.expires_at if locked.expires_at > at else at + WORTH_REPEATING
    again.fence = again.tries = again.crash_claims = 0
    again.place, again.moves_on_at = 0, None
    again.accepted_at = again.settled_at = again.retry_at = again.cancelled_by = None
    again.last_error = again.provider_reference = ""
    again.save(force_insert=True)
    return again


def _locked(message: Message) -> Message:
    return Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
