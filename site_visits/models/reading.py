from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from site_visits.models.publication import Publication


class FeedTokenQuerySet(models.QuerySet["FeedToken"]):
    def live(self) -> Self:
        return self.filter(revoked_at=None)


class FeedToken(models.Model):
    """A person's secret calendar address; only its SHA-256 is kept, so it is shown once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="feed_tokens")
    digest = models.BinaryField(max_length=32, unique=True, editable=False)
    created_at = models.DateTimeField()
    last_used_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = FeedTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("달력 주소")
        verbose_name_plural = _("달력 주소")
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(revoked_at=None), name="one_live_feed_token_a_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.created_at:%Y-%m-%d}"


class SeenPublication(models.Model):
    """Up to which publication somebody has acknowledged the changes of a program."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    publication = models.ForeignKey(Publication, models.CASCADE, related_name="seen_by")
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("확인한 공개본")
        verbose_name_plural = _("확인한 공개본")
        constraints = [
            models.UniqueConstraint(fields=["user", "publication"], name="publication_seen_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.publication}"
