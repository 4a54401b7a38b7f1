"""Program B: over, with attendance, completion and the ledger of hours."""

from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID, uuid5

from accounts.models import User
from attendance import roster
from attendance.models import Evidence, Mark
from attendance.services import locking, marking
from core.dates import at_local, local_date
from desk.demo import items
from desk.demo.calendar import last_days
from desk.demo.county import County
from desk.demo.itinerary import FARMS
from participants.models import Enrollment, Participant
from programs.models import Category, Program
from programs.services import lifecycle
from site_visits.models import ItemKind, PublishedItem
from site_visits.services.lifecycle import confirm_program

CODE: Final = "smart-farm-1"
GRADES: Final = {5: 1, 6: 5, 7: 8, 8: 4, 9: 3}
# Tap numbers derive from this, so that the same demo always holds the same taps.
TAPS: Final = UUID("5b1f3c52-9d3c-4a7e-8f55-1c5ad0c1b001")

# (place on the roster, which learning item, mark, minutes after its start): the rest was there all day.
EXCEPTIONS: Final = (
    (1, 0, Mark.LATE, 20),
    (4, 2, Mark.ABSENT, None),
    (7, 0, Mark.ABSENT, None),
    (9, 1, Mark.LEFT_EARLY, 40),
    (9, 2, Mark.ABSENT, None),
    (12, 1, Mark.EXCUSED, None),
    (12, 2, Mark.EXCUSED, None),
    (15, 1, Mark.ABSENT, None),
    (18, 1, Mark.LATE, 10),
)


def load(county: County) -> Program:
    day = last_days(local_date(county.now) - timedelta(days=14), 1)
    begins = at_local(day, time.min)
    program = county.make(
        code=CODE,
        title="스마트농업 현장학습",
        title_en="Smart Farming Field Study",
        round=1,
        category=Category.AGRICULTURE,
        purpose="수직농장과 스마트온실의 환경제어를 봅니다.",
        starts_on=day,
        ends_on=day,
        capacity=25,
        minimum=15,
        meeting_point="고령군청 주차장",
        bring="신분증, 편한 신발",
        plan_document="총무과-1102",
        order_document="총무과-1140",
        leaders=("leader2",),
        at=begins - timedelta(days=21),
    )
    entered = county.enroll(program, _people(county), at=begins - timedelta(days=12))
    items.put(county, program, FARMS, begins=begins, asked_at=begins - timedelta(days=10))
    confirm_program(program=program, by=county.organizer, at=begins - timedelta(days=8))
    county.publish(program, at=begins - timedelta(days=7))
    _hold(county, program, entered)
    return program


def _people(county: County) -> list[Participant]:
    garam = county.person("garam")
    return [garam, *county.directory.pick(GRADES, leaving_out=[garam])]


def _hold(county: County, program: Program, entered: list[Enrollment]) -> None:
    leader, by = county.directory.users["leader2"], county.organizer
    held = roster.items_of(program)
    program = lifecycle.start(program=program, by=by, at=held[0].starts_at)
    learning = [item for item in held if item.counts_as_learning]
    for place, which, mark, minutes in EXCEPTIONS:
        _except(entered[place], learning[which], mark, minutes, leader)
    for item in held:
        if item.counts_as_learning or item.kind in (ItemKind.ASSEMBLY, ItemKind.TRAVEL):
            call_roll(program, item, by=leader, at=item.starts_at + timedelta(minutes=5))
    over = held[-1].ends_at
    lifecycle.finish(program=program, by=by, at=over)
    locking.lock(program=program, by=by, at=over + timedelta(hours=14))


def _except(
    person: Enrollment, item: PublishedItem, mark: Mark, minutes: int | None, leader: User
) -> None:
    moment = item.starts_at + timedelta(minutes=minutes or 0)
    marking.mark(
        enrollment=person,
        item=item,
        mark=mark,
        by=leader,
        at=moment,
        nonce=tap(item, person),
        evidence=Evidence.TAP,
        arrived_at=moment if mark == Mark.LATE else None,
        left_at=moment if mark == Mark.LEFT_EARLY else None,
    )


def call_roll(program: Program, item: PublishedItem, *, by: User, at: datetime) -> None:
    marking.rest_present(item=item, program=program, by=by, at=at, nonce=uuid5(TAPS, str(item.uid)))


def tap(item: PublishedItem, person: Enrollment) -> UUID:
    return uuid5(TAPS, f"{item.uid}:{person.pk}")
