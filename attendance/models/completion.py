from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Rank
from attendance.models.presence import AttendanceLock
from core.guards import append_only
from participants.models import Enrollment, Participant


class Completion(models.Model):
    """The outcome of one enrollment, as the lock computed it; a correction replaces the row's figures."""

    enrollment = models.OneToOneField(Enrollment, models.PROTECT, related_name="completion")
    lock = models.ForeignKey(AttendanceLock, models.PROTECT, related_name="completions")
    total_minutes = models.PositiveIntegerField()
    excused_minutes = models.PositiveIntegerField(default=0)
    attended_minutes = models.PositiveIntegerField()
    required_percent = models.PositiveSmallIntegerField()
    rate = models.DecimalField(_("출석률"), max_digits=4, decimal_places=1)
    completed = models.BooleanField(_("이수"))
    recognized_hours = models.PositiveSmallIntegerField(_("인정시간"))
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = _("이수 결과")
        verbose_name_plural = _("이수 결과")
        constraints = [
            models.CheckConstraint(
                name="attended_within_total", condition=Q(attended_minutes__lte=F("total_minutes"))
            ),
            models.CheckConstraint(
                name="rate_is_a_percentage", condition=Q(rate__gte=0, rate__lte=100)
            ),
            models.CheckConstraint(
                name="no_hours_without_completion",
                condition=Q(completed=True) | Q(recognized_hours=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrollment} {self.rate}"


class HoursTarget(models.Model):
    """Hours a rank owes in a year; no rank = everybody without a target of their own."""

    year = models.PositiveSmallIntegerField(_("연도"))
    rank = models.ForeignKey(Rank, models.PROTECT, null=True, blank=True, verbose_name=_("직급"))
    hours = models.PositiveSmallIntegerField(_("목표 시간"))

    class Meta:
        verbose_name = _("연간 목표시간")
        verbose_name_plural = _("연간 목표시간")
        ordering = ["-year", "rank__sort_order"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "rank"],
                nulls_distinct=False,
                name="hours_target_once",
                violation_error_message=_("이미 정한 목표입니다."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.rank or '*'} {self.hours}"


class HoursEntry(models.Model):
    """A line of the hours ledger. A correction is a reversal of the old line and a new one."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="hours")
    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="hours")
    year = models.PositiveSmallIntegerField()
    hours = models.SmallIntegerField()
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )
    reason = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("인정시간 원장")
        verbose_name_plural = _("인정시간 원장")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["participant", "year"])]
        constraints = [
            models.CheckConstraint(
                name="only_reversals_are_negative",
                condition=Q(reverses=None, hours__gte=0) | Q(reverses__isnull=False, hours__lte=0),
            )
        ]
        triggers = append_only("hours_ledger_is_append_only")

    def __str__(self) -> str:
        return f"{self.participant_id} {self.year} {self.hours}"


class Certificate(models.Model):
    """A 수료증: its number is never used again, also not after a revocation."""

    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="certificates")
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    verification_code = models.CharField(max_length=16, unique=True)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoke_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("수료증")
        verbose_name_plural = _("수료증")
        ordering = ["-year", "-serial"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "serial"], name="certificate_number_never_reused"
            ),
            models.UniqueConstraint(
                fields=["enrollment"], condition=Q(revoked_at=None), name="one_valid_certificate"
            ),
            models.CheckConstraint(
                name="certificate_revoked_with_reason",
                condition=Q(revoked_at=None, revoke_reason="")
                | (Q(revoked_at__isnull=False) & ~Q(revoke_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}-{self.serial:04d}"
