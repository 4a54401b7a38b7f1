"""The organizer's addresses, one file a subject."""

from desk.urls import (
    attendance,
    board,
    home,
    itinerary,
    messages,
    people,
    programs,
    rules,
    sites,
    templates,
)

app_name = "organize"
urlpatterns = [
    *home.urlpatterns,
    *templates.urlpatterns,
    *programs.urlpatterns,
    *people.urlpatterns,
    *sites.urlpatterns,
    *itinerary.urlpatterns,
    *board.urlpatterns,
    *messages.urlpatterns,
    *rules.urlpatterns,
    *attendance.urlpatterns,
]
