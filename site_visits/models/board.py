from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from programs.models import Program


class BoardCommand(models.Model):
    """One planning step of one organizer with its inverse: the undo history of the board."""

    program = models.ForeignKey(Program, models.CASCADE, related_name="board_commands")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30)
    forward = models.JSONField()
    inverse = models.JSONField()
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("일정판 명령")
        verbose_name_plural = _("일정판 명령")
        indexes = [models.Index(fields=["program", "user", "-id"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"
