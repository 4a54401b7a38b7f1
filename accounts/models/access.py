from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.guards import append_only


class AccessAction(models.TextChoices):
    VIEW = "view", _("조회")
    CREATE = "create", _("등록")
    CHANGE = "change", _("수정")
    DELETE = "delete", _("삭제")
    PRINT = "print", _("인쇄")
    DOWNLOAD = "download", _("내려받기")
    UNMASK = "unmask", _("가림 해제")


class AccessLog(models.Model):
    """Who did what with whose personal data, when and from where (kept two years by default)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ip = models.GenericIPAddressField(null=True)
    action = models.CharField(max_length=10, choices=AccessAction)
    object = models.CharField(max_length=200)
    subjects = ArrayField(models.CharField(max_length=20), default=list)
    query = models.TextField(blank=True)
    count = models.PositiveIntegerField()
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("접속기록")
        verbose_name_plural = _("접속기록")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["at"]), models.Index(fields=["user", "at"])]
        constraints = [
            models.CheckConstraint(
                name="download_states_a_reason",
                condition=~models.Q(action="download") | ~models.Q(reason=""),
            )
        ]
        triggers = append_only("access_log_is_append_only")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.get_action_display()} {self.object}"
