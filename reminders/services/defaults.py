"""The county's own reminder rules, and their copies in each program."""

from datetime import time
from typing import Any, Final

from django.db import connection

from programs.models import Program
from reminders.models import Channel, ReminderRule, Trigger

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

DEFAULTS: Final[tuple[dict[str, Any], ...]] = (
    {
        "name": "하루 전 18:00",
        "trigger": Trigger.DAY_BEFORE_AT,
        "days_before": 1,
        "at_time": time(18),
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
)

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
    ON CONFLICT DO NOTHING
"""


def ensure() -> None:
    """Write the defaults of a new installation; an office that keeps any default keeps its own."""
    if not ReminderRule.objects.filter(program=None).exists():
        ReminderRule.objects.bulk_create(
            [
                ReminderRule(
                    channels=[Channel.EMAIL], subject=SUBJECT, subject_en=SUBJECT_EN, **default
                )
                for default in DEFAULTS
            ],
            ignore_conflicts=True,
        )


def copy(program: Program | None = None) -> None:
    """Give a program (None: every confirmed or running one) rules of its own where it has none."""
    ensure()
    with connection.cursor() as cursor:
        cursor.execute(COPY, {"program": program.pk if program else None})
