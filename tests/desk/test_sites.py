"""The catalogue of sites at the desk."""

import pytest
from django.urls import reverse

from site_visits.models import OpeningHours, Site
from tests.factories.site_visits import SiteFactory, VisitItemFactory

pytestmark = pytest.mark.django_db

ROWS = 7


@pytest.fixture
def desk(client, organizer):
    client.force_login(organizer)
    return client


def url(name, *args):
    return reverse(f"organize:{name}", args=args)


def typed(**more):
    data = {"name": "국립농업박물관", "kind": "plant_factory", "region": "수원시", "capacity": "60"}
    data |= {
        "hours-TOTAL_FORMS": ROWS,
        "hours-INITIAL_FORMS": ROWS,
        "closures-TOTAL_FORMS": 2,
        "closures-INITIAL_FORMS": 0,
    }
    data |= {f"hours-{n}-weekday": n for n in range(ROWS)}
    data |= {"hours-1-opens_at": "10:00", "hours-1-closes_at": "18:00"}
    data |= {
        "closures-0-kind": "weekday",
        "closures-0-weekday": "0",
        "closures-0-shifts_after_holiday": "on",
    }
    return data | more


def test_a_site_with_hours_and_closed_days_is_registered(desk):
    assert desk.get(url("site-create")).status_code == 200

    answer = desk.post(url("site-create"), typed(), follow=True)

    site = Site.objects.get()
    assert str(site.opening_hours.get()) == "화 10:00~18:00"
    for words in ("국립농업박물관", "10:00~18:00", "매주 월요일(공휴일이면 다음 평일)", "60명"):
        assert words in answer.text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "필수"),
        ({"name": "가" * 1000}, "80"),
        ({"capacity": "0"}, "1"),
        ({"capacity": "99999999999"}, "32767"),
        ({"latitude": "37.1"}, "위도와 경도를 함께"),
        ({"latitude": "NaN", "longitude": "1"}, "숫자"),
        ({"hours-1-closes_at": "09:00"}, "닫는 시각이 여는 시각보다"),
        ({"hours-1-closes_at": ""}, "닫는 시각을 적어"),
        ({"hours-1-opens_at": "아침"}, "시각을 알 수 없습니다"),
        ({"hours-1-weekday": "9"}, "9"),
        ({"closures-0-weekday": ""}, "쉬는 요일을"),
        ({"closures-0-kind": "dates"}, "첫날을 적어"),
        (
            {
                "closures-0-kind": "dates",
                "closures-0-first_on": "2027-01-02",
                "closures-0-last_on": "2027-01-01",
            },
            "마지막 날이 첫날보다",
        ),
        ({"hours-TOTAL_FORMS": "x"}, "ManagementForm"),
        ({"hours-TOTAL_FORMS": "5000"}, "40"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_saved(desk, change, words):
    answer = desk.post(url("site-create"), typed(**change))

    assert answer.status_code == 422
    assert words in answer.text
    assert not Site.objects.exists()


def test_a_second_site_of_the_same_name_is_refused_at_the_field(desk):
    SiteFactory(name="국립농업박물관")

    answer = desk.post(url("site-create"), typed())

    assert answer.status_code == 422
    assert "같은 이름의 방문지" in answer.text


def test_an_edit_replaces_the_hours_and_a_stale_one_shows_both_values(desk):
    desk.post(url("site-create"), typed())
    site = Site.objects.get()
    page = url("site-edit", site.pk)
    assert 'value="10:00"' in desk.get(page).text

    assert desk.post(page, typed(version=1, region="화성시")).status_code == 302
    stale = desk.post(page, typed(version=1, region="평택시"))

    site.refresh_from_db()
    assert (stale.status_code, site.region, site.version) == (409, "화성시", 2)
    assert "화성시" in stale.text
    assert 'value="평택시"' in stale.text
    assert OpeningHours.objects.count() == 1


def test_a_site_is_retired_not_deleted(desk):
    site = VisitItemFactory(site=SiteFactory(name="한빛")).site
    page = url("site-retire", site.pk)
    assert "그대로 남습니다" in desk.get(page).text

    desk.post(page, {"version": 1})
    site.refresh_from_db()
    assert site.retired_on
    assert desk.post(page, {"version": 1}).status_code == 422
    desk.post(page, {"version": 2})

    site.refresh_from_db()
    assert site.retired_on is None


def test_the_list_searches_filters_and_sorts(desk):
    SiteFactory(name="한빛", kind="ai_firm", region="서울 서초구")
    SiteFactory(name="그린큐브팜", kind="plant_factory", region="평택시", retired_on="2026-01-01")

    def names(query):
        return [
            row.cells[0].value for row in desk.get(url("site-list") + query).context["listing"].rows
        ]

    assert names("") == ["그린큐브팜", "한빛"]
    assert names("?sort=-name") == ["한빛", "그린큐브팜"]
    assert (
        names("?q=그린") == names("?kind=plant_factory") == names("?retired=yes") == ["그린큐브팜"]
    )
    assert names("?region=서울 서초구") == names("?retired=no") == ["한빛"]
    assert names("?kind=nonsense&page=99&sort=xyz") == ["그린큐브팜", "한빛"]


def test_the_detail_page_shows_the_coming_visits_of_all_programs(desk):
    site = SiteFactory()
    for _ in range(2):
        VisitItemFactory(
            site=site,
            program__starts_on="2099-12-03",
            program__ends_on="2099-12-04",
            starts_at=None,
            ends_at=None,
        )
    item = VisitItemFactory(site=site)
    item.starts_at = item.starts_at.replace(year=2099)
    item.ends_at = item.ends_at.replace(year=2099)
    item.save()

    page = desk.get(url("site-detail", site.pk))

    assert [row["visit"].item for row in page.context["visits"]] == [item]


@pytest.mark.parametrize("size", [1, 10, 100])
def test_the_list_costs_the_same_at_any_size(desk, size, django_assert_num_queries):
    for _ in range(size):
        SiteFactory()
    desk.get(url("site-list"))

    with django_assert_num_queries(6):
        desk.get(url("site-list"))


def test_strangers_are_kept_out(client, leader):
    client.force_login(leader)

    assert client.get(url("site-list")).status_code == 403
