"""What holds of every finding and of every way out of it, whatever the plan."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.dates import SEOUL
from site_visits.conflicts import Code, Facts, FixKind, check
from site_visits.conflicts.facts import Hours, Item, Occupancy, SiteFacts
from site_visits.distance import Leg, Travel
from site_visits.models import HostState, ItemKind

THURSDAY = date(2026, 12, 3)
SITES = {
    1: SiteFacts("가", capacity=40, hours=(Hours(3, time(9), time(18)),)),
    2: SiteFacts("나", capacity=12),
    3: SiteFacts("다"),
}
ROADS = Travel({(a, b): Leg(20 + 5 * a + b, 15, False) for a in (1, 2, 3) for b in (1, 2, 3)})
KINDS = [kind for kind in ItemKind if kind != ItemKind.LODGING]


def at(clock, day=THURSDAY):
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=SEOUL)


def facts(items, **more):
    known = {
        "sites": SITES,
        "travel": ROADS,
        "group_people": {1: 10, 2: 12, 3: 8},
        "everybody": 30,
        "others": [Occupancy(2, at("10:00"), at("11:00"), 8, "다른 과정 1차")],
    }
    return Facts(starts_on=THURSDAY, ends_on=THURSDAY, items=items, **(known | more))


@st.composite
def plans(draw):
    count = draw(st.integers(0, 7))
    return [_item(draw, UUID(int=n + 1)) for n in range(count)]


def _item(draw, uid):
    start = at("06:00") + timedelta(minutes=5 * draw(st.integers(0, 150)))
    kind = draw(st.sampled_from(KINDS))
    groups = draw(st.sampled_from([frozenset(), frozenset(), frozenset({1}), frozenset({2})]))
    is_leg = kind == ItemKind.TRAVEL
    return Item(
        uid=uid,
        kind=kind,
        title=f"{kind.value} {uid.int}",
        starts_at=start,
        ends_at=start + timedelta(minutes=5 * draw(st.integers(1, 40))),
        site_id=None if is_leg else draw(st.sampled_from([None, 1, 2, 3])),
        origin_id=1 if is_leg else None,
        target_id=2 if is_leg else None,
        group_ids=groups,
        people=30 if not groups else 10,
        host_state=HostState.CONFIRMED if kind == ItemKind.VISIT else None,
    )


def moved(item, start_by, end_by):
    return replace(
        item,
        starts_at=item.starts_at + timedelta(minutes=start_by),
        ends_at=item.ends_at + timedelta(minutes=end_by),
    )


def applied(items, fix):
    """What a click on the way out does to the plan, as the board does it."""
    if fix.edits:
        by = {edit.uid: edit for edit in fix.edits}
        return [
            moved(item, by[item.uid].start_by, by[item.uid].end_by) if item.uid in by else item
            for item in items
        ]
    if fix.kind == FixKind.ADD:
        start = datetime.fromisoformat(fix.parameters["starts_at"])
        added = Item(
            uid=uuid4(),
            kind=ItemKind(fix.parameters["kind"]),
            title="넣은 것",
            starts_at=start,
            ends_at=start + timedelta(minutes=fix.parameters["minutes"]),
            group_ids=frozenset(fix.parameters["groups"]),
        )
        return [*items, added]
    if fix.kind == FixKind.SPLIT and fix.parameters["groups"]:
        return staggered(items, fix)
    return None


def staggered(items, fix):
    found = []
    for item in items:
        if str(item.uid) != fix.parameters["uid"]:
            found.append(item)
            continue
        for place, group in enumerate(fix.parameters["groups"]):
            by = place * item.minutes
            slot = moved(item, by, by)
            uid = item.uid if place == 0 else uuid4()
            found.append(
                replace(
                    slot, uid=uid, group_ids=frozenset({group}), people={1: 10, 2: 12, 3: 8}[group]
                )
            )
    return found


@settings(deadline=None)
@given(plans())
def test_no_way_out_makes_its_own_finding_larger(items):
    for conflict in check(facts(items)):
        for fix in conflict.fixes:
            after = applied(items, fix)
            if after is None or not all(item.ends_at > item.starts_at for item in after):
                continue
            again = {
                other.key[:2]: other.size
                for other in check(facts(after))
                if other.code == conflict.code and set(other.item_uids) == set(conflict.item_uids)
            }
            assert sum(again.values()) <= conflict.size, (conflict, fix)


@settings(deadline=None)
@given(plans())
def test_a_way_out_of_an_overlap_or_of_a_short_road_ends_it_unless_others_are_in_the_way(items):
    for conflict in check(facts(items)):
        if conflict.code not in (Code.OVERLAP, Code.TRAVEL_TOO_SHORT):
            continue
        for fix in (fix for fix in conflict.fixes if fix.edits):
            concerned = {*conflict.item_uids, *(edit.uid for edit in fix.edits)}
            alone = [item for item in items if item.uid in concerned]
            again = [
                other
                for other in check(facts(applied(alone, fix)))
                if other.code == conflict.code and set(other.item_uids) == set(conflict.item_uids)
            ]
            assert again == [], (conflict, fix)


@settings(deadline=None)
@given(plans())
def test_every_way_out_leaves_items_that_may_be(items):
    for conflict in check(facts(items)):
        for fix in conflict.fixes:
            after = applied(items, fix) or items
            assert all(timedelta() < item.ends_at - item.starts_at for item in after), (
                conflict,
                fix,
            )


@settings(deadline=None)
@given(plans())
def test_every_overlap_is_told_at_both_of_its_ends(items):
    known = {item.uid: item for item in items}
    for conflict in check(facts(items)):
        if conflict.code == Code.OVERLAP:
            one, other = (known[uid] for uid in conflict.item_uids)
            assert one.shares_people_with(other)
            assert conflict.size == max(
                0,
                (min(one.ends_at, other.ends_at) - max(one.starts_at, other.starts_at))
                // timedelta(minutes=1),
            )


RELATIVE = {Code.OVERLAP, Code.TRAVEL_TOO_SHORT, Code.LEG_WITHOUT_BREAK}


@settings(deadline=None)
@given(plans(), st.integers(-600, 600))
def test_moving_everything_alike_changes_nothing_between_the_items(items, minutes):
    later = [moved(item, minutes, minutes) for item in items]

    before, after = (
        {
            (conflict.code, frozenset(conflict.item_uids), conflict.size)
            for conflict in check(facts(rows))
            if conflict.code in RELATIVE
        }
        for rows in (items, later)
    )

    assert before == after


@settings(deadline=None)
@given(plans(), st.permutations([1, 2, 3]))
def test_the_names_of_the_groups_do_not_matter(items, names):
    other = dict(zip([1, 2, 3], names, strict=True))
    renamed = [
        replace(item, group_ids=frozenset(other[group] for group in item.group_ids))
        for item in items
    ]

    def told(rows):
        return {
            (conflict.code, frozenset(conflict.item_uids), conflict.size)
            for conflict in check(facts(rows))
        }

    assert told(items) == told(renamed)


def item(start, end, kind=ItemKind.SESSION, **more):
    return Item(
        uid=uuid4(), kind=kind, title=more.pop("title", kind.value), starts_at=at(start), ends_at=at(end), **more
    )  # fmt: skip


def test_twelve_minutes_short_offers_earlier_shorter_later_and_all_legs():
    visit = item(
        "09:00", "10:00", ItemKind.VISIT, site_id=3, title="한빛", host_state=HostState.CONFIRMED
    )
    leg = item("10:10", "10:30", ItemKind.TRAVEL, origin_id=3, target_id=1)
    after = item("10:30", "11:00", site_id=1, title="수업")

    [found] = check(facts([visit, leg, after]))

    assert (found.code, found.size, found.message) == (
        Code.TRAVEL_TOO_SHORT,
        16,
        "이동 시간이 16분 모자랍니다",
    )
    assert [fix.label for fix in found.fixes] == [
        "한빛: 54분으로 줄이기",
        "수업: 16분 늦추기",
        "이날 이동 시간 모두 맞추기",
    ]
    for fix in found.fixes[:2]:
        assert check(facts(applied([visit, leg, after], fix))) == []


def visits_at_two_sites(first, second):
    return [
        item(*ends, ItemKind.VISIT, site_id=site, title=title, host_state=HostState.CONFIRMED)
        for ends, site, title in ((first, 3, "한빛"), (second, 1, "서울숲"))
    ]


def test_a_lunch_between_two_sites_is_no_time_on_the_road():
    one, other = visits_at_two_sites(("11:00", "12:00"), ("13:10", "14:00"))
    lunch = item("12:00", "13:00", ItemKind.MEAL)

    [found] = check(facts([one, lunch, other]))

    assert (found.code, found.size) == (Code.TRAVEL_TOO_SHORT, 26)


def test_where_stops_of_two_sites_overlap_the_way_out_makes_room_for_the_road_as_well():
    one, other = visits_at_two_sites(("09:00", "11:00"), ("10:30", "11:30"))

    [found] = [f for f in check(facts([one, other])) if f.code == Code.TRAVEL_TOO_SHORT]

    assert found.size == 36
    assert [fix.label for fix in found.fixes] == ["한빛: 54분으로 줄이기", "서울숲: 66분 늦추기"]
    for fix in found.fixes:
        assert check(facts(applied([one, other], fix))) == []


def test_a_leg_planned_by_hand_is_made_longer_with_what_moves():
    one, other = visits_at_two_sites(("09:00", "10:00"), ("10:20", "11:00"))
    leg = item("10:00", "10:20", ItemKind.TRAVEL)

    [found] = check(facts([one, leg, other]))

    assert [fix.label for fix in found.fixes] == ["한빛: 44분으로 줄이기", "서울숲: 16분 늦추기"]
    for fix in found.fixes:
        assert check(facts(applied([one, leg, other], fix))) == []


def test_too_many_for_a_site_go_one_group_after_another():
    visit = item(
        "12:00", "12:30", ItemKind.VISIT, site_id=2, people=30, host_state=HostState.CONFIRMED
    )

    [found] = check(facts([visit]))

    [split] = [fix for fix in found.fixes if fix.kind == FixKind.SPLIT]
    assert (split.label, split.parameters["groups"]) == ("3개 조가 차례로", [1, 2, 3])
    assert check(facts(applied([visit], split))) == []


def test_groups_that_are_too_large_themselves_are_not_offered():
    visit = item(
        "12:00", "12:30", ItemKind.VISIT, site_id=2, people=30, host_state=HostState.CONFIRMED
    )

    [found] = check(facts([visit], group_people={1: 15, 2: 15}))

    assert [fix.parameters["groups"] for fix in found.fixes] == [[]]


def test_a_rest_on_the_way_is_a_break_and_no_overlap():
    leg = item("06:00", "09:00", ItemKind.TRAVEL)

    [found] = check(facts([leg]))
    [rest] = found.fixes

    assert (found.code, found.size, rest.label) == (
        Code.LEG_WITHOUT_BREAK,
        60,
        "07:30에 휴게소 15분 넣기",
    )
    assert check(facts(applied([leg], rest))) == []


@pytest.mark.parametrize(
    ("others", "start", "minutes"),
    [
        ([("09:00", "11:40"), ("13:00", "15:00")], "11:40", 60),
        ([("09:00", "12:00"), ("12:40", "15:00")], "12:00", 40),
        ([("09:00", "15:00")], "12:00", 60),
    ],
)
def test_lunch_is_put_where_there_is_time(others, start, minutes):
    [found] = check(facts([item(*ends) for ends in others]))

    [fix] = found.fixes
    assert datetime.fromisoformat(fix.parameters["starts_at"]) == at(start)
    assert fix.parameters["minutes"] == minutes


def test_only_the_hungry_group_gets_a_lunch():
    rows = [
        item("09:00", "15:00", group_ids=frozenset({1})),
        item("09:00", "12:00", group_ids=frozenset({2})),
        item("12:00", "13:00", ItemKind.MEAL, group_ids=frozenset({2})),
        item("13:00", "15:00", group_ids=frozenset({2})),
    ]

    [found] = check(facts(rows))

    assert found.fixes[0].parameters["groups"] == [1]


def test_a_thousand_items_take_about_five_times_as_long_as_two_hundred():
    """Counted in questions asked, not in seconds: which machine runs this does not matter."""

    def asked(count):
        questions = 0

        class Counted(Item):
            def shares_people_with(self, other):
                nonlocal questions
                questions += 1
                return super().shares_people_with(other)

        rows = [
            Counted(
                uid=UUID(int=n + 1), kind=ItemKind.SESSION, title="교육",
                starts_at=at("06:00") + timedelta(minutes=10 * n), ends_at=at("06:12") + timedelta(minutes=10 * n),
            )
            for n in range(count)
        ]  # fmt: skip
        check(facts(rows))
        return questions

    assert asked(1000) <= 5.1 * asked(200)
