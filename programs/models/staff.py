from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programs.models.program import Program


class StaffKind(models.TextChoices):
    ORGANIZER = "organizer", _("교육 담당자")
    LEADER = "leader", _("인솔자")


class ProgramStaff(models.Model):
    """Somebody who runs or escorts one program: the only right that is bound to a program."""

    program = models.ForeignKey(
        Program, models.CASCADE, related_name="staff", verbose_name=_("과정")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="program_staff",
        verbose_name=_("계정"),
    )
    kind = models.CharField(_("역할"), max_length=10, choices=StaffKind)
    is_contact = models.BooleanField(_("교육생에게 연락처 공개"), default=True)

    class Meta:
        verbose_name = _("운영 인력")
        verbose_name_plural = _("운영 인력")
        ordering = ["kind", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "user", "kind"],
                name="program_staff_once",
                violation_error_message=_("이미 이 과정의 운영 인력입니다."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_kind_display()}"


class Group(models.Model):
    """A 조: for staggered slots, buses and teams."""

    program = models.ForeignKey(
        Program, models.CASCADE, related_name="groups", verbose_name=_("과정")
    )
    name = models.CharField(_("조 이름"), max_length=30)
    sort_order = models.PositiveSmallIntegerField(_("순서"), default=1)

    class Meta:
        verbose_name = _("조")
        verbose_name_plural = _("조")
        ordering = ["sort_order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "name"],
                name="group_name_unique_in_program",
                violation_error_message=_("같은 이름의 조가 이미 있습니다."),
            ),
            models.CheckConstraint(name="group_name_not_empty", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name
