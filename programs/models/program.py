from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Self

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Can, allowed

if TYPE_CHECKING:
    from accounts.models import User


class ProgramStatus(models.TextChoices):
    DRAFT = "draft", _("준비")
    OPEN = "open", _("모집 중")
    CLOSED = "closed", _("모집 마감")
    CONFIRMED = "confirmed", _("확정")
    RUNNING = "running", _("진행 중")
    FINISHED = "finished", _("종료")
    CANCELLED = "cancelled", _("폐강")


class Category(models.TextChoices):
    AI = "ai", _("AI·디지털")
    TOURISM = "tourism", _("스마트관광")
    AGRICULTURE = "agriculture", _("스마트농업")
    DUTY = "duty", _("직무")
    LIBERAL = "liberal", _("소양")


class CompletionRule(models.TextChoices):
    """What officially excused minutes do to the rate."""

    EXCUSED_COUNTS = "excused_counts", _("공결을 출석으로 인정")
    EXCUSED_LEAVES = "excused_leaves", _("공결을 총시간에서 제외")


class ProgramQuerySet(models.QuerySet["Program"]):
    def visible_to(self, user: "User") -> Self:
        """Organizers and administrators see every program, leaders and other staff those they serve."""
        if allowed(user, Can.MANAGE_PROGRAMS):
            return self
        staff = self.model.staff.rel.related_model
        return self.filter(Exists(staff.objects.filter(program=OuterRef("pk"), user=user)))

    def live(self) -> Self:
        return self.exclude(status__in=[ProgramStatus.CANCELLED, ProgramStatus.FINISHED])

    def open_for_application(self, *, at: datetime) -> Self:
        return self.filter(
            status=ProgramStatus.OPEN, applications_open_at__lte=at, applications_close_at__gt=at
        )

    def between(self, first: date | None, last: date | None) -> Self:
        """Programs of which at least one day lies in the period; None leaves that side open."""
        found = self
        if first:
            found = found.filter(ends_on__gte=first)
        if last:
            found = found.filter(starts_on__lte=last)
        return found


@pghistory.track()
class Program(models.Model):
    """A training program: one dated round (차수) of a course."""

    code = models.CharField(
        _("과정 코드"),
        max_length=30,
        unique=True,
        validators=[
            RegexValidator(
                r"^[a-z0-9][a-z0-9-]*$",
                _("영어 소문자, 숫자, 붙임표(-)만 쓸 수 있습니다. 예: ai-2026-1"),
            )
        ],
        help_text=_("주소에 쓰입니다. 예: ai-2026-1"),
        error_messages={"unique": _("이미 쓰고 있는 과정 코드입니다. 다른 코드를 적어 주세요.")},
    )
    title = models.CharField(_("과정명"), max_length=100)
    title_en = models.CharField(_("영어 과정명"), max_length=120, blank=True)
    round = models.PositiveSmallIntegerField(
        _("차수"), default=1, validators=[MinValueValidator(1)]
    )
    category = models.CharField(_("교육분야"), max_length=20, choices=Category, default=Category.AI)
    purpose = models.TextField(_("교육목표"), max_length=2000, blank=True)
    starts_on = models.DateField(_("시작일"))
    ends_on = models.DateField(_("종료일"))
    status = models.CharField(
        _("상태"), max_length=10, choices=ProgramStatus, default=ProgramStatus.DRAFT
    )
    status_reason = models.CharField(_("사유"), max_length=300, blank=True)
    capacity = models.PositiveSmallIntegerField(
        _("정원"),
        validators=[
            MinValueValidator(1, _("정원은 1명 이상이어야 합니다.")),
            MaxValueValidator(2000),
        ],
    )
    minimum = models.PositiveSmallIntegerField(
        _("최소 개설 인원"), default=1, validators=[MinValueValidator(1)]
    )
    applications_open_at = models.DateTimeField(_("접수 시작"), null=True, blank=True)
    applications_close_at = models.DateTimeField(_("접수 마감"), null=True, blank=True)
    completion_percent = models.PositiveSmallIntegerField(
        _("이수 기준(%)"), default=80, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    completion_rule = models.CharField(
        _("공결 처리"), max_length=20, choices=CompletionRule, default=CompletionRule.EXCUSED_LEAVES
    )
    learning_cap_minutes = models.PositiveSmallIntegerField(
        _("하루 인정시간 상한(분)"),
        default=420,
        validators=[MinValueValidator(60), MaxValueValidator(1440)],
    )
    meeting_point = models.CharField(_("집결지"), max_length=200, blank=True)
    bring = models.CharField(_("준비물"), max_length=300, blank=True)
    plan_document = models.CharField(_("계획 문서번호"), max_length=60, blank=True)
    order_document = models.CharField(_("교육 명령 문서번호"), max_length=60, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("만든 시각"), auto_now_add=True)

    objects = ProgramQuerySet.as_manager()

    class Meta:
        verbose_name = _("과정")
        verbose_name_plural = pgettext_lazy("plural", "과정")
        ordering = ["-starts_on", "code"]
        indexes = [models.Index(fields=["status", "starts_on"]), models.Index(fields=["starts_on"])]
        constraints = [
            models.UniqueConstraint(
                fields=["title", "round", "starts_on"],
                name="program_round_unique",
                violation_error_message=_("같은 과정명, 차수, 시작일의 과정이 이미 있습니다."),
            ),
            models.CheckConstraint(
                name="program_ends_after_start",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_(
                    "종료일이 시작일보다 빠릅니다. 종료일을 다시 정해 주세요."
                ),
            ),
            models.CheckConstraint(
                name="program_lasts_at_most_a_year",
                condition=Q(ends_on__lte=F("starts_on") + timedelta(days=366)),
                violation_error_message=_("과정 기간은 1년을 넘을 수 없습니다."),
            ),
            models.CheckConstraint(
                name="program_has_seats",
                condition=Q(capacity__gte=1),
                violation_error_message=_("정원은 1명 이상이어야 합니다."),
            ),
            models.CheckConstraint(
                name="program_minimum_within_capacity",
                condition=Q(minimum__gte=1, minimum__lte=F("capacity")),
                violation_error_message=_("최소 개설 인원은 1명 이상, 정원 이하여야 합니다."),
            ),
            models.CheckConstraint(
                name="program_application_window_ordered",
                condition=Q(applications_open_at=None)
                | Q(applications_close_at=None)
                | Q(applications_close_at__gt=F("applications_open_at")),
                violation_error_message=_("접수 마감이 접수 시작보다 빠릅니다."),
            ),
            models.CheckConstraint(
                name="program_open_has_window",
                condition=~Q(status="open")
                | Q(applications_open_at__isnull=False, applications_close_at__isnull=False),
                violation_error_message=_("모집하려면 접수 기간을 먼저 정해 주세요."),
            ),
            models.CheckConstraint(
                name="program_completion_percent_in_range",
                condition=Q(completion_percent__gte=1, completion_percent__lte=100),
            ),
            models.CheckConstraint(
                name="program_cancelled_with_reason",
                condition=~Q(status="cancelled") | ~Q(status_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return self.full_title

    @property
    def full_title(self) -> str:
        """Title with its round, as an office names it: "AI 역량강화 현장학습 1차"."""
        return str(_("%(title)s %(round)s차") % {"title": self.display_title, "round": self.round})

    @property
    def display_title(self) -> str:
        """The title in the reader's language, Korean where no English one was given."""
        return self.title_en if self.title_en and get_language() == "en" else self.title

    @property
    def days(self) -> list[date]:
        return [
            self.starts_on + timedelta(days=n)
            for n in range((self.ends_on - self.starts_on).days + 1)
        ]

    @property
    def is_over(self) -> bool:
        return self.status in (ProgramStatus.FINISHED, ProgramStatus.CANCELLED)
