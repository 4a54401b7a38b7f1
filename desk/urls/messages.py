"""Addresses of the organizer: messages."""

from django.urls import path

from desk.views import messages

urlpatterns = [
    path("messages/", messages.message_list, name="message-list"),
    path("messages/<uuid:pk>/", messages.detail, name="message-detail"),
    path("messages/<uuid:pk>/cancel/", messages.cancel, name="message-cancel"),
    path("messages/<uuid:pk>/again/", messages.send_again, name="message-again"),
    path(
        "programs/<slug:code>/messages/", messages.program_message_list, name="program-message-list"
    ),
    path(
        "programs/<slug:code>/messages/rules/<int:pk>/",
        messages.rule_edit,
        name="program-rule-edit",
    ),
]
