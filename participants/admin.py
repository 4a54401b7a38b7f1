"""People and their places in Django's admin: to look at; the desk is where they change."""

from typing import Any

from django.contrib import admin

from accounts.admin_base import ReadOnlyAdmin, ReadOnlyInline
from participants.models import Enrollment, EnrollmentEvent, Participant


class EnrollmentInline(ReadOnlyInline):
    model = Enrollment
    fields = ["program", "status", "group", "created_at"]
    readonly_fields = ["created_at"]


@admin.register(Participant)
class ParticipantAdmin(ReadOnlyAdmin):
    """Without the mobile number: whoever needs it states a reason at the desk."""

    desk_page = "organize:person-detail"
    list_display = ["name", "department", "rank", "employment_type", "left_on", "desk_link"]
    list_filter = ["employment_type", "department", "rank", ("user", admin.EmptyFieldListFilter)]
    list_select_related = ["department", "rank"]
    search_fields = ["name", "employee_number"]
    exclude = ["mobile"]
    readonly_fields = ["desk_link"]
    inlines = [EnrollmentInline]


class EventInline(ReadOnlyInline):
    model = EnrollmentEvent
    fields = ["at", "status", "actor", "reason_code", "reason"]
    show_change_link = False


@admin.register(Enrollment)
class EnrollmentAdmin(ReadOnlyAdmin):
    desk_page = "organize:enrollment-list"
    list_display = ["participant", "program", "status", "group", "created_at", "desk_link"]
    list_filter = ["status", ("program", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["participant", "program", "group"]
    search_fields = [
        "participant__name",
        "participant__employee_number",
        "program__title",
        "program__code",
    ]
    date_hierarchy = "created_at"
    readonly_fields = ["created_at", "desk_link"]
    inlines = [EventInline]

    def desk_arguments(self, row: Any) -> list[Any]:
        return [row.program.code]
