"""The sketch of a day's road: what must hold for any stops there may be."""

from itertools import combinations
from math import hypot

from hypothesis import given, settings
from hypothesis import strategies as st

from site_visits.route_sketch import APART, DOT, Leg, Stop, sketch

HALL, YANGJAE, DDP, PANGYO = (
    (35.726, 128.263), (37.47, 127.038), (37.567, 127.009), (37.402, 127.108),
)  # fmt: skip

korea = st.tuples(st.floats(33.1, 38.6, allow_nan=False), st.floats(125.0, 131.9, allow_nan=False))
seoul = st.tuples(st.floats(37.4, 37.6), st.floats(126.9, 127.1))
points = st.one_of(korea, seoul, st.sampled_from([HALL, YANGJAE, DDP]))
names = st.text(alphabet="가나다라마바㈜(AI) 뷁쌰똠", min_size=1, max_size=60)
legs = st.none() | st.builds(
    Leg, km=st.none() | st.integers(0, 500), minutes=st.integers(0, 600), estimated=st.booleans()
)
stops = st.builds(
    Stop,
    name=names,
    kind=st.just("visit"),
    time=st.just("10:30"),
    point=st.none() | points,
    leg=legs,
)
days = st.lists(stops, max_size=12)


def stop(name, point, leg=None):
    return Stop(name, "visit", "10:30", point, leg)


def boxes(drawn):
    return [dot.name.box for dot in drawn.dots] + [
        line.label.box for line in drawn.lines if line.label
    ]


@settings(max_examples=150, deadline=None)
@given(days)
def test_nothing_leaves_the_paper(day):
    drawn = sketch(day)

    for dot in drawn.dots:
        assert dot.left >= 0
        assert dot.left + dot.width <= drawn.width
        assert DOT <= dot.y <= drawn.height - DOT
    for box in boxes(drawn):
        assert min(box.left, box.top) >= 0
        assert box.right <= drawn.width
        assert box.bottom <= drawn.height


@settings(max_examples=150, deadline=None)
@given(days)
def test_no_two_words_and_no_two_dots_cover_each_other(day):
    drawn = sketch(day)

    assert not [pair for pair in combinations(boxes(drawn), 2) if pair[0].overlaps(pair[1])]
    for dot in drawn.dots:
        assert not dot.name.box.holds((dot.x, dot.y))
    assert all(
        hypot(a.x - b.x, a.y - b.y) > 2 * DOT for a, b in combinations(drawn.dots, 2)
    )  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(days)
def test_the_same_day_is_always_drawn_alike(day):
    assert sketch(day) == sketch(list(day))


@settings(max_examples=100, deadline=None)
@given(days)
def test_every_stop_is_listed_and_every_place_drawn_once(day):
    drawn = sketch(day)

    assert [row.stop for row in drawn.rows] == day
    assert len(drawn.dots) == len({one.point for one in day if one.point})
    assert drawn.missing == [one for one in day if one.point is None]
    numbers = [row.number for row in drawn.rows if row.number]
    assert numbers == list(range(1, len(numbers) + 1))


@settings(max_examples=100, deadline=None)
@given(days)
def test_the_total_is_the_sum_of_the_legs(day):
    driven = [one.leg for one in day if one.leg]
    total = sketch(day).total

    assert (total.km, total.minutes) == (
        sum(leg.km or 0 for leg in driven),
        sum(leg.minutes for leg in driven),
    )
    assert total.estimated == any(leg.estimated for leg in driven)


def test_no_stop_and_one_stop_are_no_trouble():
    assert sketch([]).dots == []
    [dot] = sketch([stop("고령군청", HALL)]).dots

    assert (dot.numbers, dot.name.text) == ("1", "고령군청")


def test_a_place_seen_twice_is_one_dot_with_both_numbers_and_two_lines():
    drawn = sketch(
        [stop("고령군청", HALL), stop("양재", YANGJAE, Leg(285, 230)), stop("군청", HALL, Leg(285, 240))]
    )  # fmt: skip

    assert [(dot.numbers, dot.name.text) for dot in drawn.dots] == [
        ("1·3", "고령군청"),
        ("2", "양재"),
    ]
    out, back = drawn.lines
    assert out.bend != back.bend


def test_a_stop_that_is_nowhere_is_listed_and_its_road_counted():
    drawn = sketch(
        [stop("고령군청", HALL), stop("휴게소", None, Leg(150, 120)), stop("양재", YANGJAE, Leg(135, 110))]
    )  # fmt: skip

    [line] = drawn.lines
    assert line.label is not None
    assert line.label.text == "285\N{NO-BREAK SPACE}km · 3시간 50분"
    assert [row.number for row in drawn.rows] == [1, None, 2]


def test_stops_in_seoul_stay_legible_beside_a_far_county():
    drawn = sketch(
        [stop("고령군청", HALL), stop("양재", YANGJAE, Leg(285, 230)), stop("동대문", DDP, Leg(12, 35)),
         stop("판교", PANGYO, Leg(25, 50))]
    )  # fmt: skip

    assert not drawn.to_scale
    gaps = [hypot(a.x - b.x, a.y - b.y) for a, b in combinations(drawn.dots, 2)]
    assert min(gaps) >= APART - 2
    hall, yangjae, ddp, pangyo = drawn.dots
    assert hall.y > max(yangjae.y, ddp.y, pangyo.y), "the county lies in the south"
    assert hall.x > max(yangjae.x, ddp.x), "and in the east"
    assert ddp.y < yangjae.y < pangyo.y


def test_places_far_enough_apart_keep_their_proportions():
    drawn = sketch(
        [stop("가", (37.0, 127.0)), stop("나", (37.0, 127.4)), stop("다", (37.3, 127.2))]
    )

    assert drawn.to_scale


def test_what_is_estimated_is_marked():
    assert Leg(12, 15, estimated=True).text.startswith("≈ ")
    assert sketch([stop("가", HALL), stop("나", YANGJAE, Leg(9, 9, estimated=True))]).has_estimates


def test_other_groups_elsewhere_are_not_driven_to():
    drawn = sketch([stop("가", YANGJAE), Stop("나", "visit", "10:30", DDP, aside=True)])

    assert drawn.lines == []
