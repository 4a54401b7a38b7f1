"""What several doors need of HTTP: who asks, from where, and how an answer may be kept."""

from collections.abc import Callable
from hashlib import sha256
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.utils.cache import add_never_cache_headers, patch_cache_control
from django.utils.http import parse_etags
from django.utils.translation import activate, get_language, gettext
from pghistory import middleware as history

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    class AuthenticatedRequest(HttpRequest):
        user: Any
        htmx: HtmxDetails
else:
    AuthenticatedRequest = HttpRequest


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks, which cannot show a page."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def refusal(text: str, *, status: int, code: str = "") -> JsonResponse:
    """An answer that a script can show in place; `code` where it can also mend the matter itself."""
    return JsonResponse(
        {"error": text} | ({"code": code} if code else {}),
        status=status,
        json_dumps_params={"ensure_ascii": False},
    )


class SignInMiddleware(LoginRequiredMiddleware):
    """Strangers are led to the sign-in page; a script, which cannot sign in, is told so."""

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable
    ) -> HttpResponseBase:
        if wants_json(request):
            return refusal(gettext("로그인이 끝났습니다. 다시 로그인해 주세요."), status=401)
        return super().handle_no_permission(request, view_func)


class PersonalPagesMiddleware:
    """Signed-in pages are never kept by a cache unless the view itself said how."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response


class HistoryMiddleware(history.HistoryMiddleware):
    """Changes carry who made them, not the address: some addresses are secrets (a host's link)."""

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        return {"user": request.user.pk if request.user.is_authenticated else None}


def client_ip(request: HttpRequest) -> str | None:
    """Who asks, as the outermost trusted proxy saw it (TRUSTED_PROXY_COUNT); headers of strangers are not believed."""
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    seen = forwarded[-proxies].strip() if 0 < proxies <= len(forwarded) else ""
    try:
        return str(ip_address(seen or request.META.get("REMOTE_ADDR", "")))
    except ValueError:
        return None


def page_etag(request: HttpRequest, *facts: object) -> str:
    """A weak ETag of a personal page: the facts that decide its content, the language, the theme and the session.

    The page carries a CSRF token, so a new sign-in (a new token secret) is a new page.
    """
    get_token(request)
    parts = (
        *facts,
        get_language(),
        request.COOKIES.get("theme", ""),
        request.META.get("CSRF_COOKIE", ""),
    )
    return f'W/"{sha256(repr(parts).encode()).hexdigest()[:32]}"'


def not_modified(request: HttpRequest, etag: str) -> HttpResponse | None:
    """The 304 answer when the asker already holds this version, else None."""
    header = request.headers.get("If-None-Match", "")
    if header and etag.removeprefix("W/") in [
        held.removeprefix("W/") for held in parse_etags(header)
    ]:
        return keep_with_etag(HttpResponse(status=304), etag)
    return None


def keep_with_etag(response: HttpResponse, etag: str) -> HttpResponse:
    """Let the person's own device keep the page, asking each time whether it still holds."""
    response["ETag"] = etag
    patch_cache_control(response, private=True, no_cache=True)
    return response


def behind_a_secret(response: HttpResponse) -> HttpResponse:
    """For a page behind a secret address: kept nowhere, found by no search engine, the address told to no other site.

    Not `no-referrer`: browsers then send `Origin: null` with the answer, which the forgery check refuses.
    """
    add_never_cache_headers(response)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "same-origin"
    return response


def speak(request: HttpRequest, language: str) -> None:
    """For a page behind a link from a mail: the language the mail spoke, unless another was chosen on this device."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    activate(chosen if chosen in dict(settings.LANGUAGES) else language)


def whole_number(text: str | None, *, default: int | None = None) -> int:
    """A number from a URL that is safe to hand to the database; BadRequest otherwise."""
    if text in (None, "") and default is not None:
        return default
    if text and text.isascii() and text.isdigit() and len(text) <= 15:
        return int(text)
    raise BadRequest(gettext("주소에 잘못된 번호가 있습니다."))
