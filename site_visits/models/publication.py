from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.dates import kduration
from core.guards import append_only
from programs.models import Program
from site_visits.models.itinerary import ItemKind
from site_visits.models.site import Site, SiteKind

if TYPE_CHECKING:
    from collections.abc import Collection


class Change(models.TextChoices):
    """What a publication did to an item, compared with the publication before it."""

    UNCHANGED = "unchanged", _("그대로")
    ADDED = "added", _("추가")
    MOVED = "moved", _("시간 변경")
    CHANGED = "changed", _("내용 변경")
    CANCELLED = "cancelled", pgettext_lazy("change", "취소")


class PublicationQuerySet(models.QuerySet["Publication"]):
    def latest_of_each(self) -> Self:
        """Only the publication in force of every program."""
        newer = self.model.objects.filter(
            program=OuterRef("program"), number__gt=OuterRef("number")
        )
        return self.filter(~Exists(newer))


class Publication(models.Model):
    """The itinerary as everybody was told it: number, time, author; its items never change."""

    program = models.ForeignKey(
        Program, models.PROTECT, related_name="publications", verbose_name=_("과정")
    )
    number = models.PositiveIntegerField(_("판"))
    published_at = models.DateTimeField(_("공개한 시각"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("공개한 사람")
    )
    comment = models.CharField(_("알릴 말"), max_length=300, blank=True)
    override_reason = models.CharField(_("문제를 알고도 공개하는 사유"), max_length=300, blank=True)
    # The program's own facts that participants read, frozen with the items.
    meeting_point = models.CharField(_("집결지"), max_length=200, blank=True)
    bring = models.CharField(_("준비물"), max_length=300, blank=True)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("공개본")
        verbose_name_plural = pgettext_lazy("plural", "공개본")
        ordering = ["program", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["program", "number"], name="publication_number_unique"),
            models.CheckConstraint(name="publication_number_from_one", condition=Q(number__gte=1)),
        ]
        triggers = append_only("publication_is_immutable")

    def __str__(self) -> str:
        return f"{self.program} {self.number}"


class PublishedItemQuerySet(models.QuerySet["PublishedItem"]):
    def current(self) -> Self:
        """Items of the publication in force of each program."""
        newer = Publication.objects.filter(
            program=OuterRef("publication__program"), number__gt=OuterRef("publication__number")
        )
        return self.filter(~Exists(newer))

    def live(self) -> Self:
        return self.filter(cancelled=False)

    def learning(self) -> Self:
        return self.filter(counts_as_learning=True, cancelled=False)

    def in_order(self) -> Self:
        return self.order_by("starts_at", "ends_at", "pk")


class PublishedItem(models.Model):
    """One item of one publication, with all a participant, a feed or a report needs; immutable.

    `revision` rises when time, place or title changed (re-arms reminders); `sequence` is the calendar's and rises
    with any change a calendar shows. `group_ids` empty = everybody.
    """

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="items")
    uid = models.UUIDField()
    revision = models.PositiveIntegerField(_("개정 번호"))
    sequence = models.PositiveIntegerField(_("달력 순번"))
    change = models.CharField(_("변경"), max_length=10, choices=Change)
    kind = models.CharField(_("종류"), max_length=10, choices=ItemKind)
    title = models.CharField(_("제목"), max_length=120)
    title_en = models.CharField(max_length=140, blank=True)
    starts_at = models.DateTimeField(_("시작"))
    ends_at = models.DateTimeField(_("끝"))
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+")
    site_name = models.CharField(_("방문지"), max_length=80, blank=True)
    site_name_en = models.CharField(max_length=100, blank=True)
    site_kind = models.CharField(max_length=20, choices=SiteKind, blank=True)
    place = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=200, blank=True)
    latitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    origin_name = models.CharField(max_length=80, blank=True)
    target_name = models.CharField(max_length=80, blank=True)
    km = models.PositiveSmallIntegerField(null=True, blank=True)
    group_ids = ArrayField(models.BigIntegerField(), default=list)
    group_names = models.CharField(max_length=300, blank=True)
    counts_as_learning = models.BooleanField()
    note = models.CharField(max_length=300, blank=True)
    bring = models.CharField(max_length=200, blank=True)
    dress_rule = models.CharField(max_length=100, blank=True)
    id_rule = models.CharField(max_length=100, blank=True)
    access_notes = models.CharField(max_length=300, blank=True)
    site_phone = models.CharField(max_length=30, blank=True)
    cancelled = models.BooleanField(default=False)

    objects = PublishedItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("공개된 일정")
        verbose_name_plural = pgettext_lazy("plural", "공개된 일정")
        indexes = [models.Index(fields=["publication", "starts_at"]), models.Index(fields=["uid"])]
        constraints = [
            models.UniqueConstraint(fields=["publication", "uid"], name="published_item_once"),
            models.CheckConstraint(
                name="published_item_ends_after_start", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(
                name="published_item_revision_from_one", condition=Q(revision__gte=1)
            ),
        ]
        triggers = append_only("published_item_is_immutable")

    def __str__(self) -> str:
        return self.display_title

    @property
    def display_title(self) -> str:
        return self.title_en if self.title_en and get_language() == "en" else self.title

    @property
    def display_site(self) -> str:
        return self.site_name_en if self.site_name_en and get_language() == "en" else self.site_name

    @property
    def display_place(self) -> str:
        """Where to be: the site with the spot inside it, or the place text alone."""
        return " · ".join(part for part in (self.display_site, self.place) if part)

    @property
    def hold(self) -> str:
        """What to bring, wear and have in hand."""
        return " · ".join(part for part in (self.bring, self.dress_rule, self.id_rule) if part)

    @property
    def kind_label(self) -> str:
        """The kind in words, a visit by what is visited: "AI 기업 방문"."""
        if self.kind == ItemKind.VISIT and self.site_kind:
            return gettext("%(kind)s 방문") % {"kind": self.get_site_kind_display()}
        return str(self.get_kind_display())

    @property
    def css_kind(self) -> str:
        """Plant factories have a color of their own."""
        is_plant = self.kind == ItemKind.VISIT and self.site_kind == SiteKind.PLANT_FACTORY
        return "plant" if is_plant else str(self.kind)

    @property
    def detail(self) -> str:
        """The one line under the title: where, or how far."""
        if self.kind == ItemKind.TRAVEL:
            return " · ".join(
                part
                for part in (f"{self.km} km" if self.km else "", kduration(self.minutes))
                if part
            )
        return self.display_place

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    def concerns(self, group_ids: "Collection[int]") -> bool:
        return not self.group_ids or bool(set(self.group_ids) & set(group_ids))
