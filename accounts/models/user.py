from functools import cached_property
from typing import Any, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models.roles import RoleGrant
from accounts.permissions import Can, Role, allowed


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: "User") -> Self:
        """Administrators see every account, everybody their own."""
        return self if allowed(user, Can.MANAGE_ACCOUNTS) else self.filter(pk=user.pk)

    def active(self) -> Self:
        return self.filter(is_active=True)

    def holding(self, *roles: Role) -> Self:
        return self.filter(Exists(RoleGrant.objects.filter(user=OuterRef("pk"), role__in=roles)))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(
        self, employee_number: str, password: str | None = None, **fields: Any
    ) -> "User":
        user = self.model(employee_number=employee_number, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(
        self, employee_number: str, password: str | None = None, **fields: Any
    ) -> "User":
        """The first account of an installation: an administrator who can invite everybody else."""
        user = self.create_user(employee_number, password, **fields)
        RoleGrant.objects.create(user=user, role=Role.ADMINISTRATOR)
        return user


class User(AbstractBaseUser):
    """An account. Staff facts (department, rank, mobile) live with the participant."""

    employee_number = models.CharField(
        _("사번"),
        max_length=20,
        unique=True,
        error_messages={"unique": _("이미 등록된 사번입니다.")},
    )
    name = models.CharField(_("성명"), max_length=60)
    # Null, not empty: people without an address must not collide under the unique constraint.
    email = models.EmailField(_("전자우편"), null=True, blank=True)  # noqa: DJ001
    office_phone = models.CharField(_("내선번호"), max_length=30, blank=True)
    language = models.CharField(
        _("화면 언어"), max_length=2, choices=[("ko", "한국어"), ("en", "English")], default="ko"
    )
    is_active = models.BooleanField(_("사용 중"), default=True)
    invited_at = models.DateTimeField(_("초대한 시각"), null=True, blank=True)
    joined_at = models.DateTimeField(_("등록한 시각"), auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "employee_number"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name", "email"]

    class Meta:
        verbose_name = _("계정")
        verbose_name_plural = pgettext_lazy("plural", "계정")
        ordering = ["employee_number"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique_ignoring_case",
                violation_error_message=_("이미 등록된 전자우편 주소입니다."),
            ),
            models.CheckConstraint(name="user_email_null_not_empty", condition=~Q(email="")),
            models.CheckConstraint(
                name="user_employee_number_not_empty", condition=~Q(employee_number="")
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    @cached_property
    def grants(self) -> list[RoleGrant]:
        """The role grants, read once for each request."""
        return list(RoleGrant.objects.filter(user=self))

    @property
    def roles(self) -> frozenset[Role]:
        """Everybody with an account is a participant; the rest is granted."""
        return frozenset({Role.PARTICIPANT} | {Role(grant.role) for grant in self.grants})

    def departments_as(self, role: Role) -> list[int] | None:
        """Ids of the departments `role` is limited to; None when it is held for the whole county."""
        scopes = [grant.department_id for grant in self.grants if grant.role == role]
        return None if None in scopes else [scope for scope in scopes if scope is not None]

    # Django's admin asks these three; the permission table answers.
    @property
    def is_staff(self) -> bool:
        return allowed(self, Can.USE_ADMIN_SITE)

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return allowed(self, Can.USE_ADMIN_SITE)

    def has_module_perms(self, app_label: str) -> bool:
        return allowed(self, Can.USE_ADMIN_SITE)
