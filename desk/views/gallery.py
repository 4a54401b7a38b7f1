from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.permissions import Can, requires
from core.gallery import sample_context
from core.http import AuthenticatedRequest


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Can.MANAGE_PROGRAMS)
def gallery(request: AuthenticatedRequest) -> HttpResponse:
    """Every component of the screens once; sending the form shows how errors look, nothing is kept."""
    refused = request.method == "POST"
    context = sample_context(wrong=refused)
    return render(request, "components/gallery.html", context, status=422 if refused else 200)
