from typing import Any

from django.urls import path

from site_visits.views import feed, host, participant

host_urls: list[Any] = [path("<str:token>/", host.answer, name="answer")]
participant_urls: list[Any] = [
    path("", participant.index, name="index"),
    path("seen/", participant.acknowledge, name="acknowledge"),
    path("calendar/", participant.feed_settings, name="feed-settings"),
    path("calendar/new/", participant.feed_issue, name="feed-issue"),
    path("calendar/stop/", participant.feed_revoke, name="feed-revoke"),
    path("calendar/<str:token>.ics", feed.feed, name="feed"),
]
