"""What happens on other people's phones in the demo story: the participant's, the host's, the leader's."""

import re
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import PHONE

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_participant_sees_what_is_on_acknowledges_a_change_and_reads_it_in_english(visit):
    page = visit("garam", size=PHONE)
    page.goto("/")
    expect(page.get_by_text("지금", exact=True)).to_be_visible()
    on = page.get_by_role("heading", name="우리 부서 업무에 적용하기(실습)", level=2)
    expect(on).to_be_visible()
    expect(page.get_by_role("link", name="인솔자에게 전화")).to_be_visible()

    expect(page.get_by_role("heading", name="바뀐 일정")).to_be_visible()
    expect(page.get_by_role("deletion").filter(has_text="13:30~15:00")).to_be_visible()
    expect(page.get_by_role("insertion").filter(has_text="13:45~15:15")).to_be_visible()
    page.get_by_role("button", name="확인했습니다").click()
    expect(page.get_by_role("heading", name="바뀐 일정")).to_have_count(0)

    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="My itinerary")).to_be_visible()
    expect(
        page.get_by_role("heading", name="Practice: AI in our own work", level=2)
    ).to_be_visible()
    expect(page.get_by_role("heading", name="What changed")).to_have_count(0)


def test_a_participant_takes_the_itinerary_along_in_a_calendar(visit):
    page = visit("garam", size=PHONE)
    page.goto("/")
    page.get_by_role("link", name="달력에 추가").click()
    page.get_by_role("button", name="달력 주소 만들기").click()

    with urlopen(page.get_by_label("달력 주소").input_value()) as answer:
        lines = answer.read().decode().replace("\r\n ", "").split("\r\n")

    assert "text/calendar" in answer.headers["Content-Type"]
    assert any(line.startswith("SUMMARY") and "수직농장 전시" in line for line in lines)
    assert "BEGIN:VTIMEZONE" in lines


def test_a_host_confirms_by_the_link_without_an_account_and_the_organizer_sees_it_at_once(visit):
    organizer = visit("organizer")
    organizer.goto("/organize/programs/smart-tourism-2/hosts/")
    organizer.get_by_role("link", name="요청하기 동대문디자인플라자").click()
    organizer.get_by_role("button", name="요청문 만들기").click()
    letter = organizer.get_by_role("textbox").first.input_value()

    host = visit(size=PHONE)
    host.goto(re.search(r"http\S+", letter).group())
    expect(host.get_by_role("definition").filter(has_text="15명")).to_be_visible()
    host.get_by_label("전할 말").fill("정문 안내실로 오십시오.")
    host.get_by_role("button", name="방문을 받겠습니다").click()
    expect(host.get_by_text("방문을 받겠다고 회신하셨습니다")).to_be_visible()

    organizer.goto("/organize/programs/smart-tourism-2/hosts/")
    confirmed = organizer.get_by_role("region", name="확인됨 1")
    expect(confirmed).to_contain_text("동대문디자인플라자")
    expect(confirmed).to_contain_text("정문 안내실로 오십시오.")


def test_a_leader_counts_people_onto_the_bus_and_sees_who_is_missing(visit):
    page = visit("leader2", size=PHONE)
    page.goto("/lead/")
    soon = page.get_by_role("region", name="AI 업무 상담소 1차")
    soon.get_by_role("link", name="출석 확인", exact=True).click()
    expect_count(page, "0/10명 탑승")
    tick(page, "이누리")
    expect_count(page, "1/10명 탑승")
    tick(page, "알렉산드리나마리아이사벨라곤잘레스")
    expect_count(page, "2/10명 탑승")

    page.get_by_role("button", name="되돌리기").click()
    expect_count(page, "1/10명 탑승")
    expect(page.get_by_role("button", name="이누리 출석", pressed=True)).to_be_visible()

    page.get_by_role("link", name="1명으로 출발").click()
    expect(page.get_by_role("heading", name="9명이 아직 타지 않았습니다")).to_be_visible()


def test_at_a_stop_one_tap_says_the_rest_are_present_and_one_takes_it_back(visit):
    page = visit("leader", size=PHONE)
    page.goto("/lead/")
    running = page.get_by_role("region", name="생성형 AI 실무 기초 1차")
    running.get_by_role("link", name="출석 확인", exact=True).click()
    expect_count(page, "15/26명 출석")

    page.get_by_role("button", name="나머지 10명 모두 출석").click()
    expect_count(page, "25/26명 출석")
    expect(page.get_by_role("heading", name="오지 않는 사람 1")).to_be_visible()

    page.get_by_role("button", name="되돌리기").click()
    expect_count(page, "15/26명 출석")


def tick(page: Page, name: str) -> None:
    page.get_by_role("button", name=f"{name} 출석", pressed=False).click()
    expect(page.get_by_role("button", name=f"{name} 출석", pressed=True)).to_be_visible()


def expect_count(page: Page, text: str) -> None:
    expect(page.get_by_role("status").filter(has_text=text)).to_be_attached()
