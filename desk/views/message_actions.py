"""One message of the desk, and what can be done with it or with several at once."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Can, requires
from core.errors import RuleBroken, StaleEdit, refuse_on
from core.http import AuthenticatedRequest
from desk import message_pages
from desk.views.message_forms import RetimeForm
from reminders import seen
from reminders.models import Message
from reminders.services import handling

AT_ONCE = 500
NAMED = 10
# What can be done with several: the service, what the button says, and what has happened afterwards.
BULK: dict[str, tuple[handling.Step, Any, Any]] = {
    "stop": (handling.cancel, gettext_lazy("보내지 않기"), gettext_lazy("멈추었습니다")),
    "again": (handling.send_again, gettext_lazy("다시 보내기"), gettext_lazy("다시 보냅니다")),
    "now": (handling.release, gettext_lazy("지금 보내기"), gettext_lazy("곧 보냅니다")),
    "told": (
        handling.pass_on,
        gettext_lazy("전달했습니다"),
        gettext_lazy("전한 것으로 적었습니다"),
    ),
}


@require_safe
@requires(Can.MANAGE_PROGRAMS)
def detail(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    return _page(request, _message(request, pk))


@require_POST
@requires(Can.MANAGE_PROGRAMS)
def cancel(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    return _handled(request, pk, handling.cancel, _("보내지 않기로 했습니다."))


@require_POST
@requires(Can.MANAGE_PROGRAMS)
def send_again(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    return _handled(request, pk, handling.send_again, _("잠시 뒤에 다시 보냅니다."))


@require_POST
@requires(Can.MANAGE_PROGRAMS)
def release(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    return _handled(request, pk, handling.release, _("곧 보냅니다."))


@require_POST
@requires(Can.MANAGE_PROGRAMS)
def pass_on(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    return _handled(request, pk, handling.pass_on, _("직접 전한 것으로 적었습니다."))


@require_POST
@requires(Can.MANAGE_PROGRAMS)
def retime(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    message = _message(request, pk)
    form = RetimeForm(request.POST)
    if not form.is_valid():
        return _page(request, message, form, status=422)
    try:
        handling.retime(message=message, by=request.user, at=timezone.now(), **form.cleaned_data)
    except RuleBroken as refusal:
        stale = isinstance(refusal, StaleEdit)
        message = _message(request, pk)
        form = form.about(message) if stale else form
        refuse_on(form, refusal)
        return _page(request, message, form, status=409 if stale else 422)
    messages.success(request, _("보낼 시각을 옮겼습니다."))
    return redirect("organize:message-detail", pk)


@require_POST
@requires(Can.MANAGE_PROGRAMS)
def bulk(request: AuthenticatedRequest) -> HttpResponse:
    """First what will happen to whom, then, once that was read, the deed."""
    back = _back(request)
    chosen = _chosen(request)
    action = request.POST.get("action", "")
    if action not in BULK or not chosen:
        messages.error(request, _("무엇을 할지와 알림을 골라 주세요."))
        return redirect(back)
    if "sure" not in request.POST:
        return render(request, "components/confirm.html", _question(action, chosen, back))
    step, _label, done = BULK[action]
    handled = handling.each(step, messages=chosen, by=request.user, at=timezone.now())
    said = ngettext("%(n)d건을 %(done)s.", "%(n)d건을 %(done)s.", handled.done)
    if handled.done:
        messages.success(request, said % {"n": handled.done, "done": done})
    for reason in dict.fromkeys(handled.refused):
        n = handled.refused.count(reason)
        messages.warning(
            request, _("%(n)d건은 그대로 두었습니다. %(why)s") % {"n": n, "why": reason}
        )
    return redirect(back)


def _question(action: str, chosen: list[Message], back: str) -> dict[str, Any]:
    names = ", ".join(message_pages.told(one) for one in chosen[:NAMED])
    label = BULK[action][1]
    return {
        "title": label,
        "body": _("%(n)d건: %(names)s")
        % {"n": len(chosen), "names": names + (" …" if len(chosen) > NAMED else "")},
        "action": label,
        "tone": "bad" if action == "stop" else "primary",
        "back_url": back,
        "post_url": f"{reverse('organize:message-bulk')}",
        "hidden": [
            ("sure", "yes"),
            ("action", action),
            ("back", back),
            *(("selected", one.pk) for one in chosen),
        ],
    }


def _chosen(request: AuthenticatedRequest) -> list[Message]:
    """Those of the ticked ones that the asker may see; what is no id is passed over."""
    ids = []
    for text in request.POST.getlist("selected")[:AT_ONCE]:
        try:
            ids.append(UUID(text))
        except ValueError:
            continue
    return list(message_pages.for_list(Message.objects.visible_to(request.user).filter(pk__in=ids)))


def _back(request: AuthenticatedRequest) -> str:
    """The list the person came from; nothing that leads elsewhere."""
    asked = request.POST.get("back") or request.GET.get("back") or ""
    own = url_has_allowed_host_and_scheme(asked, allowed_hosts=None) and asked.startswith("/")
    return asked if own else reverse("organize:message-list")


def _page(
    request: AuthenticatedRequest,
    message: Message,
    form: RetimeForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    at = timezone.now()
    may = message_pages.may(message, at=at)
    context = {
        "message": message,
        "about": message_pages.about(message),
        "tone": message_pages.TONES.get(message_pages.S(message.state), "plain"),
        "text": message_pages.text_of(message),
        "facts": message_pages.facts(message),
        "attempts": message_pages.attempts(message),
        "seen": seen.of([message]).get(message.pk),
        "may": may,
        "form": (form or RetimeForm.of(message, at=at)) if may.retime or form else None,
    }
    return render(request, "desk/messages/detail.html", context, status=status)


def _handled(
    request: AuthenticatedRequest, pk: UUID, step: Callable[..., Message], done: str
) -> HttpResponse:
    message = _message(request, pk)
    try:
        message = step(message=message, by=request.user, at=timezone.now())
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    if request.POST.get("back"):
        return redirect(_back(request))
    return redirect("organize:message-detail", message.pk)


def _message(request: AuthenticatedRequest, pk: UUID) -> Message:
    rows = Message.objects.visible_to(request.user).select_related(
        "participant__user", "user", "host__item__site", "program", "rule", "publication", "event",
        "cancelled_by", "retimed_by",
    )  # fmt: skip
    return get_object_or_404(rows, pk=pk)
