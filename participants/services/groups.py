"""Groups (조) of a program: making them and spreading people over them."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from core.errors import RuleBroken
from core.text import clean_text
from participants.models import Enrollment, EnrollmentStatus
from participants.services import steps
from participants.services.steps import under_the_rules
from programs.models import Group, Program

if TYPE_CHECKING:
    from accounts.models import User

MOST_GROUPS = 50
LONGEST_NAME = 30
# People whose place is certain enough to be given a seat on a bus.
PLACED = [
    EnrollmentStatus.SELECTED,
    EnrollmentStatus.CONFIRMED,
    EnrollmentStatus.COMPLETED,
    EnrollmentStatus.NOT_COMPLETED,
]


@under_the_rules
def create(*, program: Program, name: str, by: "User", at: datetime) -> Group:
    locked = steps.lock_live_program(program)
    if locked.groups.count() >= MOST_GROUPS:
        raise RuleBroken(
            _("조는 %(most)s개까지 만들 수 있습니다.") % {"most": MOST_GROUPS}, field="name"
        )
    return _save(Group(program=locked, sort_order=_last_place(locked) + 1), name)


@under_the_rules
def rename(*, group: Group, name: str, by: "User", at: datetime) -> Group:
    steps.lock_live_program(group.program)
    return _save(group, name)


@under_the_rules
def delete(*, group: Group, by: "User", at: datetime) -> None:
    """Its people are then in no group.

    A group the itinerary names stays: without it the item would be for everybody.
    """
    steps.lock_live_program(group.program)
    if group.items.exists():
        raise RuleBroken(_("일정에서 쓰는 조입니다. 일정에서 먼저 빼 주세요."))
    group.delete()


@under_the_rules
def reorder(*, group: Group, to: int, by: "User", at: datetime) -> None:
    """Put the group at place `to` (from 1) among those of its program."""
    program = steps.lock_live_program(group.program)
    order = [other for other in program.groups.all() if other.pk != group.pk]
    order.insert(max(0, to - 1), group)
    for place, each in enumerate(order, start=1):
        each.sort_order = place
    Group.objects.bulk_update(order, ["sort_order"])


@under_the_rules
def distribute(*, program: Program, count: int, by: "User", at: datetime) -> list[Group]:
    """Deal everybody with a place into `count` groups: sizes differ by one at most, departments are spread.

    Groups that exist are used first, in their order; those beyond `count` are left empty.
    """
    locked = steps.lock_live_program(program)
    if not 1 <= count <= MOST_GROUPS:
        raise RuleBroken(
            _("조는 1개부터 %(most)s개까지 나눌 수 있습니다.") % {"most": MOST_GROUPS},
            field="count",
        )
    people = list(locked.enrollments.filter(status__in=PLACED).in_office_order())
    if not people:
        raise RuleBroken(_("나눌 사람이 없습니다. 먼저 교육생을 등록해 주세요."))
    groups = _enough_groups(locked, count)
    for person, group in zip(people, _dealt(groups, len(people)), strict=True):
        person.group = group
    Enrollment.objects.bulk_update(people, ["group"])
    return groups


def _dealt(groups: Sequence[Group], people: int) -> list[Group]:
    """Round and round: neighbors in office order, who share a department, come apart."""
    return [groups[place % len(groups)] for place in range(people)]


def _enough_groups(program: Program, count: int) -> list[Group]:
    groups = list(program.groups.all()[:count])
    taken = set(program.groups.values_list("name", flat=True))
    number, place = 1, _last_place(program)
    while len(groups) < count:
        name = _("%(number)s조") % {"number": number}
        number += 1
        if name not in taken:
            place += 1
            groups.append(Group.objects.create(program=program, name=name, sort_order=place))
    return groups


def _last_place(program: Program) -> int:
    return program.groups.aggregate(last=Max("sort_order"))["last"] or 0


def _save(group: Group, name: str) -> Group:
    name = clean_text(name)
    if not name:
        raise RuleBroken(_("조 이름을 적어 주세요."), field="name")
    if len(name) > LONGEST_NAME:
        raise RuleBroken(
            _("조 이름은 %(most)s자까지 쓸 수 있습니다.") % {"most": LONGEST_NAME}, field="name"
        )
    group.name = name
    try:
        with transaction.atomic():
            group.save()
    except IntegrityError as error:
        raise RuleBroken(_("같은 이름의 조가 이미 있습니다."), field="name") from error
    return group
