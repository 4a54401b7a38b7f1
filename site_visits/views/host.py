"""The page of a site's host: no account, only a secret link; it names no person."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.permissions import public
from core.dates import local
from core.errors import RuleBroken, StaleEdit, refuse_on
from core.http import behind_a_secret, speak
from site_visits.forms import HostAnswerForm
from site_visits.models import HostAsking, HostState, SiteVisit
from site_visits.services import hosts


@public("The host of a visit answers through a secret link and has no account.")
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    visit = _visit(token)
    asking = hosts.last_asking(visit)
    if asking and asking.by_mail:
        # A letter was shown in both languages: nobody knows which of them went out.
        speak(request, asking.language)
    data = request.POST if request.method == "POST" else None
    form = HostAnswerForm(data, initial=_initial(visit))
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            hosts.answer(
                token=token,
                confirmed=form.cleaned_data["answer"] == "confirm",
                note=form.cleaned_data["note"],
                starts_at=form.cleaned_data["starts_at"],
                at=timezone.now(),
            )
        except RuleBroken as refusal:
            status = 409 if isinstance(refusal, StaleEdit) else 422
            visit = _visit(token)
            form = form.about(_initial(visit))
            refuse_on(form, refusal)
        else:
            return behind_a_secret(redirect("host:answer", token))
    context = {"visit": visit, "form": form, "people": hosts.headcount(visit)} | _states(
        visit, asking
    )
    return behind_a_secret(render(request, "site_visits/host.html", context, status=status))


def _visit(token: str) -> SiteVisit:
    try:
        return hosts.find(token)
    except SiteVisit.DoesNotExist as error:
        raise Http404 from error


def _initial(visit: SiteVisit) -> dict[str, str]:
    starts_at = visit.item.starts_at
    shown = f"{local(starts_at):%Y-%m-%d %H:%M}" if starts_at else ""
    return {"starts_at": shown, "note": visit.host_note}


def _states(visit: SiteVisit, asking: HostAsking | None) -> dict[str, object]:
    item = visit.item
    asked = (visit.asked_starts_at, visit.asked_ends_at)
    return {
        "gone": item.is_cancelled or hosts.is_for_another_site(visit, asking),
        "answered": visit.host_state in (HostState.CONFIRMED, HostState.REFUSED),
        "confirmed": visit.host_state == HostState.CONFIRMED,
        "moved": bool(item.starts_at and asked[0] and asked != (item.starts_at, item.ends_at)),
        "over": bool(item.starts_at and item.starts_at <= timezone.now()),
    }
