"""Who is missing elsewhere: people in two programs at once, and teams left with too few."""

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext as _

from site_visits.conflicts.facts import Facts
from site_visits.conflicts.values import Code, Conflict, Fix, FixKind, Severity, Unit

# At least this many leave together, and more than this share, before an office worries.
FEWEST_AWAY: Final = 2
SHARE_PERCENT: Final = 50


def check(facts: Facts) -> Iterator[Conflict]:
    for double in facts.doubles:
        yield Conflict(
            code=Code.ENROLLED_TWICE,
            severity=Severity.ERROR,
            size=double.people,
            unit=Unit.PEOPLE,
            message=_("%(people)d명이 같은 날 다른 과정에도 있습니다") % {"people": double.people},
            why=double.program,
            fixes=(_see_people(),),
        )
    for team in facts.teams:
        if excess := too_many_away(team.away, team.members):
            yield Conflict(
                code=Code.TEAM_AWAY,
                severity=Severity.WARNING,
                size=excess,
                unit=Unit.PEOPLE,
                message=_("%(team)s: %(members)d명 가운데 %(away)d명이 자리를 비웁니다")
                % {"team": team.team, "members": team.members, "away": team.away},
                why=_("절반 넘게 비우면 업무에 공백이 생길 수 있습니다"),
                fixes=(_see_people(),),
            )


def _see_people() -> Fix:
    return Fix(FixKind.SEE_PEOPLE, _("교육생 보기"))


def too_many_away(away: int, members: int) -> int:
    """By how many people the absence exceeds half of the team; 0 when it is fine."""
    if away < FEWEST_AWAY:
        return 0
    return max(0, away - members * SHARE_PERCENT // 100)
