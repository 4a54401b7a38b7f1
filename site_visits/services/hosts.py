"""Asking the hosts of visits: a secret link out, an answer back."""

from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import RuleBroken, StaleEdit
from site_visits.models import HostState, SiteVisit
from site_visits.services.headcounts import Enrolled
from site_visits.services.publishing import lock

TOKEN_BYTES = 24


@transaction.atomic
def ask(*, visit: SiteVisit, by: User, at: datetime) -> str:
    """Ask (again) about the time the visit has now; the returned secret is the only copy, older links die."""
    visit = _locked(visit)
    item = visit.item
    if item.is_cancelled:
        raise RuleBroken(_("취소한 방문은 요청할 수 없습니다."))
    if item.starts_at is None:
        raise RuleBroken(_("방문 시간을 먼저 정해 주세요."))
    token = token_urlsafe(TOKEN_BYTES)
    visit.host_token_digest = digest(token)
    visit.host_state = HostState.ASKED
    visit.asked_at, visit.answered_at = at, None
    visit.asked_starts_at, visit.asked_ends_at = item.starts_at, item.ends_at
    visit.save()
    return token


@transaction.atomic
def answer(
    *, token: str, confirmed: bool, note: str, at: datetime, starts_at: datetime | None = None
) -> SiteVisit:
    """The host's word, which may change until the visit begins. SiteVisit.DoesNotExist for an unknown link.

    `starts_at` is the time the host read: a visit moved meanwhile is a StaleEdit that shows the new one.
    """
    visit = _locked(find(token))
    item = visit.item
    if item.is_cancelled:
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


def find(token: str) -> SiteVisit:
    """The visit of a link; SiteVisit.DoesNotExist when there is none."""
    return SiteVisit.objects.select_related("item__program", "item__site").get(
        host_token_digest=digest(token)
    )


def digest(token: str) -> bytes:
    return sha256(token.encode()).digest()


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
