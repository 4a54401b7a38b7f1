from typing import Any

from django.urls import path

from reminders.views import inbox, seen

seen_urls: list[Any] = [path("<str:token>/", seen.answer, name="answer")]
inbox_urls: list[Any] = [
    path("", inbox.index, name="index"),
    path("<uuid:pk>/read/", inbox.mark_read, name="read"),
    path("<uuid:pk>/seen/", inbox.acknowledge, name="acknowledge"),
]
