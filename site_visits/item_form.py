"""One itinerary item as an organizer types it; its kind decides what is asked."""

from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import uuid4

from django import forms
from django.db.models import Q
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.dates import at_local, local
from core.forms import CleanCharField, KoreanDateField, KoreanTimeField
from programs.models import Group, Program
from site_visits.models import ItemKind, ItineraryItem, Site
from site_visits.services.itinerary import ItemFacts

MOST_PEOPLE: Final = 5000

WHEN: Final = ("day", "starts_at", "ends_at", "ends_next_day")
WHERE: Final = ("site", "place")
TOLD: Final = ("bring", "note")
OWN: Final = ("planner_note", "planner_only")

# What is asked of an item of each kind, in the order of the form.
FIELDS_OF: Final[dict[str, tuple[str, ...]]] = {
    ItemKind.VISIT: (
        "title", "title_en", "site", "place", "purpose", *WHEN, "groups", "headcount", "counts_as_learning",
        "dress_rule", "id_rule", *TOLD, "planner_note",
    ),
    ItemKind.SESSION: ("title", "title_en", *WHERE, *WHEN, "groups", "counts_as_learning", *TOLD, *OWN),
    ItemKind.TRAVEL: ("title", "title_en", "origin", "target", *WHEN, "km", "place", "groups", "note", *OWN),
    ItemKind.MEAL: ("title", "title_en", *WHERE, *WHEN, "groups", *TOLD, *OWN),
    ItemKind.REST: ("title", "title_en", *WHERE, *WHEN, "groups", "note", *OWN),
    ItemKind.LODGING: ("title", "title_en", *WHERE, *WHEN, "groups", *TOLD, *OWN),
    ItemKind.ASSEMBLY: ("title", "title_en", *WHERE, *WHEN, "groups", *TOLD, *OWN),
}  # fmt: skip

# Legend, hint and fields of each part of the form.
SECTIONS: Final[list[tuple[Any, Any, tuple[str, ...]]]] = [
    (gettext_lazy("무엇을"), "", ("title", "title_en", "purpose")),
    (gettext_lazy("어디서"), "", ("site", "place", "origin", "target", "km")),
    (gettext_lazy("언제"), gettext_lazy("날짜와 시각을 모두 비우면 시간 미정으로 둡니다."), WHEN),
    (gettext_lazy("누가"), "", ("groups", "headcount", "counts_as_learning")),
    (gettext_lazy("교육생에게 알릴 것"), "", ("bring", "dress_rule", "id_rule", "note")),
    (gettext_lazy("담당자만 보는 것"), "", OWN),
]
SIDE_BY_SIDE: Final = (
    {"day", "starts_at", "ends_at"},
    {"origin", "target"},
    {"dress_rule", "id_rule"},
)


def site_field(label: Any) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        label=label,
        queryset=Site.objects.none(),
        required=False,
        empty_label=gettext_lazy("고르지 않음"),
        error_messages={
            "invalid_choice": gettext_lazy(
                "사용을 중지했거나 없는 방문지입니다. 다른 곳을 골라 주세요."
            )
        },
    )


class ItemForm(forms.Form):
    """One itinerary item; the kind decides which fields there are, so a page without scripts shows the right ones."""

    uid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, required=False)
    title = CleanCharField(
        label=gettext_lazy("제목"),
        max_length=120,
        error_messages={"required": gettext_lazy("제목을 적어 주세요.")},
    )
    title_en = CleanCharField(label=gettext_lazy("영어 제목"), max_length=140, required=False)
    purpose = CleanCharField(
        label=gettext_lazy("방문 목적"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("방문기관이 읽습니다."),
    )
    site = site_field(gettext_lazy("방문지"))
    place = CleanCharField(
        label=gettext_lazy("장소"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("방문지 안의 자리, 또는 방문지 목록에 없는 곳"),
    )
    origin = site_field(gettext_lazy("출발지"))
    target = site_field(gettext_lazy("도착지"))
    km = forms.IntegerField(
        label=gettext_lazy("거리(km)"),
        min_value=0,
        max_value=2000,
        required=False,
        help_text=gettext_lazy("비워 두면 이동시간표에서 가져옵니다."),
    )
    day = KoreanDateField(
        label=gettext_lazy("날짜"),
        required=False,
    )
    starts_at = KoreanTimeField(label=gettext_lazy("시작"), required=False)
    ends_at = KoreanTimeField(label=gettext_lazy("끝"), required=False)
    ends_next_day = forms.BooleanField(label=gettext_lazy("다음 날 끝남"), required=False)
    groups = forms.ModelMultipleChoiceField(
        label=gettext_lazy("조"),
        queryset=Group.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("고르지 않으면 모두 함께합니다."),
        error_messages={"invalid_choice": gettext_lazy("이 과정에 없는 조입니다.")},
    )
    headcount = forms.IntegerField(
        label=gettext_lazy("방문 인원"),
        min_value=1,
        max_value=MOST_PEOPLE,
        required=False,
        help_text=gettext_lazy("비워 두면 교육생 수로 알립니다."),
    )
    counts_as_learning = forms.BooleanField(label=gettext_lazy("교육시간으로 인정"), required=False)
    dress_rule = CleanCharField(label=gettext_lazy("복장"), max_length=100, required=False)
    id_rule = CleanCharField(label=gettext_lazy("신분 확인"), max_length=100, required=False)
    bring = CleanCharField(label=gettext_lazy("준비물"), max_length=200, required=False)
    note = CleanCharField(label=gettext_lazy("교육생에게 알릴 말"), max_length=300, required=False)
    planner_note = CleanCharField(label=gettext_lazy("담당자 메모"), max_length=500, required=False)
    planner_only = forms.BooleanField(
        label=gettext_lazy("담당자만 보기"),
        required=False,
        help_text=gettext_lazy("교육생에게 공개하지 않습니다."),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        kind: ItemKind,
        program: Program,
        item: ItineraryItem | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = (facts_to_initial(item) if item else {"uid": uuid4()}) | kwargs.get(
            "initial", {}
        )
        super().__init__(data, **kwargs)
        self.kind = kind
        wanted = {"uid", "version", *FIELDS_OF[kind]}
        self.fields = {name: field for name, field in self.fields.items() if name in wanted}
        fields: dict[str, Any] = self.fields
        kept = [item.site_id, item.origin_id, item.target_id] if item else []
        for name in {"site", "origin", "target"} & fields.keys():
            fields[name].queryset = Site.objects.filter(Q(retired_on=None) | Q(pk__in=kept))
        fields["groups"].queryset = program.groups.all()
        if kind == ItemKind.VISIT:
            fields["site"].required = True
            fields["site"].error_messages["required"] = gettext_lazy(
                "현장방문에는 방문지를 골라 주세요."
            )
        if kind == ItemKind.TRAVEL:
            fields["title"].required = False
            fields["title"].help_text = gettext_lazy("비워 두면 출발지와 도착지를 적습니다.")
            fields["ends_at"].help_text = gettext_lazy("비워 두면 이동시간표로 계산합니다.")

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if self.kind == ItemKind.TRAVEL and not found.get("title") and "title" not in self.errors:
            ends = [found.get("origin"), found.get("target")]
            found["title"] = " → ".join(site.name for site in ends if site)[:120]
            if not found["title"]:
                self.add_error("title", _("제목을 적거나 출발지와 도착지를 골라 주세요."))
        if (
            not found.get("day")
            and "day" not in self.errors
            and (found.get("starts_at") or found.get("ends_at"))
        ):
            self.add_error("day", _("날짜를 적어 주세요."))
        return found

    def facts(self) -> ItemFacts:
        """What the services take."""
        found = self.cleaned_data
        day: date | None = found.get("day")
        plain = {
            name: found[name]
            for name in FIELDS_OF[self.kind]
            if name not in {*WHEN, "groups"} and name in found
        }
        return ItemFacts(
            kind=self.kind,
            starts_at=instant(day, found.get("starts_at")),
            ends_at=instant(day, found.get("ends_at"), days=int(bool(found.get("ends_next_day")))),
            groups=tuple(found["groups"]),
            **plain,
        )

    def sections(self) -> list[tuple[Any, Any, list[list[BoundField]]]]:
        """The fields as the page shows them: by question, short ones side by side."""
        shown = []
        for legend, hint, names in SECTIONS:
            present = [name for name in names if name in self.fields and not self._is_idle(name)]
            if present:
                shown.append((legend, hint, self._rows(present)))
        return shown

    def _is_idle(self, name: str) -> bool:
        groups: Any = self.fields["groups"]
        return name == "groups" and not groups.queryset

    def _rows(self, names: list[str]) -> list[list[BoundField]]:
        rows: list[list[BoundField]] = []
        for name in names:
            family = next((family for family in SIDE_BY_SIDE if name in family), None)
            if family and rows and rows[-1][-1].name in family:
                rows[-1].append(self[name])
            else:
                rows.append([self[name]])
        return rows


def instant(day: date | None, clock: time | None, *, days: int = 0) -> datetime | None:
    if day is None or clock is None:
        return None
    return at_local(day + timedelta(days=days), clock)


def facts_to_initial(item: ItineraryItem) -> dict[str, Any]:
    """The form of an item as it stands."""
    visit = getattr(item, "visit", None)
    found: dict[str, Any] = {
        name: getattr(item, name)
        for name in ("title", "title_en", "site", "place", "origin", "target", "km", "counts_as_learning",
                     "note", "bring", "planner_note", "planner_only", "version", "uid")
    }  # fmt: skip
    for name in ("purpose", "headcount", "dress_rule", "id_rule"):
        found[name] = getattr(visit, name, None)
    found["groups"] = list(item.groups.all())
    if item.starts_at and item.ends_at:
        start, end = local(item.starts_at), local(item.ends_at)
        found |= {
            "day": start.date(),
            "starts_at": start.time(),
            "ends_at": end.time(),
            "ends_next_day": end.date() > start.date(),
        }
    return found
