"""Addresses of the organizer: messages."""

from typing import Any

urlpatterns: list[Any] = []
