"""All an organizer decides about a rule, and what of it cannot be."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import time
from typing import Any, Final

from django.utils.translation import gettext as _

from accounts.models import Department
from core.errors import RuleBroken
from reminders.models import Audience, Channel, ReminderRule, Trigger
from reminders.services import sms, wording
from site_visits.models import ItemKind

TEXTS: Final = ("subject", "body", "subject_en", "body_en", "sms", "sms_en")
DAYS_AT_MOST: Final = 30
MINUTES_AT_MOST: Final = 24 * 60
MINUTES_BEFORE_PROGRAM: Final = 60 * 24 * 60
LONGEST_NAME: Final = 60


@dataclass(frozen=True, slots=True)
class Facts:
    """What the form of a rule says."""

    name: str
    trigger: str
    subject: str
    body: str
    channels: list[str]
    audience: str = Audience.CONFIRMED
    department: Department | None = None
    days_before: int | None = None
    business_days: bool = False
    at_time: time | None = None
    minutes_before: int | None = None
    item_kinds: tuple[str, ...] = ()
    subject_en: str = ""
    body_en: str = ""
    sms: str = ""
    sms_en: str = ""
    is_active: bool = True

    @classmethod
    def of(cls, source: ReminderRule) -> "Facts":
        return cls(**{one.name: getattr(source, one.name) for one in fields(cls)})

    @property
    def kept(self) -> Mapping[str, Any]:
        """What is written down: of the timing only what the trigger asks for."""
        by_day, by_item = self.trigger == Trigger.DAY_BEFORE_AT, self.trigger == Trigger.BEFORE_ITEM
        return {one.name: getattr(self, one.name) for one in fields(self)} | {
            "days_before": self.days_before if by_day else None,
            "business_days": by_day and self.business_days,
            "at_time": self.at_time if by_day else None,
            "minutes_before": None if by_day else self.minutes_before,
            "item_kinds": list(self.item_kinds) if by_item else [],
        }

    def check(self) -> None:
        """RuleBroken at the field that cannot be so."""
        _check_timing(self)
        _check_channels(self)
        if self.department and self.audience in (Audience.LEADERS, Audience.HOSTS):
            raise RuleBroken(
                _("인솔자와 방문기관은 부서로 나눌 수 없습니다. 부서를 비워 주세요."),
                field="department",
            )
        for field in TEXTS:
            wording.check(getattr(self, field), field=field, audience=self.audience)
        for field in ("sms", "sms_en"):
            _check_sms(getattr(self, field), field)


def _check_timing(facts: Facts) -> None:
    if facts.trigger not in Trigger:
        raise RuleBroken(_("언제 보낼지 골라 주세요."), field="trigger")
    if facts.trigger == Trigger.DAY_BEFORE_AT:
        first = 1 if facts.business_days else 0
        if facts.days_before is None or not first <= facts.days_before <= DAYS_AT_MOST:
            raise RuleBroken(
                _("%(first)s일에서 %(most)s일 전까지 정할 수 있습니다.")
                % {"first": first, "most": DAYS_AT_MOST},
                field="days_before",
            )
        if facts.at_time is None:
            raise RuleBroken(_("보낼 시각을 적어 주세요."), field="at_time")
        return
    most = MINUTES_BEFORE_PROGRAM if facts.trigger == Trigger.BEFORE_PROGRAM else MINUTES_AT_MOST
    if facts.minutes_before is None or not 1 <= facts.minutes_before <= most:
        raise RuleBroken(_too_far(most), field="minutes_before")
    if unknown := set(facts.item_kinds) - set(ItemKind):
        raise RuleBroken(
            _("없는 일정 종류입니다: %s") % ", ".join(sorted(unknown)), field="item_kinds"
        )


def _too_far(most: int) -> str:
    if most == MINUTES_AT_MOST:
        return _("1분에서 24시간 전까지 정할 수 있습니다.")
    return _("1분에서 60일 전까지 정할 수 있습니다.")


def _check_channels(facts: Facts) -> None:
    if not facts.channels:
        raise RuleBroken(_("보내는 방법을 하나는 골라 주세요."), field="channels")
    if len(set(facts.channels)) < len(facts.channels) or not set(facts.channels) <= set(Channel):
        raise RuleBroken(_("보내는 방법을 서로 다르게 골라 주세요."), field="channels")


def _check_sms(text: str, field: str) -> None:
    if outside := sms.measure(text).outside:
        raise RuleBroken(
            _("문자로 보낼 수 없는 글자가 있습니다: %(signs)s. 지우거나 다른 글자로 바꿔 주세요.")
            % {"signs": " ".join(outside)},
            field=field,
        )
