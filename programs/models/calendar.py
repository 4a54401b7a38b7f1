from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Holiday(models.Model):
    """A public holiday; seeded from a library, editable because temporary ones are declared late."""

    date = models.DateField(_("날짜"), unique=True)
    name = models.CharField(_("이름"), max_length=60)
    name_en = models.CharField(_("영어 이름"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("공휴일")
        verbose_name_plural = pgettext_lazy("plural", "공휴일")
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"
