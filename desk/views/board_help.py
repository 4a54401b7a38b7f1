"""What the board asks while somebody plans: when a site is taken, and which sites there are."""

from typing import Any
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.permissions import Can, requires
from core.dates import iso
from core.http import AuthenticatedRequest, whole_number
from core.text import search_text
from programs.models import Program
from site_visits import arranging
from site_visits.draft import load
from site_visits.models import ItemKind, Site, SiteKind
from site_visits.services import availability

PAGE_SIZE = 50
MOST_PEOPLE = 5000


@require_safe
@requires(Can.MANAGE_PROGRAMS)
def blocked(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """The times that cannot work, for an item (`uid`) or for a site (`site`, `people`)."""
    program = get_object_or_404(Program.objects.visible_to(request.user), code=code)
    found = []
    if "uid" in request.GET:
        found = availability.of_item(program, _entry(program, request.GET["uid"]))
    elif "site" in request.GET:
        pk = whole_number(request.GET["site"])
        site = get_object_or_404(Site.objects.visible_to(request.user), pk=pk)
        people = whole_number(request.GET.get("people"), default=0)
        found = availability.of_site(program, site, people=min(people, MOST_PEOPLE) or None)
    return JsonResponse(
        {
            "blocked": [
                {
                    "date": iso(one.date),
                    "start": one.start,
                    "end": one.end,
                    "reason": one.reason.value,
                    "text": one.text,
                }
                for one in found
            ]
        }
    )


def _entry(program: Program, text: str) -> Any:
    try:
        uid = UUID(text)
    except ValueError as error:
        raise BadRequest(_("주소에 잘못된 번호가 있습니다.")) from error
    entry = load(program, uids=[uid]).entries.get(uid)
    if entry is None:
        raise Http404
    return entry


@require_safe
@requires(Can.MANAGE_PROGRAMS)
def sites(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """The catalogue to drop onto a day: what is in use, found by text, kind and region."""
    get_object_or_404(Program.objects.visible_to(request.user), code=code)
    usable = Site.objects.visible_to(request.user).filter(retired_on=None)
    rows = usable
    if text := search_text(request.GET.get("q")):
        rows = rows.search(text)
    if (kind := request.GET.get("kind")) in SiteKind.values:
        rows = rows.filter(kind=kind)
    if region := search_text(request.GET.get("region")):
        rows = rows.filter(region=region)
    number = max(1, whole_number(request.GET.get("page"), default=1))
    first = (number - 1) * PAGE_SIZE
    found = list(rows.order_by("name", "pk")[first : first + PAGE_SIZE + 1])
    regions = usable.exclude(region="").order_by("region").values_list("region", flat=True)
    return JsonResponse(
        {
            "sites": [_site(site) for site in found[:PAGE_SIZE]],
            "kinds": [{"value": kind.value, "label": str(kind.label)} for kind in SiteKind],
            "regions": list(regions.distinct()),
            "more": len(found) > PAGE_SIZE,
        }
    )


def _site(site: Site) -> dict[str, Any]:
    return {
        "id": site.pk,
        "name": site.display_name,
        "kind": site.kind,
        "kind_label": site.get_kind_display(),
        "css_kind": "plant" if site.kind == SiteKind.PLANT_FACTORY else "visit",
        "region": site.region,
        "capacity": site.capacity,
        "hint": _("한 번에 %(n)d명까지") % {"n": site.capacity} if site.capacity else "",
        "minutes": arranging.usual_minutes(ItemKind.VISIT),
    }
