"""Sites and travel times are kept here by hand; itineraries are looked at, their rules live in services."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.admin_base import CatalogueAdmin, CatalogueInline, ReadOnlyAdmin, ReadOnlyInline
from site_visits.models import (
    ItineraryItem,
    OpeningHours,
    Publication,
    PublishedItem,
    Site,
    SiteClosure,
    SiteVisit,
    TravelTime,
    TripTemplate,
)


class OpeningHoursInline(CatalogueInline):
    model = OpeningHours


class SiteClosureInline(CatalogueInline):
    model = SiteClosure


@admin.register(Site)
class SiteAdmin(CatalogueAdmin):
    list_display = ["name", "kind", "region", "capacity", "retired_on"]
    list_filter = ["kind", "retired_on"]
    search_fields = ["name", "name_en", "region", "address"]
    inlines = [OpeningHoursInline, SiteClosureInline]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A site is retired, never deleted: past trips went there."""
        return False


@admin.register(TravelTime)
class TravelTimeAdmin(CatalogueAdmin):
    list_display = ["origin", "target", "minutes", "km", "source"]
    list_filter = ["source"]
    list_select_related = ["origin", "target"]
    search_fields = ["origin__name", "target__name"]
    autocomplete_fields = ["origin", "target"]


@admin.register(TripTemplate)
class TripTemplateAdmin(CatalogueAdmin):
    list_display = ["name", "days", "created_at"]
    search_fields = ["name", "description"]
    fields = ["name", "description", "days", "made_from", "created_by", "created_at"]
    readonly_fields = ["days", "made_from", "created_by", "created_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Templates are made from a program, on its board."""
        return False


class SiteVisitInline(ReadOnlyInline):
    model = SiteVisit
    exclude = ["host_token_digest"]
    show_change_link = False


@admin.register(ItineraryItem)
class ItineraryItemAdmin(ReadOnlyAdmin):
    list_display = [
        "title",
        "program",
        "kind",
        "starts_at",
        "ends_at",
        "site",
        "cancelled_at",
        "desk_link",
    ]
    list_filter = ["kind", "cancelled_at"]
    list_select_related = ["program", "site"]
    search_fields = ["title", "program__title", "site__name"]
    date_hierarchy = "starts_at"
    inlines = [SiteVisitInline]
    desk_page = "organize:item-edit"

    def desk_arguments(self, row: ItineraryItem) -> list[Any]:
        return [row.program.code, row.uid]


class PublishedItemInline(ReadOnlyInline):
    model = PublishedItem
    fields = [
        "starts_at",
        "ends_at",
        "kind",
        "title",
        "site_name",
        "change",
        "revision",
        "sequence",
    ]
    show_change_link = False


@admin.register(Publication)
class PublicationAdmin(ReadOnlyAdmin):
    list_display = ["program", "number", "published_at", "by", "comment", "desk_link"]
    list_select_related = ["program", "by"]
    search_fields = ["program__title", "program__code"]
    date_hierarchy = "published_at"
    inlines = [PublishedItemInline]
    desk_page = "organize:publication-detail"

    def desk_arguments(self, row: Publication) -> list[Any]:
        return [row.program.code, row.number]
