"""Addresses of the organizer: home."""

from typing import Any

urlpatterns: list[Any] = []
