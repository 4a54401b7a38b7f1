"""The page behind the link of a message: what changed, and one button. No account, no person's name."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.permissions import public
from core.errors import RuleBroken
from core.http import behind_a_secret, speak
from reminders import seen, told
from reminders.services import acknowledging, links, texts


@public(
    "Who was told acknowledges from any phone; the signed link admits, and opens one message only."
)
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing: mail scanners open every link. Only the button acknowledges.

    The page speaks as the message did.
    """
    at = timezone.now()
    try:
        message = links.find(token)
    except links.TrialError:
        return behind_a_secret(render(request, "reminders/trial.html"))
    except links.ForgedError as error:
        raise Http404 from error
    speak(request, texts.language_of(message))
    refused = ""
    if request.method == "POST":
        try:
            acknowledging.acknowledge(message=message, at=at)
        except RuleBroken as refusal:
            refused = str(refusal)
        else:
            return behind_a_secret(redirect("seen:answer", token))
    context = {
        "message": message,
        "news": told.news_of([message]).get(message.pk),
        "item": told.item_of(message),
        "said": seen.of([message]).get(message.pk),
        "is_open": links.is_open(message, at=at),
        "is_newest": seen.is_newest(message),
        "refused": refused,
    }
    status = 422 if refused else 200
    return behind_a_secret(render(request, "reminders/seen.html", context, status=status))
