"""Every message accounted for: what the outbox says of it, against what the mail server has of it."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db.models import Sum

from reminders.models import SETTLED, DeliveryAttempt, Message, MessageState
from tools.drill.sink import SinkProcess, was_taken
from tools.smtp_sink import SILENT

# Ends an organizer sees and can act on; anything else that did not arrive is lost.
VISIBLE_ENDS = {
    MessageState.DEAD,
    MessageState.EXPIRED,
    MessageState.SUPERSEDED,
    MessageState.SUPPRESSED,
    MessageState.UNKNOWN,
}


def tally(sink: SinkProcess) -> dict[str, Any]:
    """The counts of a run, under the names of the report.

    `unaccounted` = neither arrived nor visibly ended. `in_flight` = sends whose sender vanished between the last
    check and the settlement, `lost_replies` = mails the server took without ever answering: each of these may
    come twice, and nothing else may.
    """
    arrivals: dict[str, list[float]] = {}
    silent = 0
    for mail in sink.mails():
        if was_taken(mail):
            arrivals.setdefault(mail["id"].split("@")[0].strip("<"), []).append(mail["at"])
            silent += mail["said"] == SILENT
    rows = {
        # Nobody can be told of what was decided later than it would have been due.
        str(pk): (state, max(due_at, planned_at).timestamp())
        for pk, state, due_at, planned_at in Message.objects.values_list(
            "pk", "state", "due_at", "planned_at"
        )
    }
    states = Counter(state for state, _due in rows.values())
    missing = [
        pk for pk, (state, _due) in rows.items() if pk not in arrivals and state not in VISIBLE_ENDS
    ]
    late = sorted(min(at) - rows[pk][1] for pk, at in arrivals.items() if pk in rows)
    return {
        "planned": len(rows),
        "delivered": len(arrivals),
        "duplicates": sum(len(at) - 1 for at in arrivals.values()),
        "dead": states[MessageState.DEAD],
        "expired": states[MessageState.EXPIRED],
        "superseded": states[MessageState.SUPERSEDED],
        "unknown": states[MessageState.UNKNOWN],
        "suppressed": states[MessageState.SUPPRESSED],
        "unaccounted": len(missing),
        "lost": sum(rows[pk][0] in SETTLED for pk in missing),
        "unknown_to_us": len(set(arrivals) - set(rows)),
        "in_flight": Message.objects.aggregate(n=Sum("crash_claims"))["n"] or 0,
        "lost_replies": silent,
        "attempts": DeliveryAttempt.objects.count(),
        **{f"p{share}": round(quantile(late, share / 100), 2) for share in (50, 95, 99)},
        "max": round(late[-1], 2) if late else 0,
    }


def quantile(ordered: Sequence[float], share: float) -> float:
    """Of values in order; 0 of none."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0


def unsettled() -> int:
    return Message.objects.unsettled().count()
