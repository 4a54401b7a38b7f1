"""Addresses of the organizer: templates of trips and programs made from them."""

from django.urls import path

from desk.views import templates

urlpatterns = [
    path("programs/new/templates/", templates.template_list, name="template-list"),
    path("programs/new/templates/<int:pk>/", templates.template_detail, name="template-detail"),
    path("programs/new/templates/<int:pk>/edit/", templates.template_edit, name="template-edit"),
    path(
        "programs/new/templates/<int:pk>/retire/", templates.template_retire, name="template-retire"
    ),
    path(
        "programs/new/templates/<int:pk>/delete/", templates.template_delete, name="template-delete"
    ),
    path(
        "programs/new/templates/<int:pk>/use/",
        templates.program_from_template,
        name="program-from-template",
    ),
    path("programs/new/past/", templates.program_past, name="program-past"),
    path("programs/<slug:code>/template/", templates.template_create, name="template-create"),
    path("programs/<slug:code>/copy/", templates.program_copy, name="program-copy"),
    path("programs/<slug:code>/made-from/", templates.program_made_from, name="program-made-from"),
]
