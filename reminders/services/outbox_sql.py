"""The statements of the outbox, one for each step of a message's life."""

from typing import Final

from reminders.services.audience_sql import STILL_A_READER, STILL_THE_ITEM
from reminders.services.host_sql import HOST_VERDICT

CLAIM: Final = """
UPDATE reminders_message m
SET state = 'claimed', owner = %(owner)s, fence = m.fence + 1,
    lease_until = clock_timestamp() + %(lease)s
FROM (
    SELECT id FROM reminders_message
    WHERE state IN ('planned', 'retry') AND coalesce(retry_at, due_at) <= clock_timestamp()
    ORDER BY coalesce(retry_at, due_at), id
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
) due
WHERE m.id = due.id
RETURNING m.id, m.fence
"""

# The version of every row that a text may be written from and that may still change (the transaction that wrote it
# and where it lies), beside the publication in force.
_VERSIONED: Final = ("g", "r", "e", "team", "person", "account", "visit", "visited")
STAMP: Final = f"""format('{" %%s" * 2 * len(_VERSIONED)} %%s',
    {", ".join(f"{row}.xmin, {row}.ctid" for row in _VERSIONED)}, f.id)"""
SOURCES: Final = """
    FROM reminders_message b
    LEFT JOIN programs_program g ON g.id = b.program_id
    LEFT JOIN reminders_reminderrule r ON r.id = b.rule_id
    LEFT JOIN participants_enrollment e ON e.program_id = b.program_id
        AND e.participant_id = b.participant_id AND e.status = ANY(%(travelling)s)
    LEFT JOIN programs_group team ON team.id = e.group_id
    LEFT JOIN participants_participant person ON person.id = b.participant_id
    LEFT JOIN accounts_user account ON account.id = coalesce(b.user_id, person.user_id)
    LEFT JOIN site_visits_sitevisit visit ON visit.id = b.host_id
    LEFT JOIN site_visits_itineraryitem visited ON visited.id = visit.item_id
    LEFT JOIN site_visits_hostasking asking ON asking.id = b.asking_id
    LEFT JOIN participants_enrollmentevent event ON event.id = b.event_id
    LEFT JOIN participants_enrollment about ON about.id = event.enrollment_id
    LEFT JOIN LATERAL (
        SELECT p.id FROM site_visits_publication p
        WHERE p.program_id = b.program_id ORDER BY p.number DESC LIMIT 1
    ) f ON true"""
STAMPS: Final = f"SELECT b.id, {STAMP}, f.id {SOURCES} WHERE b.id = ANY(%(ids)s)"

# What each kind of message must still find true. A reminder: its rule, its program and its reader are still
# there, and its item is still, in the publication in force, the same one and (for most rules) the day's first.
BEGIN: Final = f"""
UPDATE reminders_message m
SET state = v.verdict,
    owner = CASE v.verdict WHEN 'sending' THEN m.owner END,
    lease_until = CASE v.verdict WHEN 'sending' THEN clock_timestamp() + %(lease)s END,
    settled_at = CASE v.verdict WHEN 'sending' THEN NULL ELSE clock_timestamp() END
FROM (
    SELECT b.id, CASE
        WHEN b.expires_at <= clock_timestamp() THEN 'expired'
        WHEN b.kind = 'reminder' THEN CASE
            WHEN r.is_active IS NOT TRUE OR g.status NOT IN ('confirmed', 'running') OR NOT {STILL_A_READER}
                THEN 'suppressed'
            WHEN NOT EXISTS (
                SELECT FROM site_visits_publisheditem i
                WHERE i.publication_id = f.id AND i.uid = b.item_uid AND i.revision = b.item_revision
                  AND NOT i.cancelled AND {STILL_THE_ITEM}
            ) THEN 'superseded'
            ELSE 'sending'
        END
        WHEN b.kind = 'change' THEN CASE
            WHEN g.status NOT IN ('open', 'closed', 'confirmed', 'running') THEN 'suppressed'
            WHEN e.id IS NULL AND NOT EXISTS (
                SELECT FROM programs_programstaff s WHERE s.program_id = b.program_id AND s.user_id = b.user_id
            ) THEN 'suppressed'
            WHEN b.publication_id <> f.id THEN 'superseded'
            ELSE 'sending'
        END
        WHEN b.kind = 'enrollment' AND event.status <> about.status THEN 'superseded'
        WHEN b.kind = 'host' AND asking.id IS NOT NULL THEN {HOST_VERDICT}
        WHEN b.kind = 'program' AND g.status <> 'cancelled' THEN 'suppressed'
        ELSE 'sending'
    END AS verdict, {STAMP} AS stamp
    {SOURCES}
    WHERE b.id = %(id)s
) v
WHERE m.id = v.id AND m.owner = %(owner)s AND m.fence = %(fence)s
  AND m.state = 'claimed' AND m.lease_until > clock_timestamp()
RETURNING m.state, v.stamp
"""  # noqa: S608 (made of our own texts, no value comes in)

# A retry comes after a random part of a pause that doubles each time, and never too late to be of use.
SETTLE: Final = """
WITH settled AS (
    UPDATE reminders_message m
    SET state = CASE
            WHEN %(outcome)s = 'accepted' THEN 'accepted'
            WHEN %(outcome)s = 'refused' THEN 'dead'
            WHEN m.expires_at <= clock_timestamp() + interval '5 seconds' THEN 'expired'
            ELSE 'retry'
        END,
        retry_at = CASE WHEN %(outcome)s IN ('deferred', 'unknown') THEN least(
            m.expires_at - interval '5 seconds',
            clock_timestamp() + interval '1 second' * (
                1 + %(jitter)s * least(%(longest_pause)s, %(first_pause)s * power(2, least(m.tries, 20)))
            )
        ) END,
        accepted_at = CASE WHEN %(outcome)s = 'accepted' THEN clock_timestamp() END,
        settled_at = CASE
            WHEN %(outcome)s IN ('accepted', 'refused')
                OR m.expires_at <= clock_timestamp() + interval '5 seconds' THEN clock_timestamp()
        END,
        owner = NULL, lease_until = NULL,
        tries = m.tries + CASE WHEN %(outcome)s = 'accepted' THEN 0 ELSE 1 END,
        channel = %(channel)s,
        last_error = CASE WHEN %(outcome)s = 'accepted' THEN '' ELSE %(answer)s END,
        provider_reference = %(reference)s,
        subject = %(subject)s, body = %(body)s
    WHERE m.id = %(id)s AND m.owner = %(owner)s AND m.fence = %(fence)s AND m.state = 'sending'
    RETURNING 1
), attempt AS (
    INSERT INTO reminders_deliveryattempt (message_id, channel, fence, outcome, answer, at)
    VALUES (%(id)s, %(channel)s, %(fence)s, %(outcome)s, %(answer)s, clock_timestamp())
)
SELECT EXISTS (SELECT FROM settled)
"""

NOTE: Final = """
INSERT INTO reminders_deliveryattempt (message_id, channel, fence, outcome, answer, at)
VALUES (%(id)s, %(channel)s, %(fence)s, %(outcome)s, %(answer)s, clock_timestamp())
RETURNING id
"""

LEAVE: Final = """
UPDATE reminders_message
SET state = %(state)s, settled_at = clock_timestamp(), owner = NULL, lease_until = NULL, last_error = %(reason)s
WHERE id = %(id)s AND owner = %(owner)s AND fence = %(fence)s AND state = 'sending'
RETURNING id
"""

STUMBLE: Final = """
UPDATE reminders_message
SET crash_claims = crash_claims + 1, owner = NULL, lease_until = NULL, last_error = %(error)s,
    state = CASE WHEN crash_claims + 1 >= %(allowed)s THEN 'dead' ELSE 'retry' END,
    settled_at = CASE WHEN crash_claims + 1 >= %(allowed)s THEN clock_timestamp() END,
    retry_at = clock_timestamp() + interval '20 seconds' * (crash_claims + 1)
WHERE id = %(id)s AND owner = %(owner)s AND fence = %(fence)s AND state = 'sending'
RETURNING id
"""

TIDY: Final = """
UPDATE reminders_message m
SET state = t.becomes,
    crash_claims = m.crash_claims + CASE WHEN m.state = 'sending' THEN 1 ELSE 0 END,
    last_error = CASE WHEN t.becomes = 'dead' THEN %(vanished)s ELSE m.last_error END,
    settled_at = CASE WHEN t.becomes IN ('dead', 'expired') THEN clock_timestamp() END,
    retry_at = NULL, owner = NULL, lease_until = NULL
FROM (
    SELECT id, CASE
        WHEN expires_at <= clock_timestamp() THEN 'expired'
        WHEN state = 'sending' AND crash_claims + 1 >= %(allowed)s THEN 'dead'
        WHEN state = 'sending' OR tries > 0 OR crash_claims > 0 THEN 'retry'
        ELSE 'planned'
    END AS becomes
    FROM reminders_message
    WHERE (state IN ('claimed', 'sending') AND lease_until <= clock_timestamp())
       OR (state IN ('planned', 'retry') AND coalesce(retry_at, due_at) <= clock_timestamp()
           AND expires_at <= clock_timestamp())
    FOR UPDATE SKIP LOCKED
) t
WHERE m.id = t.id
RETURNING m.id
"""

OLDEST_DUE: Final = """
SELECT coalesce(clock_timestamp() - min(coalesce(retry_at, due_at)), interval '0')
FROM reminders_message
WHERE state IN ('planned', 'retry') AND coalesce(retry_at, due_at) <= clock_timestamp()
"""
