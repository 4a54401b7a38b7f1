from typing import TYPE_CHECKING, Any, Self

import pghistory
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Department, Rank
from accounts.permissions import Can, Role, allowed
from core.encryption import EncryptedTextField

if TYPE_CHECKING:
    from accounts.models import User
    from programs.models import Program


class EmploymentType(models.TextChoices):
    OFFICIAL = "official", _("공무원")
    CONTRACT = "contract", _("공무직·기간제")


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def visible_to(self, user: "User") -> Self:
        """Organizers see the whole directory, coordinators their departments, everybody themselves."""
        if allowed(user, Can.MANAGE_PROGRAMS):
            return self
        own = Q(user=user)
        if allowed(user, Can.NOMINATE):
            departments = user.departments_as(Role.COORDINATOR)
            own |= Q() if departments is None else Q(department__in=departments)
        return self.filter(own)

    def serving(self) -> Self:
        """Without those who left the county."""
        return self.filter(left_on=None)

    def in_office_order(self) -> Self:
        """직제순 → 직급순 → 가나다순, as every list on paper is sorted."""
        return self.order_by("department__sort_order", "rank__sort_order", "name", "pk")

    def without_place_in(self, program: "Program") -> Self:
        """Who has no live enrollment in `program`."""
        enrollments: Any = self.model.enrollments.rel.related_model
        there = enrollments.objects.live().filter(program=program)
        return self.exclude(Exists(there.filter(participant=OuterRef("pk"))))

    def search(self, text: str) -> Self:
        return self.filter(Q(name__icontains=text) | Q(employee_number__icontains=text))


@pghistory.track(exclude=["mobile"])
class Participant(models.Model):
    """A member of the county's staff who can be trained; known by employee number, never by name alone."""

    employee_number = models.CharField(
        _("사번"),
        max_length=20,
        unique=True,
        error_messages={"unique": _("이미 등록된 사번입니다.")},
    )
    name = models.CharField(_("성명"), max_length=60)
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="participants", verbose_name=_("소속")
    )
    rank = models.ForeignKey(
        Rank, models.PROTECT, related_name="participants", verbose_name=_("직급")
    )
    position = models.CharField(_("직위"), max_length=40, blank=True)
    team = models.CharField(_("담당"), max_length=40, blank=True)
    employment_type = models.CharField(
        _("고용 형태"), max_length=10, choices=EmploymentType, default=EmploymentType.OFFICIAL
    )
    email = models.EmailField(_("전자우편"), blank=True)
    mobile = EncryptedTextField(_("휴대전화"), blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="participant",
        verbose_name=_("계정"),
    )
    left_on = models.DateField(_("퇴직·전출일"), null=True, blank=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        verbose_name = _("교육생")
        verbose_name_plural = pgettext_lazy("plural", "교육생")
        ordering = ["department__sort_order", "rank__sort_order", "name", "pk"]
        indexes = [
            models.Index(fields=["department", "rank", "name"]),
            models.Index(fields=["name"]),
            # Contains-search over a province of names; UPPER because that is what icontains compares.
            GinIndex(OpClass(Upper("name"), "gin_trgm_ops"), name="participant_name_trgm"),
            GinIndex(
                OpClass(Upper("employee_number"), "gin_trgm_ops"), name="participant_number_trgm"
            ),
        ]
        constraints = [
            models.CheckConstraint(name="participant_named", condition=~Q(name="")),
            models.CheckConstraint(name="participant_numbered", condition=~Q(employee_number="")),
        ]

    def __str__(self) -> str:
        return self.name
