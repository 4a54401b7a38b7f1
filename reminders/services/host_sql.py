"""Whether what a host is to be told still holds, in SQL: the outbox asks it just before sending, planning to revive."""

from typing import Final

ASKING_HOLDS: Final = """(
    visit.host_state = 'asked' AND asking.starts_at = visited.starts_at AND asking.ends_at = visited.ends_at
    AND asking.site_id = visited.site_id
    AND NOT EXISTS (SELECT FROM site_visits_hostasking n WHERE n.visit_id = asking.visit_id AND n.id > asking.id)
)"""

# Taken back: only while the visit is off, or goes to another site. Asked or reminded: only while this asking is
# the last one, about the time the visit has, and not answered.
HOST_VERDICT: Final = f"""CASE
    WHEN split_part(b.dedupe_key, ':', 1) = 'host-gone' THEN CASE
        WHEN g.status = 'cancelled' OR visited.cancelled_at IS NOT NULL OR visited.site_id <> asking.site_id
            THEN 'sending'
        ELSE 'superseded'
    END
    WHEN g.status = 'cancelled' OR visited.cancelled_at IS NOT NULL THEN 'suppressed'
    WHEN NOT {ASKING_HOLDS} THEN 'superseded'
    ELSE 'sending'
END"""

REVIVE: Final = f"""
UPDATE reminders_message m SET state = 'planned', settled_at = NULL, last_error = ''
FROM site_visits_hostasking asking
JOIN site_visits_sitevisit visit ON visit.id = asking.visit_id
JOIN site_visits_itineraryitem visited ON visited.id = visit.item_id
WHERE m.asking_id = asking.id AND m.kind = 'host' AND m.state = 'superseded' AND m.cancelled_by_id IS NULL
  AND m.dedupe_key LIKE 'host-ask:%%' AND m.expires_at > %(at)s AND visited.cancelled_at IS NULL AND {ASKING_HOLDS}
"""  # noqa: S608 (made of our own texts, no value comes in)
