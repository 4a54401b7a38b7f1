"""Addresses of the organizer: programs."""

from django.urls import path

from desk.views import program_staff, programs

urlpatterns = [
    path("programs/", programs.program_list, name="program-list"),
    path("programs/new/", programs.create, name="program-create"),
    path("programs/<slug:code>/", programs.detail, name="program-detail"),
    path("programs/<slug:code>/edit/", programs.edit, name="program-edit"),
    path("programs/<slug:code>/step/<slug:step>/", programs.step, name="program-step"),
    path("programs/<slug:code>/staff/", program_staff.staff, name="program-staff"),
    path(
        "programs/<slug:code>/staff/<int:pk>/remove/",
        program_staff.staff_remove,
        name="program-staff-remove",
    ),
]
