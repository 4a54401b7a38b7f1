import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Department
from programs.models import Program


class Trigger(models.TextChoices):
    """What the time of a reminder is counted from."""

    DAY_BEFORE_AT = "day_before_at", _("며칠 전 정한 시각")
    BEFORE_FIRST_ITEM = "before_first_item", _("그날 첫 일정 전")
    BEFORE_ITEM = "before_item", _("일정마다 시작 전")
    BEFORE_PROGRAM = "before_program", _("과정의 첫 일정 전")


class Audience(models.TextChoices):
    CONFIRMED = "confirmed", _("확정된 교육생")
    WAITLISTED = "waitlisted", _("대기자")
    LEADERS = "leaders", _("인솔자")
    COORDINATORS = "coordinators", _("부서 서무")
    HOSTS = "hosts", _("방문기관")


@pghistory.track()
class ReminderRule(models.Model):
    """When whom to remind of a program, through which channels in order, in which words.

    A rule without a program is a default, copied to each new program. Templates are plain text with
    `{placeholder}`s; the allowed ones are listed in reminders/services/wording.py.
    """

    program = models.ForeignKey(
        Program,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="reminder_rules",
        verbose_name=_("과정"),
    )
    name = models.CharField(_("이름"), max_length=60)
    trigger = models.CharField(_("기준"), max_length=20, choices=Trigger)
    days_before = models.PositiveSmallIntegerField(_("며칠 전"), null=True, blank=True)
    at_time = models.TimeField(_("시각"), null=True, blank=True)
    minutes_before = models.PositiveIntegerField(_("몇 분 전"), null=True, blank=True)
    item_kinds = ArrayField(
        models.CharField(max_length=20),
        default=list,
        db_default=[],
        blank=True,
        verbose_name=_("일정 종류"),
        help_text=_("비워 두면 모든 일정입니다."),
    )
    business_days = models.BooleanField(_("근무일로 셈"), default=False)
    audience = models.CharField(
        _("받는 사람"), max_length=20, choices=Audience, default=Audience.CONFIRMED
    )
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, verbose_name=_("부서")
    )
    channels = ArrayField(
        models.CharField(max_length=10), default=list, verbose_name=_("보내는 방법")
    )
    subject = models.CharField(pgettext_lazy("message", "제목"), max_length=120)
    body = models.TextField(_("내용"), max_length=2000)
    subject_en = models.CharField(pgettext_lazy("message", "영어 제목"), max_length=140, blank=True)
    body_en = models.TextField(_("영어 내용"), max_length=2000, blank=True)
    # What a phone gets instead of subject and body; empty: the subject alone.
    sms = models.TextField(_("문자 내용"), max_length=500, blank=True, db_default="")
    sms_en = models.TextField(_("영어 문자 내용"), max_length=500, blank=True, db_default="")
    is_active = models.BooleanField(_("사용"), default=True)

    class Meta:
        verbose_name = _("알림 규칙")
        verbose_name_plural = pgettext_lazy("plural", "알림 규칙")
        ordering = ["program", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "name"],
                nulls_distinct=False,
                name="reminder_rule_name_unique",
                violation_error_message=_("같은 이름의 알림 규칙이 있습니다."),
            ),
            models.CheckConstraint(
                name="rule_has_the_facts_of_its_trigger",
                condition=Q(
                    trigger="day_before_at",
                    days_before__isnull=False,
                    at_time__isnull=False,
                    minutes_before=None,
                )
                | Q(
                    trigger__in=["before_first_item", "before_item", "before_program"],
                    days_before=None,
                    at_time=None,
                    minutes_before__isnull=False,
                ),
                violation_error_message=_("기준에 맞는 때를 적어 주세요."),
            ),
            models.CheckConstraint(
                name="rule_with_kinds_speaks_of_items",
                condition=Q(trigger="before_item") | Q(item_kinds__len=0),
                violation_error_message=_(
                    "일정 종류는 일정마다 보내는 알림에서만 고를 수 있습니다."
                ),
            ),
            models.CheckConstraint(
                name="rule_counts_working_days_from_one",
                condition=Q(business_days=False) | Q(trigger="day_before_at", days_before__gte=1),
                violation_error_message=_("근무일로 세려면 1일 전 이상이어야 합니다."),
            ),
            models.CheckConstraint(
                name="rule_of_a_department_reaches_its_people",
                condition=Q(department=None) | ~Q(audience__in=["leaders", "hosts"]),
                violation_error_message=_("인솔자와 방문기관은 부서로 나눌 수 없습니다."),
            ),
            models.CheckConstraint(name="rule_has_a_channel", condition=Q(channels__len__gte=1)),
        ]

    def __str__(self) -> str:
        return self.name
