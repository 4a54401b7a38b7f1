"""Who looked at whose data: the one writer of the access log."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.models import AccessAction, AccessLog
from core.errors import RuleBroken
from core.text import clean_text

if TYPE_CHECKING:
    from accounts.models import User

NEEDS_A_REASON = (AccessAction.DOWNLOAD, AccessAction.UNMASK)
LONGEST_REASON = 300


def record(
    *,
    user: "User",
    action: AccessAction,
    object: str,
    at: datetime,
    ip: str | None = None,
    subjects: Iterable[str] = (),
    count: int | None = None,
    query: str = "",
    reason: str = "",
) -> AccessLog:
    """Note one access to personal data.

    `subjects` are employee numbers; where there are too many to name, `query` says which filter chose
    them and `count` how many they were.
    """
    named = [str(subject) for subject in subjects]
    reason = clean_text(reason)
    if action in NEEDS_A_REASON and not reason:
        raise RuleBroken(_("개인정보를 보는 사유를 적어 주세요."), field="reason")
    return AccessLog.objects.create(
        user=user,
        at=at,
        ip=ip,
        action=action,
        object=object[:200],
        subjects=named,
        query=query,
        count=len(named) if count is None else count,
        reason=reason[:LONGEST_REASON],
    )
