"""Doors that belong to no room: language, theme, health and the error pages."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.models import User
from accounts.permissions import Can, allowed, public, requires
from core.http import refusal, wants_json


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


# A script gets the same answers as a person, as words it can show in place.


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if wants_json(request):
        return refusal(str(exception) or _("읽을 수 없는 요청입니다."), status=400)
    return render(request, "400.html", {"reason": str(exception)}, status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    if wants_json(request):
        text = _(
            "이 일은 맡은 사람만 할 수 있습니다. 필요하면 교육 담당자에게 권한을 요청하십시오."
        )
        return refusal(text, status=403)
    return render(request, "403.html", status=403)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is not that of this sign-in; a script may fetch the new one and try again."""
    if wants_json(request):
        text = _("다른 창에서 로그인해서 받지 않았습니다. 화면을 새로 고친 뒤 다시 보내십시오.")
        return refusal(text, status=403, code="csrf")
    return render(request, "403_csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if wants_json(request):
        text = _("찾는 것이 없습니다. 없어졌거나 이 계정으로는 볼 수 없습니다.")
        return refusal(text, status=404)
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    if wants_json(request):
        return refusal(_("처리하지 못했습니다. 잠시 뒤 다시 해 주세요."), status=500)
    # No context processors: whatever failed may fail again.
    return HttpResponse(render(None, "500.html").content, status=500)  # type: ignore[arg-type]
