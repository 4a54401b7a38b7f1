"""The checks on hand-made facts: what the demo day does right, done wrong one thing at a time."""

from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest

from core.dates import SEOUL
from site_visits.conflicts import Code, Facts, FixKind, Severity, Unit, check
from site_visits.conflicts.facts import Closure, Double, Hours, Item, Occupancy, SiteFacts, TeamAway
from site_visits.conflicts.opening import is_closed_by
from site_visits.conflicts.people import too_many_away
from site_visits.distance import Leg, Travel, estimate
from site_visits.models import HostState, ItemKind

THURSDAY = date(2026, 12, 3)
FRIDAY = date(2026, 12, 4)


def at(clock, day=THURSDAY):
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=SEOUL)


def item(start, end, kind=ItemKind.SESSION, day=THURSDAY, **more):
    return Item(
        uid=uuid4(),
        kind=kind,
        title=more.pop("title", kind.value),
        starts_at=at(start, day),
        ends_at=at(end, day),
        **more,
    )


def visit(start, end, site=1, people=36, **more):
    more.setdefault("host_state", HostState.CONFIRMED)
    return item(start, end, ItemKind.VISIT, site_id=site, people=people, **more)


def facts(*items, **more):
    more.setdefault("sites", {1: SiteFacts("한빛"), 2: SiteFacts("누리")})
    return Facts(starts_on=THURSDAY, ends_on=FRIDAY, items=items, **more)


def codes(found):
    return [conflict.code for conflict in found]


def test_a_quiet_day_has_no_conflicts():
    day = [visit("10:30", "12:00"), item("12:00", "13:10", ItemKind.MEAL), item("13:45", "15:15")]

    assert check(facts(*day)) == []


def test_overlap_says_how_many_minutes_and_offers_four_ways_out():
    first, second = item("10:00", "11:00"), item("10:45", "12:00")

    [found] = check(facts(first, second))

    assert (found.code, found.size, found.unit, found.severity) == (
        Code.OVERLAP,
        15,
        Unit.MINUTES,
        Severity.ERROR,
    )
    assert found.message == "15분 겹칩니다"
    assert set(found.item_uids) == {first.uid, second.uid}
    assert [fix.label for fix in found.fixes] == [
        "session: 15분 일찍 시작",
        "session: 45분으로 줄이기",
        "session: 15분 늦추기",
        "session ↔ session 순서 바꾸기",
    ]


@pytest.mark.parametrize("which", [0, 1, 2, 3])
def test_each_way_out_of_an_overlap_ends_it(which):
    first, second = item("10:00", "11:00"), item("10:45", "11:30")
    [found] = check(facts(first, second))
    moved = {row.uid: row for row in (first, second)}

    for edit in found.fixes[which].edits:
        row = moved[edit.uid]
        moved[edit.uid] = Item(
            row.uid, row.kind, row.title,
            row.starts_at + timedelta(minutes=edit.start_by), row.ends_at + timedelta(minutes=edit.end_by),
        )  # fmt: skip

    assert check(facts(*moved.values())) == []


def test_different_groups_may_overlap_and_the_same_may_not():
    one, two = frozenset({1}), frozenset({2})

    assert (
        check(facts(item("10:00", "11:00", group_ids=one), item("10:00", "11:00", group_ids=two)))
        == []
    )
    assert codes(check(facts(item("10:00", "11:00", group_ids=one), item("10:30", "11:00")))) == [
        Code.OVERLAP
    ]


def test_breakfast_on_the_bus_is_only_a_warning_and_planner_blocks_count_for_nobody():
    [found] = check(
        facts(item("06:00", "08:00", ItemKind.TRAVEL), item("07:00", "07:30", ItemKind.MEAL))
    )

    assert found.severity == Severity.WARNING
    assert check(facts(item("10:00", "11:00"), item("10:00", "11:00", planner_only=True))) == []


@pytest.mark.parametrize(
    ("start", "end", "size", "kinds"),
    [
        ("09:30", "10:30", 30, [FixKind.MOVE, FixKind.RESIZE]),
        ("16:30", "17:45", 45, [FixKind.MOVE, FixKind.RESIZE]),
        ("09:00", "18:00", 120, [FixKind.RESIZE]),
        ("10:00", "17:00", None, []),
    ],
)
def test_visit_outside_opening_hours_says_by_how_much(start, end, size, kinds):
    site = SiteFacts("한빛", hours=(Hours(3, time(10), time(17)),))
    lunch = item("12:00", "13:00", ItemKind.MEAL, group_ids=frozenset({9}))

    found = [
        c
        for c in check(facts(visit(start, end), lunch, sites={1: site}))
        if c.code == Code.OUTSIDE_HOURS
    ]

    assert [conflict.size for conflict in found] == ([size] if size else [])
    assert [fix.kind for conflict in found for fix in conflict.fixes] == kinds


def test_no_stated_hours_on_a_weekday_is_not_closed():
    site = SiteFacts("한빛", hours=(Hours(0, time(10), time(17)),))

    assert check(facts(visit("08:00", "09:00"), sites={1: site})) == []


def test_closed_day_offers_the_open_days_of_the_program():
    site = SiteFacts("박물관", closures=(Closure(weekday=3, note="정기 휴관"),))
    row = visit("10:00", "11:00")

    [found] = check(facts(row, sites={1: site}))

    assert (found.code, found.severity) == (Code.SITE_CLOSED, Severity.ERROR)
    assert "12. 3.(목)" in found.message
    assert "정기 휴관" in found.why
    assert [fix.edits[0].start_by for fix in found.fixes] == [24 * 60]


# 2026-02-16..18 is Seollal (Monday to Wednesday): the Monday museum closes on Thursday instead.
SEOLLAL = {
    date(2026, 2, 16): "설날 연휴",
    date(2026, 2, 17): "설날",
    date(2026, 2, 18): "설날 연휴",
}
MONDAY_OR_NEXT = Closure(weekday=0, shifts_after_holiday=True)


@pytest.mark.parametrize(
    ("day", "closed"),
    [
        (date(2026, 2, 9), True),
        (date(2026, 2, 16), False),
        (date(2026, 2, 17), False),
        (date(2026, 2, 18), False),
        (date(2026, 2, 19), True),
        (date(2026, 2, 20), False),
        (date(2026, 2, 23), True),
    ],
)
def test_monday_museum_closes_on_the_next_working_day_after_a_holiday(day, closed):
    assert is_closed_by(MONDAY_OR_NEXT, day, SEOLLAL) is closed


def test_closure_on_holidays_and_in_a_range_of_dates():
    assert is_closed_by(Closure(on_holidays=True), date(2026, 2, 17), SEOLLAL)
    assert not is_closed_by(Closure(on_holidays=True), date(2026, 2, 19), SEOLLAL)
    repairs = Closure(first_on=THURSDAY, last_on=FRIDAY)
    assert [is_closed_by(repairs, THURSDAY + timedelta(days=n), {}) for n in (-1, 0, 1, 2)] == [
        False,
        True,
        True,
        False,
    ]


def test_over_capacity_counts_all_programs_in_that_hour():
    site = SiteFacts("한빛", capacity=40)
    ours = visit("10:00", "11:30", people=30)
    other = Occupancy(1, at("11:00"), at("12:00"), 15, "다른 과정 1차")
    later = Occupancy(1, at("11:30"), at("12:30"), 40, "나중 과정 1차")

    [found] = check(facts(ours, sites={1: site}, others=[other, later]))

    assert (found.code, found.size, found.unit) == (Code.OVER_CAPACITY, 5, Unit.PEOPLE)
    assert "다른 과정 1차" in found.why
    assert "나중" not in found.why


def test_a_group_too_big_for_the_site_is_to_be_split():
    site = SiteFacts("과학관", capacity=15)

    [found] = check(facts(visit("10:00", "11:00", people=36), sites={1: site}))

    assert found.size == 21
    assert [(fix.kind, fix.parameters["parts"]) for fix in found.fixes] == [(FixKind.SPLIT, 3)]


def test_short_leg_says_how_many_minutes_are_missing():
    before = visit("09:00", "10:00")
    leg = item("10:00", "10:30", ItemKind.TRAVEL, origin_id=1, target_id=2)
    travel = Travel({(1, 2): Leg(42, 30, False)})

    [found] = check(facts(before, leg, visit("10:45", "11:30", site=2), travel=travel))

    assert (found.code, found.size, found.severity) == (Code.TRAVEL_TOO_SHORT, 12, Severity.ERROR)
    assert found.item_uids == (leg.uid,)
    assert found.fixes[0].edits[0].uid == before.uid
    assert found.fixes[1].edits[0].end_by == 12


def test_stops_too_close_in_time_without_a_leg_and_estimates_are_marked():
    travel = Travel(points={1: (37.470, 127.038), 2: (37.567, 127.009)})

    [found] = check(facts(visit("09:00", "10:00"), visit("10:05", "11:00", site=2), travel=travel))

    assert (found.code, found.severity) == (Code.TRAVEL_TOO_SHORT, Severity.WARNING)
    assert "추정" in found.why
    assert found.size == estimate(*travel.points.values()).minutes - 5


def test_nothing_is_said_about_roads_nobody_knows_or_legs_planned_by_hand():
    estimated = Travel(points={1: (35.726, 128.263), 2: (37.470, 127.038)})
    by_hand = [
        item("09:00", "10:55", ItemKind.TRAVEL, origin_id=1),
        item("11:15", "13:05", ItemKind.TRAVEL, target_id=2),
    ]
    lunch = item("13:05", "14:00", ItemKind.MEAL)

    assert check(facts(visit("08:00", "08:30"), visit("08:31", "09:00", site=2))) == []
    found = check(
        facts(
            visit("08:00", "09:00"),
            *by_hand,
            lunch,
            visit("14:00", "15:00", site=2),
            travel=estimated,
        )
    )
    assert Code.TRAVEL_TOO_SHORT not in codes(found)


def test_driving_over_two_hours_needs_a_break():
    long = [item("06:00", "07:30", ItemKind.TRAVEL), item("07:40", "08:30", ItemKind.TRAVEL)]
    with_break = [item("06:00", "07:30", ItemKind.TRAVEL), item("07:45", "08:30", ItemKind.TRAVEL)]

    [found] = check(facts(*long))

    assert (found.code, found.size) == (Code.LEG_WITHOUT_BREAK, 20)
    assert found.fixes[0].kind == FixKind.ADD
    assert check(facts(*with_break)) == []


def test_day_over_noon_needs_a_lunch():
    day = [item("09:00", "11:00"), item("11:00", "12:00"), item("13:30", "15:00")]

    [found] = check(facts(*day))

    assert (found.code, found.size) == (Code.LUNCH_MISSING, 30)
    assert found.fixes[0].parameters["starts_at"] == at("12:00").isoformat()
    assert check(facts(*day, item("12:00", "12:40", ItemKind.MEAL))) == []
    assert check(facts(item("09:00", "11:00"))) == []


def test_items_outside_the_program_and_on_holidays():
    late = item("10:00", "11:00", day=FRIDAY + timedelta(days=2))

    found = check(facts(late, item("10:00", "11:00"), holidays={THURSDAY: "임시공휴일"}))

    assert [(c.code, c.size) for c in found] == [
        (Code.OUTSIDE_PROGRAM, 2),
        (Code.PUBLIC_HOLIDAY, 1),
    ]
    assert found[0].fixes[0].edits[0].start_by == -2 * 24 * 60


@pytest.mark.parametrize(
    ("state", "severity"),
    [
        (HostState.NOT_ASKED, Severity.WARNING),
        (HostState.ASKED, Severity.WARNING),
        (HostState.REFUSED, Severity.ERROR),
    ],
)
def test_host_that_has_not_confirmed(state, severity):
    [found] = check(facts(visit("10:00", "11:00", host_state=state)))

    assert (found.code, found.severity, found.size) == (Code.HOST_NOT_CONFIRMED, severity, 36)


def test_people_in_two_programs_and_teams_left_too_small():
    found = check(
        facts(
            doubles=[Double("다른 과정 1차", 2)],
            teams=[TeamAway("총무과 교육", 3, 4), TeamAway("재무과", 2, 8)],
        )
    )

    assert [(c.code, c.size) for c in found] == [(Code.ENROLLED_TWICE, 2), (Code.TEAM_AWAY, 1)]
    assert too_many_away(1, 1) == 0


def test_a_finding_of_several_groups_is_told_once():
    one, two = frozenset({1}), frozenset({2})
    leg = item("10:00", "10:30", ItemKind.TRAVEL, origin_id=1, target_id=2)
    rest = [item("14:00", "15:00", group_ids=one), item("14:00", "15:00", group_ids=two)]
    lunch = item("12:00", "13:00", ItemKind.MEAL)

    found = check(facts(leg, lunch, *rest, travel=Travel({(1, 2): Leg(42, 30, False)})))

    assert codes(found) == [Code.TRAVEL_TOO_SHORT]
