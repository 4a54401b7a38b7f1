"""Visits nobody has promised to receive."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from site_visits.conflicts.facts import Facts
from site_visits.conflicts.values import Code, Conflict, Fix, FixKind, Severity, Unit
from site_visits.models import HostState, ItemKind


def check(facts: Facts) -> Iterator[Conflict]:
    for item in facts.items:
        if item.kind != ItemKind.VISIT or item.host_state == HostState.CONFIRMED:
            continue
        site = facts.sites.get(item.site_id) if item.site_id else None
        refused = item.host_state == HostState.REFUSED
        yield Conflict(
            code=Code.HOST_NOT_CONFIRMED,
            severity=Severity.ERROR if refused else Severity.WARNING,
            size=item.people,
            unit=Unit.PEOPLE,
            message=_words(item.host_state) % {"people": item.people},
            why=f"{item.title} · {site.name}" if site else item.title,
            item_uids=(item.uid,),
            fixes=()
            if item.host_state == HostState.ASKED
            else (Fix(FixKind.ASK_HOST, _("방문기관에 요청"), parameters={"uid": str(item.uid)}),),
        )


def _words(state: HostState | None) -> str:
    if state == HostState.REFUSED:
        return _("방문기관이 거절했습니다(%(people)d명)")
    if state == HostState.ASKED:
        return _("방문기관의 회신을 기다립니다(%(people)d명)")
    return _("방문기관에 아직 요청하지 않았습니다(%(people)d명)")
