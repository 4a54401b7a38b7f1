from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Department(models.Model):
    """A unit of the county in its official order (직제순)."""

    code = models.CharField(_("부서 코드"), max_length=20, unique=True)
    name = models.CharField(_("부서 이름"), max_length=60)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("상위 부서"),
    )
    sort_order = models.PositiveSmallIntegerField(_("직제 순서"))
    closed_on = models.DateField(_("폐지일"), null=True, blank=True)

    class Meta:
        verbose_name = _("부서")
        verbose_name_plural = pgettext_lazy("plural", "부서")
        ordering = ["sort_order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(closed_on=None),
                name="department_name_unique_while_open",
            ),
            models.CheckConstraint(
                name="department_is_not_its_own_parent",
                condition=Q(parent=None) | ~Q(parent=F("id")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Rank(models.Model):
    """직급, in the order offices list people (5급 before 9급, other kinds of staff after)."""

    name = models.CharField(_("직급"), max_length=40, unique=True)
    sort_order = models.PositiveSmallIntegerField(_("직급 순서"))

    class Meta:
        verbose_name = _("직급")
        verbose_name_plural = pgettext_lazy("plural", "직급")
        ordering = ["sort_order", "pk"]

    def __str__(self) -> str:
        return self.name
