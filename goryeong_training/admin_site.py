"""Django's admin, admitting people by the same permission table as every other door."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Can, allowed

# Libraries register models of theirs (addresses, groups) whose pages know nothing of our permission table.
OURS = {
    "core",
    "accounts",
    "programs",
    "participants",
    "site_visits",
    "attendance",
    "reminders",
    "reports",
}


class GoryeongAdminSite(AdminSite):
    site_header = _("고령군 교육훈련 관리")
    site_title = _("고령군 교육훈련")
    index_title = _("자료 관리")

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Only models of our rooms; an address added to somebody's account would be a way into it."""
        models = [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable
        ours = [model for model in models if model._meta.app_label in OURS]
        super().register(ours, admin_class, **options)

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("account_change_password")

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The admin has no sign-in of its own: the one page with limits on guessing serves all."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        if request.user.is_authenticated:
            return redirect("admin:index")
        target = request.GET.get("next") or reverse("admin:index")
        return redirect(f"{reverse('account_login')}?{urlencode({'next': target})}")

    def has_permission(self, request: HttpRequest) -> bool:
        return allowed(request.user, Can.USE_ADMIN_SITE)


class AdminConfig(DjangoAdminConfig):
    default_site = "goryeong_training.admin_site.GoryeongAdminSite"
