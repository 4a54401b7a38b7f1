import unicodedata
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from programs.models import Program, ProgramStaff
from tests.factories.participants import EnrollmentFactory
from tests.factories.programs import ProgramFactory

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
TYPED = {
    "title": "AI 역량강화 현장학습",
    "title_en": "",
    "round": "1",
    "code": "ai-2026-77",
    "category": "ai",
    "purpose": "",
    "starts_on": "2026-12-03",
    "ends_on": "2026-12-04",
    "capacity": "40",
    "minimum": "10",
    "applications_open_at": "2026-11-01T09:00",
    "applications_close_at": "2026-11-28T18:00",
    "completion_percent": "80",
    "completion_rule": "excused_leaves",
    "learning_cap_minutes": "420",
    "meeting_point": "고령군청 주차장",
    "bring": "신분증",
    "plan_document": "",
    "order_document": "",
}
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(NOW, tick=False):
        yield


def create(client, **changed):
    return client.post(reverse("organize:program-create"), TYPED | changed)


def edit_url(program):
    return reverse("organize:program-edit", args=[program.code])


# -- list


def codes(answer):
    return [row.url.split("/")[-2] for row in answer.context["listing"].rows]


def test_the_list_searches_titles_and_codes(as_organizer):
    ProgramFactory(title="스마트농업 견학", code="farm-2026-1")
    ProgramFactory(title="AI 윤리", code="ethics-2026-1")

    by_title = as_organizer.get(
        reverse("organize:program-list"), {"q": unicodedata.normalize("NFD", "농업")}
    )
    by_code = as_organizer.get(reverse("organize:program-list"), {"q": "ETHICS"})

    assert codes(by_title) == ["farm-2026-1"]
    assert codes(by_code) == ["ethics-2026-1"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"status": "live"}, ["b"]),
        ({"status": "finished"}, ["a"]),
        ({"category": "tourism"}, ["a"]),
        ({"since": "2026-12-01"}, ["b"]),
        ({"until": "2026. 10. 31."}, ["a"]),
        ({"since": "1. 1.", "sort": "code"}, ["a", "b"]),
        ({"sort": "-people"}, ["b", "a"]),
        ({"sort": "nonsense", "page": "99"}, ["b", "a"]),
    ],
)
def test_the_list_filters_and_sorts(as_organizer, asked, found):
    ProgramFactory(
        code="a",
        category="tourism",
        status="finished",
        starts_on=date(2026, 10, 1),
        ends_on=date(2026, 10, 2),
    )
    EnrollmentFactory(program=ProgramFactory(code="b"))

    answer = as_organizer.get(reverse("organize:program-list"), asked)

    assert codes(answer) == found


def test_the_list_takes_the_same_statements_for_1_and_100_programs(
    as_organizer, django_assert_max_num_queries
):
    counts = []
    for number in (1, 10, 100):
        ProgramFactory.create_batch(number - Program.objects.count())
        with django_assert_max_num_queries(8) as asked:
            as_organizer.get(reverse("organize:program-list"))
        counts.append(len(asked))

    assert len(set(counts)) == 1


# -- create


def test_a_program_is_created_and_opened(as_organizer, organizer):
    answer = create(as_organizer)

    program = Program.objects.get()
    assert answer.url == reverse("organize:program-detail", args=["ai-2026-77"])
    assert (program.title, program.status, program.capacity) == (
        "AI 역량강화 현장학습",
        "draft",
        40,
    )
    assert program.applications_close_at == datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
    assert program.staff.get().user == organizer


def test_a_form_sent_twice_leads_to_the_same_program(as_organizer):
    first, second = create(as_organizer), create(as_organizer)

    assert (first.status_code, second.status_code) == (302, 302)
    assert first.url == second.url
    assert Program.objects.count() == 1
    assert ProgramStaff.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"capacity": "0"}, "capacity", "정원은 1명 이상"),
        ({"capacity": "-3"}, "capacity", ""),
        ({"capacity": "9" * 30}, "capacity", ""),
        ({"minimum": "41"}, "minimum", "정원 이하"),
        ({"ends_on": "2026-12-02"}, "ends_on", "종료일이 시작일보다 빠릅니다"),
        ({"ends_on": "2028-12-04"}, "ends_on", "1년"),
        ({"ends_on": "내일모레"}, "ends_on", "날짜를 알 수 없습니다"),
        ({"title": "가" * 1000}, "title", "100"),
        ({"title": "  \u200b "}, "title", ""),
        ({"code": "AI 2026"}, "code", "영어 소문자"),
        ({"code": "new"}, "code", "쓸 수 없는"),
        (
            {"applications_close_at": "2026-10-01T09:00"},
            "applications_close_at",
            "접수 마감이 접수 시작보다",
        ),
        ({"completion_percent": "0"}, "completion_percent", ""),
        ({"category": "cooking"}, "category", ""),
        ({"purpose": "가" * 2001}, "purpose", "2000"),
        ({"meeting_point": "정문\x00"}, None, ""),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_nothing_is_saved(
    as_organizer, changed, field, words
):
    answer = create(as_organizer, **changed)

    assert answer.status_code in ({422} if field else {400, 422})
    if field:
        assert list(answer.context["form"].errors) == [field]
        assert words in str(answer.context["form"].errors[field])
        assert answer.context["form"]["title_en"].value() == ""
    assert not Program.objects.exists()


def test_a_code_in_use_is_refused_at_the_code(as_organizer):
    ProgramFactory(code="ai-2026-77")

    answer = create(as_organizer)

    assert answer.status_code == 422
    assert "이미 쓰고 있는 과정 코드" in str(answer.context["form"].errors["code"])


def test_the_same_round_twice_is_refused_at_the_round(as_organizer):
    create(as_organizer)

    answer = create(as_organizer, code="ai-2026-78")

    assert list(answer.context["form"].errors) == ["round"]


def test_decomposed_hangul_is_stored_composed(as_organizer):
    create(as_organizer, title=unicodedata.normalize("NFD", "현장학습"))

    assert Program.objects.get().title == "현장학습"


# -- edit


def test_an_edit_is_saved(as_organizer):
    create(as_organizer)
    program = Program.objects.get()

    answer = as_organizer.post(edit_url(program), TYPED | {"title": "새 이름", "version": "1"})

    program.refresh_from_db()
    assert answer.status_code == 302
    assert (program.title, program.version) == ("새 이름", 2)


def test_a_stale_form_keeps_what_was_typed_and_shows_the_other_values(as_organizer):
    create(as_organizer)
    program = Program.objects.get()
    as_organizer.post(edit_url(program), TYPED | {"title": "먼저 고친 이름", "version": "1"})

    stale = as_organizer.post(edit_url(program), TYPED | {"title": "나중 이름", "version": "1"})

    text = stale.content.decode()
    program.refresh_from_db()
    assert stale.status_code == 409
    assert program.title == "먼저 고친 이름"
    assert 'value="나중 이름"' in text
    assert "먼저 고친 이름" in text
    assert stale.context["form"]["version"].value() == "2"


def test_after_a_stale_form_saving_again_is_a_decision(as_organizer):
    create(as_organizer)
    program = Program.objects.get()
    as_organizer.post(edit_url(program), TYPED | {"title": "먼저 고친 이름", "version": "1"})

    answer = as_organizer.post(edit_url(program), TYPED | {"title": "나중 이름", "version": "2"})

    program.refresh_from_db()
    assert (answer.status_code, program.title) == (302, "나중 이름")


@pytest.mark.parametrize("version", ["", "0", "x", "9" * 40])
def test_a_form_without_a_good_version_saves_nothing(as_organizer, version):
    create(as_organizer)
    program = Program.objects.get()

    answer = as_organizer.post(edit_url(program), TYPED | {"title": "새 이름", "version": version})

    program.refresh_from_db()
    assert answer.status_code in {409, 422}
    assert program.title == TYPED["title"]


def test_seats_in_use_are_refused_at_the_capacity(as_organizer):
    program = ProgramFactory(capacity=2)
    EnrollmentFactory.create_batch(2, program=program)

    answer = as_organizer.post(
        edit_url(program),
        TYPED | {"code": program.code, "capacity": "1", "minimum": "1", "version": "1"},
    )

    assert answer.status_code == 422
    assert "이미 2명이" in str(answer.context["form"].errors["capacity"])


# -- the admin site


def test_the_admin_shows_programs_and_links_to_the_desk(as_organizer):
    program = ProgramFactory()

    rows = as_organizer.get(reverse("admin:programs_program_changelist"), {"q": program.code})
    record = as_organizer.get(reverse("admin:programs_program_change", args=[program.pk]))
    add = as_organizer.get(reverse("admin:programs_program_add"))

    assert reverse("organize:program-detail", args=[program.code]) in rows.content.decode()
    assert (record.status_code, add.status_code) == (200, 403)


def test_holidays_are_edited_in_the_admin(as_organizer, leader):
    url = reverse("admin:programs_holiday_add")

    answer = as_organizer.post(url, {"date": "2026-12-24", "name": "임시공휴일", "name_en": ""})

    assert answer.status_code == 302
