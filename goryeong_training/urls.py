"""Addresses by audience; each room lists its own."""

from django.contrib import admin
from django.urls import include, path

from accounts.urls import account_urls, administrator_urls, privacy_urls
from attendance.urls import leader_urls
from goryeong_training import views
from participants.urls import application_urls, nomination_urls
from reminders.urls import inbox_urls, seen_urls
from reports.urls import report_urls
from site_visits.urls import host_urls, participant_urls

handler400 = "goryeong_training.views.bad_request"
handler403 = "goryeong_training.views.forbidden"
handler404 = "goryeong_training.views.not_found"
handler500 = "goryeong_training.views.server_error"

urlpatterns = [
    path("", include((participant_urls, "itinerary"))),
    path("organize/", include("desk.urls")),
    path("apply/", include((application_urls, "apply"))),
    path("nominate/", include((nomination_urls, "nominate"))),
    path("lead/", include((leader_urls, "lead"))),
    path("reports/", include((report_urls, "reports"))),
    path("host/", include((host_urls, "host"))),
    path("ack/", include((seen_urls, "seen"))),
    path("inbox/", include((inbox_urls, "inbox"))),
    path("privacy/", include((privacy_urls, "privacy"))),
    path("account/", include(account_urls)),
    path("accounts/", include((administrator_urls, "accounts"))),
    path("admin/", admin.site.urls),
    path("start/", views.start, name="start"),
    path("language/", views.language, name="set_language"),
    path("theme/", views.theme, name="theme"),
    path("livez", views.livez, name="livez"),
    path("readyz", views.readyz, name="readyz"),
]
