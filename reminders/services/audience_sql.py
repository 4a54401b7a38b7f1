"""Who a rule speaks to, as SQL: read once for all by planning, and again for each message just before it is sent.

`who` is the part of a message's key that names its reader: a bare number is a travelling participant, `w` one who
waits, `l` a leader, `c` a coordinator, `h` the host of a visit. One person as leader and coordinator is two readers.
"""

from typing import Final

from participants.models import TRAVELLING

# Written out: only so does the server see that the index of live enrollments serves.
IS_TRAVELLING: Final = f"IN ({', '.join(repr(str(status)) for status in TRAVELLING)})"

# Readers of one program see the same items where they are of one `cohort`: those who travel by group and stay, a
# host by visit, everybody else the whole plan. Only audiences that a rule of the program speaks to are looked up.
READERS: Final = f"""
spoken_to AS (
    SELECT DISTINCT r.program_id, r.audience
    FROM rule r
),
reader AS MATERIALIZED (
    SELECT e.program_id, s.audience, coalesce(e.group_id, 0) AS cohort,
           coalesce(e.active_from, '-infinity') AS active_from, coalesce(e.active_until, 'infinity') AS active_until,
           '' || e.participant_id AS who,
           e.participant_id, NULL::bigint AS user_id, NULL::bigint AS host_id,
           ARRAY[person.department_id] AS departments, NULL::uuid AS uid
    FROM participants_enrollment e
    JOIN spoken_to s ON s.program_id = e.program_id AND s.audience = 'confirmed'
    JOIN participants_participant person ON person.id = e.participant_id
    WHERE e.status {IS_TRAVELLING}
    UNION ALL
    SELECT e.program_id, 'waitlisted', 0, '-infinity', 'infinity', 'w' || e.participant_id,
           e.participant_id, NULL, NULL, ARRAY[person.department_id], NULL
    FROM participants_enrollment e
    JOIN spoken_to s ON s.program_id = e.program_id AND s.audience = 'waitlisted'
    JOIN participants_participant person ON person.id = e.participant_id
    WHERE e.status = 'waitlisted'
    UNION ALL
    SELECT t.program_id, 'leaders', 0, '-infinity', 'infinity', 'l' || t.user_id,
           NULL, t.user_id, NULL, NULL, NULL
    FROM programs_programstaff t
    JOIN spoken_to s ON s.program_id = t.program_id AND s.audience = 'leaders'
    JOIN accounts_user u ON u.id = t.user_id AND u.is_active
    WHERE t.kind = 'leader'
    UNION ALL
    SELECT c.program_id, 'coordinators', 0, '-infinity', 'infinity', 'c' || c.user_id,
           NULL, c.user_id, NULL, array_agg(c.department_id), NULL
    FROM (
        SELECT DISTINCT e.program_id, g.user_id, g.department_id
        FROM participants_enrollment e
        JOIN spoken_to s ON s.program_id = e.program_id AND s.audience = 'coordinators'
        JOIN participants_participant person ON person.id = e.participant_id
        JOIN accounts_rolegrant g ON g.department_id = person.department_id AND g.role = 'coordinator'
        JOIN accounts_user u ON u.id = g.user_id AND u.is_active
        WHERE e.status {IS_TRAVELLING}
    ) c
    GROUP BY c.program_id, c.user_id
    UNION ALL
    SELECT d.program_id, 'hosts', v.id, '-infinity', 'infinity', 'h' || v.id,
           NULL, NULL, v.id, NULL, d.uid
    FROM site_visits_sitevisit v
    JOIN site_visits_itineraryitem d ON d.id = v.item_id
    JOIN spoken_to s ON s.program_id = d.program_id AND s.audience = 'hosts'
    JOIN in_force f ON f.program_id = d.program_id
    JOIN site_visits_publisheditem i ON i.publication_id = f.id AND i.uid = d.uid AND i.starts_at = v.asked_starts_at
    WHERE v.host_state = 'confirmed' AND d.cancelled_at IS NULL
)"""  # noqa: S608 (made of our own texts, no value comes in)

# Of message `b` with rule `r`, participant `person` and traveller `e`: whether its reader is still one of those the
# rule speaks to. Participants travel or wait.
_STILL_A_PARTICIPANT: Final = """
    WHEN 'confirmed' THEN e.id IS NOT NULL AND (r.department_id IS NULL OR person.department_id = r.department_id)
    WHEN 'waitlisted' THEN (r.department_id IS NULL OR person.department_id = r.department_id) AND EXISTS (
        SELECT FROM participants_enrollment w
        WHERE w.program_id = b.program_id AND w.participant_id = b.participant_id AND w.status = 'waitlisted'
    )"""
STILL_A_PARTICIPANT: Final = f"CASE r.audience {_STILL_A_PARTICIPANT} ELSE false END"
STILL_A_READER: Final = f"""CASE r.audience {_STILL_A_PARTICIPANT}
    WHEN 'leaders' THEN EXISTS (
        SELECT FROM programs_programstaff t
        JOIN accounts_user u ON u.id = t.user_id AND u.is_active
        WHERE t.program_id = b.program_id AND t.user_id = b.user_id AND t.kind = 'leader'
    )
    WHEN 'coordinators' THEN EXISTS (
        SELECT FROM accounts_rolegrant g
        JOIN accounts_user u ON u.id = g.user_id AND u.is_active
        JOIN participants_participant person ON person.department_id = g.department_id
        JOIN participants_enrollment o ON o.participant_id = person.id AND o.program_id = b.program_id
            AND o.status {IS_TRAVELLING}
        WHERE g.user_id = b.user_id AND g.role = 'coordinator'
          AND (r.department_id IS NULL OR g.department_id = r.department_id)
    )
    WHEN 'hosts' THEN EXISTS (
        SELECT FROM site_visits_sitevisit v
        JOIN site_visits_itineraryitem d ON d.id = v.item_id AND d.cancelled_at IS NULL
        WHERE v.id = b.host_id AND d.uid = b.item_uid AND v.host_state = 'confirmed'
    )
    ELSE false
END"""  # noqa: S608 (made of our own texts, no value comes in)

_CONCERNS: Final = """(r.audience <> 'confirmed' OR (
    ({0}.group_ids = '{{}}' OR e.group_id = ANY({0}.group_ids))
    AND (e.active_from IS NULL OR e.active_from <= {0}.starts_at)
    AND (e.active_until IS NULL OR e.active_until > {0}.starts_at)
))"""

# Whether item `i` of the plan in force is still the one that the rule speaks of to this reader.
STILL_A_PARTICIPANTS_ITEM: Final = f"""{_CONCERNS.format("i")} AND (
    r.trigger = 'before_item' AND r.audience NOT IN ('waitlisted', 'coordinators') OR NOT EXISTS (
        SELECT FROM site_visits_publisheditem sooner
        WHERE sooner.publication_id = f.id AND NOT sooner.cancelled AND {_CONCERNS.format("sooner")}
          AND (sooner.starts_at, sooner.ends_at, sooner.id) < (i.starts_at, i.ends_at, i.id)
          AND (r.trigger = 'before_program' OR r.audience IN ('waitlisted', 'coordinators')
               OR (sooner.starts_at AT TIME ZONE 'Asia/Seoul')::date
                   = (i.starts_at AT TIME ZONE 'Asia/Seoul')::date)
    )
)"""
STILL_THE_ITEM: Final = f"""CASE
    WHEN r.audience = 'hosts' THEN EXISTS (
        SELECT FROM site_visits_sitevisit v WHERE v.id = b.host_id AND v.asked_starts_at = i.starts_at
    )
    ELSE {STILL_A_PARTICIPANTS_ITEM}
END"""
