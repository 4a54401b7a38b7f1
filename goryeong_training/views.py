"""Doors that belong to no room: language, theme, health and the error pages."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.models import User
from accounts.permissions import Can, allowed, public, requires


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """To where the person was, never to another site."""
    target = request.POST.get("next") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(
        target, {request.get_host()}, require_https=request.is_secure()
    ):
        target = "/"
    return HttpResponseRedirect(target)


# Where people begin their work after signing in: the first door of these that is theirs.
STARTS = [
    (Can.MANAGE_PROGRAMS, "organize:home"),
    (Can.SEE_ACCESS_LOG, "privacy:access-log"),
    (Can.SEE_OWN_ITINERARY, "itinerary:index"),
]


@requires(Can.SEE_OWN_ITINERARY)
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    return redirect(next(name for what, name in STARTS if allowed(request.user, what)))


@public("People choose their language before they sign in.")
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    response = _back(request)
    code = request.POST.get("language", "")
    if code in dict(settings.LANGUAGES) and check_for_language(code):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            code,
            max_age=365 * 24 * 3600,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            samesite="Lax",
            httponly=True,
        )
        if request.user.is_authenticated and request.user.language != code:
            User.objects.filter(pk=request.user.pk).update(language=code)
    return response


@public("People who need high contrast need it on the sign-in page too.")
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    response = _back(request)
    chosen = "contrast" if request.POST.get("theme") == "contrast" else "plain"
    response.set_cookie("theme", chosen, max_age=365 * 24 * 3600, samesite="Lax", httponly=True)
    return response


@public("The process supervisor asks whether the process answers.")
@require_GET
def livez(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@public(
    "The proxy asks whether to send people here: the database answers and is migrated; the broker does not matter."
)
@require_GET
def readyz(request: HttpRequest) -> HttpResponse:
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return HttpResponse("no database\n", status=503, content_type="text/plain")
    if pending:
        return HttpResponse("migrations pending\n", status=503, content_type="text/plain")
    return HttpResponse("ready\n", content_type="text/plain")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", {"reason": str(exception)}, status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    # No context processors: whatever failed may fail again.
    return HttpResponse(render(None, "500.html").content, status=500)  # type: ignore[arg-type]
