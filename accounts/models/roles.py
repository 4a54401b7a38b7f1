from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models.organization import Department
from accounts.permissions import Role
from core.guards import append_only


class RoleGrant(models.Model):
    """A role somebody holds now, for one department or (None) for the whole county."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="role_grants", verbose_name=_("계정")
    )
    role = models.CharField(_("역할"), max_length=20, choices=Role)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, verbose_name=_("부서 범위")
    )
    granted_at = models.DateTimeField(_("부여한 시각"), auto_now_add=True)

    class Meta:
        verbose_name = _("역할 부여")
        verbose_name_plural = pgettext_lazy("plural", "역할 부여")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "department"],
                nulls_distinct=False,
                name="role_granted_once",
                violation_error_message=_("이미 가진 역할입니다."),
            ),
            models.CheckConstraint(
                name="coordinator_has_a_department",
                condition=~models.Q(role="coordinator") | models.Q(department__isnull=False),
                violation_error_message=_("부서 서무에는 부서를 정해 주세요."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()}"


class RoleGrantEvent(models.Model):
    """Who gave or took which role when and why; kept at least three years."""

    class Kind(models.TextChoices):
        GRANTED = "granted", _("부여")
        REVOKED = "revoked", _("회수")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="role_events")
    role = models.CharField(max_length=20, choices=Role)
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True)
    kind = models.CharField(max_length=10, choices=Kind)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("권한 변경 이력")
        verbose_name_plural = _("권한 변경 이력")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["user", "at"])]
        triggers = append_only("role_grant_history_is_append_only")

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()} {self.get_kind_display()}"
