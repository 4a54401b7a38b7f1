"""The organizer's part of the demo story: sign in, move, see the warning, take a way out, publish."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from desk.demo.people import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)

TRIP = "AI 역량강화 현장학습 1차"


def sign_in(page: Page, login: str, password: str = PASSWORD) -> None:
    page.get_by_label("사번 또는 이메일").fill(login)
    page.get_by_role("textbox", name="비밀번호").fill(password)
    page.get_by_role("button", name="로그인").click()


def open_itinerary(page: Page) -> None:
    """From the page a person lands on, by the menus."""
    page.get_by_role("banner").get_by_text("정마루").click()
    page.get_by_role("link", name="오늘 할 일").click()
    expect(page.get_by_role("heading", name="오늘 할 일")).to_be_visible()
    page.get_by_role("link", name=TRIP, exact=True).click()
    page.get_by_role("link", name="일정", exact=True).click()
    page.get_by_role("button", name="목록", exact=True).click()
    page.get_by_role("link", name="단추와 양식만으로 고치는 화면").click()


def lunch_of_the_second_day(page: Page) -> Locator:
    day = page.get_by_role("region", name=re.compile("^2일차"))
    return day.get_by_role("listitem").filter(has=page.get_by_role("heading", name="중식"))


def said(page: Page) -> Locator:
    return page.get_by_role("status")


def test_the_organizer_moves_an_item_takes_a_way_out_edits_and_publishes(visit):
    page = visit()
    page.goto("/")
    sign_in(page, "GR-2009-0001")
    open_itinerary(page)

    lunch = lunch_of_the_second_day(page)
    lunch.get_by_role("button", name="15분 늦추기").click()
    warning = page.get_by_role("article").filter(has_text="15분 겹칩니다")
    expect(warning).to_contain_text("중식 12:05~13:05")
    warning.get_by_role("button", name="중식: 45분으로 줄이기").click()
    expect(said(page)).to_contain_text("일정을 옮겼습니다")
    expect(warning).to_have_count(0)
    expect(lunch).to_contain_text("12:50")

    lunch.get_by_role("link", name="고치기").click()
    page.get_by_label("준비물").fill("개인 물병")
    page.get_by_role("button", name="저장").click()
    expect(said(page)).to_contain_text("고친 내용을 저장했습니다")

    page.get_by_role("link", name="변경 1건 공개…").click()
    expect(page.get_by_role("heading", name="3판 공개")).to_be_visible()
    expect(page.get_by_text("교육생 36명의 일정이 바뀝니다.")).to_be_visible()
    expect(page.get_by_role("deletion").filter(has_text="11:50~12:50")).to_be_visible()
    expect(page.get_by_role("insertion").filter(has_text="12:05~12:50")).to_be_visible()
    expect(page.get_by_role("insertion").filter(has_text="개인 물병")).to_be_visible()
    page.get_by_role("button", name="지금 공개").click()
    expect(said(page)).to_contain_text("3판")


def test_an_address_signs_in_as_well_and_a_wrong_password_is_said(visit):
    page = visit()
    page.goto("/organize/")
    sign_in(page, "organizer@goryeong.example", "not-the-password")
    expect(page.get_by_role("heading", name="비밀번호가 올바르지 않습니다")).to_be_visible()

    sign_in(page, "organizer@goryeong.example")

    expect(page.get_by_role("heading", name="오늘 할 일")).to_be_visible()


def test_an_end_before_its_start_is_said_at_the_field_and_in_a_summary_that_leads_there(visit):
    page = visit("organizer", refused=422)
    page.goto("/organize/programs/ai-field-1/items/new/?kind=session")
    page.get_by_role("textbox", name="제목", exact=False).first.fill("보고회")
    page.get_by_role("textbox", name="시작").fill("15:00")
    end = page.get_by_role("textbox", name="끝")
    end.fill("14:00")
    page.get_by_role("button", name="넣기", exact=True).click()

    summary = page.get_by_role("region", name="1곳을 고쳐 주십시오.")
    expect(summary).to_be_focused()
    expect(end).to_have_attribute("aria-invalid", "true")
    expect(end).to_have_accessible_description(re.compile("끝나는 시각이 시작 시각보다 빠릅니다"))
    summary.get_by_role("link").click()
    expect(end).to_be_focused()
    expect(page.get_by_role("textbox", name="제목").first).to_have_value("보고회")


def test_of_two_windows_the_second_keeps_what_was_typed_and_shows_what_the_first_saved(visit):
    first, second = visit("organizer"), visit("organizer", refused=409)
    for page in (first, second):
        page.goto("/organize/programs/ai-field-1/items/")
        page.get_by_role("link", name="고치기 수직농장 전시").click()
        page.get_by_label("장소").fill("본관 2층" if page is first else "온실 앞")
    first.get_by_role("button", name="저장").click()
    expect(said(first)).to_contain_text("고친 내용을 저장했습니다")

    second.get_by_role("button", name="저장").click()

    expect(second.get_by_role("heading", name=re.compile("다른 사람이 이 일정을"))).to_be_visible()
    expect(second.get_by_role("deletion")).to_contain_text("본관 2층")
    expect(second.get_by_role("insertion")).to_contain_text("온실 앞")
    expect(second.get_by_label("장소")).to_have_value("온실 앞")
    second.get_by_role("button", name="저장").click()
    expect(said(second)).to_contain_text("고친 내용을 저장했습니다")
