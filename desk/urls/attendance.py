"""Addresses of the organizer: attendance."""

from typing import Any

from django.urls import path

from desk.views import attendance

urlpatterns: list[Any] = [
    path("programs/<slug:code>/attendance/", attendance.matrix, name="program-attendance"),
    path("programs/<slug:code>/attendance/lock/", attendance.lock, name="attendance-lock"),
    path("programs/<slug:code>/attendance/reopen/", attendance.reopen, name="attendance-reopen"),
    path(
        "programs/<slug:code>/attendance/<int:pk>/<uuid:uid>/",
        attendance.correct,
        name="attendance-correct",
    ),
]
