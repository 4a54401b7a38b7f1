"""The reminder rules of a program, and the county's defaults, as an organizer keeps them.

Everywhere `program` None means the defaults. Changing a default touches no program that has rules of its own.
"""

from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RuleBroken, StaleEdit
from programs.models import Program
from reminders.models import Message, MessageState, ReminderRule
from reminders.services import defaults, planning
from reminders.services.rule_facts import LONGEST_NAME, Facts

if TYPE_CHECKING:
    from accounts.models import User

UNSENT: Final = [MessageState.PLANNED, MessageState.HELD, MessageState.RETRY]


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
    return sha256(repr(sorted(Facts.of(rule).kept.items())).encode()).hexdigest()[:16]


def differ(rule: ReminderRule, origin: ReminderRule) -> bool:
    """Whether an organizer changed anything but the name."""
    return Facts.of(rule).kept != Facts.of(origin).kept


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
    same = ReminderRule.objects.filter(program=rule.program_id, name=facts.name)
    if same.exclude(pk=rule.pk).exists():
        raise RuleBroken(_("같은 이름의 알림 규칙이 있습니다."), field="name")
    facts.check()
    for name, value in facts.kept.items():
        setattr(rule, name, value)
