"""All visits across programs: the list and the month."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from programs.models import Holiday
from site_visits.models import HostState, SiteVisit
from tests.factories.programs import ProgramFactory
from tests.factories.site_visits import SiteFactory, VisitItemFactory, at

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def desk(client, organizer):
    client.force_login(organizer)
    return client


LIST, MONTH = (reverse(f"organize:{name}") for name in ("visit-list", "visit-calendar"))


def visit(day="2026-12-03", clock="10:00", **more):
    return VisitItemFactory(starts_at=at(date.fromisoformat(day), clock), **more)


def titles(desk, query):
    return [row.cells[1].value for row in desk.get(LIST + query).context["listing"].rows]


def test_coming_visits_of_all_programs_are_shown_and_filtered(desk, now):
    hanbit = SiteFactory(name="한빛", kind="ai_firm")
    past = visit("2026-11-01", title="지난 방문")
    first = visit(title="첫째", site=hanbit)
    visit("2026-12-09", title="둘째", site=SiteFactory(name="큐브팜", kind="plant_factory"))
    visit(title="취소됨", cancelled_at=now)
    SiteVisit.objects.filter(item=first).update(
        host_state=HostState.ASKED, asked_at=now, asked_starts_at=now, asked_ends_at=now
    )

    assert titles(desk, "") == ["첫째", "둘째"]
    assert titles(desk, "?when=past") == [past.title]
    assert titles(desk, "?when=all&sort=-when") == ["둘째", "첫째", "지난 방문"]
    assert (
        titles(desk, f"?site={hanbit.pk}")
        == titles(desk, "?state=asked")
        == titles(desk, "?q=한빛")
        == ["첫째"]
    )
    assert titles(desk, f"?program={first.program_id}") == ["첫째"]
    assert (
        titles(desk, "?kind=plant_factory")
        == titles(desk, "?since=2026-12-05&until=2026-12-09")
        == ["둘째"]
    )
    assert titles(desk, "?site=x&since=어제&program=999999&state=?") != []


def test_the_month_starts_on_sunday_and_names_holidays(desk):
    Holiday.objects.create(date=date(2026, 12, 25), name="성탄절")
    visit(site=SiteFactory(name="한빛"))

    page = desk.get(MONTH + "?month=2026-12")

    assert [str(name) for name, _off in page.context["weekdays"]] == list("일월화수목금토")
    assert page.context["weeks"][0][0].day == date(2026, 11, 29)
    for words in ("2026. 12.", "성탄절", "한빛", "since=2026-12-03"):
        assert words in page.text


def test_the_month_is_filtered_and_keeps_its_filters_in_the_links(desk):
    hanbit = SiteFactory(kind="ai_firm")
    visit(site=hanbit)
    visit(site=SiteFactory(kind="plant_factory"))

    page = desk.get(MONTH + f"?month=2026-12&site={hanbit.pk}&kind=ai_firm&state=not_asked")

    assert page.context["total"] == 1
    assert f"site={hanbit.pk}" in page.context["next"]
    assert page.context["next"].endswith("month=2027-01")
    assert page.context["previous"].endswith("month=2026-11")


@pytest.mark.parametrize(
    "query",
    ["", "?month=2026-13", "?month=0001-01", "?month=9999-12", "?month=x&site=x&kind=x&state=x"],
)
def test_a_mistyped_month_is_this_month(desk, query):
    page = desk.get(MONTH + query)

    assert (page.status_code, page.context["month"]) == (200, date(2026, 11, 1))


def test_a_full_day_says_how_many_more(desk):
    program = ProgramFactory()
    for hour in range(9, 15):
        visit(clock=f"{hour:02}:00", program=program)

    assert "2건 더" in desk.get(MONTH + "?month=2026-12").text


@pytest.mark.parametrize("size", [1, 10, 100])
def test_both_pages_cost_the_same_at_any_size(desk, size, django_assert_num_queries):
    for _ in range(size):
        visit()
    desk.get(LIST)

    with django_assert_num_queries(7):
        desk.get(LIST)
    with django_assert_num_queries(6):
        desk.get(MONTH + "?month=2026-12")


def test_strangers_are_kept_out(client, leader):
    client.force_login(leader)

    assert client.get(LIST).status_code == client.get(MONTH).status_code == 403
