"""Accounts in Django's admin: departments and ranks are kept here, accounts only looked at."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import CatalogueAdmin, ReadOnlyAdmin, ReadOnlyInline
from accounts.models import Department, Rank, RoleGrant, User


@admin.register(Department)
class DepartmentAdmin(CatalogueAdmin):
    list_display = ["name", "code", "parent", "sort_order", "closed_on"]
    list_editable = ["sort_order"]
    list_filter = [("closed_on", admin.EmptyFieldListFilter), "parent"]
    list_select_related = ["parent"]
    search_fields = ["name", "code"]
    autocomplete_fields = ["parent"]


@admin.register(Rank)
class RankAdmin(CatalogueAdmin):
    list_display = ["name", "sort_order"]
    list_editable = ["sort_order"]
    search_fields = ["name"]


class RoleGrantInline(ReadOnlyInline):
    model = RoleGrant
    fields = ["role", "department", "granted_at"]
    readonly_fields = ["granted_at"]
    show_change_link = False


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    desk_page = "accounts:account-detail"
    list_display = ["employee_number", "name", "email", "is_active", "last_login", "desk_link"]
    list_filter = ["is_active", "role_grants__role", ("last_login", admin.EmptyFieldListFilter)]
    search_fields = ["employee_number", "name", "email"]
    fieldsets = [
        (None, {"fields": ["employee_number", "name", "email", "office_phone", "language"]}),
        (
            _("상태"),
            {"fields": ["is_active", "invited_at", "joined_at", "last_login", "desk_link"]},
        ),
    ]
    readonly_fields = ["joined_at", "desk_link"]
    inlines = [RoleGrantInline]
