"""Addresses of the organizer: people, a program's people and its groups."""

from django.urls import path

from desk.views import (
    people_accounts,
    people_adding,
    people_directory,
    people_enrollments,
    people_groups,
)

urlpatterns = [
    path("people/", people_directory.person_list, name="person-list"),
    path("people/invite/", people_accounts.account_create, name="account-create"),
    path("people/<int:pk>/", people_directory.person_detail, name="person-detail"),
    path("people/<int:pk>/unmask/", people_directory.person_unmask, name="person-unmask"),
    path(
        "programs/<slug:code>/people/", people_enrollments.enrollment_list, name="enrollment-list"
    ),
    path(
        "programs/<slug:code>/people/reasoned/",
        people_enrollments.enrollment_reasoned,
        name="enrollment-reasoned",
    ),
    path("programs/<slug:code>/people/add/", people_adding.enrollment_add, name="enrollment-add"),
    path(
        "programs/<slug:code>/people/<int:pk>/substitute/",
        people_adding.enrollment_substitute,
        name="enrollment-substitute",
    ),
    path("programs/<slug:code>/groups/", people_groups.group_list, name="group-list"),
    path("programs/<slug:code>/groups/new/", people_groups.group_create, name="group-create"),
    path(
        "programs/<slug:code>/groups/spread/",
        people_groups.group_distribute,
        name="group-distribute",
    ),
    path(
        "programs/<slug:code>/groups/<int:pk>/name/",
        people_groups.group_rename,
        name="group-rename",
    ),
    path(
        "programs/<slug:code>/groups/<int:pk>/place/", people_groups.group_move, name="group-move"
    ),
    path(
        "programs/<slug:code>/groups/<int:pk>/delete/",
        people_groups.group_delete,
        name="group-delete",
    ),
]
