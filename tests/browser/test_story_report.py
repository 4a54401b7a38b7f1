"""The end of the demo story: the last marks, the closed book, the file and its reason."""

import re
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from accounts.models import AccessAction, AccessLog
from tests.browser.chromium import PHONE

pytestmark = pytest.mark.django_db(transaction=True)

PROGRAM = "생성형 AI 실무 기초"
REASON = "교육 결과보고에 붙일 명단"


def test_the_book_is_closed_and_leaves_as_a_file_for_a_reason(visit, tmp_path):
    take_the_last_attendance(visit("leader", size=PHONE))
    close_the_book(visit("organizer"))
    page = visit("admin", refused=422)
    page.goto("/reports/attendance/")
    page.get_by_label("과정", exact=True).select_option(f"{PROGRAM} 1차")
    page.get_by_role("button", name="찾기").click()
    page.get_by_role("link", name="파일로 받기").click()
    expect(page.get_by_text("26명의 출석 기록이 파일에 담깁니다.")).to_be_visible()

    page.get_by_role("button", name="파일 받기").click()
    reason = page.get_by_label("내려받는 사유")
    expect(reason).to_have_attribute("aria-invalid", "true")
    assert not AccessLog.objects.filter(action=AccessAction.DOWNLOAD).exists()

    page.get_by_label("용도").select_option("교육 결과보고")
    reason.fill(REASON)
    with page.expect_download() as download:
        page.get_by_role("button", name="파일 받기").click()
    file = tmp_path / "report.xlsx"
    download.value.save_as(file)

    rows = report(file)
    assert len(rows) == 26
    assert {row["과정명"] for row in rows} == {PROGRAM}
    assert sum(row["이수여부"] == "이수" for row in rows) == 25
    logged = AccessLog.objects.get(action=AccessAction.DOWNLOAD)
    assert (logged.user.name, logged.count) == ("박다온", 26)
    assert REASON in logged.reason


def take_the_last_attendance(page: Page) -> None:
    """Of what is going on, and of the last item after the break."""
    page.goto("/lead/")
    running = page.get_by_role("region", name=f"{PROGRAM} 1차")
    running.get_by_role("link", name="출석 확인", exact=True).click()
    the_rest_is_there(page, 10)
    onward = page.get_by_role("banner").get_by_role("link", name="다음 일정")
    onward.click()
    expect(page).to_have_title(re.compile("휴식"))
    onward.click()
    expect(page).to_have_title(re.compile("적용과제 발표"))
    the_rest_is_there(page, 26)


def the_rest_is_there(page: Page, count: int) -> None:
    page.get_by_role("button", name=f"나머지 {count}명 모두 출석").click()
    expect(page.get_by_role("status").filter(has_text=f"{count}명을 출석으로")).to_be_visible()


def close_the_book(page: Page) -> None:
    page.goto("/organize/")
    page.get_by_role("link", name=f"{PROGRAM} 1차", exact=True).click()
    page.get_by_role("link", name="출석", exact=True).click()
    page.get_by_role("link", name="출석 마감…").click()
    expect(page.get_by_text("25명이 이수")).to_be_visible()
    page.get_by_role("button", name="마감").click()
    expect(page.get_by_role("status")).to_contain_text("출석을 마감했습니다")


def report(file: Path) -> list[dict[str, object]]:
    """The rows of the table by its header, without the lines above and below it."""
    lines = list(load_workbook(file).active.iter_rows(values_only=True))
    top = next(place for place, line in enumerate(lines) if line[0] == "연번")
    return [
        dict(zip(lines[top], line, strict=True))
        for line in lines[top + 1 :]
        if isinstance(line[0], int)
    ]
