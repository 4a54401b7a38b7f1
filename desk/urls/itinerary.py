"""Addresses of the organizer: itinerary."""

from typing import Any

urlpatterns: list[Any] = []
