from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.permissions import Can, allowed
from core.guards import append_only
from participants.models import Enrollment
from programs.models import Program, ProgramStaff
from site_visits.models import Publication

if TYPE_CHECKING:
    from accounts.models import User


class Mark(models.TextChoices):
    """The five marks of a Korean roster; somebody without a row is expected (–)."""

    PRESENT = "P", pgettext_lazy("mark", "출석")
    LATE = "L", _("지각")
    LEFT_EARLY = "E", _("조퇴")
    ABSENT = "A", _("결석")
    EXCUSED = "O", _("공결")


class Evidence(models.TextChoices):
    TAP = "tap", _("직접 확인")
    REST = "rest", _("나머지 모두 출석")
    QR = "qr", _("QR 확인")
    OFFICE = "office", _("담당자 정정")


class LeaderDevice(models.Model):
    """A phone that may take attendance without a sign-in: one program, a range of days, revocable."""

    program = models.ForeignKey(Program, models.CASCADE, related_name="leader_devices")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    label = models.CharField(_("기기 이름"), max_length=60)
    token_digest = models.BinaryField(max_length=32, unique=True, editable=False)
    valid_from = models.DateField(_("첫날"))
    valid_until = models.DateField(_("마지막 날"))
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("인솔자 기기")
        verbose_name_plural = _("인솔자 기기")
        constraints = [
            models.CheckConstraint(
                name="leader_device_dates_ordered", condition=Q(valid_until__gte=F("valid_from"))
            )
        ]

    def __str__(self) -> str:
        return self.label


class Presence(models.Model):
    """One thing somebody said about one person at one item. Never changed, only annulled by a later row.

    `device_at` is what the device's clock said, `recorded_at` what the server's did. A row that only
    annuls carries no mark.
    """

    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="presences")
    item_uid = models.UUIDField()
    mark = models.CharField(max_length=1, choices=Mark, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    evidence = models.CharField(max_length=10, choices=Evidence)
    note = models.CharField(max_length=200, blank=True)
    device_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    nonce = models.UUIDField()
    device = models.ForeignKey(
        LeaderDevice, models.PROTECT, null=True, blank=True, related_name="+"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    annuls = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="annulled_by"
    )

    class Meta:
        verbose_name = _("출석 확인")
        verbose_name_plural = _("출석 확인")
        ordering = ["recorded_at", "pk"]
        indexes = [
            models.Index(fields=["enrollment", "item_uid"]),
            models.Index(fields=["item_uid"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["device", "nonce"], nulls_distinct=False, name="one_row_per_tap"
            ),
            models.CheckConstraint(
                name="presence_marks_or_annuls", condition=~Q(mark="") | Q(annuls__isnull=False)
            ),
            models.CheckConstraint(
                name="late_states_arrival", condition=~Q(mark="L") | Q(arrived_at__isnull=False)
            ),
            models.CheckConstraint(
                name="left_early_states_leaving", condition=~Q(mark="E") | Q(left_at__isnull=False)
            ),
            models.CheckConstraint(
                name="presence_left_after_arrival",
                condition=Q(arrived_at=None) | Q(left_at=None) | Q(left_at__gte=F("arrived_at")),
            ),
        ]
        triggers = append_only("presence_is_append_only")

    def __str__(self) -> str:
        return f"{self.enrollment_id} {self.mark or '–'}"


class AttendanceRecordQuerySet(models.QuerySet["AttendanceRecord"]):
    def visible_to(self, user: "User") -> Self:
        if allowed(user, Can.MANAGE_PROGRAMS):
            return self
        staff = ProgramStaff.objects.filter(program=OuterRef("enrollment__program"), user=user)
        return self.filter(Q(enrollment__participant__user=user) | Exists(staff))


class AttendanceRecord(models.Model):
    """Where somebody stands at one item now, derived from the presence rows; no row = expected."""

    enrollment = models.ForeignKey(Enrollment, models.CASCADE, related_name="records")
    item_uid = models.UUIDField()
    mark = models.CharField(max_length=1, choices=Mark)
    arrived_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    credited_minutes = models.PositiveSmallIntegerField(default=0)
    presence = models.OneToOneField(Presence, models.PROTECT, related_name="record")

    objects = AttendanceRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("출석 기록")
        verbose_name_plural = _("출석 기록")
        indexes = [models.Index(fields=["item_uid"])]
        constraints = [
            models.UniqueConstraint(fields=["enrollment", "item_uid"], name="one_record_per_item"),
            models.CheckConstraint(
                name="absent_or_excused_credits_nothing",
                condition=~Q(mark__in=["A", "O"]) | Q(credited_minutes=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrollment_id} {self.get_mark_display()}"


class AttendanceLockQuerySet(models.QuerySet["AttendanceLock"]):
    def in_force(self) -> Self:
        return self.filter(reopened_at=None)


class AttendanceLock(models.Model):
    """Attendance of a program closed for marks, computed from one publication; reopened only with a reason."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="attendance_locks")
    publication = models.ForeignKey(Publication, models.PROTECT, related_name="+")
    locked_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reopened_at = models.DateTimeField(null=True, blank=True)
    reopened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reopen_reason = models.CharField(max_length=300, blank=True)

    objects = AttendanceLockQuerySet.as_manager()

    class Meta:
        verbose_name = _("출석 마감")
        verbose_name_plural = _("출석 마감")
        ordering = ["-locked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["program"],
                condition=Q(reopened_at=None),
                name="one_attendance_lock_in_force",
                violation_error_message=_("이미 마감한 과정입니다."),
            ),
            models.CheckConstraint(
                name="reopened_by_somebody_with_a_reason",
                condition=Q(reopened_at=None, reopened_by=None, reopen_reason="")
                | (Q(reopened_at__isnull=False, reopened_by__isnull=False) & ~Q(reopen_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.program} {self.locked_at:%Y-%m-%d}"
