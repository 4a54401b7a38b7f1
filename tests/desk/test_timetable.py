"""The timetable as a page, a PDF and a sheet: the draft or any publication, read back."""

import re
import subprocess
from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from programs.models import StaffKind
from site_visits.models import ItemKind
from site_visits.services import publishing
from tests.factories.accounts import UserFactory
from tests.factories.participants import EnrollmentFactory
from tests.factories.programs import GroupFactory, ProgramFactory, ProgramStaffFactory
from tests.factories.site_visits import ItemFactory, SiteFactory, VisitItemFactory, at

pytestmark = pytest.mark.django_db

LONGEST = "아주 긴 이름을 가진 경상북도 고령군 대가야 스마트관광·식물공장 통합 체험 전시관(가칭)"


@pytest.fixture
def program():
    program = ProgramFactory(code="ai-1", meeting_point="군청 주차장", bring="신분증")
    ProgramStaffFactory(
        program=program,
        user=UserFactory(name="정마루", office_phone="내선 1234"),
        kind=StaffKind.ORGANIZER,
    )
    EnrollmentFactory(program=program)
    return program


@pytest.fixture
def planned(program, organizer, now):
    """Published once as 견학, moved by half an hour since."""
    item = VisitItemFactory(
        program=program, title="견학 뷁쌰똠", site=SiteFactory(name=LONGEST), note="명찰을 답니다"
    )
    item.groups.add(GroupFactory(program=program, name="1조"))
    publishing.publish(program=program, by=organizer, at=now, expected_number=0)
    item.starts_at += timedelta(minutes=30)
    item.ends_at += timedelta(minutes=30)
    item.save()
    return program


@pytest.fixture
def desk(client, organizer):
    client.force_login(organizer)
    return client


def url(name, program):
    return reverse(f"organize:{name}", args=[program.code])


def text_of(pdf, tmp_path):
    path = tmp_path / "paper.pdf"
    path.write_bytes(pdf)
    command = ["pdftotext", "-raw", str(path), "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def joined(text):
    """Without the breaks that columns make."""
    return re.sub(r"\s+", "", text)


def test_the_publication_in_force_is_shown_first(desk, planned):
    page = desk.get(url("timetable", planned)).text

    for words in (
        "제1판",
        "10:30~12:00",
        "군청 주차장",
        "교육생 1명",
        "정마루 (내선 1234)",
        "1조",
        "명찰을 답니다",
    ):
        assert words in page
    assert "11:00~12:30" not in page


def test_the_draft_says_that_it_is_one(desk, planned):
    page = desk.get(url("timetable", planned), {"edition": "0"}).text

    assert "11:00~12:30" in page
    assert "현재, 공개 전" in page


def test_an_edition_that_does_not_exist_is_refused_by_showing_which_one_this_is(desk, planned):
    answer = desk.get(url("timetable", planned), {"edition": "99"})

    assert answer.status_code == 200
    assert "제1판" in answer.text


def test_the_pdf_says_what_the_page_says(desk, planned, tmp_path):
    answer = desk.get(url("timetable-pdf", planned), {"edition": "0", "approval": "on"})

    text = text_of(answer.content, tmp_path)
    for words in (
        "교육 일정표",
        "초안",
        "결",
        "재",
        "담당",
        "팀장",
        "과장",
        "11:00~12:30",
        "1시간 30분",
        "1 / 1",
        "정마루",
    ):
        assert joined(words) in joined(text)
    assert joined(LONGEST) in joined(text)
    assert "뷁쌰똠" in joined(text)


def test_no_paper_names_a_participant(desk, planned, tmp_path):
    name = planned.enrollments.get().participant.name

    assert name not in text_of(desk.get(url("timetable-pdf", planned)).content, tmp_path)
    assert name not in desk.get(url("timetable", planned)).text


def test_the_pdf_is_english_when_the_page_is(desk, planned, tmp_path):
    desk.cookies["django_language"] = "en"

    text = text_of(desk.get(url("timetable-pdf", planned)).content, tmp_path)

    for words in ("Timetable", "Version 1", "Training period", "Place"):
        assert joined(words) in joined(text)


def test_two_hundred_items_make_numbered_pages_with_the_head_on_each(desk, program, tmp_path):
    for number in range(200):
        ItemFactory(
            program=program,
            title=f"교육 항목 {number:03}",
            starts_at=at(program.starts_on, "00:00") + timedelta(minutes=7 * number),
            ends_at=at(program.starts_on, "00:00") + timedelta(minutes=7 * number + 7),
        )

    text = text_of(desk.get(url("timetable-pdf", program)).content, tmp_path)

    pages = text.rstrip("\f").split("\f")
    assert len(pages) > 3
    for number, page in enumerate(pages, start=1):
        assert f"{number}/{len(pages)}" in joined(page)
        assert "소요" in page
    assert all(f"항목 {number:03}" in text for number in range(200))


def test_the_map_is_on_the_paper_unless_it_is_not_wanted(desk, program, tmp_path):
    hall = SiteFactory(name="고령군청", latitude="35.72600", longitude="128.26300")
    firm = SiteFactory(name="한빛", latitude="37.47000", longitude="127.03800")
    ItemFactory(
        program=program, kind=ItemKind.ASSEMBLY, site=hall, starts_at=at(program.starts_on, "06:00")
    )
    VisitItemFactory(program=program, site=firm)

    drawn = text_of(desk.get(url("timetable-pdf", program)).content, tmp_path)
    bare = text_of(desk.get(url("timetable-pdf", program), {"edition": "0"}).content, tmp_path)

    assert "지도에서 어림한 값" in drawn
    assert "지도에서 어림한 값" not in bare


def test_the_sheet_has_one_row_an_item_and_no_formulas(desk, program):
    ItemFactory(program=program, title="=1+1")

    answer = desk.get(url("timetable-xlsx", program))

    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    rows = list(sheet.iter_rows(values_only=True))
    head = next(i for i, row in enumerate(rows) if row[0] == "날짜")
    assert rows[head][:5] == ("날짜", "시간", "소요", "구분", "내용")
    assert rows[head + 1][1:5] == ("10:30~12:00", "1시간 30분", "교육", "=1+1")
    assert int(sheet.page_setup.paperSize) == 9
    cell = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "=1+1")
    assert cell.data_type == "s"


def test_the_file_is_named_after_program_and_edition(desk, planned):
    name = desk.get(url("timetable-pdf", planned))["Content-Disposition"]

    assert "%EC%A0%9C1%ED%8C%90" in name


def test_without_fonts_the_page_says_so(desk, planned, settings, tmp_path):
    settings.PDF_FONTS_DIR = str(tmp_path)

    answer = desk.get(url("timetable-pdf", planned), follow=True)

    assert answer.redirect_chain[0][1] == 302
    assert "PDF 글꼴이 설치되어 있지 않습니다" in answer.text


def test_who_may_not_plan_gets_no_timetable(client, civil_servant, planned):
    client.force_login(civil_servant)

    for name in ("timetable", "timetable-pdf", "timetable-xlsx"):
        assert client.get(url(name, planned)).status_code == 403
