"""Which stops and legs the rows of a plan make."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from site_visits.models import ItemKind, PublishedItem, SiteKind
from site_visits.routes import day_stops, sketches
from tests.conftest import signed_in
from tests.factories.participants import EnrollmentFactory, ParticipantFactory
from tests.factories.programs import ProgramFactory
from tests.factories.site_visits import (
    ItemFactory,
    SiteFactory,
    VisitItemFactory,
    at,
    publication,
    published_item,
)

DAY = date(2026, 12, 3)
HALL = {"site_name": "고령군청", "latitude": 35.726, "longitude": 128.263}
YANGJAE = {"site_name": "한빛", "latitude": 37.47, "longitude": 127.038}
DDP = {"site_name": "동대문", "latitude": 37.567, "longitude": 127.009}


def row(kind, times, day=DAY, **facts):
    start, end = times.split("-")
    return PublishedItem(
        uid=uuid4(), kind=kind, title=facts.pop("title", "제목"),
        starts_at=at(day, start), ends_at=at(day, end), **facts,
    )  # fmt: skip


def leg(times, km=None, day=DAY, **ends):
    return row(ItemKind.TRAVEL, times, day, km=km, **ends)


def test_legs_between_two_stops_are_added_up_and_a_stop_without_place_listed():
    rows = [
        row(ItemKind.ASSEMBLY, "05:40-06:00", **HALL),
        leg("06:00-08:00", 150, origin_name="고령군청", place="휴게소"),
        row(ItemKind.MEAL, "08:00-08:30", place="휴게소"),
        leg("08:30-10:20", 135, target_name="한빛"),
        row(ItemKind.VISIT, "10:30-12:00", site_kind=SiteKind.AI_FIRM, **YANGJAE),
    ]

    hall, rest, firm = day_stops(rows)[DAY]

    assert [(one.name, one.kind, one.time) for one in (hall, rest, firm)] == [
        ("고령군청", "assembly", "05:40"), ("휴게소", "meal", "08:00"), ("한빛", "visit", "10:20"),
    ]  # fmt: skip
    assert (rest.point, rest.leg.km, rest.leg.minutes) == (None, 150, 120)
    assert (firm.leg.km, firm.leg.minutes, firm.leg.estimated) == (135, 110, False)


def test_the_end_of_a_leg_is_found_by_the_name_another_row_gives_it():
    rows = [
        row(ItemKind.ASSEMBLY, "05:40-06:00", **HALL),
        row(ItemKind.VISIT, "10:30-12:00", **YANGJAE),
        leg("17:10-19:00", 145, target_name="고령군청"),
    ]

    *_, home = day_stops(rows)[DAY]

    assert home.point == (35.726, 128.263)


def test_what_the_plan_leaves_open_is_estimated_and_marked():
    rows = [
        row(ItemKind.ASSEMBLY, "05:40-06:00", **HALL),
        leg("06:00-10:20", target_name="한빛"),
        row(ItemKind.VISIT, "10:30-12:00", **YANGJAE),
        row(ItemKind.VISIT, "13:30-14:00", **DDP),
    ]

    _, firm, tour = day_stops(rows)[DAY]

    assert (firm.leg.minutes, firm.leg.estimated) == (260, True), "minutes are the plan's"
    assert firm.leg.km > 250
    assert tour.leg.estimated


def test_a_night_ends_where_it_began():
    rows = [
        row(ItemKind.VISIT, "10:30-12:00", **YANGJAE),
        row(ItemKind.LODGING, "21:00-23:00", site_name="숙소", latitude=37.263, longitude=127.03),
        leg("08:30-08:50", 6, DAY + timedelta(days=1), target_name="동대문"),
        row(ItemKind.VISIT, "09:00-10:00", DAY + timedelta(days=1), **DDP),
    ]

    inn, palace = day_stops(rows)[DAY + timedelta(days=1)]

    assert (inn.name, inn.leg, inn.time) == ("숙소", None, "")
    assert palace.leg.km == 6


def test_cancelled_items_lead_nowhere_and_a_single_place_makes_no_sketch():
    rows = [
        row(ItemKind.VISIT, "10:30-12:00", **YANGJAE),
        row(ItemKind.VISIT, "13:30-14:00", cancelled=True, **DDP),
    ]

    assert sketches(rows) == {}


def test_groups_apart_at_one_time_have_no_leg_between_them():
    rows = [
        row(ItemKind.VISIT, "10:30-12:00", group_ids=[1], **YANGJAE),
        row(ItemKind.VISIT, "10:30-12:00", group_ids=[2], **DDP),
    ]

    assert [one.leg for one in day_stops(rows)[DAY]] == [None, None]


@pytest.fixture
def planned(db):
    program = ProgramFactory(code="ai-1", starts_on=DAY, ends_on=DAY)
    hall = SiteFactory(name="고령군청", latitude="35.72600", longitude="128.26300")
    firm = SiteFactory(name="한빛", latitude="37.47000", longitude="127.03800")
    ItemFactory(
        program=program, kind=ItemKind.TRAVEL, title="가는 길", origin=hall, target=firm,
        starts_at=at(DAY, "06:00"), ends_at=at(DAY, "10:20"), km=285, counts_as_learning=False,
    )  # fmt: skip
    VisitItemFactory(program=program, site=firm, title="견학")
    return program


def url(program, day):
    return reverse("organize:board-map", args=[program.code, day])


def test_the_board_shows_the_road_of_a_day_from_the_draft(client, organizer, planned):
    client.force_login(organizer)

    page = client.get(url(planned, "2026-12-03")).text

    for words in (
        "12. 3.(목)의 길",
        "고령군청",
        "한빛",
        "285\N{NO-BREAK SPACE}km · 4시간 20분",
        "<svg",
    ):
        assert words in page


@pytest.mark.parametrize(("day", "status"), [("2026-12-04", 200), ("2026-13-01", 404), ("x", 404)])
def test_a_day_without_a_road_says_so_and_no_day_is_not_found(
    client, organizer, planned, day, status
):
    client.force_login(organizer)

    answer = client.get(url(planned, day))

    assert answer.status_code == status
    assert status == 404 or "그릴 길이 없습니다" in answer.text


def test_another_persons_eyes_see_no_draft_map(client, civil_servant, planned):
    client.force_login(civil_servant)

    assert client.get(url(planned, "2026-12-03")).status_code == 403


def test_participants_see_the_road_of_each_day_folded_away(
    civil_servant, planned, django_assert_max_num_queries
):
    EnrollmentFactory(
        program=planned, participant=ParticipantFactory(user=civil_servant, name="김가람")
    )
    issue = publication(planned)
    published_item(issue, clock="05:40", minutes=20, **HALL)
    published_item(issue, kind=ItemKind.TRAVEL, clock="06:00", minutes=260, km=285)
    published_item(issue, clock="10:30", **YANGJAE)

    phone = signed_in(civil_servant)
    page = phone.get(reverse("itinerary:index")).text

    with django_assert_max_num_queries(5):
        phone.get(reverse("itinerary:index"))

    assert "길 보기 (285\N{NO-BREAK SPACE}km · 4시간 20분)" in page
    assert page.count('class="route-map"') == 1
