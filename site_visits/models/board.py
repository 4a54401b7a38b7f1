from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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


class TripTemplate(models.Model):
    """A trip to plan again: days as offsets, sites and groups; never people."""

    name = models.CharField(_("이름"), max_length=100, unique=True)
    description = models.CharField(_("설명"), max_length=300, blank=True)
    days = models.PositiveSmallIntegerField(_("일수"))
    content = models.JSONField(_("내용"))
    made_from = models.ForeignKey(
        Program,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("바탕 과정"),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("만든 사람")
    )
    created_at = models.DateTimeField(_("만든 시각"))

    class Meta:
        verbose_name = _("일정 서식")
        verbose_name_plural = pgettext_lazy("plural", "일정 서식")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(name="trip_template_has_days", condition=models.Q(days__gte=1))
        ]

    def __str__(self) -> str:
        return self.name
