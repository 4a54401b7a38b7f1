import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, Func, OuterRef, Q
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.permissions import Can, allowed
from core.guards import iff
from participants.models import EnrollmentEvent, Participant
from programs.models import Program, ProgramStaff
from reminders.models.rule import ReminderRule
from site_visits.models import HostAsking, Publication, SiteVisit

if TYPE_CHECKING:
    from accounts.models import User


class MessageKind(models.TextChoices):
    REMINDER = "reminder", _("일정 알림")
    CHANGE = "change", _("변경 알림")
    ENROLLMENT = "enrollment", _("선발 알림")
    PROGRAM = "program", _("과정 알림")
    HOST = "host", _("방문기관 알림")
    TEST = "test", _("시험 발송")


class Channel(models.TextChoices):
    EMAIL = "email", _("전자우편")
    SMS = "sms", _("문자")
    FILE = "file", _("파일 전달")
    INBOX = "inbox", _("알림함")
    COPY = "copy", _("문구 복사")


class MessageState(models.TextChoices):
    PLANNED = "planned", _("예정")
    HELD = "held", _("보류")
    CLAIMED = "claimed", _("준비 중")
    SENDING = "sending", _("보내는 중")
    ACCEPTED = "accepted", _("보냄")
    RETRY = "retry", _("다시 시도 예정")
    UNKNOWN = "unknown", _("결과 모름")
    DEAD = "dead", _("실패")
    SUPERSEDED = "superseded", _("새 일정으로 대체")
    EXPIRED = "expired", _("때를 놓침")
    SUPPRESSED = "suppressed", _("보내지 않음")
    BOUNCED = "bounced", _("반송")


WAITING = [MessageState.PLANNED, MessageState.RETRY]
IN_HAND = [MessageState.CLAIMED, MessageState.SENDING]
SETTLED = [
    MessageState.ACCEPTED,
    MessageState.DEAD,
    MessageState.SUPERSEDED,
    MessageState.EXPIRED,
    MessageState.SUPPRESSED,
    MessageState.UNKNOWN,
    MessageState.BOUNCED,
]


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: "User") -> Self:
        if allowed(user, Can.MANAGE_PROGRAMS):
            return self
        staff = ProgramStaff.objects.filter(program=OuterRef("program"), user=user)
        return self.filter(Q(user=user) | Q(participant__user=user) | Exists(staff))

    def waiting(self) -> Self:
        return self.filter(state__in=WAITING)

    def failed(self) -> Self:
        return self.filter(state__in=[MessageState.DEAD, MessageState.BOUNCED])

    def sent(self) -> Self:
        return self.filter(state=MessageState.ACCEPTED)

    def told_to(self, user: "User") -> Self:
        """About this person as account or as participant, whom one more question looks up: both have an index here."""
        participants = list(Participant.objects.filter(user=user).values_list("pk", flat=True))
        return self.filter(Q(user=user) | Q(participant__in=participants))

    def of_publications_in_force(self) -> Self:
        newer = Publication.objects.filter(
            program=OuterRef("program"), number__gt=OuterRef("publication__number")
        )
        return self.filter(kind=MessageKind.CHANGE).exclude(Exists(newer))

    def unsettled(self) -> Self:
        """Planned, held, in hand or to be tried again: what may still go out."""
        return self.exclude(state__in=SETTLED)


class Message(models.Model):
    """A row of the outbox: one thing one person is to be told, once. The table is the truth, the broker only a bell.

    `dedupe_key` makes planning idempotent. `owner`, `fence` and `lease_until` belong to whoever is sending it now;
    `tries` counts refusals of the other side, `crash_claims` claims that never reached a settlement.
    `due_at` stays what was promised; `retry_at` says when a refused or crashed message may be taken up again.
    `matters_at` is the start of the earliest item it speaks of: it decides what goes first and what may wait.
    `place` is the position in `channels` whose turn it is, `moves_on_at` when the next one takes over.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Unique by constraint: `unique=True` would add a second index, for searches nobody makes.
    dedupe_key = models.CharField(_("중복 방지 열쇠"), max_length=200)
    kind = models.CharField(_("종류"), max_length=12, choices=MessageKind)
    program = models.ForeignKey(
        Program,
        models.CASCADE,
        null=True,
        blank=True,
        db_index=False,
        related_name="messages",
        verbose_name=_("과정"),
    )
    rule = models.ForeignKey(
        ReminderRule,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="messages",
        verbose_name=_("알림 규칙"),
    )
    publication = models.ForeignKey(
        Publication,
        models.CASCADE,
        null=True,
        blank=True,
        db_index=False,
        related_name="messages",
        verbose_name=_("공개본"),
    )
    event = models.ForeignKey(
        EnrollmentEvent,
        models.CASCADE,
        null=True,
        blank=True,
        db_index=False,
        related_name="messages",
        verbose_name=_("수강 이력"),
    )
    # Exactly one of the three is told.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="messages",
        verbose_name=_("계정"),
    )
    participant = models.ForeignKey(
        Participant,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="messages",
        verbose_name=_("교육생"),
    )
    host = models.ForeignKey(
        SiteVisit,
        models.CASCADE,
        null=True,
        blank=True,
        db_index=False,
        related_name="messages",
        verbose_name=_("방문기관"),
    )
    # Of a host message: the asking it sends, reminds of or takes back.
    asking = models.ForeignKey(
        HostAsking,
        models.CASCADE,
        null=True,
        blank=True,
        db_index=False,
        related_name="messages",
        verbose_name=_("방문 요청"),
    )
    # What it is about: re-checked just before sending.
    item_uid = models.UUIDField(_("일정 식별자"), null=True, blank=True)
    item_revision = models.PositiveIntegerField(_("일정 개정"), null=True, blank=True)
    channels = models.JSONField(_("보내는 방법"), default=list)
    place = models.PositiveSmallIntegerField(_("보내는 방법의 차례"), default=0, db_default=0)
    moves_on_at = models.DateTimeField(_("다음 방법으로 넘어가는 시각"), null=True, blank=True)
    channel = models.CharField(_("보낸 방법"), max_length=10, choices=Channel, blank=True)
    subject = models.CharField(pgettext_lazy("message", "제목"), max_length=200, blank=True)
    body = models.TextField(_("내용"), blank=True)
    due_at = models.DateTimeField(_("보낼 시각"))
    retry_at = models.DateTimeField(_("다시 보낼 시각"), null=True, blank=True)
    expires_at = models.DateTimeField(_("유효 시한"))
    matters_at = models.DateTimeField(_("다루는 첫 일정의 시작"), null=True, blank=True)
    urgent = models.BooleanField(_("긴급"), default=False)
    held_reason = models.CharField(_("보류 사유"), max_length=200, blank=True)
    held_until = models.DateTimeField(_("보류 시한"), null=True, blank=True)
    state = models.CharField(
        _("상태"), max_length=12, choices=MessageState, default=MessageState.PLANNED
    )
    owner = models.UUIDField(_("보내는 프로세스"), null=True, blank=True)
    fence = models.PositiveIntegerField(_("차단 번호"), default=0)
    lease_until = models.DateTimeField(_("점유 시한"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("시도 횟수"), default=0)
    crash_claims = models.PositiveSmallIntegerField(_("중단 횟수"), default=0)
    # An organizer stopped it by hand: planning never brings it back.
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("멈춘 사람"),
    )
    # An organizer chose another time: planning leaves it there.
    retimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("시각을 옮긴 사람"),
    )
    last_error = models.CharField(_("마지막 오류"), max_length=300, blank=True)
    provider_reference = models.CharField(_("발송 참조 번호"), max_length=200, blank=True)
    planned_at = models.DateTimeField(_("계획한 시각"), auto_now_add=True)
    accepted_at = models.DateTimeField(_("보낸 시각"), null=True, blank=True)
    settled_at = models.DateTimeField(_("끝난 시각"), null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("알림")
        verbose_name_plural = pgettext_lazy("plural", "알림")
        ordering = ["-due_at", "pk"]
        indexes = [
            models.Index(
                Coalesce("retry_at", "due_at"),
                "matters_at",
                "id",
                condition=Q(state__in=["planned", "retry"]),
                name="message_due",
            ),
            models.Index(
                Coalesce("retry_at", "due_at"),
                "id",
                condition=Q(state__in=["planned", "retry"], urgent=True),
                name="message_urgent",
            ),
            models.Index(fields=["held_until"], condition=Q(state="held"), name="message_held"),
            models.Index(
                fields=["lease_until"],
                condition=Q(state__in=["claimed", "sending"]),
                name="message_leased",
            ),
            models.Index(fields=["program", "state", "due_at"]),
            # Each of the three updates of a sending writes every index anew: what is mostly empty is kept partial.
            *(
                models.Index(
                    fields=fields,
                    condition=Q((f"{fields[0]}__isnull", False)),
                    name=f"message_by_{fields[0]}",
                )
                for fields in (
                    ["participant", "due_at"],
                    ["user", "due_at"],
                    ["publication"],
                    ["event"],
                    ["host"],
                    ["asking"],
                    ["cancelled_by"],
                    ["retimed_by"],
                )
            ),
            # The list of the message desk: newest first, whatever the program.
            models.Index(fields=["-due_at"]),
        ]
        constraints = [
            models.UniqueConstraint(name="message_once", fields=["dedupe_key"]),
            models.CheckConstraint(name="message_has_a_key", condition=~Q(dedupe_key="")),
            models.CheckConstraint(
                name="message_tells_exactly_one",
                condition=Q(
                    Exact(
                        Func(
                            "user",
                            "participant",
                            "host",
                            function="num_nonnulls",
                            output_field=models.IntegerField(),
                        ),
                        1,
                    )
                ),
            ),
            models.CheckConstraint(
                name="message_in_hand_iff_leased",
                condition=iff(Q(owner__isnull=False), Q(state__in=["claimed", "sending"]))
                & iff(Q(owner__isnull=False), Q(lease_until__isnull=False)),
            ),
            models.CheckConstraint(
                name="message_accepted_iff_at",
                condition=iff(Q(accepted_at__isnull=False), Q(state__in=["accepted", "bounced"])),
            ),
            models.CheckConstraint(
                name="message_held_iff_reason_and_time",
                condition=iff(Q(held_until__isnull=False), Q(state="held"))
                & iff(Q(held_until__isnull=True), Q(held_reason="")),
            ),
            models.CheckConstraint(
                name="message_cancelled_is_suppressed",
                condition=Q(cancelled_by=None) | Q(state="suppressed"),
            ),
            # A trial names its reader itself: no participant and no host can ever get one.
            models.CheckConstraint(
                name="message_trial_goes_to_an_account",
                condition=~Q(kind="test") | Q(user__isnull=False),
            ),
            models.CheckConstraint(
                name="message_item_with_revision",
                condition=iff(Q(item_uid__isnull=True), Q(item_revision__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.get_state_display()}"


class PlanMark(models.Model):
    """What the facts of a program looked like when its reminders were last planned."""

    program = models.OneToOneField(Program, models.CASCADE, related_name="plan_mark")
    fingerprint = models.CharField(max_length=64)
    planned_at = models.DateTimeField()

    class Meta:
        verbose_name = _("계획 표시")
        verbose_name_plural = _("계획 표시")

    def __str__(self) -> str:
        return f"{self.program_id} {self.planned_at:%Y-%m-%d %H:%M}"
