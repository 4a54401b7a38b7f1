"""Programs to look at, holidays to edit."""

from django.contrib import admin

from accounts.admin_base import CatalogueAdmin, ReadOnlyAdmin, ReadOnlyInline
from programs.models import Group, Holiday, Program, ProgramStaff


class ProgramStaffInline(ReadOnlyInline):
    model = ProgramStaff
    fields = ["user", "kind", "is_contact"]
    show_change_link = False


class GroupInline(ReadOnlyInline):
    model = Group
    fields = ["name", "sort_order"]
    show_change_link = False


@admin.register(Program)
class ProgramAdmin(ReadOnlyAdmin):
    desk_page = "organize:program-detail"
    list_display = [
        "code",
        "title",
        "round",
        "category",
        "starts_on",
        "ends_on",
        "status",
        "capacity",
        "desk_link",
    ]
    list_filter = ["status", "category"]
    search_fields = ["code", "title", "title_en"]
    date_hierarchy = "starts_on"
    inlines = [ProgramStaffInline, GroupInline]

    def desk_arguments(self, row: Program) -> list[str]:
        return [row.code]


@admin.register(Holiday)
class HolidayAdmin(CatalogueAdmin):
    list_display = ["date", "name", "name_en"]
    search_fields = ["name", "name_en"]
    date_hierarchy = "date"
