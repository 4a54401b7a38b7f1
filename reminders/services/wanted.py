"""The one statement of who is to be reminded of what, as SQL: planning adds it, drops the rest, re-times it.

For every program that will take place: its rules × the items of the publication in force × their readers
(`audience_sql`). Times are worked out once for each cohort, before the people are multiplied in.
"""

from typing import Final

from reminders.services.audience_sql import READERS

WANTED: Final = f"""
WITH in_force AS (
    SELECT DISTINCT ON (p.program_id) p.id, p.program_id
    FROM site_visits_publication p
    JOIN programs_program g ON g.id = p.program_id AND g.status = ANY(%(statuses)s)
    WHERE (%(program)s IS NULL OR p.program_id = %(program)s)
    ORDER BY p.program_id, p.number DESC
),
rule AS (
    SELECT r.*
    FROM reminders_reminderrule r
    JOIN in_force f ON f.program_id = r.program_id
    WHERE r.id = %(rule)s OR %(rule)s IS NULL AND r.is_active
),
{READERS},
cohort AS (
    SELECT DISTINCT program_id, audience, cohort, active_from, active_until, uid FROM reader
),
item AS (
    SELECT f.program_id, i.id, i.uid, i.revision, i.kind, i.starts_at, i.ends_at, i.group_ids,
           (i.starts_at AT TIME ZONE 'Asia/Seoul')::date AS day,
           min(i.starts_at) OVER (PARTITION BY f.program_id) AS program_starts_at
    FROM in_force f
    JOIN site_visits_publisheditem i ON i.publication_id = f.id
    WHERE NOT i.cancelled
),
shown AS (
    SELECT c.program_id, c.audience, c.cohort, c.active_from, c.active_until, i.uid, i.revision, i.kind,
           i.starts_at, i.day, i.program_starts_at,
           row_number() OVER (
               PARTITION BY c.program_id, c.audience, c.cohort, c.active_from, c.active_until
               ORDER BY i.starts_at, i.ends_at, i.id
           ) AS place,
           row_number() OVER (
               PARTITION BY c.program_id, c.audience, c.cohort, c.active_from, c.active_until, i.day
               ORDER BY i.starts_at, i.ends_at, i.id
           ) AS place_in_day
    FROM cohort c
    JOIN item i ON i.program_id = c.program_id
    WHERE CASE c.audience
        WHEN 'confirmed' THEN (i.group_ids = '{{}}' OR c.cohort = ANY(i.group_ids))
            AND c.active_from <= i.starts_at AND c.active_until > i.starts_at
        WHEN 'hosts' THEN i.uid = c.uid
        ELSE true
    END
),
ahead AS (
    SELECT * FROM shown WHERE day >= (%(at)s AT TIME ZONE 'Asia/Seoul')::date - 1
),
-- The days around the items, and how many working days lie before each; empty unless a rule counts them.
calendar AS (
    SELECT d.day, d.works, sum(d.works::int) OVER (ORDER BY d.day) - d.works::int AS worked
    FROM (
        SELECT s.day::date AS day, extract(isodow FROM s.day) < 6 AND h.id IS NULL AS works
        FROM generate_series(
            (SELECT min(day) - 120 FROM ahead WHERE EXISTS (SELECT FROM rule WHERE business_days)),
            (SELECT max(day) FROM ahead), interval '1 day'
        ) s(day)
        LEFT JOIN programs_holiday h ON h.date = s.day::date
    ) d
),
moment AS (
    SELECT a.program_id, a.audience, a.cohort, a.active_from, a.active_until, a.uid, a.revision, a.starts_at, a.day,
           r.id AS rule_id, r.trigger, r.channels, r.department_id,
           CASE
               WHEN r.trigger = 'day_before_at'
                   THEN (coalesce(back.day, a.day - r.days_before) + r.at_time) AT TIME ZONE 'Asia/Seoul'
               WHEN r.trigger = 'before_program' AND a.audience = 'hosts'
                   THEN a.program_starts_at - r.minutes_before * interval '1 minute'
               ELSE a.starts_at - r.minutes_before * interval '1 minute'
           END AS due_at,
           CASE
               WHEN r.trigger IN ('day_before_at', 'before_program') THEN a.starts_at
               ELSE a.starts_at + interval '10 minutes'
           END AS expires_at
    FROM ahead a
    JOIN rule r ON r.program_id = a.program_id AND r.audience = a.audience
    LEFT JOIN calendar here ON here.day = a.day AND r.business_days
    LEFT JOIN calendar back ON back.worked = here.worked - r.days_before AND back.works
    WHERE CASE
        -- A host is told of the own visit, whoever comes before; who stays at home, of what the trip begins with.
        WHEN a.audience = 'hosts' THEN true
        WHEN a.audience IN ('waitlisted', 'coordinators') OR r.trigger = 'before_program' THEN a.place = 1
        WHEN r.trigger = 'before_item' THEN r.item_kinds = '{{}}' OR a.kind = ANY(r.item_kinds)
        ELSE a.place_in_day = 1
    END
),
wanted AS MATERIALIZED (
    SELECT 'reminder:' || m.rule_id || ':' || p.who || ':' || m.uid || ':' || m.revision AS dedupe_key,
           m.program_id, m.rule_id, p.participant_id, p.user_id, p.host_id, m.uid, m.revision, m.channels,
           m.trigger, m.starts_at, m.day, m.due_at, m.expires_at
    FROM moment m
    JOIN reader p ON p.program_id = m.program_id AND p.audience = m.audience AND p.cohort = m.cohort
        AND p.active_from = m.active_from AND p.active_until = m.active_until
    WHERE m.department_id IS NULL OR m.department_id = ANY(p.departments)
)
"""  # noqa: S608 (made of our own texts, no value comes in)

PLAN: Final = "".join(
    (
        WANTED,
        """,
dropped AS (
    UPDATE reminders_message m
    SET settled_at = clock_timestamp(), retry_at = NULL, held_reason = '', held_until = NULL,
        state = CASE WHEN m.rule_id IN (SELECT id FROM rule)
            AND (m.program_id, split_part(m.dedupe_key, ':', 3)) IN (SELECT program_id, who FROM reader)
        THEN 'superseded' ELSE 'suppressed' END
    WHERE m.kind = 'reminder' AND m.state IN ('planned', 'held', 'retry') AND m.expires_at > %(at)s
      AND (%(program)s IS NULL OR m.program_id = %(program)s)
      AND NOT EXISTS (SELECT FROM wanted w WHERE w.dedupe_key = split_part(m.dedupe_key, '#', 1))
    RETURNING 1
),
revived AS (
    UPDATE reminders_message m
    SET state = 'planned', settled_at = NULL, expires_at = w.expires_at,
        due_at = CASE WHEN m.retimed_by_id IS NULL THEN w.due_at ELSE m.due_at END,
        matters_at = w.starts_at, channels = to_jsonb(w.channels)
    FROM wanted w
    WHERE m.dedupe_key = w.dedupe_key AND m.state IN ('superseded', 'suppressed')
      AND m.cancelled_by_id IS NULL AND w.expires_at > %(at)s
    RETURNING 1
),
-- A holiday declared late or a trip that begins earlier moves a reminder whose own item stayed as it was.
retimed AS (
    UPDATE reminders_message m
    SET due_at = w.due_at, expires_at = w.expires_at, matters_at = w.starts_at
    FROM wanted w
    WHERE m.dedupe_key = w.dedupe_key AND m.state = 'planned' AND m.retimed_by_id IS NULL
      AND (m.due_at <> w.due_at OR m.expires_at <> w.expires_at)
    RETURNING 1
),
added AS (
    INSERT INTO reminders_message
        (id, dedupe_key, kind, program_id, rule_id, participant_id, user_id, host_id, item_uid, item_revision,
         channels, channel, subject, body, due_at, expires_at, matters_at, urgent, held_reason, state, fence, tries,
         crash_claims, last_error, provider_reference, planned_at)
    SELECT gen_random_uuid(), w.dedupe_key, 'reminder', w.program_id, w.rule_id, w.participant_id, w.user_id,
           w.host_id, w.uid, w.revision, to_jsonb(w.channels), '', '', '', w.due_at, w.expires_at, w.starts_at,
           false, '', 'planned', 0, 0, 0, '', '', clock_timestamp()
    FROM wanted w
    WHERE w.due_at <= %(until)s AND w.expires_at > %(at)s
      -- who joins on the day itself is told by the other rules, not of yesterday's evening
      AND (w.trigger <> 'day_before_at' OR w.due_at > %(at)s
           OR w.day > (%(at)s AT TIME ZONE 'Asia/Seoul')::date)
    ON CONFLICT (dedupe_key) DO NOTHING
    RETURNING 1
)
SELECT (SELECT count(*) FROM added), (SELECT count(*) FROM revived), (SELECT count(*) FROM dropped)
""",
    )
)

RETIME: Final = "".join(
    (
        WANTED,
        """
UPDATE reminders_message m
SET due_at = CASE WHEN m.retimed_by_id IS NULL THEN w.due_at ELSE m.due_at END,
    expires_at = w.expires_at, matters_at = w.starts_at, channels = to_jsonb(w.channels)
FROM wanted w
WHERE m.dedupe_key = w.dedupe_key AND m.rule_id = %(rule)s AND m.state = 'planned'
""",
    )
)

# What a rule would make, on or off: each reader and item, the next first.
MADE: Final = "".join(
    (
        WANTED,
        """
SELECT participant_id, user_id, host_id, uid, revision, due_at, expires_at
FROM wanted
ORDER BY expires_at <= %(at)s, due_at, participant_id, user_id, host_id
""",
    )
)
