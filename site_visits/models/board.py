from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from programs.models import Program


class BoardStep(models.TextChoices):
    """What an organizer did to the draft in one go."""

    ADD = "add", pgettext_lazy("step", "추가")
    EDIT = "edit", pgettext_lazy("step", "고치기")
    MOVE = "move", pgettext_lazy("step", "옮기기")
    CANCEL = "cancel", pgettext_lazy("step", "취소")
    RESTORE = "restore", pgettext_lazy("step", "되살리기")
    DELETE = "delete", pgettext_lazy("step", "지우기")
    DUPLICATE = "duplicate", pgettext_lazy("step", "복사")
    LEGS = "legs", pgettext_lazy("step", "이동 넣기")
    RETIME = "retime", pgettext_lazy("step", "이동 시간 맞추기")
    SHIFT = "shift", pgettext_lazy("step", "뒤 일정 밀기")
    CLOSE_GAPS = "close_gaps", pgettext_lazy("step", "빈 시간 없애기")
    STAGGER = "stagger", pgettext_lazy("step", "조별로 나누기")
    SWAP = "swap", pgettext_lazy("step", "순서 바꾸기")
    REVERT = "revert", pgettext_lazy("step", "판 되돌리기")


class BoardCommand(models.Model):
    """One planning step of one organizer: how each item was before and after it, so that it can be undone.

    `changes` is a list of {"uid", "before", "after"}; null on one side means the item was not there. `title` is that of
    the first item and `size` how much was changed, for the label of the button. `told` is what everybody reads beside
    the items, as it was and became: {"meeting_point": [before, after]}. `nonce` names the request that did, undid or
    redid it last: sent again because its answer was lost, it is not carried out again.
    """

    program = models.ForeignKey(Program, models.CASCADE, related_name="board_commands")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=BoardStep)
    title = models.CharField(max_length=120)
    title_en = models.CharField(max_length=140, blank=True)
    size = models.PositiveSmallIntegerField()
    changes = models.JSONField()
    told = models.JSONField(default=dict, blank=True, db_default={})
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    nonce = models.UUIDField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("일정판 명령")
        verbose_name_plural = _("일정판 명령")
        indexes = [models.Index(fields=["program", "user", "-id"])]
        constraints = [
            models.UniqueConstraint(fields=["user", "nonce"], name="board_command_once"),
            models.CheckConstraint(
                name="board_command_kind_known", condition=Q(kind__in=BoardStep.values)
            ),
            models.CheckConstraint(
                name="board_command_changes_something", condition=Q(size__gte=1)
            ),
            models.CheckConstraint(
                name="board_command_undone_after_done",
                condition=Q(undone_at=None) | Q(undone_at__gte=F("at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"
