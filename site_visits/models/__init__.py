from site_visits.models.board import BoardCommand, BoardStep
from site_visits.models.hosts import HostAsking, HostRules
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
    Weekday,
)
from site_visits.models.travel import TravelImport, TravelSource, TravelTime
from site_visits.models.trips import TripCopy, TripTemplate

__all__ = [
    "BoardCommand",
    "BoardStep",
    "Change",
    "FeedToken",
    "HostAsking",
    "HostRules",
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
    "TravelImport",
    "TravelSource",
    "TravelTime",
    "TripCopy",
    "TripTemplate",
    "Weekday",
]
