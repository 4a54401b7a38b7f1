"""Applying (everybody) and nominating (coordinators)."""

from typing import Any

from django.urls import path

from participants.views import coordinator, participant

application_urls: list[Any] = [
    path("", participant.index, name="index"),
    path("<slug:code>/", participant.apply, name="apply"),
    path("<slug:code>/withdraw/", participant.withdraw, name="withdraw"),
]

nomination_urls: list[Any] = [
    path("", coordinator.index, name="index"),
    path("<slug:code>/", coordinator.nominate, name="nominate"),
]
