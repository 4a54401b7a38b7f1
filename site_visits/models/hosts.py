from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.guards import append_only
from programs.models import Program
from site_visits.models.itinerary import SiteVisit
from site_visits.models.site import Site


class HostAsking(models.Model):
    """One time a host was asked: which site about which time, by mail or by a letter the organizer sent."""

    visit = models.ForeignKey(
        SiteVisit, models.CASCADE, related_name="askings", verbose_name=_("현장방문")
    )
    site = models.ForeignKey(Site, models.PROTECT, related_name="+", verbose_name=_("방문지"))
    starts_at = models.DateTimeField(_("요청한 시작 시각"))
    ends_at = models.DateTimeField(_("요청한 끝 시각"))
    by_mail = models.BooleanField(_("전자우편으로"), default=False)
    language = models.CharField(_("언어"), max_length=2, default="ko", choices=settings.LANGUAGES)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("요청한 사람")
    )
    at = models.DateTimeField(_("요청한 시각"))

    class Meta:
        verbose_name = _("방문 요청")
        verbose_name_plural = _("방문 요청")
        ordering = ["pk"]
        indexes = [models.Index(fields=["by_mail", "at"])]
        constraints = [
            models.CheckConstraint(
                name="asking_about_a_time", condition=Q(ends_at__gt=F("starts_at"))
            ),
        ]
        triggers = append_only("host_asking_is_append_only")

    def __str__(self) -> str:
        return f"{self.visit_id} {self.at:%Y-%m-%d %H:%M}"


class HostRules(models.Model):
    """How a program treats hosts who were asked by mail; without a row the defaults hold."""

    program = models.OneToOneField(
        Program, models.CASCADE, related_name="host_rules", verbose_name=_("과정")
    )
    remind_after_days = models.PositiveSmallIntegerField(
        _("며칠 뒤 다시 알리기"), default=3, help_text=_("답이 없으면 이만큼 지날 때마다 알립니다.")
    )
    remind_at_most = models.PositiveSmallIntegerField(
        _("다시 알리는 횟수"), default=2, help_text=_("0이면 자동으로 알리지 않습니다.")
    )
    asks_again = models.BooleanField(
        _("바뀐 시간을 공개하면 다시 요청"),
        default=True,
        help_text=_("전자우편으로 요청한 방문에만 보냅니다."),
    )

    class Meta:
        verbose_name = _("방문기관 알림 규칙")
        verbose_name_plural = _("방문기관 알림 규칙")
        constraints = [
            models.CheckConstraint(
                name="host_reminder_spaced",
                condition=Q(remind_after_days__gte=1, remind_after_days__lte=30),
                violation_error_message=_("1일부터 30일까지 정할 수 있습니다."),
            ),
            models.CheckConstraint(
                name="host_reminders_few",
                condition=Q(remind_at_most__lte=5),
                violation_error_message=_("다시 알리기는 다섯 번까지입니다."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.program_id}"
