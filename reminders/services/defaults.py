"""The county's own reminder rules, and their copies in each program."""

from datetime import time
from typing import Any, Final

from django.db import connection

from programs.models import Program
from reminders.models import Audience, Channel, ReminderRule, Trigger

SUBJECT: Final = "{날짜} {시각} {일정} · {과정}"
SUBJECT_EN: Final = "{date}, {time}: {item} · {program}"
DAY_BEFORE: Final = """\
{성명} 님, {날짜} {과정} 일정을 알려 드립니다.

{시각} {일정}
장소: {장소}
준비물: {준비물}
조: {조}

그날의 일정
{하루일정}

문의: {문의}
바뀐 일정은 언제나 여기에서 확인해 주세요: {내일정}"""
DAY_BEFORE_EN: Final = """\
Dear {name}, this is your schedule of {program} on {date}.

{time} {item}
Place: {place}
Bring: {bring}
Group: {group}

That day
{schedule}

Questions: {contact}
The latest schedule is always here: {link}"""
FIRST_ITEM: Final = """\
{성명} 님, 곧 시작합니다.

{날짜} {시각} {일정}
장소: {장소}
준비물: {준비물}

문의: {문의}
바뀐 일정은 언제나 여기에서 확인해 주세요: {내일정}"""
FIRST_ITEM_EN: Final = """\
Dear {name}, it starts soon.

{date}, {time} {item}
Place: {place}
Bring: {bring}

Questions: {contact}
The latest schedule is always here: {link}"""

SMS: Final = "{날짜} {시각} {일정}, {장소}. 문의 {문의}"
SMS_EN: Final = "{date} {time} {item}, {place}. Questions: {contact}"
LEADERS: Final = """\
{성명} 님, {날짜} {과정} 인솔을 부탁드립니다.

{시각} {일정}
장소: {장소}
함께 가는 인원: {인원}명

그날의 일정
{하루일정}

문의: {문의}
출석 확인: {내일정}"""
LEADERS_EN: Final = """\
Dear {name}, you are leading {program} on {date}.

{time} {item}
Place: {place}
People travelling: {headcount}

That day
{schedule}

Questions: {contact}
Taking attendance: {link}"""
HOSTS: Final = """\
{성명} 귀하

{과정} 방문 일정을 다시 알려 드립니다.

{날짜} {시각} {일정}
장소: {장소}
방문 인원: {인원}명

바뀐 것이 있으면 아래로 알려 주십시오.
문의: {문의}"""
HOSTS_EN: Final = """\
To {name}

A reminder of our visit with {program}.

{date}, {time} {item}
Place: {place}
Number of visitors: {headcount}

Please let us know if anything has changed.
Contact: {contact}"""
COORDINATORS: Final = """\
{성명} 님, {부서}에서 {인원}명이 {과정}에 참가합니다.

시작: {날짜} {시각} {장소}

업무 대행을 확인해 주세요. 바꿀 사람이 있으면 미리 알려 주세요.
문의: {문의}"""
COORDINATORS_EN: Final = """\
Dear {name}, {headcount} people of {department} take part in {program}.

It starts: {date}, {time}, {place}

Please see that their work is covered, and tell us early if somebody has to be replaced.
Questions: {contact}"""
WAITING: Final = """\
{성명} 님, {과정} 대기순번은 {대기순번}번입니다.

시작: {날짜} {시각} {장소}

자리가 나면 바로 알려 드립니다. 참가하지 못하게 되었으면 신청을 취소해 주세요: {내일정}
문의: {문의}"""
WAITING_EN: Final = """\
Dear {name}, you are number {waiting} on the waiting list of {program}.

It starts: {date}, {time}, {place}

We will tell you as soon as a place is free. If you can no longer come, please withdraw: {link}
Questions: {contact}"""

EVENING_BEFORE: Final = {"trigger": Trigger.DAY_BEFORE_AT, "days_before": 1, "at_time": time(18)}
# On: who travels and who leads must know. Off, for the office to decide: letters to other houses and offices, and
# whatever would be one message more than people expect.
DEFAULTS: Final[tuple[dict[str, Any], ...]] = (
    {
        "name": "하루 전 18:00",
        **EVENING_BEFORE,
        "body": DAY_BEFORE,
        "body_en": DAY_BEFORE_EN,
    },
    {
        "name": "첫 일정 60분 전",
        "trigger": Trigger.BEFORE_FIRST_ITEM,
        "minutes_before": 60,
        "body": FIRST_ITEM,
        "body_en": FIRST_ITEM_EN,
    },
    {
        "name": "인솔자 하루 전 18:00",
        "audience": Audience.LEADERS,
        **EVENING_BEFORE,
        "body": LEADERS,
        "body_en": LEADERS_EN,
        "sms": "{날짜} {시각} {일정} 인솔, {인원}명. 문의 {문의}",
        "sms_en": "{date} {time} {item}: you lead {headcount}. {contact}",
    },
    {
        "name": "일주일 전",
        "trigger": Trigger.BEFORE_PROGRAM,
        "minutes_before": 7 * 24 * 60,
        "body": DAY_BEFORE,
        "body_en": DAY_BEFORE_EN,
        "is_active": False,
    },
    {
        "name": "방문기관 2근무일 전 10:00",
        "audience": Audience.HOSTS,
        "trigger": Trigger.DAY_BEFORE_AT,
        "days_before": 2,
        "at_time": time(10),
        "business_days": True,
        "body": HOSTS,
        "body_en": HOSTS_EN,
        "sms": "{날짜} {시각} 방문, {인원}명. 문의 {문의}",
        "sms_en": "{date} {time}: visit of {headcount} people. {contact}",
        "is_active": False,
    },
    {
        "name": "부서 서무 5근무일 전 10:00",
        "audience": Audience.COORDINATORS,
        "trigger": Trigger.DAY_BEFORE_AT,
        "days_before": 5,
        "at_time": time(10),
        "business_days": True,
        "body": COORDINATORS,
        "body_en": COORDINATORS_EN,
        "is_active": False,
    },
    {
        "name": "대기자 3근무일 전 10:00",
        "audience": Audience.WAITLISTED,
        "trigger": Trigger.DAY_BEFORE_AT,
        "days_before": 3,
        "at_time": time(10),
        "business_days": True,
        "subject": "{과정} 대기순번 {대기순번}번 · {날짜} {시각} 시작",
        "subject_en": "{program}: number {waiting} on the waiting list, starts {date} {time}",
        "body": WAITING,
        "body_en": WAITING_EN,
        "is_active": False,
    },
)
PLAIN: Final = {
    "channels": [Channel.EMAIL],
    "subject": SUBJECT,
    "subject_en": SUBJECT_EN,
    "sms": SMS,
    "sms_en": SMS_EN,
}

# Who has no rule of its own gets the county's; two planners at once meet at the unique name.
COPY: Final = """
    INSERT INTO reminders_reminderrule
        (program_id, name, trigger, days_before, at_time, minutes_before, item_kinds, business_days,
         audience, department_id, channels, subject, body, subject_en, body_en, sms, sms_en, is_active)
    SELECT p.id, r.name, r.trigger, r.days_before, r.at_time, r.minutes_before, r.item_kinds, r.business_days,
           r.audience, r.department_id, r.channels, r.subject, r.body, r.subject_en, r.body_en, r.sms, r.sms_en,
           r.is_active
    FROM programs_program p CROSS JOIN reminders_reminderrule r
    WHERE r.program_id IS NULL
      AND (p.id = %(program)s OR (%(program)s IS NULL AND p.status IN ('confirmed', 'running')))
      AND NOT EXISTS (SELECT FROM reminders_reminderrule own WHERE own.program_id = p.id)
    ORDER BY p.id, r.id
    ON CONFLICT DO NOTHING
"""


def shipped() -> list[ReminderRule]:
    """The defaults this house came with, not saved."""
    return [ReminderRule(**(PLAIN | default)) for default in DEFAULTS]


def ensure() -> None:
    """Write the defaults of a new installation; an office that keeps any default keeps its own."""
    if not ReminderRule.objects.filter(program=None).exists():
        ReminderRule.objects.bulk_create(shipped(), ignore_conflicts=True)


def copy(program: Program | None = None) -> None:
    """Give a program (None: every confirmed or running one) rules of its own where it has none."""
    ensure()
    with connection.cursor() as cursor:
        cursor.execute(COPY, {"program": program.pk if program else None})
