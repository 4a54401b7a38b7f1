"""The reminder rules of a program, and the county's defaults, as an organizer keeps them.

Everywhere `program` None means the defaults. Changing a default touches no program that has rules of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, time
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Department
from core.errors import RuleBroken, StaleEdit
from programs.models import Program
from reminders.models import Audience, Channel, Message, MessageState, ReminderRule, Trigger
from reminders.services import defaults, planning, sms, wording
from site_visits.models import ItemKind

if TYPE_CHECKING:
    from accounts.models import User

TEXTS: Final = ("subject", "body", "subject_en", "body_en", "sms", "sms_en")
DAYS_AT_MOST: Final = 30
MINUTES_AT_MOST: Final = 24 * 60
MINUTES_BEFORE_PROGRAM: Final = 60 * 24 * 60
UNSENT: Final = [MessageState.PLANNED, MessageState.HELD, MessageState.RETRY]
LONGEST_NAME: Final = 60


@dataclass(frozen=True, slots=True)
class Facts:
    """All an organizer decides about a rule; of the timing only what the trigger asks for is kept."""

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


def of(program: Program | None) -> list[ReminderRule]:
    """The program's own rules, or the defaults it will be given."""
    rules = ReminderRule.objects.select_related("department").order_by("pk")
    return list(rules.filter(program=program)) or list(rules.filter(program=None))


@transaction.atomic
def create(*, program: Program | None, facts: Facts, by: "User", at: datetime) -> ReminderRule:
    """One more rule; a program that lived by the defaults gets its own copies beside it."""
    defaults.ensure()
    if program is not None:
        defaults.copy(program)
    new = ReminderRule(program=program)
    _take(new, facts)
    new.save()
    _plan(new, at)
    return new


@transaction.atomic
def edit(
    *,
    program: Program | None,
    rule: ReminderRule,
    facts: Facts,
    by: "User",
    at: datetime,
    stamp: str = "",
) -> ReminderRule:
    """Change one rule; what a program took from the defaults becomes its own copy first.

    What is planned moves with it, what was sent stays sent. With the `stamp` of what the organizer had seen, a rule
    that somebody else changed since is refused.
    """
    own = _own(program, rule)
    if stamp and stamp != stamp_of(own):
        raise StaleEdit(
            _("그사이 다른 사람이 이 규칙을 고쳤습니다. 다른 곳을 확인하고 다시 저장해 주세요."),
            current=own,
        )
    _take(own, facts)
    own.save()
    _plan(own, at)
    return own


@transaction.atomic
def switch(
    *, program: Program | None, rule: ReminderRule, is_active: bool, by: "User", at: datetime
) -> ReminderRule:
    """On or off. Off stops what is planned, on again brings back what is still of use."""
    own = _own(program, rule)
    own.is_active = is_active
    own.save(update_fields=["is_active"])
    _plan(own, at)
    return own


@transaction.atomic
def copy(*, program: Program | None, rule: ReminderRule, by: "User", at: datetime) -> ReminderRule:
    """A twin under another name, switched off until somebody has looked at it."""
    own = _own(program, rule)
    twin = ReminderRule.objects.get(pk=own.pk)
    twin.pk, twin.is_active, twin.name = None, False, _free_name(own)
    twin.save(force_insert=True)
    return twin


@transaction.atomic
def reset(*, program: Program | None, rule: ReminderRule, by: "User", at: datetime) -> ReminderRule:
    """Back to the county's default of the same name; a default goes back to what the house came with."""
    own = _own(program, rule)
    origin = default_of(own)
    if origin is None:
        raise RuleBroken(_("같은 이름의 기본 규칙이 없어 되돌릴 수 없습니다."))
    _take(own, Facts.of(origin))
    own.save()
    _plan(own, at)
    return own


def default_of(rule: ReminderRule) -> ReminderRule | None:
    """What `reset` would make of the rule."""
    if rule.program_id is not None:
        return ReminderRule.objects.filter(program=None, name=rule.name).first()
    return next((one for one in defaults.shipped() if one.name == rule.name), None)


def stamp_of(rule: ReminderRule) -> str:
    """The same as long as nobody changed anything an organizer decides."""
    return sha256(repr(sorted(_kept(Facts.of(rule)).items())).encode()).hexdigest()[:16]


def differ(rule: ReminderRule, origin: ReminderRule) -> bool:
    """Whether an organizer changed anything but the name."""
    return _kept(Facts.of(rule)) != _kept(Facts.of(origin))


def lacking(program: Program | None) -> list[ReminderRule]:
    """Defaults that a program, or the house among its own (None), does not have: newer than its rules, or deleted.

    Who still lives by the defaults lacks none. A rule under another name that writes to the same people at the same
    time stands for the default: nobody shall be told twice.
    """
    own = list(ReminderRule.objects.filter(program=program))
    if not own:
        return []
    names, aims = {rule.name for rule in own}, {_aim(rule) for rule in own}
    offered = defaults.shipped() if program is None else of(None)
    return [one for one in offered if one.name not in names and _aim(one) not in aims]


@transaction.atomic
def adopt(*, program: Program | None, name: str, by: "User", at: datetime) -> ReminderRule:
    """Add one default that is lacking, as it stands; a second click finds it added."""
    origin = next((one for one in lacking(program) if one.name == name), None)
    if origin is not None:
        new = ReminderRule(program=program)
        _take(new, Facts.of(origin))
        # Two organizers at once meet at the unique name.
        ReminderRule.objects.bulk_create([new], ignore_conflicts=True)
    found = ReminderRule.objects.filter(program=program, name=name).first()
    if found is None:
        raise RuleBroken(_("이 기본 규칙은 이미 있거나 없어졌습니다."))
    if origin is not None:
        _plan(found, at)
    return found


def _aim(rule: ReminderRule) -> tuple[Any, ...]:
    """Whom it writes to and when; the words and ways may differ."""
    timing = (rule.trigger, rule.days_before, rule.at_time, rule.minutes_before, rule.business_days)
    return (rule.audience, rule.department_id, *timing, frozenset(rule.item_kinds))


@transaction.atomic
def delete(*, program: Program | None, rule: ReminderRule, by: "User", at: datetime) -> int:
    """Take a rule away and supersede what it has planned; returns how many messages that were."""
    if program is not None and rule.program_id is None:
        defaults.copy(program)
    # Whoever deletes another one at the same time waits here, before anybody holds one: the last one has to stay.
    beside = ReminderRule.objects.select_for_update().filter(program=program).order_by("pk")
    left = len(beside)
    own = _own(program, rule)
    if left < 2:
        raise RuleBroken(
            _("마지막 규칙은 지울 수 없습니다. 알림을 보내지 않으려면 규칙을 꺼 주세요.")
        )
    dropped = unsent(own).update(
        state=MessageState.SUPERSEDED,
        settled_at=at,
        retry_at=None,
        held_reason="",
        held_until=None,
    )
    own.delete()
    return dropped


def unsent(rule: ReminderRule) -> Any:
    """Messages of the rule that are planned and would be dropped with it."""
    return Message.objects.filter(rule=rule, state__in=UNSENT)


def _own(program: Program | None, rule: ReminderRule) -> ReminderRule:
    if program is not None and rule.program_id is None:
        defaults.copy(program)
    own = ReminderRule.objects.select_for_update(of=("self",)).filter(program=program)
    same = own.filter(name=rule.name) if rule.program_id is None else own.filter(pk=rule.pk)
    found = same.first()
    if found is None:
        raise RuleBroken(_("이 과정의 알림 규칙이 아닙니다."))
    return found


def _plan(rule: ReminderRule, at: datetime) -> None:
    """Only programs have messages; a default is felt when it is copied."""
    if rule.program is not None:
        planning.retime(rule=rule, at=at)
        planning.plan_reminders(at=at, program=rule.program)


def _free_name(rule: ReminderRule) -> str:
    taken = set(ReminderRule.objects.filter(program=rule.program_id).values_list("name", flat=True))
    for number in range(1, len(taken) + 2):
        ending = str(_(" (사본)")) if number == 1 else str(_(" (사본 %(n)s)") % {"n": number})
        name = f"{rule.name[: LONGEST_NAME - len(ending)]}{ending}"
        if name not in taken:
            return name
    raise AssertionError("more names than rules")


def _take(rule: ReminderRule, facts: Facts) -> None:
    _check_name(rule, facts)
    _check_timing(facts)
    _check_channels(facts)
    if facts.department and facts.audience in (Audience.LEADERS, Audience.HOSTS):
        raise RuleBroken(
            _("인솔자와 방문기관은 부서로 나눌 수 없습니다. 부서를 비워 주세요."),
            field="department",
        )
    for field in TEXTS:
        wording.check(getattr(facts, field), field=field, audience=facts.audience)
    for field in ("sms", "sms_en"):
        _check_sms(getattr(facts, field), field)
    for name, value in _kept(facts).items():
        setattr(rule, name, value)


def _kept(facts: Facts) -> Mapping[str, Any]:
    by_day, by_item = facts.trigger == Trigger.DAY_BEFORE_AT, facts.trigger == Trigger.BEFORE_ITEM
    return {one.name: getattr(facts, one.name) for one in fields(facts)} | {
        "days_before": facts.days_before if by_day else None,
        "business_days": by_day and facts.business_days,
        "at_time": facts.at_time if by_day else None,
        "minutes_before": None if by_day else facts.minutes_before,
        "item_kinds": list(facts.item_kinds) if by_item else [],
    }


def _check_name(rule: ReminderRule, facts: Facts) -> None:
    same = ReminderRule.objects.filter(program=rule.program_id, name=facts.name)
    if same.exclude(pk=rule.pk).exists():
        raise RuleBroken(_("같은 이름의 알림 규칙이 있습니다."), field="name")


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
