"""Addresses of the organizer: programs."""

from typing import Any

urlpatterns: list[Any] = []
