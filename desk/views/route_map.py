"""The road of one day of the draft, as a piece of the board."""

from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.permissions import Can, requires
from core.http import AuthenticatedRequest
from programs.models import Program
from site_visits import routes
from site_visits.services import publishing


@require_safe
@requires(Can.MANAGE_PROGRAMS)
def board_map(request: AuthenticatedRequest, code: str, day: str) -> HttpResponse:
    program = get_object_or_404(Program.objects.visible_to(request.user), code=code)
    try:
        wanted = date.fromisoformat(day)
    except ValueError as broken:
        raise Http404 from broken
    rows = publishing.draft_rows(program)
    sketch = routes.sketches(rows, routes.known_places(rows)).get(wanted)
    return render(request, "desk/board/_map.html", {"day": wanted, "sketch": sketch})
