"""The reminder rules of a program, as its organizer keeps them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RuleBroken
from programs.models import Program
from reminders.models import ReminderRule, Trigger
from reminders.services import defaults, planning, wording

if TYPE_CHECKING:
    from accounts.models import User

TEXTS: Final = ("subject", "body", "subject_en", "body_en", "sms", "sms_en")
DAYS_AT_MOST: Final = 30
MINUTES_AT_MOST: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class Timing:
    """The part of a rule that says when; which of the three count depends on the trigger."""

    days_before: int | None = None
    at_time: time | None = None
    minutes_before: int | None = None


def of(program: Program) -> list[ReminderRule]:
    """The program's own rules, or the defaults it will be given."""
    own = list(ReminderRule.objects.filter(program=program))
    return own or list(ReminderRule.objects.filter(program=None))


@transaction.atomic
def edit(
    *,
    program: Program,
    rule: ReminderRule,
    texts: Mapping[str, str],
    timing: Timing,
    is_active: bool,
    by: "User",
    at: datetime,
) -> ReminderRule:
    """Change one rule of a program; a default becomes the program's own copy first.

    What is planned moves with it, what was sent stays sent.
    """
    own = _own(program, rule)
    for field in TEXTS:
        wording.check(texts.get(field, ""), field=field, audience=own.audience)
        setattr(own, field, texts.get(field, ""))
    _check_timing(own.trigger, timing)
    own.days_before, own.at_time = timing.days_before, timing.at_time
    own.minutes_before = timing.minutes_before
    own.is_active = is_active
    own.save()
    planning.retime(rule=own, at=at)
    planning.plan_reminders(at=at, program=program)
    return own


def _own(program: Program, rule: ReminderRule) -> ReminderRule:
    if rule.program_id is None:
        defaults.copy(program)
    own = ReminderRule.objects.select_for_update(of=("self",)).filter(program=program)
    found = own.filter(name=rule.name).first()
    if found is None:
        raise RuleBroken(_("이 과정의 알림 규칙이 아닙니다."))
    return found


def _check_timing(trigger: str, timing: Timing) -> None:
    if trigger == Trigger.DAY_BEFORE_AT:
        if timing.days_before is None or not 0 <= timing.days_before <= DAYS_AT_MOST:
            raise RuleBroken(
                _("0일에서 %(most)s일 전까지 정할 수 있습니다.") % {"most": DAYS_AT_MOST},
                field="days_before",
            )
        if timing.at_time is None:
            raise RuleBroken(_("보낼 시각을 적어 주세요."), field="at_time")
    elif timing.minutes_before is None or not 1 <= timing.minutes_before <= MINUTES_AT_MOST:
        raise RuleBroken(
            _("1분에서 %(most)s분 전까지 정할 수 있습니다.") % {"most": MINUTES_AT_MOST},
            field="minutes_before",
        )
