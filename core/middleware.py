"""What every request passes through, whatever room it is for."""

import json
import re
from collections.abc import Callable, Iterable
from typing import Any, Final

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.urls import get_resolver
from django.utils.translation import gettext as _

from core.text import is_broken

# A NUL or a surrogate written as a JSON escape; pairs of surrogates are found too and judged later.
_SUSPECT_ESCAPE: Final = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")


class RefuseBrokenText:
    """Answers 400 to text that neither PostgreSQL nor UTF-8 can hold (NUL, half a surrogate pair).

    Stands before the session's middleware: a broken cookie is dropped there, so that a browser
    carrying one is merely signed out. The rest is refused right before the view, when the page can
    be shown in the person's language.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        for name, value in list(request.COOKIES.items()):
            if is_broken(name) or is_broken(value):
                del request.COOKIES[name]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        if not _carries_broken_text(request):
            return None
        refuse: Callable[..., HttpResponse] = get_resolver().resolve_error_handler(400)
        reason = _("저장할 수 없는 문자가 섞여 있습니다. 그 부분을 지우고 직접 다시 입력하십시오.")
        return refuse(request, exception=BadRequest(reason))


def _carries_broken_text(request: HttpRequest) -> bool:
    if is_broken(request.path_info) or _any_broken(request.GET.lists()):
        return True
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return False
    try:
        if request.content_type == "application/json":
            return _is_broken_json(request.body)
        return request.method == "POST" and _any_broken(request.POST.lists())
    except UnreadablePostError:
        # The client went away in the middle; the view will notice, there is nobody to answer.
        return False


def _any_broken(parameters: Iterable[tuple[str, list[str]]]) -> bool:
    return any(
        is_broken(name) or any(is_broken(value) for value in values) for name, values in parameters
    )


def _is_broken_json(body: bytes) -> bool:
    if not _SUSPECT_ESCAPE.search(body):
        return False
    try:
        return _holds_broken_text(json.loads(body))
    except (ValueError, RecursionError):
        # Not JSON at all, or nested to exhaust us: nothing a view could use.
        return True


def _holds_broken_text(value: Any) -> bool:
    if isinstance(value, str):
        return is_broken(value)
    if isinstance(value, dict):
        return any(map(_holds_broken_text, [*value.keys(), *value.values()]))
    return isinstance(value, list) and any(map(_holds_broken_text, value))
