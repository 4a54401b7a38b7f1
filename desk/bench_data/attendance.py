"""A mark for everybody at every item of the finished programs, made inside the database."""

from django.db import connection

# Of a hundred marks 90 are present, 4 late, 2 left early, 3 absent, 1 excused; the ids decide, not chance.
PRESENCE = """
INSERT INTO attendance_presence
    (enrollment_id, item_uid, mark, arrived_at, left_at, evidence, note, device_at, recorded_at, nonce, by_id)
SELECT e.id, i.uid, m.mark,
       CASE WHEN m.mark = 'L' THEN i.starts_at + interval '10 minutes' END,
       CASE WHEN m.mark = 'E' THEN i.ends_at - interval '10 minutes' END,
       'tap', '', i.starts_at, i.starts_at, md5(e.id || ':' || i.uid)::uuid, p.by_id
FROM participants_enrollment e
JOIN programs_program g ON g.id = e.program_id AND g.status = 'finished' AND g.code LIKE 'bench-%'
JOIN site_visits_publication p ON p.program_id = g.id
JOIN site_visits_publisheditem i ON i.publication_id = p.id
CROSS JOIN LATERAL (SELECT (hashint8(e.id * 1009 + i.id) & 2147483647) % 100 AS n) draw
CROSS JOIN LATERAL (
    SELECT CASE WHEN n < 90 THEN 'P' WHEN n < 94 THEN 'L' WHEN n < 96 THEN 'E' WHEN n < 99 THEN 'A' ELSE 'O' END AS mark
) m
"""
RECORDS = """
INSERT INTO attendance_attendancerecord
    (enrollment_id, item_uid, mark, arrived_at, left_at, credited_minutes, presence_id)
SELECT r.enrollment_id, r.item_uid, r.mark, r.arrived_at, r.left_at,
       CASE WHEN r.mark IN ('A', 'O') THEN 0
            ELSE extract(epoch FROM coalesce(r.left_at, i.ends_at) - coalesce(r.arrived_at, i.starts_at)) / 60 END,
       r.id
FROM attendance_presence r
JOIN site_visits_publisheditem i ON i.uid = r.item_uid
"""


def load() -> int:
    """Returns how many marks were made."""
    with connection.cursor() as cursor:
        cursor.execute(PRESENCE)
        cursor.execute(RECORDS)
        return cursor.rowcount
