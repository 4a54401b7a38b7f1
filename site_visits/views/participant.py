"""The participant's pages: my itinerary on the phone, and its calendar address."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Can, requires
from core.dates import local_date
from core.http import AuthenticatedRequest, keep_with_etag, not_modified, page_etag
from programs.models import ProgramStaff
from site_visits.models import FeedToken, Publication, PublishedItem
from site_visits.my_itinerary import (
    ChangedItem,
    Membership,
    Now,
    Slot,
    changes_of,
    items_of,
    memberships,
    now_of,
    slot_of,
)
from site_visits.services import reading

# Without scripts the now/next card is as old as the answer; this bounds its age.
NOW_STAYS_TRUE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Trip:
    """One program on the page: its days are rendered once for everybody who sees the same of it."""

    publication: Publication
    days_html: SafeString
    slots: list[Slot]
    changes: list[ChangedItem]
    contacts: list[ProgramStaff]


@require_safe
@requires(Can.SEE_OWN_ITINERARY)
def index(request: AuthenticatedRequest) -> HttpResponse:
    now = timezone.now()
    members = memberships(request.user)
    etag = page_etag(
        request, request.user.pk, request.user.name, members, request.GET.urlencode(), _tick(now)
    )
    if unchanged := not_modified(request, etag):
        return unchanged
    past = [one for one in members if one.ends_on < local_date(now)]
    shown = past[::-1] if "past" in request.GET else [one for one in members if one not in past]
    trips = _trips(shown)
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


def _contact_for(soon: Now | None, trips: list[Trip]) -> ProgramStaff | None:
    """Whom to call about what is next: its program's first contact with a number."""
    if soon is None or soon.slot is None:
        return None
    trip = next(trip for trip in trips if trip.publication.pk == soon.slot.publication_id)
    return next((one for one in trip.contacts if one.phone), None)  # type: ignore[attr-defined]


def _tick(now: datetime) -> int:
    return int(now.timestamp() // NOW_STAYS_TRUE.total_seconds())


def _trips(members: list[Membership]) -> list[Trip]:
    if not members:
        return []
    ids = [one.publication_id for one in members]
    publications = Publication.objects.select_related("program").in_bulk(ids)
    days = _days(members)
    contacts = _contacts([one.program_id for one in members])
    return [
        Trip(
            publication=publications[one.publication_id],
            days_html=days[one.program_id][0],
            slots=days[one.program_id][1],
            changes=changes_of(one),
            contacts=contacts.get(one.program_id, []),
        )
        for one in members
    ]


def _days(members: list[Membership]) -> dict[int, tuple[SafeString, list[Slot]]]:
    """Rendered days and their slots by program id.

    A publication never changes and its items name no participant, so what one person was shown serves everybody
    of the same group, for as long as this process lives.
    """
    kept = caches["process"]
    keys = {
        one.program_id: f"days:{get_language()}:{one.view!r}".replace(" ", "") for one in members
    }
    found = kept.get_many(keys.values())
    missing = [one for one in members if keys[one.program_id] not in found]
    for program_id, items in items_of(missing).items() if missing else ():
        html = render_to_string("site_visits/_days.html", {"days": _by_day(items)})
        found[keys[program_id]] = (str(html), [slot_of(item) for item in items])
        kept.set(keys[program_id], found[keys[program_id]])
    return {
        program_id: (mark_safe(found[key][0]), found[key][1])  # noqa: S308  (our own rendered template)
        for program_id, key in keys.items()
    }


def _by_day(items: list[PublishedItem]) -> list[tuple[date, list[PublishedItem]]]:
    days: dict[date, list[PublishedItem]] = {}
    for item in items:
        days.setdefault(local_date(item.starts_at), []).append(item)
    return list(days.items())


def _contacts(program_ids: list[int]) -> dict[int, list[ProgramStaff]]:
    """Whom to call; numbers are looked up now, never frozen."""
    found: dict[int, list[ProgramStaff]] = {}
    staff = ProgramStaff.objects.filter(program__in=program_ids, is_contact=True)
    shown = ("kind", "program_id", "user__name", "user__office_phone", "user__participant__mobile")
    for one in staff.select_related("user__participant").only(*shown).order_by("kind", "pk"):
        participant = getattr(one.user, "participant", None)
        one.phone = (participant.mobile if participant else "") or one.user.office_phone  # type: ignore[attr-defined]
        found.setdefault(one.program_id, []).append(one)
    return found


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
