from typing import TYPE_CHECKING, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.permissions import Can, Role, allowed
from core.guards import append_only
from participants.models.participant import Participant
from programs.models import Group, Program, ProgramStaff

if TYPE_CHECKING:
    from accounts.models import User


class EnrollmentStatus(models.TextChoices):
    APPLIED = "applied", _("신청")
    NOMINATED = "nominated", _("추천")
    SELECTED = "selected", _("선발")
    WAITLISTED = "waitlisted", _("대기")
    REJECTED = "rejected", _("미선발")
    CONFIRMED = "confirmed", _("확정")
    WITHDRAWN = "withdrawn", _("취소")
    SUBSTITUTED = "substituted", _("대체됨")
    COMPLETED = "completed", _("이수")
    NOT_COMPLETED = "not_completed", _("미이수")


# Still the person's one enrollment in the program.
LIVE = [
    EnrollmentStatus.APPLIED,
    EnrollmentStatus.NOMINATED,
    EnrollmentStatus.SELECTED,
    EnrollmentStatus.WAITLISTED,
    EnrollmentStatus.CONFIRMED,
    EnrollmentStatus.COMPLETED,
    EnrollmentStatus.NOT_COMPLETED,
]
# Takes one of the program's seats.
SEATED = [
    EnrollmentStatus.SELECTED,
    EnrollmentStatus.CONFIRMED,
    EnrollmentStatus.COMPLETED,
    EnrollmentStatus.NOT_COMPLETED,
]
# Goes on the trip: sees the itinerary, stands on the roster, is reminded and counted.
TRAVELLING = [
    EnrollmentStatus.CONFIRMED,
    EnrollmentStatus.COMPLETED,
    EnrollmentStatus.NOT_COMPLETED,
]


class ReasonCode(models.TextChoices):
    DUTY = "duty", _("업무 공백")
    EMERGENCY = "emergency", _("비상근무")
    FAMILY = "family", _("경조사")
    ILLNESS = "illness", _("질병")
    TRANSFER = "transfer", _("인사이동")
    SELECTION = "selection", _("선발 심사")
    CANCELLED_PROGRAM = "program", _("과정 사정")
    OTHER = "other", _("기타")


class EnrollmentQuerySet(models.QuerySet["Enrollment"]):
    def visible_to(self, user: "User") -> Self:
        """Organizers all, staff of a program its people, coordinators their departments, everybody their own."""
        if allowed(user, Can.MANAGE_PROGRAMS):
            return self
        mine = Q(participant__user=user) | Exists(
            ProgramStaff.objects.filter(program=OuterRef("program"), user=user)
        )
        if allowed(user, Can.NOMINATE):
            departments = user.departments_as(Role.COORDINATOR)
            theirs = Q() if departments is None else Q(participant__department__in=departments)
            return self.filter(mine | theirs)
        return self.filter(mine)

    def live(self) -> Self:
        return self.filter(status__in=LIVE)

    def seated(self) -> Self:
        return self.filter(status__in=SEATED)

    def travelling(self) -> Self:
        return self.filter(status__in=TRAVELLING)

    def waitlisted(self) -> Self:
        return self.filter(status=EnrollmentStatus.WAITLISTED).order_by("waitlist_position", "pk")

    def with_waiting_place(self) -> Self:
        """Add `waiting_place`: 1 for who is next. Positions have gaps once somebody left the list."""
        ahead = (
            Enrollment.objects.filter(
                program=OuterRef("program"),
                status=EnrollmentStatus.WAITLISTED,
                waitlist_position__lte=OuterRef("waitlist_position"),
            )
            .order_by()
            .values("program")
            .annotate(place=Count("pk"))
            .values("place")
        )
        return self.annotate(waiting_place=Subquery(ahead))

    def in_office_order(self) -> Self:
        return self.order_by(
            "participant__department__sort_order",
            "participant__rank__sort_order",
            "participant__name",
            "pk",
        )


SEAT_GUARD = """
    IF NEW.status NOT IN ('selected', 'confirmed', 'completed', 'not_completed') THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.program_id = NEW.program_id
       AND OLD.status IN ('selected', 'confirmed', 'completed', 'not_completed') THEN
        RETURN NEW;
    END IF;
    SELECT capacity INTO seats FROM programs_program WHERE id = NEW.program_id FOR UPDATE;
    SELECT count(*) INTO taken FROM participants_enrollment
        WHERE program_id = NEW.program_id AND id <> NEW.id
          AND status IN ('selected', 'confirmed', 'completed', 'not_completed');
    IF taken >= seats THEN
        RAISE EXCEPTION 'program % has no free seat', NEW.program_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'enrollment_within_capacity';
    END IF;
    RETURN NEW;
"""

GROUP_GUARD = """
    IF NEW.group_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM programs_group WHERE id = NEW.group_id AND program_id = NEW.program_id
    ) THEN
        RAISE EXCEPTION 'group % is of another program', NEW.group_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'enrollment_group_in_program';
    END IF;
    RETURN NEW;
"""


class Enrollment(models.Model):
    """One person's place (or wish for one) in one program."""

    program = models.ForeignKey(
        Program, models.PROTECT, related_name="enrollments", verbose_name=_("과정")
    )
    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="enrollments", verbose_name=_("교육생")
    )
    group = models.ForeignKey(
        Group,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="enrollments",
        verbose_name=_("조"),
    )
    status = models.CharField(_("상태"), max_length=15, choices=EnrollmentStatus)
    waitlist_position = models.PositiveSmallIntegerField(_("대기순번"), null=True, blank=True)
    # What the training order said on the day it was issued; people move, records do not.
    name = models.CharField(_("성명(확정 당시)"), max_length=60, blank=True)
    department_name = models.CharField(_("소속(확정 당시)"), max_length=60, blank=True)
    rank_name = models.CharField(_("직급(확정 당시)"), max_length=40, blank=True)
    active_from = models.DateTimeField(_("참가 시작"), null=True, blank=True)
    active_until = models.DateTimeField(_("참가 끝"), null=True, blank=True)
    substitute_for = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="substitute",
        verbose_name=_("대신하는 사람"),
    )
    created_at = models.DateTimeField(_("등록한 시각"), auto_now_add=True)

    objects = EnrollmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("수강")
        verbose_name_plural = pgettext_lazy("plural", "수강")
        indexes = [
            models.Index(fields=["program", "status"]),
            models.Index(fields=["participant", "status"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "participant"],
                condition=Q(status__in=LIVE),
                name="enrollment_once_while_live",
                violation_error_message=_("이미 이 과정에 등록된 사람입니다."),
            ),
            models.UniqueConstraint(
                fields=["program", "waitlist_position"],
                condition=Q(status="waitlisted"),
                name="waitlist_position_unique",
            ),
            models.CheckConstraint(
                name="waitlist_position_iff_waitlisted",
                condition=Q(status="waitlisted", waitlist_position__isnull=False)
                | (~Q(status="waitlisted") & Q(waitlist_position=None)),
            ),
            models.CheckConstraint(
                name="confirmed_enrollment_is_frozen",
                condition=~Q(status__in=["confirmed", "completed", "not_completed", "substituted"])
                | (~Q(name="") & ~Q(department_name="") & ~Q(rank_name="")),
            ),
            models.CheckConstraint(
                name="enrollment_active_range_ordered",
                condition=Q(active_from=None)
                | Q(active_until=None)
                | Q(active_until__gte=F("active_from")),
            ),
            models.CheckConstraint(
                name="enrollment_not_its_own_substitute",
                condition=Q(substitute_for=None) | ~Q(substitute_for=F("id")),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="enrollment_within_capacity",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("status", "program_id"),
                declare=[("seats", "INTEGER"), ("taken", "INTEGER")],
                func=SEAT_GUARD,
            ),
            pgtrigger.Trigger(
                name="enrollment_group_in_program",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("group_id", "program_id"),
                func=GROUP_GUARD,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name or self.participant} {self.get_status_display()}"


class EnrollmentEvent(models.Model):
    """A step of an enrollment: what it became, who said so and why. Read by the reminders for who is to be told."""

    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="events")
    status = models.CharField(_("상태"), max_length=15, choices=EnrollmentStatus)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("처리한 사람"),
    )
    reason_code = models.CharField(_("사유 구분"), max_length=10, choices=ReasonCode, blank=True)
    reason = models.CharField(_("사유"), max_length=300, blank=True)
    at = models.DateTimeField(_("시각"))

    class Meta:
        verbose_name = _("수강 이력")
        verbose_name_plural = _("수강 이력")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["enrollment", "at"]), models.Index(fields=["at"])]
        triggers = append_only("enrollment_history_is_append_only")

    def __str__(self) -> str:
        return f"{self.get_status_display()} {self.at:%Y-%m-%d %H:%M}"
