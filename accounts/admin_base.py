"""The two kinds of page Django's admin has here: catalogues to edit, and records to look at.

Rules live in services, so everything a rule watches over is read-only in the admin and links to the
page of the desk where it can be changed.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.permissions import Can, allowed
from core.forms import korean_formfield


class _ByTheTable:
    """Whoever may use the admin may look; the permission table answers, not Django's permissions."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return allowed(request.user, Can.USE_ADMIN_SITE)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return allowed(request.user, Can.USE_ADMIN_SITE)


class CatalogueAdmin(_ByTheTable, admin.ModelAdmin):
    """A list the office keeps by hand: departments, ranks, sites, holidays, travel times, templates."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return allowed(request.user, Can.EDIT_CATALOGUES)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return allowed(request.user, Can.EDIT_CATALOGUES)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return allowed(request.user, Can.EDIT_CATALOGUES)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Text is cleaned as in every other form (one form of each syllable, nothing invisible)."""
        if db_field.is_relation or db_field.choices:
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        return korean_formfield(db_field)


class CatalogueInline(_ByTheTable, admin.TabularInline):
    """Rows edited together with their catalogue entry."""

    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return allowed(request.user, Can.EDIT_CATALOGUES)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return allowed(request.user, Can.EDIT_CATALOGUES)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return allowed(request.user, Can.EDIT_CATALOGUES)


class _Untouchable(_ByTheTable):
    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyAdmin(_Untouchable, admin.ModelAdmin):
    """A record to look at. Give `desk_page` (a URL name) and `desk_arguments` to link to its page at the desk."""

    list_per_page = 50
    show_full_result_count = False
    desk_page = ""

    def desk_arguments(self, row: Any) -> list[Any]:
        return [row.pk]

    def desk_url(self, row: Any) -> str | None:
        try:
            return (
                reverse(self.desk_page, args=self.desk_arguments(row)) if self.desk_page else None
            )
        except NoReverseMatch:
            return None

    def view_on_site(self, row: Any) -> str | None:
        """The button at the top right of the record."""
        return self.desk_url(row)

    @admin.display(description=gettext_lazy("업무 화면"))
    def desk_link(self, row: Any) -> str:
        """For `list_display` and `readonly_fields`."""
        url = self.desk_url(row)
        return format_html('<a href="{}">{}</a>', url, _("업무 화면에서 열기")) if url else "–"


class ReadOnlyInline(_Untouchable, admin.TabularInline):
    """Rows shown below a record."""

    extra = 0
    max_num = 0
    can_delete = False
    show_change_link = True
