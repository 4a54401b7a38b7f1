"""How allauth behaves here: no self sign-up, names instead of numbers on screen."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by an administrator and opened by an invitation."""
        return False


def display_name(user: Any) -> str:
    return user.name
