from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.permissions import Can, requires
from core.http import AuthenticatedRequest
from desk import gallery as samples


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Can.MANAGE_PROGRAMS)
def gallery(request: AuthenticatedRequest) -> HttpResponse:
    """Every component of the screens once; sending the form shows its errors, nothing is kept."""
    form = samples.SampleForm(request.POST or None, request.FILES or None)
    context = {"sample": samples.sample(), "listing": samples.sample_listing(), "form": form}
    status = 200 if request.method != "POST" or form.is_valid() else 422
    return render(request, "components/gallery.html", context, status=status)
