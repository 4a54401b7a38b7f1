"""A program with a roster: published items, a leader, travelling people."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from accounts.models import User
from accounts.permissions import Role
from attendance.models import Mark, Presence
from attendance.services import marking
from participants.models import Enrollment
from programs.models import Program
from site_visits.models import ItemKind, Publication, PublishedItem
from tests.factories.accounts import DepartmentFactory, RankFactory, UserFactory
from tests.factories.participants import EnrollmentFactory, ParticipantFactory
from tests.factories.programs import ProgramFactory, ProgramStaffFactory
from tests.factories.site_visits import publication, published_item

AT = datetime(2026, 12, 3, 1, 35, tzinfo=UTC)  # 10:35 in Seoul, five minutes into the first visit


@dataclass(frozen=True)
class Trip:
    program: Program
    publication: Publication
    leader: User
    boarding: PublishedItem
    visit: PublishedItem
    session: PublishedItem
    people: list[Enrollment]


def trip(people: int = 3, **program_fields) -> Trip:
    """One day: boarding 08:30, a visit 10:30 (90 min), a session 13:40 (110 min); 200 learning minutes."""
    program = ProgramFactory(**{"capacity": max(40, people), **program_fields})
    leader = UserFactory(role=Role.LEADER, name="강바다")
    ProgramStaffFactory(program=program, user=leader)
    of = publication(program)
    department, rank = DepartmentFactory(), RankFactory()
    return Trip(
        program=program,
        publication=of,
        leader=leader,
        boarding=published_item(
            of,
            clock="08:30",
            minutes=110,
            kind=ItemKind.TRAVEL,
            title="고령군청 → 서울",
            counts_as_learning=False,
        ),
        visit=published_item(
            of, clock="10:30", minutes=90, kind=ItemKind.VISIT, title="AI 기업 방문"
        ),
        session=published_item(of, clock="13:40", minutes=110, title="프롬프트 실습"),
        people=[
            EnrollmentFactory(
                program=program, participant=ParticipantFactory(department=department, rank=rank)
            )
            for _ in range(people)
        ],
    )


def say(trip: Trip, person: Enrollment, item: PublishedItem, mark: Mark, **fields) -> Presence:
    """A mark by the trip's leader; `late` and `early` are minutes missed."""
    late, early = fields.pop("late", None), fields.pop("early", None)
    nonce: UUID = fields.pop("nonce", None) or uuid4()
    return marking.mark(
        enrollment=person,
        item=item,
        mark=mark,
        by=fields.pop("by", trip.leader),
        at=fields.pop("at", AT),
        nonce=nonce,
        arrived_at=item.starts_at + timedelta(minutes=late) if late else None,
        left_at=item.ends_at - timedelta(minutes=early) if early else None,
        **fields,
    )
