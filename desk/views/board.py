"""The schedule board: one page, its state, and the commands it posts."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Can, requires
from core.errors import RuleBroken, StaleEdit
from core.http import AuthenticatedRequest
from desk import board_input, board_pages, json_fields
from programs.models import Program
from site_visits.models import ItineraryItem
from site_visits.services import board, board_head


def _program(request: AuthenticatedRequest, code: str) -> Program:
    return get_object_or_404(Program.objects.visible_to(request.user), code=code)


@require_safe
@requires(Can.MANAGE_PROGRAMS)
def board_page(request: AuthenticatedRequest, code: str) -> HttpResponse:
    program = _program(request, code)
    return render(request, "desk/board/board.html", board_pages.context(program, request.user))


@require_safe
@requires(Can.MANAGE_PROGRAMS)
def state(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """204 while nothing is different from what the asker has seen."""
    program = _program(request, code)
    since = request.GET.get("since")
    if since and since == board_head.stamp(program):
        return HttpResponse(status=204)
    response = _json(board_pages.state(program, request.user))
    # Whoever signed in again in another window has a new token; the board goes on with it.
    response["X-CSRFToken"] = get_token(request)
    return response


@require_POST
@requires(Can.MANAGE_PROGRAMS)
def command(request: AuthenticatedRequest, code: str) -> HttpResponse:
    program = _program(request, code)

    def do() -> dict[str, Any]:
        wanted, only_preview = board_input.command(json_fields.body(request.body))
        facts = {"program": program, "by": request.user, "at": timezone.now()}
        if only_preview:
            return board_pages.preview(board.preview(command=wanted, **facts))
        done = board.run(command=wanted, nonce=_nonce(request), **facts)
        return board_pages.answer(done, request.user)

    return _answer(request, program, do)


@require_POST
@requires(Can.MANAGE_PROGRAMS)
def undo(request: AuthenticatedRequest, code: str) -> HttpResponse:
    return _step(request, _program(request, code), board.undo_step)


@require_POST
@requires(Can.MANAGE_PROGRAMS)
def redo(request: AuthenticatedRequest, code: str) -> HttpResponse:
    return _step(request, _program(request, code), board.redo_step)


def _step(
    request: AuthenticatedRequest, program: Program, step: Callable[..., board.Done]
) -> HttpResponse:
    def do() -> dict[str, Any]:
        fields = json_fields.Fields(json_fields.body(request.body))
        skip = fields.flag("skip")
        fields.finish()
        done = step(
            program=program,
            by=request.user,
            at=timezone.now(),
            skip=skip,
            nonce=_nonce(request),
        )
        return board_pages.answer(done, request.user)

    return _answer(request, program, do)


def _nonce(request: AuthenticatedRequest) -> UUID | None:
    """The page's name for this one request: the same when it sends it again after a lost answer."""
    name = request.headers.get("Idempotency-Key")
    return json_fields.uid_of(name) if name else None


def _answer(
    request: AuthenticatedRequest, program: Program, do: Callable[[], dict[str, Any]]
) -> HttpResponse:
    """What was done, or why nothing was: never a page, so that the board can say it in place."""
    try:
        return _json(do())
    except json_fields.Malformed as fault:
        return _json({"error": str(fault), "field": None, "uids": []}, status=400)
    except ItineraryItem.DoesNotExist:
        text = _("이 과정에 없는 일정입니다. 화면을 새로 고쳐 주세요.")
        return _json({"error": text, "field": None, "uids": []}, status=404)
    except StaleEdit as refusal:
        return _json(board_pages.stale(program, request.user, refusal), status=409)
    except RuleBroken as refusal:
        return _json({"error": str(refusal), "field": refusal.field, "uids": []}, status=422)


def _json(data: dict[str, Any], *, status: int = 200) -> JsonResponse:
    """Hangul as it is: half as long as its escapes."""
    return JsonResponse(data, status=status, json_dumps_params={"ensure_ascii": False})
