from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AttendanceConfig(AppConfig):
    name = "attendance"
    verbose_name = _("출석과 이수")
    default_auto_field = "django.db.models.BigAutoField"
