"""Which programs have to be planned anew: a sweep every 30 seconds, three times over, must cost next to nothing.

The fingerprint of a program is a sum over the versions of all rows that planning reads of it. It is taken before
planning reads them and kept in the same transaction: whatever changes meanwhile differs from it at the next sweep.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection

from reminders.models import PlanMark

# What lies within the look-ahead of the planner enters it with time alone, long before it is due.
GOOD_FOR: Final = timedelta(hours=1)

# Items of a publication never change, so the publication stands for them. Of people and accounts only what planning
# asks is looked at: an account is written at every sign-in.
CHANGED: Final = """
WITH program AS (
    SELECT g.id, g.xmin, g.ctid FROM programs_program g
    WHERE g.ends_on >= (%(at)s AT TIME ZONE 'Asia/Seoul')::date - 3
       OR EXISTS (
           SELECT FROM reminders_message m WHERE m.program_id = g.id AND m.state IN ('planned', 'held', 'retry')
       )
),
fact AS (
    SELECT id AS program_id, format('program %%s %%s %%s', id, xmin, ctid) AS version FROM program
    UNION ALL
    SELECT p.program_id, format('publication %%s', p.id)
    FROM site_visits_publication p JOIN program g ON g.id = p.program_id
    UNION ALL
    SELECT r.program_id, format('rule %%s %%s %%s', r.id, r.xmin, r.ctid)
    FROM reminders_reminderrule r JOIN program g ON g.id = r.program_id
    UNION ALL
    SELECT e.program_id, format('enrollment %%s %%s %%s %%s', e.id, e.xmin, e.ctid, person.department_id)
    FROM participants_enrollment e JOIN program g ON g.id = e.program_id
    JOIN participants_participant person ON person.id = e.participant_id
    UNION ALL
    SELECT t.program_id, format('staff %%s %%s %%s', t.user_id, t.kind, u.is_active)
    FROM programs_programstaff t JOIN program g ON g.id = t.program_id
    JOIN accounts_user u ON u.id = t.user_id
    UNION ALL
    SELECT d.program_id, format('visit %%s %%s %%s %%s %%s', v.id, v.xmin, v.ctid, d.xmin, d.ctid)
    FROM site_visits_sitevisit v JOIN site_visits_itineraryitem d ON d.id = v.item_id
    JOIN program g ON g.id = d.program_id
),
for_all AS (
    SELECT coalesce(sum(hashtextextended(version, 0)), 0) AS total FROM (
        SELECT format('holiday %%s %%s %%s', h.id, h.xmin, h.ctid) AS version FROM programs_holiday h
        UNION ALL
        SELECT format('coordinator %%s %%s %%s', c.user_id, c.department_id, u.is_active)
        FROM accounts_rolegrant c JOIN accounts_user u ON u.id = c.user_id WHERE c.role = 'coordinator'
    ) shared
),
now AS (
    SELECT f.program_id, count(*) || ' ' || sum(hashtextextended(f.version, 0)) || ' ' || a.total AS fingerprint
    FROM fact f CROSS JOIN for_all a GROUP BY f.program_id, a.total
)
SELECT now.program_id, now.fingerprint
FROM now LEFT JOIN reminders_planmark k ON k.program_id = now.program_id
WHERE k.fingerprint IS DISTINCT FROM now.fingerprint
   OR k.planned_at NOT BETWEEN %(at)s - %(good_for)s AND %(at)s
ORDER BY now.program_id
"""


def changed(*, at: datetime) -> dict[int, str]:
    """The programs whose facts differ from those last planned from, with the fingerprint of now."""
    facts: dict[str, Any] = {"at": at, "good_for": GOOD_FOR}
    with connection.cursor() as cursor:
        cursor.execute(CHANGED, facts)
        return dict(cursor.fetchall())


def remember(found: dict[int, str], *, at: datetime) -> None:
    """In the transaction that planned from them."""
    PlanMark.objects.bulk_create(
        [PlanMark(program_id=pk, fingerprint=text, planned_at=at) for pk, text in found.items()],
        update_conflicts=True,
        unique_fields=["program"],
        update_fields=["fingerprint", "planned_at"],
    )


def forget() -> None:
    """Plan everything anew at the next sweep."""
    PlanMark.objects.all().delete()
