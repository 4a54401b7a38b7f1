"""Addresses of the organizer: people."""

from typing import Any

urlpatterns: list[Any] = []
