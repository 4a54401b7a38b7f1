import csv
import io
import re
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import openpyxl
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AccessLog
from accounts.permissions import Role
from attendance.models import Mark
from attendance.services import locking, marking
from core.formats.csv import unguarded
from participants.models import Enrollment
from reports import attendance as report
from reports.attendance import Filters
from tests.conftest import signed_in
from tests.factories.accounts import DepartmentFactory, UserFactory
from tests.factories.attendance import AT, say, trip
from tests.factories.participants import EnrollmentFactory, ParticipantFactory

pytestmark = pytest.mark.django_db
EVENING = AT + timedelta(hours=9)
PAGE = reverse("reports:attendance")
FILE = reverse("reports:attendance-download")
REASON = "군의회 요구 자료 제출"
HEADER = [
    "연번", "과정명", "차수", "교육기간", "소속", "직급", "성명", "총교육시간", "출석시간", "출석률(%)",
    "지각", "조퇴", "결석", "공결", "이수여부", "인정시간", "비고",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _that_evening():
    with time_machine.travel(EVENING, tick=False):
        yield


def all_rows(user, filters: Filters | None = None) -> list[report.AttendanceRow]:
    return list(report.rows(report.enrollments(filters or Filters(), user)))


def attended(t) -> None:
    """All day; late and excused; absent."""
    say(t, t.people[0], t.visit, Mark.PRESENT)
    say(t, t.people[0], t.session, Mark.PRESENT)
    say(t, t.people[1], t.visit, Mark.LATE, late=18)
    say(t, t.people[1], t.session, Mark.EXCUSED)
    say(t, t.people[2], t.visit, Mark.ABSENT)
    say(t, t.people[2], t.boarding, Mark.ABSENT)


def download(user, *, query: str = "", **fields):
    data = {"format": "xlsx", "purpose": "audit", "reason": REASON} | fields
    return signed_in(user).post(f"{FILE}{query}", data)


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def csv_lines(response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body(response).decode("utf-8-sig"))))


def xlsx_lines(response) -> list[list]:
    sheet = openpyxl.load_workbook(io.BytesIO(body(response))).active
    lines = [list(line) for line in sheet.iter_rows(values_only=True)]
    start = next(place for place, line in enumerate(lines) if line[0] == "연번")
    return [line for line in lines[start:] if isinstance(line[0], int) or line[0] == "연번"]


def screen_lines(response) -> list[list[str]]:
    html = response.content.decode()
    table = html[html.index('class="report"') :]
    rows = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [[cell.strip() for cell in row] for row in cells]


def test_open_programs_are_computed_from_what_was_marked(administrator):
    t = trip(3)
    attended(t)

    found = {row.name: row for row in all_rows(administrator)}

    whole, excused, absent = (found[person.name] for person in t.people)
    assert (whole.total_minutes, whole.attended_minutes, whole.rate) == (200, 200, Decimal("100.0"))
    assert (whole.completed, whole.recognized_hours, whole.is_locked) == (True, 3, False)
    assert (excused.late, excused.excused, excused.rate) == (1, 1, Decimal("80.0"))
    assert (absent.absent, absent.completed) == (1, False)


def test_closed_programs_answer_with_their_completions(administrator, organizer):
    t = trip(3)
    attended(t)
    before = all_rows(administrator)

    locking.lock(program=t.program, by=organizer, at=EVENING)

    after = all_rows(administrator)
    assert all(row.is_locked for row in after)
    assert [(r.name, r.rate, r.completed, r.recognized_hours) for r in after] == [
        (r.name, r.rate, r.completed, r.recognized_hours) for r in before
    ]


def test_reopened_programs_are_computed_again(administrator, organizer):
    t = trip(1)
    say(t, t.people[0], t.visit, Mark.PRESENT)
    locking.lock(program=t.program, by=organizer, at=EVENING)
    locking.reopen(program=t.program, reason="오후를 빠뜨렸음", by=organizer, at=EVENING)
    say(t, t.people[0], t.session, Mark.PRESENT, by=organizer)

    [row] = all_rows(administrator)

    assert (row.is_locked, row.rate) == (False, Decimal("100.0"))


def test_the_summary_adds_up_what_the_rows_say(administrator, organizer):
    closed, still_open = trip(3), trip(3)
    for t in (closed, still_open):
        attended(t)
    locking.lock(program=closed.program, by=organizer, at=EVENING)
    people = report.enrollments(Filters(), administrator)

    lines = report.by_department(people)

    rows = list(report.rows(people))
    assert sum(line.people for line in lines) == len(rows) == 6
    assert sum(line.completed for line in lines) == sum(row.completed for row in rows) == 4
    assert sum(line.hours for line in lines) == sum(row.recognized_hours for row in rows)
    assert [line.rate for line in lines] == [Decimal("60.0"), Decimal("60.0")]


def test_filters_choose_program_round_period_and_department(administrator):
    first, second = trip(1), trip(1, round=2, starts_on=date(2027, 1, 5), ends_on=date(2027, 1, 6))
    asked = {
        "program": Filters(program=first.program.pk),
        "round": Filters(round=1),
        "period": Filters(last=date(2026, 12, 31)),
        "department": Filters(department=first.people[0].participant.department_id),
    }

    found = {name: [row.name for row in all_rows(administrator, f)] for name, f in asked.items()}

    assert found == {name: [first.people[0].name] for name in asked}
    assert (
        len(all_rows(administrator, Filters(first=date(2026, 12, 4), last=date(2027, 1, 5)))) == 2
    )
    assert second.program.round == 2


def test_a_coordinator_reports_on_the_own_department_only(coordinator):
    t = trip(2)
    [scope] = coordinator.departments_as(Role.COORDINATOR)
    mine = EnrollmentFactory(program=t.program, participant=ParticipantFactory(department_id=scope))

    assert [row.name for row in all_rows(coordinator)] == [mine.name]
    assert [
        line.people for line in report.by_department(report.enrollments(Filters(), coordinator))
    ] == [1]
    other = t.people[0].participant.department_id
    assert signed_in(coordinator).get(f"{PAGE}?department={other}").status_code == 422


def test_the_page_the_csv_and_the_xlsx_say_the_same(administrator):
    t = trip(3)
    attended(t)

    on_screen = screen_lines(signed_in(administrator).get(PAGE))
    as_csv = csv_lines(download(administrator, format="csv"))
    as_xlsx = xlsx_lines(download(administrator))

    assert as_csv[0] == as_xlsx[0] == on_screen[0] == HEADER
    assert on_screen == as_csv

    def same(value) -> str:
        return (
            ""
            if value is None
            else str(Decimal(str(value)).normalize() if isinstance(value, int | float) else value)
        )

    def numbers(text: str) -> str:
        return str(Decimal(text).normalize()) if re.fullmatch(r"\d+(\.\d+)?", text) else text

    assert [[same(value) for value in line] for line in as_xlsx[1:]] == [
        [numbers(text) for text in line] for line in as_csv[1:]
    ]


def test_names_are_masked_unless_asked_in_full(administrator):
    t = trip(1)
    Enrollment.objects.filter(pk=t.people[0].pk).update(name="남궁라온")

    page = signed_in(administrator).get(PAGE).content.decode()
    masked = csv_lines(download(administrator, format="csv"))
    full = csv_lines(download(administrator, format="csv", names_in_full="on"))

    assert "남궁라온" not in page
    assert (masked[1][6], full[1][6]) == ("남**온", "남궁라온")


@pytest.mark.parametrize("name", ["=1+1", "＋cmd", "@sum(A1)", "-2+3", "\t=1", '=HYPERLINK("x")'])
def test_no_cell_can_run_as_a_formula(administrator, name):
    t = trip(1)
    Enrollment.objects.filter(pk=t.people[0].pk).update(name=name, department_name=name)

    as_csv = csv_lines(download(administrator, format="csv", names_in_full="on"))
    book = openpyxl.load_workbook(io.BytesIO(body(download(administrator, names_in_full="on"))))

    assert as_csv[1][6].startswith("'")
    assert unguarded(as_csv[1][6]) == name
    cells = [cell for line in book.active.iter_rows() for cell in line]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert sum(cell.value == name.replace("\t", "\t") for cell in cells) == 2


def test_the_sheet_is_ready_for_the_printer(administrator):
    trip(1)

    response = download(administrator)

    sheet = openpyxl.load_workbook(io.BytesIO(body(response))).active
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.freeze_panes is not None
    assert sheet.print_title_rows
    assert "최라온" in sheet.oddFooter.left.text
    assert REASON in sheet.oddFooter.left.text
    assert "%EC%B6%9C%EC%84%9D%ED%98%84%ED%99%A9" in response["Content-Disposition"]
    assert "20261203.xlsx" in response["Content-Disposition"]


def test_a_download_is_noted_with_its_reason_its_filter_and_its_count(administrator):
    t = trip(3)

    download(administrator, query=f"?program={t.program.pk}", format="csv")

    log = AccessLog.objects.get()
    assert (log.action, log.count, log.user) == ("download", 3, administrator)
    assert log.reason == f"감사·점검 자료: {REASON}"
    assert t.program.full_title in log.query


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"reason": "보고"}, "사유를 10자 이상"),
        ({"reason": "          \u200b "}, "필수"),
        ({"purpose": ""}, "필수"),
        ({"format": "exe"}, "올바르게 선택"),
    ],
)
def test_without_a_reason_nothing_leaves(administrator, fields, said):
    trip(1)

    response = download(administrator, **fields)

    assert response.status_code == 422
    assert said in response.content.decode()
    assert not AccessLog.objects.exists()


def test_who_may_not_see_personal_details_cannot_ask_for_names_in_full(coordinator):
    assert signed_in(coordinator).get(PAGE).status_code == 200
    assert signed_in(coordinator).get(FILE).status_code == 403
    assert download(coordinator, names_in_full="on").status_code == 403


@pytest.mark.parametrize("role", [Role.PARTICIPANT, Role.LEADER, Role.PRIVACY_OFFICER])
def test_the_report_is_closed_to_others(role):
    client = signed_in(UserFactory(role=role))

    assert [client.get(url).status_code for url in (PAGE, FILE)] == [403, 403]


@pytest.mark.parametrize(
    "query",
    [
        "?first=2026-12-31&last=2026-01-01",
        "?round=x",
        "?program=999999",
        "?first=yesterday",
        "?department=%20x",
    ],
)
def test_a_wrong_filter_is_named_at_its_field(administrator, query):
    trip(1)
    client = signed_in(administrator)

    page, file = client.get(f"{PAGE}{query}"), client.get(f"{FILE}{query}")

    assert (page.status_code, file.status_code) == (422, 422)
    assert "고쳐 주세요" in page.content.decode() or "error" in page.content.decode()


@pytest.mark.parametrize("page", ["0", "-1", "99", "x"])
def test_a_mistyped_page_is_the_nearest_one(administrator, page):
    trip(1)

    assert signed_in(administrator).get(f"{PAGE}?page={page}").status_code == 200


def test_the_second_page_goes_on_counting(administrator):
    trip(60)

    lines = screen_lines(signed_in(administrator).get(f"{PAGE}?page=2"))

    assert [line[0] for line in lines[1:]] == [str(number) for number in range(51, 61)]


def test_the_page_asks_as_often_for_a_hundred_people_as_for_one(administrator):
    client = signed_in(administrator)
    client.get(PAGE)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE)
        return len(queries)

    trip(1)
    one = count()
    for people in (9, 90):
        t = trip(people)
        marking.rest_present(item=t.visit, program=t.program, by=t.leader, at=AT, nonce=uuid4())
    assert count() == one


def test_rows_come_in_chunks(administrator, monkeypatch):
    monkeypatch.setattr(report, "CHUNK", 4)
    trip(10)

    stream = report.rows(report.enrollments(Filters(), administrator))
    with CaptureQueriesContext(connection) as queries:
        next(stream)
    first = len(queries)
    with CaptureQueriesContext(connection) as queries:
        rest = list(stream)

    assert len(rest) == 9
    assert first == 3
    assert len(queries) == 4  # items and records of two more chunks


def test_departments_stand_in_the_order_of_the_office(administrator):
    t = trip(0)
    late, early = (
        DepartmentFactory(name="가나과", sort_order=90),
        DepartmentFactory(name="하하과", sort_order=1),
    )
    for department in (late, early):
        EnrollmentFactory(program=t.program, participant=ParticipantFactory(department=department))

    lines = report.by_department(report.enrollments(Filters(), administrator))

    assert [line.name for line in lines] == ["하하과", "가나과"]
