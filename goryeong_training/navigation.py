"""The side menu of the desk: who may go where is asked of the permission table."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Can, allowed


@dataclass(frozen=True, slots=True)
class NavItem:
    label: Any
    url: str
    current: bool
    count: int | None = None


MENU: list[tuple[Any, str, Can]] = [
    (_("내 일정"), "itinerary:index", Can.SEE_OWN_ITINERARY),
    (_("알림함"), "inbox:index", Can.SEE_OWN_ITINERARY),
    (_("교육 신청"), "apply:index", Can.APPLY),
    (_("부서 추천"), "nominate:index", Can.NOMINATE),
    (_("오늘 할 일"), "organize:home", Can.MANAGE_PROGRAMS),
    (pgettext_lazy("plural", "과정"), "organize:program-list", Can.MANAGE_PROGRAMS),
    (pgettext_lazy("plural", "방문지"), "organize:site-list", Can.MANAGE_PROGRAMS),
    (_("방문 일정"), "organize:visit-list", Can.MANAGE_PROGRAMS),
    (pgettext_lazy("plural", "교육생"), "organize:person-list", Can.MANAGE_PROGRAMS),
    (pgettext_lazy("plural", "알림"), "organize:message-list", Can.MANAGE_PROGRAMS),
    (_("출석 확인"), "lead:index", Can.TAKE_ATTENDANCE),
    (_("보고서"), "reports:attendance", Can.READ_REPORTS),
    (pgettext_lazy("plural", "계정"), "accounts:account-list", Can.MANAGE_ACCOUNTS),
    (_("접속기록"), "privacy:access-log", Can.SEE_ACCESS_LOG),
    (_("자료 관리"), "admin:index", Can.USE_ADMIN_SITE),
]


@cache
def address(name: str) -> str:
    """The menu stands on every page; where it leads never changes."""
    return reverse(name)


def menu(request: HttpRequest) -> list[NavItem]:
    """The doors this person may open; the longest address that begins the current one is marked current."""
    open_doors = [
        (label, address(name)) for label, name, what in MENU if allowed(request.user, what)
    ]
    here = max(
        (
            url
            for _label, url in open_doors
            if request.path == url or (url != "/" and request.path.startswith(url))
        ),
        key=len,
        default="",
    )
    return [NavItem(label, url, url == here) for label, url in open_doors]


def navigation(request: HttpRequest) -> dict[str, Any]:
    return {
        "nav": SimpleLazyObject(lambda: menu(request)),
        "theme": request.COOKIES.get("theme", "plain"),
        "organization": gettext(settings.ORGANIZATION),
        "help_contact": gettext(settings.HELP_CONTACT),
    }
