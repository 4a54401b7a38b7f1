"""Addresses of the organizer: sites."""

from typing import Any

urlpatterns: list[Any] = []
