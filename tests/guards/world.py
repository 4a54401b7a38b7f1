"""A small county that can grow: one of everything a page may show, then ten, then a hundred.

`grow(world, to=n)` adds rows to every list at once, so that a page whose cost depends on its length is found out.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

from accounts.models import AccessAction, AccessLog, User
from accounts.permissions import Role
from attendance.models import AttendanceRecord, Evidence, Mark, Presence
from participants.models import Enrollment, EnrollmentEvent, EnrollmentStatus, Participant
from programs.models import Program, ProgramStatus, StaffKind
from reminders.models import (
    DeliveryAttempt,
    Message,
    MessageKind,
    MessageState,
    ReminderRule,
    Trigger,
)
from site_visits.models import (
    ItineraryItem,
    Publication,
    PublishedItem,
    Site,
    SiteVisit,
    TravelImport,
    TravelTime,
    TripTemplate,
)
from site_visits.services import reading, travel_import
from site_visits.travel_file import Pair
from tests.factories.accounts import DepartmentFactory, RankFactory, UserFactory
from tests.factories.participants import EnrollmentFactory, ParticipantFactory
from tests.factories.programs import GroupFactory, ProgramFactory, ProgramStaffFactory
from tests.factories.site_visits import (
    SiteFactory,
    TravelTimeFactory,
    TripCopyFactory,
    TripTemplateFactory,
    VisitItemFactory,
    at,
    publication,
    published_item,
)

# Far enough for every page to count it among what is to come, and a weekday.
DAY = date(2099, 3, 5)
LONGEST_NAME = "남궁라온하제은가비다솜미르찬솔아라누리"
SAID_AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@dataclass
class World:
    people: dict[Role, User]
    program: Program
    site: Site
    publication: Publication
    item: ItineraryItem
    published: PublishedItem
    enrollment: Enrollment
    participant: Participant
    message: Message
    notice: Message
    open_program: Program
    rule: ReminderRule
    default_rule: ReminderRule
    template: TripTemplate
    travel: TravelTime
    upload: TravelImport
    host_token: str
    feed_token: str
    size: int = 1


def found(*, hosts) -> World:
    """The world with one of everything; `hosts` is the service that asks a host."""
    department = DepartmentFactory(name="관광진흥과")
    people = {
        role: UserFactory(
            role=role, name=role.label, department=department if role == Role.COORDINATOR else None
        )
        for role in Role
    }
    organizer = people[Role.ORGANIZER]
    program = ProgramFactory(
        code="ai-2099-1", starts_on=DAY, ends_on=DAY + timedelta(days=1), capacity=500
    )
    ProgramStaffFactory(program=program, user=people[Role.LEADER], kind=StaffKind.LEADER)
    ProgramStaffFactory(program=program, user=organizer, kind=StaffKind.ORGANIZER)
    participant = ParticipantFactory(
        user=people[Role.PARTICIPANT], department=department, rank=RankFactory(), name=LONGEST_NAME
    )
    enrollment = EnrollmentFactory(
        program=program, participant=participant, group=GroupFactory(program=program)
    )
    site = SiteFactory(
        name="아주 긴 이름을 가진 경상북도 고령군 대가야 스마트관광·식물공장 통합 체험 전시관(가칭)"
    )
    item = VisitItemFactory(program=program, site=site, title="스마트관광 현장")
    issue = publication(program, by=organizer)
    published = published_item(issue, uid=item.uid, title=item.title)
    world = World(
        people=people,
        program=program,
        site=site,
        publication=issue,
        item=item,
        published=published,
        enrollment=enrollment,
        participant=participant,
        message=_message(program, participant),
        notice=_notice(issue, participant),
        open_program=_open_program(),
        rule=_rule(program),
        default_rule=_rule(None),
        template=_template(program, organizer),
        travel=TravelTimeFactory(origin=site, target=SiteFactory()),
        upload=_upload(site, organizer),
        host_token=hosts.ask(visit=SiteVisit.objects.get(item=item), by=organizer, at=SAID_AT),
        feed_token=reading.issue_feed(user=people[Role.PARTICIPANT], at=SAID_AT),
    )
    _message(program, None, user=people[Role.LEADER])
    _message_to_pass_on(program, participant)
    _mark(world, enrollment)
    _log(organizer)
    return world


def grow(world: World, *, to: int) -> None:
    """`to` rows in every list; the specimens stay."""
    for _ in range(world.size, to):
        ProgramFactory(starts_on=DAY, ends_on=DAY, status=ProgramStatus.CONFIRMED)
        _open_program()
        TripTemplateFactory(created_by=world.people[Role.ORGANIZER])
        TripCopyFactory(template=world.template, made_by=world.people[Role.ORGANIZER])
        site = SiteFactory()
        TravelTimeFactory(origin=site, target=world.site)
        item = VisitItemFactory(program=world.program, site=site)
        published_item(world.publication, uid=item.uid, title=item.title)
        enrollment = EnrollmentFactory(
            program=world.program,
            participant=ParticipantFactory(user=UserFactory(role=Role.ORGANIZER)),
            group=GroupFactory(program=world.program),
        )
        EnrollmentFactory(
            program=ProgramFactory(starts_on=DAY, ends_on=DAY), participant=world.participant
        )
        ProgramStaffFactory(
            program=ProgramFactory(starts_on=DAY, ends_on=DAY), user=world.people[Role.LEADER]
        )
        _message(world.program, enrollment.participant)
        _message(world.program, world.participant)
        _message(world.program, None, user=world.people[Role.LEADER])
        _message_to_pass_on(world.program, enrollment.participant)
        _notice(world.publication, enrollment.participant)
        for where in (world.program, None):
            _rule(where, f"하루 전 {world.site.pk}-{enrollment.pk}")
        _mark(world, enrollment)
        _log(world.people[Role.ORGANIZER])
    world.size = to


def _template(program: Program, by: User) -> TripTemplate:
    """Also the page of a program that was made from it."""
    template = TripTemplateFactory(made_from=program, created_by=by)
    TripCopyFactory(program=program, template=template, made_by=by)
    return template


def _upload(site: Site, by: User) -> TravelImport:
    pairs = [Pair(site.pk, SiteFactory().pk, 40, 30)]
    return travel_import.keep(file_name="이동시간.csv", pairs=pairs, by=by, at=SAID_AT)


def _rule(program: Program | None, name: str = "하루 전") -> ReminderRule:
    return ReminderRule.objects.create(
        program=program,
        name=name,
        trigger=Trigger.DAY_BEFORE_AT,
        days_before=1,
        at_time=time(18),
        channels=["email"],
        subject="[고령군] 내일 일정",
        body="내일 일정을 확인해 주세요.",
    )


def _open_program() -> Program:
    return ProgramFactory(
        starts_on=DAY,
        ends_on=DAY,
        status=ProgramStatus.OPEN,
        applications_open_at=datetime(2026, 1, 1, tzinfo=UTC),
        applications_close_at=datetime(2099, 1, 1, tzinfo=UTC),
    )


def _message(program: Program, participant: Participant | None, **fields) -> Message:
    told = {
        "dedupe_key": f"guard:{uuid4()}",
        "kind": MessageKind.REMINDER,
        "program": program,
        "participant": participant,
        "channels": ["email"],
        "channel": "email",
        "subject": "[고령군] 내일 05:40 집결",
        # With a link as long as those that acknowledge: it must not widen a page.
        "body": f"군청 주차장에서 모입니다.\nhttps://goryeong.example/ack/{'a' * 66}/",
        "due_at": SAID_AT,
        "expires_at": at(DAY, "10:30"),
        "state": MessageState.ACCEPTED,
        "accepted_at": SAID_AT,
        "settled_at": SAID_AT,
    }
    message = Message.objects.create(**(told | fields))
    DeliveryAttempt.objects.create(
        message=message,
        channel="email",
        fence=1,
        outcome=DeliveryAttempt.Outcome.ACCEPTED,
        answer="250 OK",
        at=SAID_AT,
    )
    return message


def _notice(of: Publication, participant: Participant) -> Message:
    """A change notice that nobody has acknowledged, the newest of this person's messages."""
    said_at = SAID_AT + timedelta(hours=1)
    return _message(
        of.program, participant, kind=MessageKind.CHANGE, publication=of, accepted_at=said_at
    )


def _message_to_pass_on(program: Program, participant: Participant) -> Message:
    """A text that waits until somebody copies it into the messenger."""
    return _message(
        program,
        participant,
        state=MessageState.HELD,
        channel="copy",
        held_reason="문구를 직접 전합니다",
        held_until=at(DAY, "10:30"),
        accepted_at=None,
        settled_at=None,
    )


def _mark(world: World, enrollment: Enrollment) -> None:
    EnrollmentEvent.objects.create(
        enrollment=enrollment,
        status=EnrollmentStatus.CONFIRMED,
        actor=world.people[Role.ORGANIZER],
        at=SAID_AT,
    )
    presence = Presence.objects.create(
        enrollment=enrollment,
        item_uid=world.published.uid,
        mark=Mark.PRESENT,
        evidence=Evidence.TAP,
        device_at=SAID_AT,
        recorded_at=SAID_AT,
        nonce=uuid4(),
        by=world.people[Role.LEADER],
    )
    AttendanceRecord.objects.create(
        enrollment=enrollment,
        item_uid=world.published.uid,
        mark=Mark.PRESENT,
        credited_minutes=90,
        presence=presence,
    )


def _log(user: User) -> None:
    AccessLog.objects.create(
        user=user,
        at=SAID_AT,
        ip="127.0.0.1",
        action=AccessAction.VIEW,
        object="교육생 명부",
        count=1,
    )
