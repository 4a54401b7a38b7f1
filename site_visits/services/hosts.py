"""Asking the hosts of visits: a secret link out, an answer back; each asking is a row that stays."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import RuleBroken, StaleEdit
from programs.models import Program
from site_visits.models import HostAsking, HostRules, HostState, SiteVisit
from site_visits.services import host_links
from site_visits.services.headcounts import Enrolled
from site_visits.services.host_links import digest, find
from site_visits.services.publishing import lock

__all__ = ["digest", "find"]

# A second press of the button within this time is the first one again.
ONE_PRESS: Final = timedelta(seconds=60)


@transaction.atomic
def ask(
    *,
    visit: SiteVisit,
    by: User,
    at: datetime,
    by_mail: bool = False,
    language: str = "ko",
    new_link: bool = False,
) -> str:
    """Ask (again) about the time the visit has now; returns the secret of the host's link, the same as before.

    With `by_mail` the outbox sends it. `new_link` replaces the link, should the old one be in wrong hands; so does
    another site, whose host must not open the link of the one before.
    """
    visit = _locked(visit)
    item = visit.item
    if item.is_cancelled:
        raise RuleBroken(_("취소한 방문은 요청할 수 없습니다."))
    if item.starts_at is None or item.ends_at is None or item.site is None:
        raise RuleBroken(_("방문 시간을 먼저 정해 주세요."))
    if by_mail and not item.site.contact_email:
        raise RuleBroken(
            _("이 방문지에는 전자우편 주소가 없습니다. 전화나 공문으로 요청해 주세요.")
        )
    last = last_asking(visit)
    token = _link(visit, last, new_link=new_link)
    visit.host_state = HostState.ASKED
    if last and not new_link and _is_repeated(visit, last, by_mail=by_mail, at=at):
        visit.answered_at = None
        visit.save()
        return token
    visit.asked_at, visit.answered_at = at, None
    visit.asked_starts_at, visit.asked_ends_at = item.starts_at, item.ends_at
    visit.save()
    HostAsking.objects.create(
        visit=visit,
        site=item.site,
        starts_at=item.starts_at,
        ends_at=item.ends_at,
        by_mail=by_mail,
        language=language,
        by=by,
        at=at,
    )
    return token


def last_asking(visit: SiteVisit) -> HostAsking | None:
    return HostAsking.objects.filter(visit=visit).select_related("site").order_by("-pk").first()


def is_for_another_site(visit: SiteVisit, last: HostAsking | None) -> bool:
    """Whether the link that is out belongs to the host of a site the visit has left."""
    return last is not None and last.site_id != visit.item.site_id


def _link(visit: SiteVisit, last: HostAsking | None, *, new_link: bool) -> str:
    left = is_for_another_site(visit, last)
    known = None if new_link or left else host_links.token_of(visit)
    return known or host_links.renew(visit, keep_old=not (new_link or left))


def _is_repeated(visit: SiteVisit, last: HostAsking, *, by_mail: bool, at: datetime) -> bool:
    item = visit.item
    return (
        (last.site_id, last.starts_at, last.ends_at) == (item.site_id, item.starts_at, item.ends_at)
        and last.by_mail == by_mail
        and last.at <= at < last.at + ONE_PRESS
    )


@transaction.atomic
def note_cancellation_told(*, visit: SiteVisit, by: User, at: datetime) -> SiteVisit:
    """The organizer told the host by telephone or letter that nobody comes."""
    visit = _locked(visit)
    if not visit.item.is_cancelled:
        raise RuleBroken(_("취소되지 않은 방문입니다."))
    visit.cancellation_told_at = visit.cancellation_told_at or at
    visit.save()
    return visit


@transaction.atomic
def set_rules(
    *,
    program: Program,
    remind_after_days: int,
    remind_at_most: int,
    asks_again: bool,
    by: User,
    at: datetime,
) -> HostRules:
    """How hosts of this program are reminded and asked again."""
    facts = {
        "remind_after_days": remind_after_days,
        "remind_at_most": remind_at_most,
        "asks_again": asks_again,
    }
    rules, _made = HostRules.objects.update_or_create(program=program, defaults=facts)
    return rules


def rules_of(program: Program) -> HostRules:
    return HostRules.objects.filter(program=program).first() or HostRules(program=program)


@transaction.atomic
def answer(
    *, token: str, confirmed: bool, note: str, at: datetime, starts_at: datetime | None = None
) -> SiteVisit:
    """The host's word, which may change until the visit begins. SiteVisit.DoesNotExist for an unknown link.

    `starts_at` is the time the host read: a visit moved meanwhile is a StaleEdit that shows the new one.
    """
    visit = _locked(find(token))
    item = visit.item
    if item.is_cancelled or is_for_another_site(visit, last_asking(visit)):
        raise RuleBroken(_("취소된 방문입니다. 회신하지 않으셔도 됩니다."))
    if item.starts_at is None:
        raise RuleBroken(_("방문 시간을 다시 정하고 있습니다. 정해지면 다시 여쭙겠습니다."))
    if item.starts_at <= at:
        raise RuleBroken(_("이미 시작한 방문입니다. 바뀐 것이 있으면 전화로 알려 주십시오."))
    if starts_at is not None and starts_at != item.starts_at.replace(second=0, microsecond=0):
        raise StaleEdit(
            _("그사이 방문 시간이 바뀌었습니다. 새 시간을 확인하고 다시 회신해 주십시오."),
            current=visit,
        )
    visit.host_state = HostState.CONFIRMED if confirmed else HostState.REFUSED
    visit.host_note, visit.answered_at = note, at
    visit.asked_at = visit.asked_at or at
    visit.asked_starts_at, visit.asked_ends_at = item.starts_at, item.ends_at
    visit.save()
    return visit


def headcount(visit: SiteVisit, enrolled: Enrolled | None = None) -> int:
    """What the host is told: the number the organizer wrote, else those who have a seat."""
    if visit.headcount:
        return visit.headcount
    groups = {group.pk for group in visit.item.groups.all()}
    return (enrolled or Enrolled(visit.item.program)).people(groups)


def _locked(visit: SiteVisit) -> SiteVisit:
    """As it stands now, while nobody moves it."""
    lock(visit.item.program)
    return SiteVisit.objects.select_related("item__program", "item__site").get(pk=visit.pk)
