from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from reminders.models.message import Message, MessageKind, MessageState
from site_visits.models import SeenPublication

if TYPE_CHECKING:
    from reminders.models.message import MessageQuerySet


class SeenVia(models.TextChoices):
    """Where somebody said "I have seen it"."""

    LINK = "link", _("알림의 주소")
    PAGE = "page", _("내 일정·알림함")
    CALL = "call", _("전화")


class Acknowledgement(models.Model):
    """Somebody said "I have seen it" about a message; `by` is who heard it on the phone."""

    message = models.OneToOneField(Message, models.CASCADE, related_name="acknowledgement")
    at = models.DateTimeField()
    via = models.CharField(max_length=4, choices=SeenVia, default=SeenVia.LINK)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("알림 확인")
        verbose_name_plural = _("알림 확인")
        constraints = [
            models.CheckConstraint(
                name="acknowledgement_call_iff_by",
                condition=Q(via="call", by__isnull=False) | (~Q(via="call") & Q(by=None)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.message_id} {self.at:%Y-%m-%d %H:%M}"


class InboxReading(models.Model):
    """Up to when somebody has looked through their own list of messages."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    read_until = models.DateTimeField()

    class Meta:
        verbose_name = _("알림함 읽음")
        verbose_name_plural = _("알림함 읽음")

    def __str__(self) -> str:
        return f"{self.user_id} {self.read_until:%Y-%m-%d %H:%M}"


# Not yet in anybody's hands: on its way in this minute, or replaced before it went.
NOT_TOLD = [
    MessageState.PLANNED,
    MessageState.CLAIMED,
    MessageState.SENDING,
    MessageState.SUPERSEDED,
    MessageState.SUPPRESSED,
]


def unseen(notices: "MessageQuerySet") -> "MessageQuerySet":
    """Change notices, also failed and held ones, whose person has seen neither this publication nor a later one."""
    same_person = Q(message__participant=OuterRef("participant")) | Q(
        message__user=OuterRef("user")
    )
    said = Acknowledgement.objects.filter(
        same_person,
        message__kind=MessageKind.CHANGE,
        message__program=OuterRef("program"),
        message__publication__number__gte=OuterRef("publication__number"),
    )
    looked = SeenPublication.objects.filter(
        user=Coalesce(OuterRef("user"), OuterRef("participant__user")),
        publication__program=OuterRef("program"),
        publication__number__gte=OuterRef("publication__number"),
    )
    return (
        notices.filter(kind=MessageKind.CHANGE)
        .exclude(state__in=NOT_TOLD)
        .exclude(Exists(said))
        .exclude(Exists(looked))
    )
