from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class ProgramsConfig(AppConfig):
    name = "programs"
    verbose_name = pgettext_lazy("plural", "과정")
    default_auto_field = "django.db.models.BigAutoField"
