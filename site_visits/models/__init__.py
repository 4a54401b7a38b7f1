from site_visits.models.board import BoardCommand, TripTemplate
from site_visits.models.itinerary import (
    HostState,
    ItemKind,
    ItineraryItem,
    SiteVisit,
)
from site_visits.models.publication import Change, Publication, PublishedItem
from site_visits.models.reading import FeedToken, SeenPublication
from site_visits.models.site import (
    OpeningHours,
    Site,
    SiteClosure,
    SiteKind,
    TravelSource,
    TravelTime,
    Weekday,
)

__all__ = [
    "BoardCommand",
    "Change",
    "FeedToken",
    "HostState",
    "ItemKind",
    "ItineraryItem",
    "OpeningHours",
    "Publication",
    "PublishedItem",
    "SeenPublication",
    "Site",
    "SiteClosure",
    "SiteKind",
    "SiteVisit",
    "TravelSource",
    "TravelTime",
    "TripTemplate",
    "Weekday",
]
