from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.permissions import Can, allowed
from programs.models import Program

if TYPE_CHECKING:
    from accounts.models import User


class TripTemplateQuerySet(models.QuerySet["TripTemplate"]):
    def visible_to(self, user: "User") -> Self:
        return self if allowed(user, Can.MANAGE_PROGRAMS) else self.none()

    def in_use(self) -> Self:
        return self.filter(retired_at=None)


class TripTemplate(models.Model):
    """A trip to plan again: days as offsets, sites and groups; never people."""

    name = models.CharField(
        _("이름"),
        max_length=100,
        unique=True,
        error_messages={"unique": _("같은 이름의 서식이 이미 있습니다. 다른 이름을 적어 주세요.")},
    )
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
    retired_at = models.DateTimeField(_("사용 중지한 시각"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = TripTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("일정 서식")
        verbose_name_plural = pgettext_lazy("plural", "일정 서식")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(name="trip_template_has_days", condition=Q(days__gte=1)),
            models.CheckConstraint(name="trip_template_named", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name


class TripCopy(models.Model):
    """How a program came from a template or an earlier program, and what had to move on the way.

    `report` is the list of moves as the organizer read them before saying yes; it stays when its source is gone.
    """

    program = models.OneToOneField(
        Program, models.CASCADE, related_name="trip_copy", verbose_name=_("과정")
    )
    template = models.ForeignKey(
        TripTemplate,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="copies",
        verbose_name=_("일정 서식"),
    )
    source = models.ForeignKey(
        Program,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("바탕 과정"),
    )
    source_name = models.CharField(_("바탕"), max_length=160)
    asked_starts_on = models.DateField(_("고른 시작일"))
    skips_days_off = models.BooleanField(_("쉬는 날 건너뛰기"), default=True)
    items = models.PositiveIntegerField(_("일정 수"))
    report = models.JSONField(_("옮긴 내용"), default=list)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("만든 사람")
    )
    made_at = models.DateTimeField(_("만든 시각"))

    class Meta:
        verbose_name = _("일정 복사")
        verbose_name_plural = _("일정 복사")

    def __str__(self) -> str:
        return f"{self.source_name} → {self.program_id}"

    @property
    def moved(self) -> int:
        return len(self.report)
