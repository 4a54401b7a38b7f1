"""The statements of the outbox, one for each step of a message's life."""

# ruff: noqa: S608 (made of our own texts, no value comes in)

from typing import Final

from reminders.services.audience_sql import (
    IS_TRAVELLING,
    STILL_A_PARTICIPANT,
    STILL_A_PARTICIPANTS_ITEM,
    STILL_A_READER,
    STILL_THE_ITEM,
)
from reminders.services.host_sql import HOST_VERDICT

# What most messages are: the reminder of a participant.
_IS_PLAIN: Final = "{0}.kind = 'reminder' AND {0}.participant_id IS NOT NULL"

# What cannot wait first; then what was due first, and of what is due together what begins first.
CLAIM: Final = f"""
WITH urgent AS (
    SELECT id FROM reminders_message
    WHERE state IN ('planned', 'retry') AND urgent AND coalesce(retry_at, due_at) <= clock_timestamp()
    ORDER BY coalesce(retry_at, due_at), id
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
), due AS (
    SELECT id FROM reminders_message
    WHERE state IN ('planned', 'retry') AND NOT urgent AND coalesce(retry_at, due_at) <= clock_timestamp()
    ORDER BY coalesce(retry_at, due_at), matters_at, id
    LIMIT %(limit)s - (SELECT count(*) FROM urgent)
    FOR UPDATE SKIP LOCKED
)
UPDATE reminders_message m
SET state = 'claimed', owner = %(owner)s, fence = m.fence + 1,
    lease_until = clock_timestamp() + %(lease)s
FROM (SELECT id FROM urgent UNION ALL SELECT id FROM due) taken
WHERE m.id = taken.id
RETURNING m.id, m.fence, {_IS_PLAIN.format("m")},
    NOT m.urgent, coalesce(m.retry_at, m.due_at), coalesce(m.matters_at, 'infinity')
"""

# A participant and what they take part in; of others and of other messages, what these are about besides.
_PARTICIPANT: Final = f"""
    FROM reminders_message b
    LEFT JOIN programs_program g ON g.id = b.program_id
    LEFT JOIN reminders_reminderrule r ON r.id = b.rule_id
    LEFT JOIN participants_enrollment e ON e.program_id = b.program_id
        AND e.participant_id = b.participant_id AND e.status {IS_TRAVELLING}
    LEFT JOIN programs_group team ON team.id = e.group_id
    LEFT JOIN participants_participant person ON person.id = b.participant_id
    LEFT JOIN accounts_user account ON account.id = coalesce(b.user_id, person.user_id)
    LEFT JOIN LATERAL (
        SELECT p.id FROM site_visits_publication p
        WHERE p.program_id = b.program_id ORDER BY p.number DESC LIMIT 1
    ) f ON true"""
_ANYBODY: Final = f"""{_PARTICIPANT}
    LEFT JOIN site_visits_sitevisit visit ON visit.id = b.host_id
    LEFT JOIN site_visits_itineraryitem visited ON visited.id = visit.item_id
    LEFT JOIN site_visits_hostasking asking ON asking.id = b.asking_id
    LEFT JOIN participants_enrollmentevent event ON event.id = b.event_id
    LEFT JOIN participants_enrollment about ON about.id = event.enrollment_id"""


def _stamp(*versioned: str) -> str:
    """The version of every row that a text may be written from and that may still change (the transaction that wrote it
    and where it lies), beside the publication in force."""
    versions = "".join(f", {row}.xmin, {row}.ctid" for row in versioned)
    return f"format('{' %%s' * 2 * len(versioned)} %%s'{versions}, f.id)"


_OF_PARTICIPANT: Final = _stamp("g", "r", "e", "team", "person", "account")
_OF_ANYBODY: Final = _stamp("g", "r", "e", "team", "person", "account", "visit", "visited")
STAMPS: Final = f"""
SELECT b.id, CASE WHEN {_IS_PLAIN.format("b")} THEN {_OF_PARTICIPANT} ELSE {_OF_ANYBODY} END, f.id
{_ANYBODY}
WHERE b.id = ANY(%(ids)s::uuid[])"""


def _reminder(reader: str, item: str) -> str:
    """A reminder goes out while its rule, its program and its reader are still there and its item is still, in the
    publication in force, the same one and (for most rules) the day's first."""
    return f"""CASE
            WHEN r.is_active IS NOT TRUE OR g.status NOT IN ('confirmed', 'running') OR NOT {reader}
                THEN 'suppressed'
            WHEN NOT EXISTS (
                SELECT FROM site_visits_publisheditem i
                WHERE i.publication_id = f.id AND i.uid = b.item_uid AND i.revision = b.item_revision
                  AND NOT i.cancelled AND {item}
            ) THEN 'superseded'
            ELSE 'sending'
        END"""


def _begin(verdict: str, stamp: str, sources: str) -> str:
    """BEGIN does not wait for the disk. A database that crashes may forget it: the row is claimed again, which
    settling takes as well, and whose lease runs out as any other. `state || ''` keeps the index of leases out of the
    plan: the server takes it for tiny, yet it holds the whole batch and all that was sent before."""
    return f"""
UPDATE reminders_message m
SET state = v.verdict,
    owner = CASE v.verdict WHEN 'sending' THEN m.owner END,
    lease_until = CASE v.verdict WHEN 'sending' THEN clock_timestamp() + %(lease)s END,
    settled_at = CASE v.verdict WHEN 'sending' THEN NULL ELSE clock_timestamp() END
FROM (
    SELECT b.id, CASE WHEN b.expires_at <= clock_timestamp() THEN 'expired' {verdict} END AS verdict, {stamp} AS stamp
    {sources}
    WHERE b.id = %(next)s AND set_config('synchronous_commit', 'off', true) = 'off'
) v
WHERE m.id = %(next)s AND v.id = m.id AND m.owner = %(owner)s AND m.fence = %(next_fence)s
  AND m.state || '' = 'claimed' AND m.lease_until > clock_timestamp()
RETURNING m.state, v.stamp
"""


# What each kind of message must still find true.
BEGIN: Final = _begin(
    f"""
        WHEN b.kind = 'reminder' THEN {_reminder(STILL_A_READER, STILL_THE_ITEM)}
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
    """,
    _OF_ANYBODY,
    _ANYBODY,
)
# The same for what most messages are, reminders of participants, without looking for what these never have.
BEGIN_PLAIN: Final = _begin(
    f"ELSE {_reminder(STILL_A_PARTICIPANT, STILL_A_PARTICIPANTS_ITEM)}",
    _OF_PARTICIPANT,
    _PARTICIPANT,
)

# One claim is one attempt: settling again what a crash may have lost adds none.
_ATTEMPT: Final = """attempt AS (
    INSERT INTO reminders_deliveryattempt (message_id, channel, fence, outcome, answer, at)
    VALUES (%(id)s, %(channel)s, %(fence)s, %(outcome)s, %(answer)s, clock_timestamp())
    ON CONFLICT (message_id, fence) WHERE by_id IS NULL DO NOTHING
)"""
_STILL_MINE: Final = """m.id = %(id)s AND m.owner = %(owner)s AND m.fence = %(fence)s
      AND m.state || '' IN ('claimed', 'sending')"""
# What is durable waits for the disk and takes everything before it along: the log is written in order.
_WAIT: Final = "CASE WHEN %(durable)s::bool THEN true ELSE set_config('synchronous_commit', 'off', true) = 'off' END"
_ACCEPTED: Final = f"""
WITH settled AS (
    UPDATE reminders_message m
    SET state = 'accepted', accepted_at = statement_timestamp(), settled_at = statement_timestamp(),
        owner = NULL, lease_until = NULL, retry_at = NULL, moves_on_at = NULL,
        channel = %(channel)s, last_error = '', provider_reference = %(reference)s,
        subject = %(subject)s, body = %(body)s
    WHERE {_STILL_MINE}
    RETURNING 1
), {_ATTEMPT}"""
ACCEPT: Final = f"{_ACCEPTED} SELECT EXISTS (SELECT FROM settled) WHERE {_WAIT}"
# Two steps of a sender at one go: half the talk with the database, and half its work.
_BOTH: Final = (
    "SELECT EXISTS (SELECT FROM settled), (SELECT state FROM begun), (SELECT stamp FROM begun)"
)
ACCEPT_AND_BEGIN: Final = f"{_ACCEPTED}, begun AS ({BEGIN}) {_BOTH}"
ACCEPT_AND_BEGIN_PLAIN: Final = f"{_ACCEPTED}, begun AS ({BEGIN_PLAIN}) {_BOTH}"

# What was not accepted. A retry comes after a random part of a pause that doubles each time, not before the other side
# asked for, and never too late to be of use. A channel that refused, whose tries are used up or that had half of the
# time there was gives way to the next one.
SETTLE: Final = f"""
WITH settled AS (
    UPDATE reminders_message m
    SET state = v.becomes,
        place = m.place + v.moves_on::int,
        moves_on_at = CASE WHEN v.becomes = 'retry' AND NOT v.moves_on
            THEN coalesce(m.moves_on_at, v.clock + (m.expires_at - v.clock) / 2) END,
        retry_at = CASE
            WHEN v.moves_on THEN v.clock
            WHEN v.becomes = 'retry' THEN least(m.expires_at - interval '5 seconds', v.clock + greatest(
                %(wait)s::interval,
                interval '1 second' * (1 + %(jitter)s::float8 * least(
                    %(longest_pause)s::float8, %(first_pause)s::float8 * power(2::float8, least(m.tries, 20))
                ))
            ))
        END,
        settled_at = CASE WHEN v.becomes <> 'retry' THEN v.clock END,
        owner = NULL, lease_until = NULL,
        tries = CASE WHEN v.moves_on THEN 0 ELSE m.tries + 1 END,
        channel = %(channel)s, last_error = %(answer)s, provider_reference = %(reference)s,
        subject = %(subject)s, body = %(body)s
    FROM (
        SELECT w.*, CASE
            WHEN w.moves_on THEN 'retry'
            WHEN %(outcome)s = 'refused' THEN 'dead'
            WHEN w.is_over AND %(outcome)s = 'unknown' THEN 'unknown'
            WHEN w.is_over THEN 'expired'
            ELSE 'retry'
        END AS becomes
        FROM (
            SELECT b.id, t.clock, b.expires_at <= t.clock + interval '5 seconds' AS is_over,
                b.place + 1 < jsonb_array_length(b.channels)
                AND b.expires_at > t.clock + interval '5 seconds'
                AND (%(outcome)s = 'refused' OR b.tries + 1 >= %(most_tries)s::int
                     OR coalesce(b.moves_on_at <= t.clock, false)) AS moves_on
            FROM reminders_message b, (SELECT clock_timestamp() AS clock) t
            WHERE b.id = %(id)s
        ) w
    ) v
    WHERE v.id = m.id AND {_STILL_MINE}
    RETURNING 1
), {_ATTEMPT}
SELECT EXISTS (SELECT FROM settled) WHERE {_WAIT}
"""

# A text for the messenger waits for a person, at most half of the time where another channel is left.
HAND_TO_A_PERSON: Final = """
UPDATE reminders_message m
SET state = 'held', held_reason = %(reason)s, channel = %(channel)s, subject = %(subject)s, body = %(body)s,
    held_until = CASE WHEN m.place + 1 < jsonb_array_length(m.channels)
        THEN clock_timestamp() + (m.expires_at - clock_timestamp()) / 2 ELSE m.expires_at END,
    owner = NULL, lease_until = NULL
WHERE m.id = %(id)s AND m.owner = %(owner)s AND m.fence = %(fence)s AND m.state = 'sending'
RETURNING m.id
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

# After a restart of the database no lease is over at once: what a crash made it forget, living senders settle again as
# soon as it is back (ledger.py).
TIDY: Final = """
UPDATE reminders_message m
SET state = t.becomes,
    crash_claims = m.crash_claims + CASE WHEN m.state = 'sending' THEN 1 ELSE 0 END,
    last_error = CASE WHEN t.becomes = 'dead' THEN %(vanished)s ELSE m.last_error END,
    settled_at = CASE WHEN t.becomes IN ('dead', 'expired', 'unknown') THEN clock_timestamp() END,
    retry_at = NULL, held_reason = '', held_until = NULL, owner = NULL, lease_until = NULL
FROM (
    SELECT id, CASE
        -- The server may have it: nobody can tell.
        WHEN state = 'sending' AND expires_at <= clock_timestamp() THEN 'unknown'
        WHEN expires_at <= clock_timestamp() THEN 'expired'
        WHEN state = 'sending' AND crash_claims + 1 >= %(allowed)s THEN 'dead'
        WHEN state = 'sending' OR tries > 0 OR crash_claims > 0 THEN 'retry'
        ELSE 'planned'
    END AS becomes
    FROM reminders_message
    WHERE (state IN ('claimed', 'sending') AND lease_until <= clock_timestamp()
           AND pg_postmaster_start_time() + least(%(lease)s, %(grace)s) <= clock_timestamp())
       OR (state IN ('planned', 'retry') AND coalesce(retry_at, due_at) <= clock_timestamp()
           AND expires_at <= clock_timestamp())
       OR (state = 'held' AND held_until <= clock_timestamp() AND expires_at <= clock_timestamp())
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

SENDERS_AT_WORK: Final = """
SELECT greatest(1, count(DISTINCT owner)) FROM reminders_message
WHERE state IN ('claimed', 'sending') AND lease_until > clock_timestamp()
"""

# Only a transaction that has written to the log waits for the disk at its end: a number of its own is not enough.
MAKE_DURABLE: Final = "SELECT pg_logical_emit_message(true, 'reminders', '')::text"

MUCH_DUE: Final = """
SELECT 1 FROM reminders_message
WHERE state IN ('planned', 'retry') AND coalesce(retry_at, due_at) <= clock_timestamp()
OFFSET %(many)s LIMIT 1
"""
