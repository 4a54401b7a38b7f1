from typing import TYPE_CHECKING, Self

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Can, allowed

if TYPE_CHECKING:
    from accounts.models import User


class SiteKind(models.TextChoices):
    AI_FIRM = "ai_firm", _("AI 기업")
    SMART_TOURISM = "smart_tourism", _("스마트관광")
    PLANT_FACTORY = "plant_factory", _("식물공장")
    PUBLIC_FACILITY = "public_facility", _("공공시설")
    LODGING = "lodging", _("숙소")
    OTHER = "other", _("기타")


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("월")
    TUESDAY = 1, _("화")
    WEDNESDAY = 2, _("수")
    THURSDAY = 3, _("목")
    FRIDAY = 4, _("금")
    SATURDAY = 5, _("토")
    SUNDAY = 6, _("일")


class SiteQuerySet(models.QuerySet["Site"]):
    def visible_to(self, user: "User") -> Self:
        return self if allowed(user, Can.MANAGE_PROGRAMS) else self.none()

    def search(self, text: str) -> Self:
        return self.filter(
            Q(name__icontains=text)
            | Q(name_en__icontains=text)
            | Q(region__icontains=text)
            | Q(address__icontains=text)
        )


@pghistory.track()
class Site(models.Model):
    """A place that receives a visit, a class or a night: an AI firm, a museum, a plant factory, a lodging."""

    name = models.CharField(
        _("이름"),
        max_length=80,
        unique=True,
        error_messages={"unique": _("같은 이름의 방문지가 이미 있습니다.")},
    )
    name_en = models.CharField(_("영어 이름"), max_length=100, blank=True)
    kind = models.CharField(_("종류"), max_length=20, choices=SiteKind)
    region = models.CharField(_("지역"), max_length=40, blank=True, help_text=_("예: 서울 서초구"))
    address = models.CharField(_("주소"), max_length=200, blank=True)
    latitude = models.DecimalField(
        _("위도"),
        max_digits=8,
        decimal_places=5,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    longitude = models.DecimalField(
        _("경도"),
        max_digits=8,
        decimal_places=5,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    capacity = models.PositiveSmallIntegerField(
        _("회당 수용 인원"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("비워 두면 제한이 없습니다."),
    )
    contact_name = models.CharField(_("담당 부서·창구"), max_length=60, blank=True)
    contact_phone = models.CharField(_("대표 전화"), max_length=30, blank=True)
    contact_email = models.EmailField(_("대표 전자우편"), blank=True)
    access_notes = models.CharField(_("출입 안내"), max_length=300, blank=True)
    dress_rule = models.CharField(_("복장"), max_length=100, blank=True)
    id_rule = models.CharField(_("신분 확인"), max_length=100, blank=True)
    retired_on = models.DateField(_("사용 중지일"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = SiteQuerySet.as_manager()

    class Meta:
        verbose_name = _("방문지")
        verbose_name_plural = pgettext_lazy("plural", "방문지")
        ordering = ["name"]
        indexes = [models.Index(fields=["kind", "name"])]
        constraints = [
            models.CheckConstraint(name="site_named", condition=~Q(name="")),
            models.CheckConstraint(
                name="site_capacity_positive",
                condition=Q(capacity=None) | Q(capacity__gte=1),
                violation_error_message=_(
                    "수용 인원은 1명 이상이어야 합니다. 제한이 없으면 비워 두세요."
                ),
            ),
            models.CheckConstraint(
                name="site_coordinates_in_pairs",
                condition=Q(latitude=None, longitude=None)
                | Q(latitude__isnull=False, longitude__isnull=False),
                violation_error_message=_("위도와 경도를 함께 적어 주세요."),
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """The name in the reader's language, Korean where no English one was given."""
        return self.name_en if self.name_en and get_language() == "en" else self.name


class OpeningHours(models.Model):
    """When a site can be visited on a weekday; no row for a weekday means no stated hours, not closed."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="opening_hours")
    weekday = models.PositiveSmallIntegerField(_("요일"), choices=Weekday)
    opens_at = models.TimeField(_("여는 시각"))
    closes_at = models.TimeField(_("닫는 시각"))

    class Meta:
        verbose_name = _("방문 가능 시간")
        verbose_name_plural = _("방문 가능 시간")
        ordering = ["weekday", "opens_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "weekday", "opens_at"], name="opening_hours_once"
            ),
            models.CheckConstraint(
                name="opening_hours_ordered",
                condition=Q(closes_at__gt=F("opens_at")),
                violation_error_message=_("닫는 시각이 여는 시각보다 빠릅니다."),
            ),
            models.CheckConstraint(name="opening_weekday_known", condition=Q(weekday__lte=6)),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens_at:%H:%M}~{self.closes_at:%H:%M}"


class SiteClosure(models.Model):
    """A closed weekday ("월, 공휴일이면 다음 평일"), public holidays, or a range of dates; exactly one of the three."""

    class Kind(models.TextChoices):
        WEEKDAY = "weekday", _("요일")
        HOLIDAYS = "holidays", _("공휴일")
        DATES = "dates", _("기간")

    site = models.ForeignKey(Site, models.CASCADE, related_name="closures")
    kind = models.CharField(_("종류"), max_length=10, choices=Kind)
    weekday = models.PositiveSmallIntegerField(_("요일"), choices=Weekday, null=True, blank=True)
    shifts_after_holiday = models.BooleanField(_("공휴일이면 열고 다음 평일에 휴관"), default=False)
    first_on = models.DateField(_("첫날"), null=True, blank=True)
    last_on = models.DateField(_("마지막 날"), null=True, blank=True)
    note = models.CharField(_("설명"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("휴관일")
        verbose_name_plural = pgettext_lazy("plural", "휴관일")
        ordering = ["kind", "weekday", "first_on"]
        constraints = [
            models.CheckConstraint(
                name="closure_has_the_facts_of_its_kind",
                condition=Q(
                    kind="weekday",
                    weekday__isnull=False,
                    weekday__lte=6,
                    first_on=None,
                    last_on=None,
                )
                | Q(kind="holidays", weekday=None, first_on=None, last_on=None)
                | Q(kind="dates", weekday=None, first_on__isnull=False, last_on__isnull=False),
                violation_error_message=_(
                    "요일 휴관은 요일을, 기간 휴관은 첫날과 마지막 날을 적어 주세요."
                ),
            ),
            models.CheckConstraint(
                name="closure_dates_ordered",
                condition=Q(last_on=None) | Q(last_on__gte=F("first_on")),
                violation_error_message=_("마지막 날이 첫날보다 빠릅니다."),
            ),
        ]

    def __str__(self) -> str:
        if self.kind == self.Kind.WEEKDAY:
            return str(self.get_weekday_display())
        if self.kind == self.Kind.HOLIDAYS:
            return str(self.get_kind_display())
        return f"{self.first_on}~{self.last_on}"
