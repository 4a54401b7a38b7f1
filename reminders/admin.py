from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from accounts.admin_base import CatalogueAdmin, ReadOnlyAdmin, ReadOnlyInline
from core.errors import RuleBroken
from reminders.models import DeliveryAttempt, Message, ReminderRule
from reminders.services import wording
from reminders.services.rules import TEXTS


class DefaultRuleForm(ModelForm):
    """The same refusal of unknown placeholders as at the desk."""

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        for field in TEXTS:
            try:
                wording.check(typed.get(field) or "", field=field)
            except RuleBroken as refusal:
                self.add_error(field, ValidationError(str(refusal)))
        return typed


@admin.register(ReminderRule)
class ReminderRuleAdmin(CatalogueAdmin):
    """The county's defaults; a program's own copies are edited at the desk."""

    form = DefaultRuleForm
    list_display = ["name", "trigger", "days_before", "at_time", "minutes_before", "is_active"]
    list_filter = ["trigger", "is_active"]
    search_fields = ["name"]
    exclude = ["program", "business_days"]

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
