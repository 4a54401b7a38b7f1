from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.guards import append_only
from reminders.models.message import Channel, Message


class DeliveryAttempt(models.Model):
    """One try to hand a message over, and what the other side answered."""

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", _("받음")
        REFUSED = "refused", _("거절")
        DEFERRED = "deferred", _("나중에")
        UNKNOWN = "unknown", _("응답 없음")

    message = models.ForeignKey(
        Message, models.CASCADE, related_name="attempts", verbose_name=_("알림")
    )
    channel = models.CharField(_("보낸 방법"), max_length=10, choices=Channel)
    fence = models.PositiveIntegerField(_("차단 번호"))
    outcome = models.CharField(_("결과"), max_length=10, choices=Outcome)
    answer = models.CharField(_("상대 서버의 답"), max_length=300, blank=True)
    at = models.DateTimeField(_("시각"))
    # Only for what a person handed over, e.g. a text pasted into the messenger.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("전한 사람"),
    )

    class Meta:
        verbose_name = _("발송 시도")
        verbose_name_plural = _("발송 시도")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["by"], condition=Q(by__isnull=False), name="attempt_by_by")]
        constraints = [
            # However often a sender writes down what it did, after a crash of the database for instance.
            models.UniqueConstraint(
                fields=["message", "fence"], condition=Q(by=None), name="attempt_once_a_claim"
            ),
        ]
        triggers = append_only("delivery_attempt_is_append_only")

    def __str__(self) -> str:
        return f"{self.channel} {self.outcome}"
