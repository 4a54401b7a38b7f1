import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class JobState(models.TextChoices):
    QUEUED = "queued", pgettext_lazy("job", "대기")
    RUNNING = "running", _("진행 중")
    DONE = "done", _("완료")
    FAILED = "failed", _("실패")
    CANCELLED = "cancelled", _("취소됨")


class Job(models.Model):
    """Long work somebody asked for: its progress, its file, and when the file is thrown away.

    `owner_id` is the id of the account that asked. It is no foreign key because core lies below accounts.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    owner_id = models.BigIntegerField(db_index=True)
    state = models.CharField(max_length=10, choices=JobState, default=JobState.QUEUED)
    parameters = models.JSONField(default=dict, blank=True)
    reason = models.TextField(blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True, blank=True)
    message = models.TextField(blank=True)
    file = models.FileField(upload_to="jobs/%Y/%m/", blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    queued_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    cancel_asked_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("작업")
        verbose_name_plural = _("작업")
        indexes = [models.Index(fields=["state", "queued_at"])]
        constraints = [
            models.CheckConstraint(
                name="job_progress_within_total",
                condition=Q(total=None) | Q(done__lte=F("total")),
            ),
            models.CheckConstraint(
                name="job_finished_iff_ended",
                condition=Q(state__in=["done", "failed", "cancelled"], finished_at__isnull=False)
                | Q(state__in=["queued", "running"], finished_at=None),
            ),
            models.CheckConstraint(
                name="job_expires_after_queueing", condition=Q(expires_at__gt=F("queued_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.get_state_display()}"
