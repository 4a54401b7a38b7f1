from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class ParticipantsConfig(AppConfig):
    name = "participants"
    verbose_name = pgettext_lazy("plural", "교육생")
    default_auto_field = "django.db.models.BigAutoField"
