"""The quiet hours: what does not depend on the time waits for the morning, with the reason beside it.

What a rule sends at its own time is the organizer's choice and never held, nor is what somebody sends again by hand.
"""

from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from core.dates import at_local, ktime, local, local_date
from reminders.models import Channel, Message, MessageKind, MessageState

HOLDABLE: Final = [
    MessageKind.CHANGE,
    MessageKind.ENROLLMENT,
    MessageKind.PROGRAM,
    MessageKind.HOST,
]
# A message due a little later tonight is held as soon as it is planned, so that the desk shows it.
AHEAD: Final = timedelta(minutes=15)


def held_until(at: datetime, matters_at: datetime | None) -> datetime | None:
    """When a message that would go out `at` may go out; None: at once.

    It is held to the end of the quiet hours, unless that is too close to the start of what it speaks of.
    """
    until = _end_of_quiet(at)
    if until is None or (matters_at is not None and until > matters_at - lead()):
        return None
    return until


def lead() -> timedelta:
    """How long before its start people must know of a change."""
    return timedelta(hours=settings.URGENT_HOURS)


@transaction.atomic
def hold(*, at: datetime | None = None) -> int:
    """Hold what is due in the quiet hours and can wait, as of `at` (None: the database's clock); returns how many.

    What somebody else has in hand is left to them, so that any number may do this at once.
    """
    at = at or _now()
    if _end_of_quiet(at) is None and _end_of_quiet(at + AHEAD) is None:
        return 0
    due = Message.objects.waiting().filter(kind__in=HOLDABLE, urgent=False)
    due = due.select_for_update(skip_locked=True)
    near = (
        due.annotate(goes_at=Coalesce("retry_at", "due_at"))
        .filter(goes_at__lte=at + AHEAD)
        .filter(retimed_by=None)
        .values_list("pk", "goes_at", "matters_at", "expires_at")
    )
    by_end: dict[datetime, list[UUID]] = {}
    for pk, goes_at, matters_at, expires_at in near:
        until = held_until(max(goes_at, at), matters_at)
        if until is not None and until < expires_at:
            by_end.setdefault(until, []).append(pk)
    return sum(_hold(pks, until) for until, pks in by_end.items())


def release() -> int:
    """Let go what was held long enough, by the database's clock.

    A text for the messenger that nobody passed on gives way to the next channel; where there is none it stays.
    """
    with connection.cursor() as cursor:
        cursor.execute(RELEASE, {"copy": Channel.COPY})
        return cursor.rowcount


# Due when it is let go: being held is a promise of its own, and no lateness.
RELEASE: Final = """
UPDATE reminders_message
SET state = CASE WHEN tries > 0 OR crash_claims > 0 THEN 'retry' ELSE 'planned' END,
    due_at = held_until, retry_at = NULL, held_reason = '', held_until = NULL,
    place = place + (channel = %(copy)s)::int, channel = CASE WHEN channel = %(copy)s THEN '' ELSE channel END
WHERE state = 'held' AND held_until <= clock_timestamp()
  AND (channel <> %(copy)s OR place + 1 < jsonb_array_length(channels))
"""


def _hold(pks: list[UUID], until: datetime) -> int:
    # A sender may have taken one in between: only what still waits is held.
    return (
        Message.objects.waiting()
        .filter(pk__in=pks)
        .update(
            state=MessageState.HELD,
            held_until=until,
            held_reason=reason(),
            retry_at=None,
        )
    )


def reason() -> str:
    return _("%(start)s~%(end)s에는 급하지 않은 알림을 보내지 않습니다.") % {
        "start": ktime(_clock(settings.QUIET_FROM)),
        "end": ktime(_clock(settings.QUIET_UNTIL)),
    }


def _now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def _end_of_quiet(at: datetime) -> datetime | None:
    """The end of the quiet hours `at` lies in; None outside of them."""
    start, end = _clock(settings.QUIET_FROM), _clock(settings.QUIET_UNTIL)
    clock, day = local(at).time(), local_date(at)
    if start <= end:
        return at_local(day, end) if start <= clock < end else None
    if clock >= start:
        return at_local(day + timedelta(days=1), end)
    return at_local(day, end) if clock < end else None


def _clock(text: str) -> time:
    return time.fromisoformat(text)
