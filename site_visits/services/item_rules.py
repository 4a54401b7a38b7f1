"""What a draft item may be, whoever writes it and from wherever."""

from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from core.errors import RuleBroken
from programs.models import Group, Program
from site_visits.draft import Draft, Snapshot
from site_visits.models import ItemKind

LONGEST: Final = timedelta(hours=24)
FARTHEST: Final = timedelta(days=366)


def check(draft: Draft, facts: Snapshot, *, before: Snapshot | None) -> None:
    program = draft.program
    if before is None or (facts.starts_at, facts.ends_at) != (before.starts_at, before.ends_at):
        _check_times(program, facts.starts_at, facts.ends_at)
    if not facts.title:
        raise RuleBroken(_("제목을 적어 주세요."), field="title")
    if facts.kind == ItemKind.VISIT and facts.site is None:
        raise RuleBroken(_("현장방문에는 방문지를 골라 주세요."), field="site")
    if facts.kind == ItemKind.VISIT and facts.planner_only:
        raise RuleBroken(_("현장방문은 담당자만 보는 일정이 될 수 없습니다."), field="planner_only")
    if facts.origin and facts.origin == facts.target:
        raise RuleBroken(_("출발지와 도착지가 같습니다."), field="target")
    _check_places(draft, facts, before=before)
    if set(facts.groups) - set(before.groups if before else ()):
        _check_groups(program, facts.groups)


def _check_groups(program: Program, groups: tuple[int, ...]) -> None:
    if Group.objects.filter(program=program, pk__in=groups).count() != len(groups):
        raise RuleBroken(_("다른 과정의 조는 고를 수 없습니다."), field="groups")


def _check_places(draft: Draft, facts: Snapshot, *, before: Snapshot | None) -> None:
    """A site out of use stays where it is, and is not chosen anew."""
    for name in ("site", "origin", "target"):
        pk = getattr(facts, name)
        if pk is None or (before is not None and getattr(before, name) == pk):
            continue
        if draft.places[pk].retired_on is not None:
            raise RuleBroken(_("사용을 중지한 방문지입니다. 다른 곳을 골라 주세요."), field=name)


def _check_times(program: Program, starts_at: datetime | None, ends_at: datetime | None) -> None:
    if starts_at is None and ends_at is None:
        return
    if starts_at is None:
        raise RuleBroken(_("시작 시각을 적어 주세요."), field="starts_at")
    if ends_at is None:
        raise RuleBroken(_("끝나는 시각을 적어 주세요."), field="ends_at")
    if ends_at <= starts_at:
        raise RuleBroken(
            _("끝나는 시각이 시작 시각보다 빠릅니다. 끝나는 시각을 고쳐 주세요."), field="ends_at"
        )
    if ends_at - starts_at > LONGEST:
        raise RuleBroken(
            _("일정 하나는 24시간을 넘을 수 없습니다. 나누어 넣어 주세요."), field="ends_at"
        )
    if not program.starts_on - FARTHEST <= starts_at.date() <= program.ends_on + FARTHEST:
        raise RuleBroken(
            _("과정 기간에서 1년 넘게 떨어진 날입니다. 날짜를 고쳐 주세요."), field="starts_at"
        )
