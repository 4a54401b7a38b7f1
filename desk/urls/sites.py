"""Addresses of the organizer: sites, the travel times between them, and all visits."""

from django.urls import path

from desk.views import sites, travel, visits

urlpatterns = [
    path("sites/", sites.site_list, name="site-list"),
    path("sites/new/", sites.site_create, name="site-create"),
    path("sites/<int:pk>/", sites.site_detail, name="site-detail"),
    path("sites/<int:pk>/edit/", sites.site_edit, name="site-edit"),
    path("sites/<int:pk>/retire/", sites.site_retire, name="site-retire"),
    path("sites/travel-times/", travel.travel_list, name="travel-list"),
    path("sites/travel-times/new/", travel.travel_create, name="travel-create"),
    path("sites/travel-times/import/", travel.travel_upload, name="travel-upload"),
    path("sites/travel-times/import/<int:pk>/", travel.travel_import_page, name="travel-import"),
    path("sites/travel-times/export/", travel.travel_export, name="travel-export"),
    path("sites/travel-times/<int:origin>/<int:target>/", travel.travel_edit, name="travel-edit"),
    path(
        "sites/travel-times/<int:origin>/<int:target>/remove/",
        travel.travel_remove,
        name="travel-remove",
    ),
    path("programs/<slug:code>/travel-times/fill/", travel.travel_fill, name="travel-fill"),
    path("visits/", visits.visit_list, name="visit-list"),
    path("visits/calendar/", visits.visit_calendar, name="visit-calendar"),
]
