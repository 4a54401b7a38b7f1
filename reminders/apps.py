from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class RemindersConfig(AppConfig):
    name = "reminders"
    verbose_name = pgettext_lazy("plural", "알림")
    default_auto_field = "django.db.models.BigAutoField"
