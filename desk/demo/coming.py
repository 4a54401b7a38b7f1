"""Programs E, F and G: one open for application, one called off, one that is only a sketch."""

from datetime import date, time, timedelta
from typing import Final

from core.dates import at_local, local_date
from desk.demo import items
from desk.demo.calendar import next_days
from desk.demo.county import County, backdate, window
from desk.demo.itinerary import ROUGH_DRAFT, TOURISM
from participants.services import enrollment
from programs.models import Category, Program
from programs.services import lifecycle
from site_visits.services.lifecycle import cancel_program

OPEN: Final = "smart-tourism-2"
CANCELLED: Final = "ai-advanced-1"
SKETCH: Final = "smart-farm-2"
SEATS: Final = 12
SELECTED: Final = {6: 4, 7: 5, 8: 3}
WAITING: Final = {7: 2}
APPLIED: Final = {7: 3, 8: 2, 9: 2}
TOO_FEW: Final = {6: 1, 7: 3}


def load(county: County) -> list[Program]:
    return [_open(county), _cancelled(county), _sketch(county)]


def _day(county: County, days: int) -> date:
    return next_days(local_date(county.now) + timedelta(days=days), 1)


def _open(county: County) -> Program:
    """All seats are given, two people wait, the last applications are still to be judged."""
    day, by = _day(county, 24), county.organizer
    program = county.make(
        code=OPEN,
        title="스마트관광 현장학습",
        title_en="Smart Tourism Field Study",
        round=2,
        category=Category.TOURISM,
        purpose="관광지 AR 안내와 관광 데이터 활용을 봅니다.",
        starts_on=day,
        ends_on=day,
        capacity=SEATS,
        minimum=8,
        meeting_point="고령군청 주차장",
        bring="신분증, 편한 신발",
        plan_document="관광진흥과-880",
        leaders=("leader",),
        at=county.ago(days=12),
        **window(county, opened=6, closes=9),
    )
    program = lifecycle.open(program=program, by=by, at=county.ago(days=6))
    _applications(county, program)
    items.put(
        county,
        program,
        TOURISM,
        begins=at_local(day, time.min),
        asked_at=county.ago(days=2),
    )
    return program


def _applications(county: County, program: Program) -> None:
    by, pick = county.organizer, county.directory.pick
    chosen = pick(SELECTED, leaving_out=[])
    waiting = [county.person("nuri"), *pick(WAITING, leaving_out=chosen)]
    applied = [county.person("garam"), *pick(APPLIED, leaving_out=[*chosen, *waiting])]
    rows = {}
    for person in (*chosen, *waiting, *applied):
        wish = enrollment.apply if person.user or person in applied else enrollment.nominate
        rows[person.pk] = wish(
            program=program, participant=person, by=person.user or by, at=county.ago(days=5)
        )
    backdate(rows.values(), county.ago(days=5))
    first = [rows[person.pk] for person in chosen]
    enrollment.select(enrollments=first, by=by, at=county.ago(days=3))
    last = [rows[person.pk] for person in waiting]
    enrollment.waitlist(enrollments=last, by=by, at=county.ago(days=3))


def _cancelled(county: County) -> Program:
    day, by = _day(county, 12), county.organizer
    program = county.make(
        code=CANCELLED,
        title="생성형 AI 심화",
        title_en="Generative AI: Advanced",
        round=1,
        category=Category.AI,
        starts_on=day,
        ends_on=day,
        capacity=20,
        minimum=10,
        at=county.ago(days=25),
        **window(county, opened=20, closes=-5),
    )
    program = lifecycle.open(program=program, by=by, at=county.ago(days=20))
    for person in county.directory.pick(TOO_FEW, leaving_out=[]):
        enrollment.nominate(program=program, participant=person, by=by, at=county.ago(days=10))
    return cancel_program(
        program=program,
        reason="신청 인원이 최소 개설 인원 10명에 못 미쳐 폐강합니다.",
        by=by,
        at=county.ago(days=4),
    )


def _sketch(county: County) -> Program:
    day = _day(county, 40)
    program = county.make(
        code=SKETCH,
        title="스마트농업 현장학습",
        title_en="Smart Farming Field Study",
        round=2,
        category=Category.AGRICULTURE,
        starts_on=day,
        ends_on=day,
        capacity=30,
        minimum=15,
        at=county.ago(days=3),
    )
    items.put(
        county,
        program,
        ROUGH_DRAFT,
        begins=at_local(day, time.min),
        asked_at=county.ago(days=2),
    )
    return program
