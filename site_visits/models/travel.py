from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

import pghistory
from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.permissions import Can, allowed
from site_visits.models.site import Site

if TYPE_CHECKING:
    from accounts.models import User


class TravelSource(models.TextChoices):
    MANUAL = "manual", _("직접 입력")
    IMPORT = "import", _("파일")
    ESTIMATE = "estimate", _("추정")


class TravelTimeQuerySet(models.QuerySet["TravelTime"]):
    def visible_to(self, user: "User") -> Self:
        return self if allowed(user, Can.MANAGE_PROGRAMS) else self.none()

    def among(self, sites: Iterable[int]) -> Self:
        """Pairs of which both ends are among these sites."""
        known = set(sites)
        return self.filter(origin__in=known, target__in=known)


# A file changes many thousand rows at once: their history is written once a statement, not once a row.
@pghistory.track(level=pghistory.Statement)
class TravelTime(models.Model):
    """Bus minutes from one site to another; directed, because a morning into Seoul is not an evening out of it."""

    origin = models.ForeignKey(
        Site, models.CASCADE, related_name="departures", verbose_name=_("출발")
    )
    target = models.ForeignKey(
        Site, models.CASCADE, related_name="arrivals", verbose_name=_("도착")
    )
    minutes = models.PositiveSmallIntegerField(_("소요시간(분)"), validators=[MinValueValidator(1)])
    km = models.PositiveSmallIntegerField(_("거리(km)"))
    source = models.CharField(
        _("출처"), max_length=10, choices=TravelSource, default=TravelSource.MANUAL
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = TravelTimeQuerySet.as_manager()

    class Meta:
        verbose_name = _("이동시간")
        verbose_name_plural = pgettext_lazy("plural", "이동시간")
        ordering = ["origin__name", "target__name"]
        constraints = [
            models.UniqueConstraint(fields=["origin", "target"], name="travel_time_once_a_pair"),
            models.CheckConstraint(
                name="travel_between_two_sites",
                condition=~Q(origin=F("target")),
                violation_error_message=_("출발지와 도착지가 같습니다."),
            ),
            models.CheckConstraint(name="travel_takes_time", condition=Q(minutes__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.origin} → {self.target} {self.minutes}"


class TravelImport(models.Model):
    """A file of travel times that was read and waits to be taken over; `content` is emptied afterwards."""

    file_name = models.CharField(_("파일 이름"), max_length=120)
    content = models.BinaryField(_("읽은 내용"), editable=False)
    rows = models.PositiveIntegerField(_("줄 수"))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("올린 사람")
    )
    uploaded_at = models.DateTimeField(_("올린 시각"))
    applied_at = models.DateTimeField(_("반영한 시각"), null=True, blank=True)
    added = models.PositiveIntegerField(_("새로 넣은 구간"), default=0)
    changed = models.PositiveIntegerField(_("고친 구간"), default=0)

    class Meta:
        verbose_name = _("이동시간 파일")
        verbose_name_plural = _("이동시간 파일")
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="travel_import_counts_when_applied",
                condition=Q(applied_at__isnull=False) | Q(added=0, changed=0),
            ),
        ]

    def __str__(self) -> str:
        return self.file_name
