"""Programs C and D: one under way at the moment of loading, one whose reminder is due in minutes."""

from datetime import timedelta
from typing import Final

from attendance import roster
from attendance.models import Mark
from attendance.services import marking
from core.dates import local_date
from desk.demo import items
from desk.demo.county import County
from desk.demo.farms import call_roll, tap
from desk.demo.itinerary import SOON, TODAY
from participants.models import Enrollment, Participant
from programs.models import Category, Program
from programs.services import lifecycle
from reminders.models import Trigger
from reminders.services import defaults, rules
from site_visits.models import PublishedItem
from site_visits.services.lifecycle import confirm_program

RUNNING: Final = "ai-basics-1"
REMINDING: Final = "ai-clinic-1"
# Not on the trip's bus: of each grade those who come later in the directory.
GRADES: Final = {6: 6, 7: 10, 8: 6, 9: 3}
FEW: Final = {6: 4, 7: 3, 8: 1}
STEP: Final = timedelta(minutes=5)
TICKED: Final = 14


def load(county: County, *, busy: list[Participant]) -> tuple[Program, Program]:
    """`busy` are the people of the trip; nobody is in two places today."""
    garam = county.person("garam")
    others = county.directory.pick(GRADES, leaving_out=[garam, *busy])
    running = _running(county, [garam, *others])
    own = [county.person("nuri"), county.person("isabella")]
    few = county.directory.pick(FEW, leaving_out=[*own, *others, *busy])
    return running, _reminding(county, [*own, *few])


def _running(county: County, people: list[Participant]) -> Program:
    # On a five-minute mark, as plans are.
    begins = county.now - timedelta(
        minutes=county.now.minute % 5,
        seconds=county.now.second,
        microseconds=county.now.microsecond,
    )
    program = county.make(
        code=RUNNING,
        title="생성형 AI 실무 기초",
        title_en="Generative AI at Work: Basics",
        round=1,
        category=Category.AI,
        purpose="공문과 보고서에 생성형 AI를 안전하게 씁니다.",
        starts_on=local_date(begins + timedelta(minutes=TODAY[0].start)),
        ends_on=local_date(begins + timedelta(minutes=TODAY[-1].end)),
        capacity=30,
        minimum=10,
        meeting_point="군청 대회의실 앞",
        bring="업무용 노트북, 명찰",
        leaders=("leader",),
        at=county.ago(days=20),
    )
    entered = county.enroll(program, people, at=county.ago(days=9))
    items.put(county, program, TODAY, begins=begins, asked_at=county.ago(days=9))
    confirm_program(program=program, by=county.organizer, at=county.ago(days=8))
    county.publish(program, at=county.ago(days=7))
    held = roster.items_of(program)
    program = lifecycle.start(program=program, by=county.organizer, at=held[0].starts_at)
    _roll(county, program, entered, held)
    return program


def _roll(
    county: County, program: Program, entered: list[Enrollment], held: list[PublishedItem]
) -> None:
    """Everything so far is done; of the item under way some are ticked, one came late, one is missing."""
    leader = county.directory.users["leader"]
    done, now = held[:2], held[3]
    for item in done:
        call_roll(program, item, by=leader, at=item.starts_at + timedelta(minutes=3))
    at = now.starts_at + timedelta(minutes=2)
    for person in entered[:TICKED]:
        marking.mark(
            enrollment=person, item=now, mark=Mark.PRESENT, by=leader, at=at, nonce=tap(now, person)
        )
    late, missing = entered[TICKED : TICKED + 2]
    arrived_at = now.starts_at + timedelta(minutes=15)
    marking.mark(
        enrollment=late, item=now, mark=Mark.LATE, by=leader, at=arrived_at, arrived_at=arrived_at,
        nonce=tap(now, late),
    )  # fmt: skip
    marking.mark(
        enrollment=missing, item=now, mark=Mark.ABSENT, by=leader, at=arrived_at,
        nonce=tap(now, missing), note="부서 비상근무로 복귀",
    )  # fmt: skip


def _reminding(county: County, people: list[Participant]) -> Program:
    begins = county.now.replace(second=0, microsecond=0)
    day = local_date(begins + timedelta(minutes=SOON[0].start))
    program = county.make(
        code=REMINDING,
        title="AI 업무 상담소",
        title_en="AI Clinic",
        round=1,
        category=Category.DUTY,
        purpose="민원 챗봇을 직접 써 보고 업무 적용을 상담합니다.",
        starts_on=day,
        ends_on=local_date(begins + timedelta(minutes=SOON[-1].end)),
        capacity=12,
        minimum=4,
        meeting_point="군청 민원실 앞",
        bring="신분증",
        leaders=("leader2",),
        at=county.ago(days=15),
    )
    county.enroll(program, people, at=county.ago(days=6))
    items.put(county, program, SOON, begins=begins, asked_at=county.ago(days=6))
    confirm_program(program=program, by=county.organizer, at=county.ago(days=5))
    county.publish(program, at=county.ago(days=4))
    _remind_once(county, program)
    return program


def _remind_once(county: County, program: Program) -> None:
    """The house opens its eyes only now: yesterday's reminder would come out late."""
    defaults.copy(program)
    for rule in rules.of(program):
        if rule.trigger == Trigger.DAY_BEFORE_AT:
            rules.switch(
                program=program,
                rule=rule,
                is_active=False,
                by=county.organizer,
                at=county.ago(days=4),
            )
