"""Saving a trip as a template, and making programs from templates and from earlier programs."""

import json
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.errors import RuleBroken, StaleEdit
from programs.models import Holiday, Program
from site_visits import trip
from site_visits.models import (
    HostState,
    ItineraryItem,
    SiteClosure,
    SiteVisit,
    TripCopy,
    TripTemplate,
)
from site_visits.placement import Reason
from site_visits.services import hosts, templates, trip_copies
from tests.factories.participants import EnrollmentFactory
from tests.factories.programs import GroupFactory, ProgramFactory
from tests.factories.site_visits import ItemFactory, SiteFactory, VisitItemFactory, at

pytestmark = pytest.mark.django_db

LAST_YEAR = date(2025, 12, 4)
THURSDAY = date(2026, 12, 3)


@pytest.fixture
def program():
    """A Thursday and a Friday with a visit, a leg and a lunch for one group."""
    found = ProgramFactory(
        code="ai-2025-1", title="AI 현장학습", round=1, starts_on=LAST_YEAR, ends_on=LAST_YEAR + timedelta(days=1)
    )  # fmt: skip
    group = GroupFactory(program=found, name="1조")
    site, other = SiteFactory(name="한빛", name_en="Hanbit"), SiteFactory(name="누리")
    visit = VisitItemFactory(
        program=found,
        site=site,
        title="AI 사례",
        note="정문 집결",
        planner_note="담당 010-1234-5678 통화",
    )
    SiteVisit.objects.filter(item=visit).update(
        purpose="사례를 봅니다", headcount=39, dress_rule="운동화"
    )
    ItemFactory(
        program=found, kind="travel", title="한빛 → 누리", origin=site, target=other, km=12,
        starts_at=at(LAST_YEAR, "12:00"), ends_at=at(LAST_YEAR, "12:40"), counts_as_learning=False,
    )  # fmt: skip
    lunch = ItemFactory(
        program=found, kind="meal", title="점심", starts_at=at(LAST_YEAR + timedelta(days=1), "12:00"),
        counts_as_learning=False,
    )  # fmt: skip
    lunch.groups.set([group])
    ItemFactory(program=found, title="예비 교육", starts_at=None, ends_at=None)
    ItemFactory(program=found, title="취소한 교육", cancelled_at=at(LAST_YEAR, "09:00"))
    return found


@pytest.fixture
def template(program, organizer, now):
    return templates.save(program=program, name="수도권 1박 2일", by=organizer, at=now)


def make(source, organizer, now, *, starts_on=THURSDAY, skip=True, **more):
    found = trip_copies.preview(source=source, starts_on=starts_on, skip_days_off=skip)
    fields = {"title": "AI 현장학습", "round": 2, "code": "ai-2026-2"} | more
    return trip_copies.create(
        source=source, fields=fields, starts_on=starts_on, skip_days_off=skip, digest=found.digest, by=organizer, at=now
    )  # fmt: skip


def facts(program):
    """Each live item relative to the first day, as plain values."""
    first = at(program.starts_on, "00:00")
    return [
        (
            item.title, item.kind, item.starts_at and item.starts_at - first, item.minutes, item.site_id,
            item.origin_id, item.target_id, item.km, item.counts_as_learning, item.note,
            [group.name for group in item.groups.all()],
        )
        for item in program.items.live().in_order()
    ]  # fmt: skip


def test_a_template_never_holds_people_contacts_or_answers(program, organizer, now):
    enrollment = EnrollmentFactory(program=program)
    visit = SiteVisit.objects.get(item__program=program)
    token = hosts.ask(visit=visit, by=organizer, at=now)
    hosts.answer(token=token, confirmed=True, note="담당 김하늘", at=at(LAST_YEAR, "00:01"))

    kept = templates.save(program=program, name="서식", by=organizer, at=now)

    text = json.dumps(kept.content, ensure_ascii=False)
    for secret in (
        enrollment.name,
        organizer.name,
        "010-1234-5678",
        "김하늘",
        "confirmed",
        "headcount",
        token,
    ):
        assert secret not in text
    assert "통화" in text
    assert "취소한 교육" not in text


def test_a_program_from_a_template_is_the_same_trip_on_other_dates(
    template, program, organizer, now
):
    made = make(trip_copies.of_template(template), organizer, now)

    assert facts(made) == facts(program)
    assert (made.starts_on, made.ends_on, made.status) == (THURSDAY, date(2026, 12, 4), "draft")
    assert list(made.groups.values_list("name", flat=True)) == ["1조"]
    assert not made.enrollments.exists()
    visit = SiteVisit.objects.get(item__program=made)
    assert (visit.purpose, visit.dress_rule, visit.headcount) == ("사례를 봅니다", "운동화", None)
    assert visit.host_state == HostState.NOT_ASKED
    assert TripCopy.objects.get(program=made).report == []


def test_copying_a_program_needs_no_template(program, organizer, now):
    made = make(trip_copies.of_program(program), organizer, now)

    assert facts(made) == facts(program)
    assert made.trip_copy.source == program
    assert not TripTemplate.objects.exists()


def test_a_holiday_and_a_closed_day_are_skipped_and_said(template, organizer, now):
    Holiday.objects.create(date=THURSDAY, name="임시공휴일", name_en="Special holiday")
    site = ItineraryItem.objects.get(title="AI 사례").site
    SiteClosure.objects.create(site=site, kind="weekday", weekday=4)

    made = make(trip_copies.of_template(template), organizer, now)

    assert made.starts_on == date(2026, 12, 4)
    assert made.ends_on == date(2026, 12, 7)
    report = {line["title"]: line for line in TripCopy.objects.get(program=made).report}
    assert report["AI 사례"]["reason"] == Reason.SITE_CLOSED
    assert (report["AI 사례"]["counted"], report["AI 사례"]["day"]) == ("2026-12-03", "2026-12-07")
    assert (report["한빛 → 누리"]["reason"], report["한빛 → 누리"]["about"]) == (
        "holiday",
        "임시공휴일",
    )
    assert made.items.get(title="AI 사례").starts_at == at(date(2026, 12, 7), "10:30")


def test_retired_and_deleted_sites_are_reported_and_their_items_wait(organizer, now):
    program = ProgramFactory(starts_on=LAST_YEAR, ends_on=LAST_YEAR)
    retired = VisitItemFactory(program=program, title="중지한 곳").site
    gone = VisitItemFactory(program=program, title="없어진 곳", site=SiteFactory(name="옛 공장"))
    template = templates.save(program=program, name="서식", by=organizer, at=now)
    retired.retired_on = LAST_YEAR
    retired.save()
    site = gone.site
    gone.delete()
    site.delete()

    made = make(trip_copies.of_template(template), organizer, now)

    waiting = made.items.get(title="없어진 곳")
    assert (waiting.kind, waiting.place, waiting.starts_at) == ("session", "옛 공장", None)
    assert made.items.get(title="중지한 곳").starts_at is None
    reasons = {line["title"]: line["reason"] for line in made.trip_copy.report}
    assert reasons == {"중지한 곳": "site_retired", "없어진 곳": "site_missing"}


def test_what_was_read_is_what_is_made(template, organizer, now):
    source = trip_copies.of_template(template)
    read = trip_copies.preview(source=source, starts_on=THURSDAY)
    Holiday.objects.create(date=THURSDAY, name="임시공휴일")

    with pytest.raises(StaleEdit):
        trip_copies.create(
            source=source, fields={"code": "x-1"}, starts_on=THURSDAY, digest=read.digest, by=organizer, at=now
        )  # fmt: skip

    assert not Program.objects.filter(code="x-1").exists()


def test_the_same_form_twice_makes_one_program(template, organizer, now):
    source = trip_copies.of_template(template)

    first, second = (make(source, organizer, now) for _ in range(2))

    assert first == second
    assert first.items.count() == 4


def test_a_code_somebody_has_is_refused_at_its_field_and_nothing_is_made(
    template, program, organizer, now
):
    before = Program.objects.count()

    with pytest.raises(RuleBroken) as refusal:
        make(trip_copies.of_template(template), organizer, now, code=program.code)

    assert refusal.value.field == "code"
    assert (Program.objects.count(), TripCopy.objects.count()) == (before, 0)


def test_a_template_of_the_copy_placed_on_its_own_dates_moves_nothing(template, organizer, now):
    Holiday.objects.create(date=THURSDAY, name="임시공휴일")
    made = make(trip_copies.of_template(template), organizer, now)

    again = trip_copies.preview(source=trip_copies.of_program(made), starts_on=made.starts_on)

    assert again.report == []
    assert [one.day for one in again.plan.items] == [
        item.starts_at and trip.local(item.starts_at).date()
        for item in made.items.live().in_order()
    ]


def test_an_empty_program_is_no_template(organizer, now):
    with pytest.raises(RuleBroken, match="일정이 없는"):
        templates.save(program=ProgramFactory(), name="빈 서식", by=organizer, at=now)
    with pytest.raises(RuleBroken, match="옮길 일정"):
        trip_copies.preview(source=trip_copies.of_program(ProgramFactory()), starts_on=THURSDAY)


def test_names_are_unique_and_edits_guarded(template, program, organizer, now):
    with pytest.raises(RuleBroken) as twice:
        templates.save(program=program, name=template.name, by=organizer, at=now)
    assert twice.value.field == "name"

    templates.rename(
        template=template, version=1, name="새 이름", description="", by=organizer, at=now
    )
    with pytest.raises(StaleEdit):
        templates.retire(template=template, version=1, by=organizer, at=now)


def test_a_retired_template_makes_no_program_until_it_is_taken_back(template, organizer, now):
    retired = templates.retire(template=template, version=1, by=organizer, at=now)
    with pytest.raises(RuleBroken, match="중지한 서식"):
        make(trip_copies.of_template(retired), organizer, now)
    back = templates.reinstate(template=template, version=2, by=organizer, at=now)

    assert make(trip_copies.of_template(back), organizer, now).items.count() == 4


def test_deleting_a_template_leaves_its_programs_and_their_report(template, organizer, now):
    made = make(trip_copies.of_template(template), organizer, now)

    templates.delete(template=template, version=1, by=organizer, at=now)

    made.trip_copy.refresh_from_db()
    assert (made.trip_copy.template, made.trip_copy.source_name) == (None, "수도권 1박 2일")


@pytest.mark.parametrize("items", [2, 40])
def test_making_a_program_costs_the_same_at_any_size(items, organizer, now):
    program = ProgramFactory(starts_on=LAST_YEAR, ends_on=LAST_YEAR)
    for _ in range(items):
        VisitItemFactory(program=program).groups.set([GroupFactory(program=program)])
    source = trip_copies.of_program(program)

    with CaptureQueriesContext(connection) as queries:
        make(source, organizer, now)

    assert len(queries) <= 32
