from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.admin_base import ReadOnlyAdmin, ReadOnlyInline
from reminders.models import DeliveryAttempt, Message, ReminderRule


@admin.register(ReminderRule)
class ReminderRuleAdmin(ReadOnlyAdmin):
    """The county's defaults to look at; they and a program's own rules are kept at the desk."""

    list_display = ["name", "audience", "trigger", "is_active", "desk_link"]
    list_filter = ["trigger", "audience", "is_active"]
    search_fields = ["name"]
    exclude = ["program"]
    desk_page = "organize:default-rule-edit"

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReminderRule]:
        return super().get_queryset(request).filter(program=None)


class AttemptInline(ReadOnlyInline):
    model = DeliveryAttempt
    fields = ["at", "channel", "outcome", "answer"]
    readonly_fields = fields


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    list_display = ["due_at", "kind", "program", "participant", "state", "accepted_at", "desk_link"]
    list_filter = ["kind", "state", "channel"]
    search_fields = ["participant__name", "program__title", "program__code"]
    list_select_related = ["program", "participant"]
    date_hierarchy = "due_at"
    inlines = [AttemptInline]
    desk_page = "organize:message-detail"
