"""The questions behind every answer of the board, as functions: what lies around a draft, and what stands above it.

A function keeps its plan for the life of a connection (see 0002); the board asks these after every move.
"""

from django.db import migrations

# Everything the checks need beside the items: who comes, who is missed, the sites, the days, the roads, the others.
AROUND = """
CREATE FUNCTION site_visits_around(
    this bigint, first_on date, last_on date, seated text[], places bigint[], origins bigint[], targets bigint[],
    counted bigint[], from_at timestamptz, until_at timestamptz, holidays_from date, holidays_until date
) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
    found jsonb;
BEGIN
    WITH ours AS MATERIALIZED (
        SELECT seat.participant_id, seat.group_id, person.department_id, person.team
        FROM participants_enrollment seat
        -- Some hundred people by their key; a join would read everybody of the county.
        CROSS JOIN LATERAL (
            SELECT one.department_id, one.team FROM participants_participant one
            WHERE one.id = seat.participant_id LIMIT 1
        ) person
        WHERE seat.program_id = this AND seat.status = ANY (seated)
    ), teams AS MATERIALIZED (
        SELECT DISTINCT department_id, team FROM ours
    ), away AS MATERIALIZED (
        SELECT seat.program_id, seat.participant_id, person.department_id, person.team
        FROM programs_program program
        JOIN participants_enrollment seat ON seat.program_id = program.id AND seat.status = ANY (seated)
        CROSS JOIN LATERAL (
            SELECT one.department_id, one.team FROM participants_participant one
            WHERE one.id = seat.participant_id LIMIT 1
        ) person
        WHERE program.ends_on >= first_on AND program.starts_on <= last_on
          AND (program.id = this OR program.status <> 'cancelled')
    )
    SELECT jsonb_build_object(
        'everybody', (SELECT count(*) FROM ours),
        'groups', (
            SELECT jsonb_agg(jsonb_build_array(part.group_id, part.people))
            FROM (SELECT group_id, count(*) AS people FROM ours WHERE group_id IS NOT NULL GROUP BY group_id) part
        ),
        'doubles', (
            SELECT jsonb_agg(jsonb_build_array(program.title, program.title_en, program.round, twice.people)
                             ORDER BY program.id)
            FROM (
                SELECT away.program_id, count(DISTINCT away.participant_id) AS people
                FROM away JOIN ours ON ours.participant_id = away.participant_id
                WHERE away.program_id <> this GROUP BY away.program_id
            ) twice
            JOIN programs_program program ON program.id = twice.program_id
        ),
        'teams', (
            SELECT jsonb_agg(jsonb_build_array(department.name, teams.team, gone.people, (
                SELECT count(*) FROM participants_participant person
                WHERE person.department_id = teams.department_id AND person.team = teams.team
                  AND person.left_on IS NULL
            )) ORDER BY teams.department_id, teams.team)
            FROM teams
            JOIN accounts_department department ON department.id = teams.department_id
            JOIN (
                SELECT away.department_id, away.team, count(DISTINCT away.participant_id) AS people
                FROM away GROUP BY away.department_id, away.team
            ) gone ON gone.department_id = teams.department_id AND gone.team = teams.team
            WHERE gone.people > 1
        ),
        'hours', (
            SELECT jsonb_agg(jsonb_build_array(hours.site_id, hours.weekday, to_char(hours.opens_at, 'HH24:MI'),
                                               to_char(hours.closes_at, 'HH24:MI'))
                             ORDER BY hours.weekday, hours.opens_at)
            FROM site_visits_openinghours hours WHERE hours.site_id = ANY (places)
        ),
        'closures', (
            SELECT jsonb_agg(jsonb_build_array(closure.site_id, closure.kind, closure.weekday,
                                               closure.shifts_after_holiday, closure.first_on, closure.last_on,
                                               closure.note)
                             ORDER BY closure.kind, closure.weekday, closure.first_on, closure.id)
            FROM site_visits_siteclosure closure WHERE closure.site_id = ANY (places)
        ),
        'holidays', (
            SELECT jsonb_agg(jsonb_build_array(holiday.date, holiday.name, holiday.name_en))
            FROM programs_holiday holiday WHERE holiday.date BETWEEN holidays_from AND holidays_until
        ),
        'roads', (
            SELECT jsonb_agg(jsonb_build_array(road.origin_id, road.target_id, road.minutes, road.km,
                                               road.source = 'estimate'))
            FROM unnest(origins, targets) AS wanted (origin, target)
            JOIN site_visits_traveltime road ON road.origin_id = wanted.origin AND road.target_id = wanted.target
        ),
        'others', (
            SELECT jsonb_agg(jsonb_build_array(
                item.site_id, extract(epoch FROM item.starts_at)::bigint, extract(epoch FROM item.ends_at)::bigint,
                CASE
                    WHEN visit.headcount > 0 THEN visit.headcount
                    WHEN EXISTS (SELECT FROM site_visits_itineraryitem_groups link WHERE link.itineraryitem_id = item.id)
                    THEN (
                        SELECT count(*) FROM site_visits_itineraryitem_groups link
                        JOIN participants_enrollment seat ON seat.group_id = link.group_id AND seat.status = ANY (seated)
                        WHERE link.itineraryitem_id = item.id
                    )
                    ELSE coalesce(
                        nullif((
                            SELECT count(*) FROM participants_enrollment seat
                            WHERE seat.program_id = item.program_id AND seat.status = ANY (seated)
                        ), 0),
                        program.capacity
                    )
                END,
                program.title, program.title_en, program.round
            ) ORDER BY item.starts_at, item.id)
            FROM site_visits_itineraryitem item
            JOIN programs_program program ON program.id = item.program_id
            LEFT JOIN site_visits_sitevisit visit ON visit.item_id = item.id
            WHERE item.site_id = ANY (counted) AND item.program_id <> this AND program.status <> 'cancelled'
              AND item.cancelled_at IS NULL AND NOT item.planner_only AND item.kind IN ('visit', 'session')
              AND item.starts_at < until_at AND item.ends_at > from_at
              -- No item lasts longer than a day: this is what the index can use.
              AND item.starts_at > from_at - interval '25 hours'
        )
    ) INTO found;
    RETURN found;
END
$$
"""

# Every insert, update and delete changes the count or the sum of the row versions (xmin) of a table: one way to ask "is
# anything different?" of tables that have no version of their own.
STAMP = """
CREATE FUNCTION site_visits_board_stamp(this bigint) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
    first_at timestamptz;
    last_at timestamptz;
    sites bigint[];
    own text;
    found text;
BEGIN
    SELECT min(item.starts_at), max(item.ends_at), array_agg(DISTINCT item.site_id),
           concat(count(*), '.', sum(item.xmin::text::bigint))
    INTO first_at, last_at, sites, own
    FROM site_visits_itineraryitem item WHERE item.program_id = this;
    SELECT concat_ws(' ', own,
        (SELECT program.xmin FROM programs_program program WHERE program.id = this),
        (SELECT concat(count(*), '.', sum(visit.xmin::text::bigint)) FROM site_visits_sitevisit visit
         JOIN site_visits_itineraryitem item ON item.id = visit.item_id WHERE item.program_id = this),
        (SELECT concat(count(*), '.', sum(link.xmin::text::bigint)) FROM site_visits_itineraryitem_groups link
         JOIN site_visits_itineraryitem item ON item.id = link.itineraryitem_id WHERE item.program_id = this),
        (SELECT concat(count(*), '.', sum(part.xmin::text::bigint)) FROM programs_group part
         WHERE part.program_id = this),
        (SELECT concat(count(*), '.', sum(seat.xmin::text::bigint)) FROM participants_enrollment seat
         WHERE seat.program_id = this),
        (SELECT max(publication.number) FROM site_visits_publication publication WHERE publication.program_id = this),
        (SELECT concat(count(*), '.', sum(other.xmin::text::bigint)) FROM site_visits_itineraryitem other
         WHERE other.site_id = ANY (sites) AND other.program_id <> this
           AND other.starts_at > first_at - interval '25 hours' AND other.starts_at < last_at),
        (SELECT concat(count(*), '.', sum(site.xmin::text::bigint)) FROM site_visits_site site
         WHERE site.id = ANY (sites)),
        (SELECT concat(count(*), '.', sum(hours.xmin::text::bigint)) FROM site_visits_openinghours hours
         WHERE hours.site_id = ANY (sites)),
        (SELECT concat(count(*), '.', sum(closure.xmin::text::bigint)) FROM site_visits_siteclosure closure
         WHERE closure.site_id = ANY (sites)),
        (SELECT concat(count(*), '.', sum(road.xmin::text::bigint)) FROM site_visits_traveltime road
         WHERE road.origin_id = ANY (sites)),
        (SELECT concat(count(*), '.', sum(holiday.xmin::text::bigint)) FROM programs_holiday holiday)
    ) INTO found;
    RETURN found;
END
$$
"""

HEAD = """
CREATE FUNCTION site_visits_board_head(this bigint, person bigint)
RETURNS TABLE (groups jsonb, told jsonb, steps jsonb, stamp text)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY SELECT
        (SELECT jsonb_agg(jsonb_build_array(part.id, part.name) ORDER BY part.sort_order, part.id)
         FROM programs_group part WHERE part.program_id = this),
        (SELECT jsonb_build_array(publication.id, publication.number, publication.meeting_point, publication.bring)
         FROM site_visits_publication publication WHERE publication.program_id = this
         ORDER BY publication.number DESC LIMIT 1),
        (SELECT jsonb_agg(jsonb_build_array(command.kind, command.title, command.title_en, command.size,
                                            command.undone_at IS NOT NULL) ORDER BY command.id)
         FROM site_visits_boardcommand command WHERE command.program_id = this AND command.user_id = person),
        site_visits_board_stamp(this);
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("site_visits", "0005_step_of_restoring"),
        ("accounts", "0001_initial"),
        ("participants", "0001_initial"),
        ("programs", "0001_initial"),
    ]
    operations = [
        migrations.RunSQL(
            AROUND,
            "DROP FUNCTION site_visits_around(bigint, date, date, text[], bigint[], bigint[], bigint[], bigint[],"
            " timestamptz, timestamptz, date, date)",
        ),
        migrations.RunSQL(STAMP, "DROP FUNCTION site_visits_board_stamp(bigint)"),
        migrations.RunSQL(HEAD, "DROP FUNCTION site_visits_board_head(bigint, bigint)"),
    ]
