from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import Can, requires
from core.dates import local_date
from core.http import AuthenticatedRequest
from desk import overview
from desk.todo import SHOWN, todo_list


@require_safe
@requires(Can.MANAGE_PROGRAMS)
def home(request: AuthenticatedRequest) -> HttpResponse:
    at = timezone.now()
    day = local_date(at)
    post = overview.post_of_today(request.user, at=at)
    departure = overview.next_departure(request.user, on=day)
    todo = todo_list(request.user, post, at=at)
    return render(
        request,
        "desk/home.html",
        {
            "today": day,
            "kpis": overview.kpis(departure, post, on=day),
            "programs": overview.current_programs(request.user, on=day),
            "todo": todo[:SHOWN],
            "todo_count": len(todo),
            "todo_hidden": max(0, len(todo) - SHOWN),
        },
    )
