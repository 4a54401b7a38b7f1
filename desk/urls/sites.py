"""Addresses of the organizer: sites and all visits."""

from django.urls import path

from desk.views import sites, visits

urlpatterns = [
    path("sites/", sites.site_list, name="site-list"),
    path("sites/new/", sites.site_create, name="site-create"),
    path("sites/<int:pk>/", sites.site_detail, name="site-detail"),
    path("sites/<int:pk>/edit/", sites.site_edit, name="site-edit"),
    path("sites/<int:pk>/retire/", sites.site_retire, name="site-retire"),
    path("visits/", visits.visit_list, name="visit-list"),
    path("visits/calendar/", visits.visit_calendar, name="visit-calendar"),
]
