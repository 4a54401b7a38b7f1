from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from core.guards import append_only
from programs.models import Program


class DepartmentQuota(models.Model):
    """Seats a department may fill in one program."""

    program = models.ForeignKey(Program, models.CASCADE, related_name="quotas")
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="+", verbose_name=_("부서")
    )
    seats = models.PositiveSmallIntegerField(_("배정 인원"))

    class Meta:
        verbose_name = _("부서별 배정 인원")
        verbose_name_plural = _("부서별 배정 인원")
        constraints = [
            models.UniqueConstraint(
                fields=["program", "department"],
                name="quota_once_a_department",
                violation_error_message=_("이미 배정한 부서입니다."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.seats}"


class SelectionRun(models.Model):
    """How a selection was computed: inputs, seed and result, so that it can be repeated and defended."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="selection_runs")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    inputs = models.JSONField()
    seed = models.BigIntegerField()
    result = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("선발 기록")
        verbose_name_plural = _("선발 기록")
        ordering = ["-at", "-pk"]
        triggers = append_only("selection_run_is_append_only")

    def __str__(self) -> str:
        return f"{self.program} {self.at:%Y-%m-%d %H:%M}"
