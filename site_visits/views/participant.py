"""The participant's pages: my itinerary on the phone, and its calendar address."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Can, requires
from core.dates import local_date
from core.http import AuthenticatedRequest, keep_with_etag, not_modified, page_etag
from site_visits import trip_pages
from site_visits.models import FeedToken
from site_visits.my_itinerary import Now, memberships, now_of
from site_visits.services import reading
from site_visits.trip_pages import Contact, Trip

# Without scripts the now/next card is as old as the answer; this bounds its age.
NOW_STAYS_TRUE = timedelta(minutes=5)


@require_safe
@requires(Can.SEE_OWN_ITINERARY)
def index(request: AuthenticatedRequest) -> HttpResponse:
    now = timezone.now()
    members = memberships(request.user.pk)
    etag = page_etag(
        request, request.user.pk, request.user.name, members, request.GET.urlencode(), _tick(now)
    )
    if unchanged := not_modified(request, etag):
        return unchanged
    past = [one for one in members if one.ends_on < local_date(now)]
    shown = past[::-1] if "past" in request.GET else [one for one in members if one not in past]
    trips = trip_pages.trips(shown)
    slots = [slot for trip in trips for slot in trip.slots]
    soon = now_of(slots, at=now) if slots and "past" not in request.GET else None
    context = {
        "trips": trips,
        "now": soon,
        "now_contact": _contact_for(soon, trips),
        "past": "past" in request.GET,
        "past_count": len(past),
        "has_changes": any(trip.changes for trip in trips),
    }
    return keep_with_etag(render(request, "site_visits/itinerary.html", context), etag)


def _contact_for(soon: Now | None, trips: list[Trip]) -> Contact | None:
    """Whom to call about what is next: its program's first contact with a number."""
    if soon is None or soon.slot is None:
        return None
    trip = next(trip for trip in trips if trip.publication_id == soon.slot.publication_id)
    return next((one for one in trip.contacts if one.phone), None)


def _tick(now: datetime) -> int:
    return int(now.timestamp() // NOW_STAYS_TRUE.total_seconds())


@require_POST
@requires(Can.SEE_OWN_ITINERARY)
def acknowledge(request: AuthenticatedRequest) -> HttpResponse:
    shown = [
        int(text)
        for text in request.POST.getlist("publication")[:50]
        if text.isascii() and text.isdigit()
    ]
    reading.acknowledge(user=request.user, publication_ids=shown, at=timezone.now())
    return redirect("itinerary:index")


@require_safe
@requires(Can.SEE_OWN_ITINERARY)
def feed_settings(request: AuthenticatedRequest) -> HttpResponse:
    return _feed_page(request)


@require_POST
@requires(Can.SEE_OWN_ITINERARY)
def feed_issue(request: AuthenticatedRequest) -> HttpResponse:
    """Answers with the page itself: the address is shown this once, so there is nothing to redirect to."""
    token = reading.issue_feed(user=request.user, at=timezone.now())
    address = request.build_absolute_uri(reverse("itinerary:feed", args=[token]))
    return _feed_page(request, address=address, subscribe=f"webcal://{address.split('://', 1)[1]}")


@require_POST
@requires(Can.SEE_OWN_ITINERARY)
def feed_revoke(request: AuthenticatedRequest) -> HttpResponse:
    reading.revoke_feed(user=request.user, at=timezone.now())
    return redirect("itinerary:feed-settings")


def _feed_page(request: HttpRequest, **shown_once: Any) -> HttpResponse:
    token = FeedToken.objects.live().filter(user=request.user).first()
    return render(request, "site_visits/feed_settings.html", {"token": token, **shown_once})
