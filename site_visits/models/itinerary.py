import uuid
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Self

import pghistory
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Can, allowed
from core.dates import day_bounds
from programs.models import Group, Program, ProgramStaff
from site_visits.models.site import Site

if TYPE_CHECKING:
    from accounts.models import User


class ItemKind(models.TextChoices):
    ASSEMBLY = "assembly", _("집결")
    TRAVEL = "travel", _("이동")
    VISIT = "visit", _("현장방문")
    SESSION = "session", _("교육")
    MEAL = "meal", _("식사")
    REST = "rest", _("휴식")
    LODGING = "lodging", _("숙박")


class ItineraryItemQuerySet(models.QuerySet["ItineraryItem"]):
    def visible_to(self, user: "User") -> Self:
        """The draft belongs to organizers and to the staff of its program."""
        if allowed(user, Can.MANAGE_PROGRAMS):
            return self
        return self.filter(
            Exists(ProgramStaff.objects.filter(program=OuterRef("program"), user=user))
        )

    def live(self) -> Self:
        return self.filter(cancelled_at=None)

    def scheduled(self) -> Self:
        return self.filter(starts_at__isnull=False)

    def on(self, day: date) -> Self:
        """Items that start on this Seoul day."""
        first, last = day_bounds(day)
        return self.filter(starts_at__gte=first, starts_at__lt=last)

    def visits(self) -> Self:
        return self.filter(kind=ItemKind.VISIT)

    def in_order(self) -> Self:
        return self.order_by(F("starts_at").asc(nulls_last=True), "ends_at", "pk")


@pghistory.track()
class ItineraryItem(models.Model):
    """One line of a program's draft itinerary. Participants see its published copy, never this row.

    `version` guards edits; `starts_at` and `ends_at` are both empty while the item waits unscheduled.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    program = models.ForeignKey(
        Program, models.CASCADE, related_name="items", verbose_name=_("과정")
    )
    kind = models.CharField(_("종류"), max_length=10, choices=ItemKind)
    title = models.CharField(_("제목"), max_length=120)
    title_en = models.CharField(_("영어 제목"), max_length=140, blank=True)
    starts_at = models.DateTimeField(_("시작"), null=True, blank=True)
    ends_at = models.DateTimeField(_("끝"), null=True, blank=True)
    site = models.ForeignKey(
        Site, models.PROTECT, null=True, blank=True, related_name="items", verbose_name=_("방문지")
    )
    place = models.CharField(
        _("장소"),
        max_length=200,
        blank=True,
        help_text=_("방문지 목록에 없는 곳은 여기에 적습니다."),
    )
    origin = models.ForeignKey(
        Site, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("출발지")
    )
    target = models.ForeignKey(
        Site, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("도착지")
    )
    km = models.PositiveSmallIntegerField(_("거리(km)"), null=True, blank=True)
    groups = models.ManyToManyField(
        Group,
        blank=True,
        related_name="items",
        verbose_name=_("조"),
        help_text=_("고르지 않으면 모두 함께합니다."),
    )
    counts_as_learning = models.BooleanField(_("인정시간"), default=False)
    note = models.CharField(_("교육생에게 알릴 말"), max_length=300, blank=True)
    bring = models.CharField(_("준비물"), max_length=200, blank=True)
    planner_note = models.CharField(_("담당자 메모"), max_length=500, blank=True)
    planner_only = models.BooleanField(_("담당자만 보기"), default=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    cancelled_at = models.DateTimeField(_("취소한 시각"), null=True, blank=True, editable=False)
    cancel_reason = models.CharField(_("취소 사유"), max_length=200, blank=True)

    objects = ItineraryItemQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("item", "일정")
        verbose_name_plural = pgettext_lazy("plural", "일정")
        indexes = [
            models.Index(fields=["program", "starts_at"]),
            models.Index(fields=["site", "starts_at"]),
            models.Index(fields=["kind", "starts_at"]),
        ]
        constraints = [
            models.CheckConstraint(name="item_titled", condition=~Q(title="")),
            models.CheckConstraint(
                name="item_times_in_pairs",
                condition=Q(starts_at=None, ends_at=None)
                | Q(starts_at__isnull=False, ends_at__isnull=False),
                violation_error_message=_("시작과 끝 시각을 함께 적어 주세요."),
            ),
            models.CheckConstraint(
                name="item_ends_after_start",
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                violation_error_message=_(
                    "끝나는 시각이 시작 시각보다 빠릅니다. 끝나는 시각을 고쳐 주세요."
                ),
            ),
            models.CheckConstraint(
                name="item_lasts_at_most_a_day",
                condition=Q(ends_at=None) | Q(ends_at__lte=F("starts_at") + timedelta(hours=24)),
                violation_error_message=_(
                    "일정 하나는 24시간을 넘을 수 없습니다. 나누어 넣어 주세요."
                ),
            ),
            models.CheckConstraint(
                name="visit_has_a_site",
                condition=~Q(kind="visit") | Q(site__isnull=False),
                violation_error_message=_("현장방문에는 방문지를 골라 주세요."),
            ),
            models.CheckConstraint(
                name="only_travel_has_ends",
                condition=Q(kind="travel") | Q(origin=None, target=None, km=None),
                violation_error_message=_("출발지와 도착지는 이동 일정에만 있습니다."),
            ),
            models.CheckConstraint(
                name="planner_only_is_no_visit",
                condition=Q(planner_only=False) | ~Q(kind="visit"),
                violation_error_message=_("현장방문은 담당자만 보는 일정이 될 수 없습니다."),
            ),
        ]

    def __str__(self) -> str:
        return self.display_title

    @property
    def display_title(self) -> str:
        return self.title_en if self.title_en and get_language() == "en" else self.title

    @property
    def minutes(self) -> int | None:
        """Length in minutes, None while unscheduled."""
        if self.starts_at is None or self.ends_at is None:
            return None
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None


class HostState(models.TextChoices):
    NOT_ASKED = "not_asked", _("요청 전")
    ASKED = "asked", _("회신 대기")
    CONFIRMED = "confirmed", _("확인됨")
    REFUSED = "refused", _("거절")


class SiteVisitQuerySet(models.QuerySet["SiteVisit"]):
    def visible_to(self, user: "User") -> Self:
        if allowed(user, Can.MANAGE_PROGRAMS):
            return self
        return self.filter(
            Exists(ProgramStaff.objects.filter(program=OuterRef("item__program"), user=user))
        )

    def live(self) -> Self:
        return self.filter(item__cancelled_at=None)

    def upcoming(self, *, at: datetime) -> Self:
        return self.filter(item__starts_at__gte=at)


@pghistory.track(exclude=["host_token_digest", "host_old_digest", "host_nonce"])
class SiteVisit(models.Model):
    """What a visit item has beside its time: the purpose and the host's answer.

    The host reads and answers through a link; `host_token_digest` is the SHA-256 of its secret, which is derived from
    the nonce and the secret key (`services/host_links.py`). `host_old_digest` keeps a link of before alive.
    """

    item = models.OneToOneField(
        ItineraryItem,
        models.CASCADE,
        related_name="visit",
        verbose_name=pgettext_lazy("item", "일정"),
    )
    purpose = models.CharField(_("방문 목적"), max_length=300, blank=True)
    headcount = models.PositiveSmallIntegerField(_("방문 인원"), null=True, blank=True)
    dress_rule = models.CharField(_("복장"), max_length=100, blank=True)
    id_rule = models.CharField(_("신분 확인"), max_length=100, blank=True)
    host_state = models.CharField(
        _("방문기관 회신"), max_length=10, choices=HostState, default=HostState.NOT_ASKED
    )
    host_token_digest = models.BinaryField(
        max_length=32, null=True, blank=True, unique=True, editable=False
    )
    host_old_digest = models.BinaryField(
        max_length=32, null=True, blank=True, unique=True, editable=False
    )
    host_nonce = models.CharField(max_length=32, blank=True, editable=False)
    host_note = models.CharField(_("방문기관 메모"), max_length=300, blank=True)
    asked_at = models.DateTimeField(_("요청한 시각"), null=True, blank=True)
    # The time the host was asked about: a moved visit has to be asked again.
    asked_starts_at = models.DateTimeField(_("요청한 시작 시각"), null=True, blank=True)
    asked_ends_at = models.DateTimeField(_("요청한 끝 시각"), null=True, blank=True)
    answered_at = models.DateTimeField(_("회신한 시각"), null=True, blank=True)
    # The office itself told the host that the visit is off, by telephone or letter.
    cancellation_told_at = models.DateTimeField(_("취소를 알린 시각"), null=True, blank=True)

    objects = SiteVisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("현장방문")
        verbose_name_plural = pgettext_lazy("plural", "현장방문")
        indexes = [models.Index(fields=["host_state"])]
        constraints = [
            models.CheckConstraint(
                name="visit_asked_with_time",
                condition=Q(host_state="not_asked")
                | Q(
                    asked_at__isnull=False,
                    asked_starts_at__isnull=False,
                    asked_ends_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="visit_answered_iff_answer",
                condition=Q(host_state__in=["confirmed", "refused"], answered_at__isnull=False)
                | Q(host_state__in=["not_asked", "asked"], answered_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.get_host_state_display()}"
