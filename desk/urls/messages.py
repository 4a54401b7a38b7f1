"""Addresses of the organizer: messages."""

from django.urls import path

from desk.views import message_actions, message_people, messages, rehearsal

urlpatterns = [
    path("messages/", messages.message_list, name="message-list"),
    path("messages/bulk/", message_actions.bulk, name="message-bulk"),
    path("messages/copy/", message_people.copy_list, name="message-copy"),
    path("messages/<uuid:pk>/", message_actions.detail, name="message-detail"),
    path("messages/<uuid:pk>/cancel/", message_actions.cancel, name="message-cancel"),
    path("messages/<uuid:pk>/again/", message_actions.send_again, name="message-again"),
    path("messages/<uuid:pk>/now/", message_actions.release, name="message-now"),
    path("messages/<uuid:pk>/time/", message_actions.retime, name="message-retime"),
    path("messages/<uuid:pk>/told/", message_actions.pass_on, name="message-told"),
    path(
        "programs/<slug:code>/messages/", messages.program_message_list, name="program-message-list"
    ),
    path(
        "programs/<slug:code>/messages/people/<int:pk>/",
        message_people.person_messages,
        name="person-messages",
    ),
    path(
        "programs/<slug:code>/messages/staff/<int:pk>/",
        message_people.staff_messages,
        name="staff-messages",
    ),
    path(
        "programs/<slug:code>/messages/unseen/<int:number>/",
        message_people.unseen_list,
        name="unseen-list",
    ),
    path(
        "programs/<slug:code>/messages/unseen/<int:number>/numbers/",
        message_people.unseen_numbers,
        name="unseen-numbers",
    ),
    path(
        "programs/<slug:code>/messages/unseen/<int:number>/<uuid:pk>/called/",
        message_people.called,
        name="unseen-called",
    ),
    path("programs/<slug:code>/messages/rehearsal/", rehearsal.walk, name="program-rehearsal"),
    path(
        "programs/<slug:code>/messages/rehearsal/send/",
        rehearsal.send_to_me,
        name="program-rehearsal-send",
    ),
]
