"""The one statement of who is to be reminded of what, as SQL: planning adds it, drops the rest, re-times it.

For every program that will take place: its people (a cohort = same group, same stay) × the items of the
publication in force × its rules. Most rules speak of the first item of a person's day.
"""

from typing import Final

WANTED: Final = """
WITH in_force AS (
    SELECT DISTINCT ON (p.program_id) p.id, p.program_id
    FROM site_visits_publication p
    JOIN programs_program g ON g.id = p.program_id AND g.status IN ('confirmed', 'running')
    WHERE (%(program)s IS NULL OR p.program_id = %(program)s)
    ORDER BY p.program_id, p.number DESC
),
cohort AS (
    SELECT DISTINCT e.program_id,
           coalesce(e.group_id, 0) AS group_id,
           coalesce(e.active_from, '-infinity') AS active_from,
           coalesce(e.active_until, 'infinity') AS active_until
    FROM participants_enrollment e
    JOIN in_force f ON f.program_id = e.program_id
    WHERE e.status = ANY(%(travelling)s)
),
upcoming AS (
    SELECT c.program_id, c.group_id, c.active_from, c.active_until, i.uid, i.revision, i.starts_at,
           (i.starts_at AT TIME ZONE 'Asia/Seoul')::date AS day,
           row_number() OVER (
               PARTITION BY c.program_id, c.group_id, c.active_from, c.active_until,
                            (i.starts_at AT TIME ZONE 'Asia/Seoul')::date
               ORDER BY i.starts_at, i.ends_at, i.id
           ) AS place_in_day
    FROM cohort c
    JOIN in_force f ON f.program_id = c.program_id
    JOIN site_visits_publisheditem i ON i.publication_id = f.id
    WHERE NOT i.cancelled
      AND (i.group_ids = '{}' OR c.group_id = ANY(i.group_ids))
      AND c.active_from <= i.starts_at AND c.active_until > i.starts_at
      AND (i.starts_at AT TIME ZONE 'Asia/Seoul')::date >= (%(at)s AT TIME ZONE 'Asia/Seoul')::date - 1
),
wanted AS MATERIALIZED (
    SELECT 'reminder:' || r.id || ':' || e.participant_id || ':' || u.uid || ':' || u.revision AS dedupe_key,
           u.program_id, r.id AS rule_id, e.participant_id, u.uid, u.revision, r.channels, r.trigger, u.day,
           CASE r.trigger
               WHEN 'day_before_at' THEN ((u.day - r.days_before) + r.at_time) AT TIME ZONE 'Asia/Seoul'
               ELSE u.starts_at - r.minutes_before * interval '1 minute'
           END AS due_at,
           CASE r.trigger
               WHEN 'day_before_at' THEN u.starts_at
               ELSE u.starts_at + interval '10 minutes'
           END AS expires_at
    FROM upcoming u
    JOIN reminders_reminderrule r ON r.program_id = u.program_id
        AND r.is_active AND r.audience = 'confirmed'
        AND (u.place_in_day = 1 OR r.trigger = 'before_item')
    JOIN participants_enrollment e ON e.program_id = u.program_id
        AND coalesce(e.group_id, 0) = u.group_id
        AND coalesce(e.active_from, '-infinity') = u.active_from
        AND coalesce(e.active_until, 'infinity') = u.active_until
        AND e.status = ANY(%(travelling)s)
    JOIN participants_participant person ON person.id = e.participant_id
    WHERE r.department_id IS NULL OR r.department_id = person.department_id
)
"""

PLAN: Final = "".join(
    (
        WANTED,
        """,
dropped AS (
    UPDATE reminders_message m
    SET settled_at = clock_timestamp(), retry_at = NULL, held_reason = '', held_until = NULL,
        state = CASE WHEN EXISTS (
            SELECT FROM participants_enrollment e
            JOIN programs_program g ON g.id = e.program_id AND g.status IN ('confirmed', 'running')
            JOIN reminders_reminderrule r ON r.id = m.rule_id AND r.is_active
            WHERE e.program_id = m.program_id AND e.participant_id = m.participant_id
              AND e.status = ANY(%(travelling)s)
        ) THEN 'superseded' ELSE 'suppressed' END
    WHERE m.kind = 'reminder' AND m.state IN ('planned', 'held', 'retry') AND m.expires_at > %(at)s
      AND (%(program)s IS NULL OR m.program_id = %(program)s)
      AND NOT EXISTS (SELECT FROM wanted w WHERE w.dedupe_key = split_part(m.dedupe_key, '#', 1))
    RETURNING 1
),
revived AS (
    UPDATE reminders_message m
    SET state = 'planned', settled_at = NULL, due_at = w.due_at, expires_at = w.expires_at
    FROM wanted w
    WHERE m.dedupe_key = w.dedupe_key AND m.state IN ('superseded', 'suppressed')
      AND m.cancelled_by_id IS NULL AND w.expires_at > %(at)s
    RETURNING 1
),
added AS (
    INSERT INTO reminders_message
        (id, dedupe_key, kind, program_id, rule_id, participant_id, item_uid, item_revision, channels, channel,
         subject, body, due_at, expires_at, urgent, held_reason, state, fence, tries, crash_claims, last_error,
         provider_reference, planned_at)
    SELECT gen_random_uuid(), w.dedupe_key, 'reminder', w.program_id, w.rule_id, w.participant_id, w.uid,
           w.revision, to_jsonb(w.channels), '', '', '', w.due_at, w.expires_at, false, '', 'planned', 0, 0, 0,
           '', '', clock_timestamp()
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
SET due_at = w.due_at, expires_at = w.expires_at
FROM wanted w
WHERE m.dedupe_key = w.dedupe_key AND m.rule_id = %(rule)s AND m.state = 'planned'
""",
    )
)
