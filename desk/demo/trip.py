"""Program A: the two-day trip to come, published twice, with a change the organizer has not published yet."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Final

from core.dates import at_local, local_date
from desk.demo import items
from desk.demo.calendar import next_days
from desk.demo.county import County, backdate, window
from desk.demo.itinerary import FIRST_TIMES, TRIP, Line
from participants.models import Enrollment, Participant
from participants.services import enrollment, groups
from programs.models import Category, Program
from programs.services import lifecycle
from site_visits.models import ItemKind, ItineraryItem
from site_visits.services import templates
from site_visits.services.lifecycle import confirm_program

CODE: Final = "ai-field-1"
# Beside those with accounts: one of grade 7, two of grade 8.
GRADES: Final = {5: 1, 6: 8, 7: 13, 8: 6, 9: 5}
GROUPS: Final = 6
NEW_LUNCH_PLACE: Final = "농업박물관 앞 식당(40석 예약)"
COMMENT: Final = "점심 시간을 늘려 동대문 방문을 15분 늦춥니다."
TEMPLATE: Final = "수도권 AI·스마트농업 1박 2일"
TEMPLATE_FOR: Final = "해마다 가는 수도권 현장학습의 짜임"
TRAVELLERS_WITH_ACCOUNTS: Final = ("garam", "nuri", "isabella")


def load(county: County) -> Program:
    starts_on = next_days(local_date(county.now) + timedelta(days=7), 2)
    program = county.make(
        code=CODE,
        title="AI 역량강화 현장학습",
        title_en="AI Skills Field Study",
        round=1,
        category=Category.AI,
        purpose="AI 기업, 스마트관광, 식물공장을 보고 우리 군에 쓸 과제를 찾습니다.",
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=1),
        capacity=36,
        minimum=20,
        meeting_point="고령군청 주차장",
        bring="신분증, 명찰, 편한 신발",
        plan_document="총무과-1201",
        order_document="총무과-1288",
        leaders=("leader", "leader2"),
        at=county.ago(days=30),
        **window(county, opened=25, closes=-14),
    )
    _select(county, program)
    planned = _plan(county, program, starts_on)
    _change(county, program, planned)
    templates.save(
        program=program, name=TEMPLATE, description=TEMPLATE_FOR, by=county.organizer, at=county.now
    )
    return program


def trainees(county: County) -> list[Participant]:
    """36 people: one head of division, eight of grade 6, fourteen of 7, and so on."""
    known = [county.person(key) for key in TRAVELLERS_WITH_ACCOUNTS]
    return known + county.directory.pick(GRADES, leaving_out=known)


def _select(county: County, program: Program) -> None:
    """Called for, applied or nominated, selected, confirmed, dealt into groups."""
    by, people = county.organizer, trainees(county)
    program = lifecycle.open(program=program, by=by, at=county.ago(days=25))
    rows: list[Enrollment] = []
    for person in people:
        wish = enrollment.apply if person.user else enrollment.nominate
        said_by = person.user or by
        rows.append(wish(program=program, participant=person, by=said_by, at=county.ago(days=20)))
    backdate(rows, county.ago(days=20))
    program = lifecycle.close(program=program, by=by, at=county.ago(days=14))
    enrollment.select(enrollments=rows, by=by, at=county.ago(days=12))
    enrollment.confirm(enrollments=rows, by=by, at=county.ago(days=10))
    groups.distribute(program=program, count=GROUPS, by=by, at=county.ago(days=10))
    confirm_program(program=program, by=by, at=county.ago(days=10))


def _plan(county: County, program: Program, starts_on: date) -> list[ItineraryItem]:
    """The plan as it was published first."""
    program.refresh_from_db()
    begins = at_local(starts_on, time.min)
    lines = [_as_first_planned(line) for line in TRIP]
    planned = items.put(county, program, lines, begins=begins, asked_at=county.ago(days=9))
    county.publish(program, at=county.ago(days=6))
    return planned


def _as_first_planned(line: Line) -> Line:
    start, end = FIRST_TIMES.get((line.kind, (line.start, line.end)), (line.start, line.end))
    return replace(line, start=start, end=end)


def _change(county: County, program: Program, planned: list[ItineraryItem]) -> None:
    """Lunch took longer: published yesterday. Since then another lunch place was found, which nobody knows yet."""
    begins, at = at_local(program.starts_on, time.min), county.ago(hours=22)
    items.retime(county, planned, TRIP, begins=begins, at=at)
    county.publish(program, at=county.ago(hours=20), comment=COMMENT)
    lunch, line = [
        pair for pair in zip(planned, TRIP, strict=True) if pair[1].kind == ItemKind.MEAL
    ][-1]
    items.rewrite(
        county, lunch, replace(line, place=NEW_LUNCH_PLACE), begins=begins, at=county.ago(hours=2)
    )
