"""The personal calendar feed: calendar programs ask it for years, mostly to hear that nothing changed."""

from hashlib import sha256

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.permissions import public
from core.dates import kduration, local_date
from core.formats import ical
from core.http import keep_with_etag, not_modified
from site_visits.models import ItemKind, Publication, PublishedItem
from site_visits.my_itinerary import Membership, items_of
from site_visits.services import reading


@public("Calendar programs cannot sign in: the secret in the address is the key.")
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    found = reading.find_feed(token)
    if found is None:
        raise Http404
    if not found.is_live:
        return _private(HttpResponse("gone\n", status=410, content_type="text/plain"))
    reading.note_use(found, on=local_date(timezone.now()))
    etag = _etag(found)
    answer = not_modified(request, etag)
    if answer is None:
        with translation.override(found.language):
            answer = HttpResponse(_body(found.members), content_type="text/calendar; charset=utf-8")
        answer["Content-Disposition"] = 'inline; filename="goryeong.ics"'
    return _private(keep_with_etag(answer, etag))


def _etag(feed: reading.Feed) -> str:
    """What is acknowledged or renamed on screen does not change a calendar; staff and groups do."""
    facts = [(one.view, one.status) for one in feed.members]
    return f'"{sha256(repr((feed.user_id, feed.language, facts)).encode()).hexdigest()[:32]}"'


def _private(response: HttpResponse) -> HttpResponse:
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


def _body(members: list[Membership]) -> bytes:
    publications = Publication.objects.select_related("program").in_bulk(
        [one.publication_id for one in members]
    )
    items = items_of(members)
    events = [
        _event(item, publications[one.publication_id])
        for one in members
        for item in items[one.program_id]
    ]
    return ical.calendar(_("고령군 교육훈련"), events)


def _event(item: PublishedItem, publication: Publication) -> ical.Event:
    return ical.Event(
        uid=f"{item.uid}@goryeong-training",
        sequence=item.sequence,
        starts_at=item.starts_at,
        ends_at=item.ends_at,
        summary=_summary(item),
        updated_at=publication.published_at,
        location=" ".join(part for part in (item.display_place, item.address) if part),
        description=_description(item, publication),
        url=f"{settings.SITE_URL}{reverse('itinerary:index')}",
        cancelled=item.cancelled,
    )


def _summary(item: PublishedItem) -> str:
    if item.kind == ItemKind.TRAVEL and item.km:
        return f"{item.display_title} ({item.km} km)"
    return item.display_title


def _description(item: PublishedItem, publication: Publication) -> str:
    lines = [
        publication.program.full_title,
        f"{item.get_kind_display()} · {kduration(item.minutes)}",
        item.note,
        *(part for part in (item.bring, item.dress_rule, item.id_rule, item.access_notes) if part),
        _("달력은 늦게 바뀔 수 있습니다. 출발 전에는 누리집의 일정을 확인해 주세요."),
    ]
    return "\n".join(line for line in lines if line)
