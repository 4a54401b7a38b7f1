"""Every address of the project with the view behind it, read from the resolver so that none is forgotten."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

# Doors of libraries carry no mark of ours: what admits people there, and why that is right.
THIRD_PARTY = {
    "admin:": "GoryeongAdminSite.has_permission asks Can.USE_ADMIN_SITE",
    "account_login": "the sign-in page",
    "account_logout": "one's own sign-out",
    "account_inactive": "says that an account is closed",
    "account_set_password": "one's own first password, sign-in required",
    "account_change_password": "one's own password, sign-in required",
    "account_reauthenticate": "one's own password again, sign-in required",
    "account_reset_password": "somebody who forgot the password cannot sign in",
    "account_reset_password_done": "follows the reset form",
    "account_reset_password_from_key": "the key in the mail admits",
    "account_reset_password_from_key_done": "follows the new password",
}


@dataclass(frozen=True)
class Door:
    name: str
    view: Callable[..., Any]
    parameters: tuple[str, ...]

    @property
    def is_third_party(self) -> bool:
        return any(self.name.startswith(known) for known in THIRD_PARTY)

    def __str__(self) -> str:
        return self.name


def doors() -> list[Door]:
    return list(_walk(get_resolver().url_patterns, ""))


def _walk(patterns: list[URLPattern | URLResolver], namespace: str) -> Iterator[Door]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, inner)
        else:
            parameters = tuple(pattern.pattern.converters) or tuple(
                pattern.pattern.regex.groupindex
            )
            yield Door(f"{namespace}{pattern.name}", pattern.callback, parameters)
