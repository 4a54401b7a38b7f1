from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.models import User


class ReportFormat(models.TextChoices):
    XLSX = "xlsx", "XLSX"
    CSV = "csv", "CSV"
    PDF = "pdf", "PDF"


class ReportPresetQuerySet(models.QuerySet["ReportPreset"]):
    def visible_to(self, user: "User") -> Self:
        return self.filter(Q(owner=user) | Q(shared=True))


class ReportPreset(models.Model):
    """A report somebody runs again: filters, columns, format and (later) a schedule."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="report_presets"
    )
    name = models.CharField(_("이름"), max_length=80)
    report = models.CharField(max_length=40)
    filters = models.JSONField(default=dict)
    columns = ArrayField(models.CharField(max_length=40), default=list)
    format = models.CharField(max_length=4, choices=ReportFormat, default=ReportFormat.XLSX)
    schedule = models.CharField(max_length=60, blank=True)
    shared = models.BooleanField(_("함께 쓰기"), default=False)

    objects = ReportPresetQuerySet.as_manager()

    class Meta:
        verbose_name = _("보고서 서식")
        verbose_name_plural = _("보고서 서식")
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="report_preset_name_unique")
        ]

    def __str__(self) -> str:
        return self.name
