"""Addresses of the organizer: attendance."""

from typing import Any

urlpatterns: list[Any] = []
