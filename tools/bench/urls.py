"""The house with two bare views beside it: the least a page of this house can cost, measured in the same run."""

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from accounts.permissions import Can, public, requires
from core.http import AuthenticatedRequest
from goryeong_training import urls as house
from participants.models import Participant
from programs.models import Program
from site_visits.services import warnings

handler400, handler403 = house.handler400, house.handler403
handler404, handler500 = house.handler404, house.handler500

FIVE_LINES = """<!doctype html>
<html lang="ko">
<title>{{ person.employee_number }}</title>
<p>{{ person.name }}</p>
</html>
"""


@requires(Can.SEE_OWN_ITINERARY)
def bare_signed_in(request: AuthenticatedRequest) -> HttpResponse:
    return _answer(request, Participant.objects.get(user_id=request.user.pk))


@public("Measures what a page without sign-in costs at least.")
def bare_public(request: HttpRequest, pk: int) -> HttpResponse:
    return _answer(request, Participant.objects.get(pk=pk))


@requires(Can.MANAGE_PROGRAMS)
def conflicts(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """Sign-in and the conflicts of a draft, nothing else."""
    program = Program.objects.visible_to(request.user).get(code=code)
    return HttpResponse(str(len(warnings.for_program(program))))


@cache
def _template() -> Any:
    """Compiled once a process, as Django's cached loader does."""
    return engines["django"].from_string(FIVE_LINES)


def _answer(request: HttpRequest, person: Participant) -> HttpResponse:
    return HttpResponse(_template().render({"person": person}, request))


urlpatterns = [
    path("bench/bare/", bare_signed_in, name="bench_signed_in"),
    path("bench/bare/<int:pk>/", bare_public, name="bench_public"),
    path("bench/conflicts/<slug:code>/", conflicts, name="bench_conflicts"),
    *house.urlpatterns,
]
