"""Django's admin, admitting people by the same permission table as every other door."""

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Can, allowed


class GoryeongAdminSite(AdminSite):
    site_header = _("고령군 교육훈련 관리")
    site_title = _("고령군 교육훈련")
    index_title = _("자료 관리")

    def has_permission(self, request: HttpRequest) -> bool:
        return allowed(request.user, Can.USE_ADMIN_SITE)


class AdminConfig(DjangoAdminConfig):
    default_site = "goryeong_training.admin_site.GoryeongAdminSite"
