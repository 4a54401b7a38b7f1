"""Around the board: trips made from earlier ones, the table of travel times, the hosts and their answers."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from core.dates import local_date
from programs.models import Program
from site_visits.models import HostState, Site, SiteVisit, TravelTime, TripTemplate
from tests.browser.test_board_together import faults

pytestmark = pytest.mark.django_db(transaction=True)

TRIP = "/organize/programs/ai-field-1"
HEADING = "출발,도착,소요시간(분),거리(km)"


@pytest.fixture
def page(visit):
    return visit("organizer")


def said(page: Page):
    return page.get_by_role("status").filter(has_text=re.compile(r"\S")).first


def a_saturday_of_next_year() -> date:
    day = Program.objects.get(code="ai-field-1").starts_on + timedelta(weeks=52)
    return day + timedelta((5 - day.weekday()) % 7)


def make(page: Page, code: str) -> Program:
    """Read what would move, then make it."""
    page.get_by_label("과정 코드").fill(code)
    page.get_by_role("textbox", name="시작일").fill(a_saturday_of_next_year().isoformat())
    page.get_by_role("button", name="무엇이 옮겨지는지 보기").click()
    expect(page.get_by_role("heading", name="새 날짜")).to_be_visible()
    assert not Program.objects.filter(code=code).exists()
    assert faults(page) == []
    page.get_by_role("button", name="이대로 과정 만들기").click()
    expect(page.get_by_role("heading", name="옮긴 내용")).to_be_visible()
    return Program.objects.get(code=code)


def test_a_trip_becomes_a_template_and_the_template_next_years_trip_without_people(page):
    page.goto(f"{TRIP}/template/")
    page.get_by_label("서식 이름").fill("수도권 이틀")
    page.get_by_role("button", name="저장").click()
    expect(said(page)).to_be_visible()
    template = TripTemplate.objects.get(name="수도권 이틀")
    page.goto(f"/organize/programs/new/templates/{template.pk}/")
    page.get_by_role("link", name="이 서식으로 새 과정").click()
    page.get_by_label("과정명", exact=False).first.fill("AI 역량강화 현장학습")

    made = make(page, "ai-field-next")

    assert made.starts_on.weekday() < 5, "the Saturday was skipped"
    trip = Program.objects.get(code="ai-field-1")
    assert made.items.count() == trip.items.live().count()
    assert not made.enrollments.exists()
    page.get_by_role("link", name="일정 보기").click()
    expect(page.get_by_role("heading", name="석식")).to_be_visible()


def test_last_years_trip_is_copied_from_the_list_of_earlier_ones(page):
    page.goto("/organize/programs/new/past/")
    page.get_by_role("link", name=re.compile("AI 역량강화 현장학습")).first.click()

    made = make(page, "ai-field-copy")

    assert {local_date(item.starts_at) for item in made.items.all()} <= set(made.days)
    assert (
        not SiteVisit.objects.filter(item__program=made)
        .exclude(host_state=HostState.NOT_ASKED)
        .exists()
    )


def upload(page: Page, *lines: str) -> None:
    page.get_by_label("CSV 파일").set_input_files(
        {
            "name": "times.csv",
            "mimeType": "text/csv",
            "buffer": "\n".join([HEADING, *lines]).encode(),
        }
    )
    page.get_by_role("button", name="읽어 보기").click()


def test_travel_times_come_from_a_file_that_is_right_as_a_whole_and_by_hand(visit):
    page = visit("organizer", refused=422)
    row = TravelTime.objects.select_related("origin", "target").first()
    good = f"{row.origin.name},{row.target.name},{row.minutes + 5},{row.km}"
    page.goto("/organize/sites/travel-times/")
    page.get_by_role("link", name="파일로 올리기").click()

    upload(page, good, f"{row.origin.name},없는 곳,30,20")
    wrong = page.get_by_role("alert")
    expect(wrong).to_contain_text("3행")
    expect(wrong).to_contain_text("없는 곳")
    expect(wrong).to_contain_text("아무것도 저장하지 않았습니다")
    assert faults(page) == []

    upload(page, good)
    expect(page.get_by_role("button", name="이대로 반영")).to_be_visible()
    assert TravelTime.objects.get(pk=row.pk).minutes == row.minutes
    page.get_by_role("button", name="이대로 반영").click()
    expect(said(page)).to_contain_text("고친 구간 1개")
    assert TravelTime.objects.get(pk=row.pk).minutes == row.minutes + 5

    page.goto(f"/organize/sites/travel-times/{row.origin_id}/{row.target_id}/")
    page.get_by_label("소요시간").fill("77")
    page.get_by_role("button", name="저장").click()
    expect(said(page)).to_contain_text("저장했습니다")
    assert TravelTime.objects.get(pk=row.pk).minutes == 77


def test_a_host_is_asked_by_letter_answers_without_an_account_and_the_board_says_so(visit):
    desk, host = visit("organizer"), visit(size=(360, 780))
    site = Site.objects.get(name="동대문디자인플라자")
    desk.goto(f"{TRIP}/hosts/")
    waiting = desk.get_by_role("article").filter(has_text=site.name)
    waiting.get_by_role("link", name=re.compile("요청문 보기")).click()
    desk.get_by_role("button", name="요청문 만들기").click()
    letter = desk.get_by_role("textbox", name=re.compile("한국어|국문")).input_value()
    link = re.search(r"https?://\S+/host/\S+", letter)[0]
    assert faults(desk) == []

    host.goto(link)
    expect(host.get_by_text("39명")).to_be_visible()
    assert faults(host) == []
    host.get_by_label(re.compile("알릴 말|남길 말|전할 말")).fill("후문으로 들어오십시오.")
    host.get_by_role("button", name="방문을 받겠습니다").click()
    expect(host.get_by_text("방문을 받겠다고 회신하셨습니다")).to_be_visible()

    desk.goto(f"{TRIP}/hosts/")
    confirmed = desk.get_by_role("region", name=re.compile("^확인됨"))
    expect(confirmed.get_by_role("article").filter(has_text=site.name)).to_contain_text("후문")
