"""The questions behind every look at an itinerary and every poll of a calendar, as functions.

A function keeps its plan for the life of a connection; planned anew each time, the question costs several times
its answer.
"""

from django.db import migrations

PUBLICATIONS = """
CREATE FUNCTION site_visits_publications_of(person bigint, travelling text[])
RETURNS TABLE (
    program_id bigint, ends_on date, status text, version integer,
    group_id bigint, active_from timestamptz, active_until timestamptz, staff boolean, joined_at timestamptz,
    publication_id bigint, published_at timestamptz, seen boolean
)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY
    SELECT mine.program_id, program.ends_on, program.status::text, program.version,
           mine.group_id, mine.active_from, mine.active_until, mine.staff, mine.joined_at,
           publication.id, publication.published_at, seen.id IS NOT NULL
    FROM (
        SELECT enrollment.program_id, enrollment.group_id, enrollment.active_from, enrollment.active_until,
               enrollment.created_at AS joined_at, false AS staff
        FROM participants_enrollment enrollment
        JOIN participants_participant participant ON participant.id = enrollment.participant_id
        WHERE participant.user_id = person AND enrollment.status = ANY (travelling)
        UNION ALL
        SELECT serving.program_id, NULL, NULL, NULL, NULL, true
        FROM programs_programstaff serving WHERE serving.user_id = person
    ) mine
    JOIN programs_program program ON program.id = mine.program_id
    JOIN site_visits_publication publication ON publication.program_id = mine.program_id
    LEFT JOIN site_visits_seenpublication seen
           ON seen.publication_id = publication.id AND seen.user_id = person
    ORDER BY mine.staff, mine.program_id, publication.number;
END
$$
"""

CONTACTS = """
CREATE FUNCTION site_visits_contacts_of(programs bigint[])
RETURNS TABLE (program_id bigint, kind text, name text, mobile text, office_phone text)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY
    SELECT serving.program_id, serving.kind::text, person.name::text,
           coalesce(participant.mobile, ''), person.office_phone::text
    FROM programs_programstaff serving
    JOIN accounts_user person ON person.id = serving.user_id
    LEFT JOIN participants_participant participant ON participant.user_id = person.id
    WHERE serving.program_id = ANY (programs) AND serving.is_contact
    ORDER BY serving.kind, serving.id;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("site_visits", "0001_initial"),
        ("accounts", "0001_initial"),
        ("participants", "0001_initial"),
        ("programs", "0001_initial"),
    ]
    operations = [
        migrations.RunSQL(
            PUBLICATIONS, "DROP FUNCTION site_visits_publications_of(bigint, text[])"
        ),
        migrations.RunSQL(CONTACTS, "DROP FUNCTION site_visits_contacts_of(bigint[])"),
    ]
