"""What the pages of the travel-time table show."""

from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.dates import kdatetime, kduration
from core.lists import Column, ListSpec
from core.templatetags.ui import badge
from programs.models import Program
from site_visits.distance import Leg
from site_visits.models import Site, TravelImport, TravelSource, TravelTime
from site_visits.services import travel
from site_visits.services.travel_import import Outcome
from site_visits.travel_file import Change

SHOWN_CHANGES: Final = 50
SHOWN_HISTORY: Final = 20
TONES: Final = {
    TravelSource.MANUAL: "ok",
    TravelSource.IMPORT: "info",
    TravelSource.ESTIMATE: "warn",
}


def pair_url(origin: int, target: int) -> str:
    return reverse("organize:travel-edit", args=[origin, target])


def source_badge(source: str) -> str:
    return badge(TravelSource(source).label, TONES[TravelSource(source)])


LIST = ListSpec(
    caption=gettext_lazy("이동시간표"),
    columns=[
        Column(
            "origin", gettext_lazy("출발지"), lambda row: row.origin.display_name, ["origin__name", "target__name"]
        ),
        Column(
            "target", gettext_lazy("도착지"), lambda row: row.target.display_name, ["target__name", "origin__name"]
        ),
        Column(
            "minutes", gettext_lazy("소요시간"), lambda row: kduration(row.minutes), ["minutes"], numeric=True
        ),
        Column("km", gettext_lazy("거리"), lambda row: f"{row.km} km", ["km"], numeric=True),
        Column("source", gettext_lazy("출처"), lambda row: source_badge(row.source), ["source"]),
    ],
    url=lambda row: pair_url(row.origin_id, row.target_id),
    default_order=["origin__name", "target__name"],
    empty_text=gettext_lazy("아직 이동시간이 없습니다. 한 구간씩 적거나 파일로 올려 주세요"),
    empty_action_url="import/",
    empty_action_label=gettext_lazy("파일로 올리기"),
)  # fmt: skip


def missing_context(program: Program | None) -> dict[str, Any]:
    """How many pairs of the chosen program nobody knows."""
    if program is None:
        return {"of_program": None}
    return {"of_program": program, "missing": travel.missing_pairs(program)}


@dataclass(frozen=True, slots=True)
class Version:
    """One state of a pair: what it said, who wrote it and when."""

    when: str
    who: str
    minutes: str
    km: int
    source: Any


def history_of(row: TravelTime | None) -> list[Version]:
    if row is None:
        return []
    events: Any = TravelTime.pgh_event_model
    found = list(
        events.objects.filter(pgh_obj_id=row.pk)
        .select_related("pgh_context")
        .order_by("-pgh_id")[:SHOWN_HISTORY]
    )
    users = User.objects.in_bulk({pk for event in found if (pk := _user_of(event))})
    return [
        Version(
            when=kdatetime(event.pgh_created_at),
            who=users[pk].name if (pk := _user_of(event)) in users else "–",
            minutes=kduration(event.minutes),
            km=event.km,
            source=TravelSource(event.source).label,
        )
        for event in found
    ]


def _user_of(event: Any) -> Any:
    return event.pgh_context.metadata.get("user") if event.pgh_context else None


def edit_context(
    origin: Site, target: Site, row: TravelTime | None, form: Any, guess: Leg | None
) -> dict[str, Any]:
    return {
        "origin": origin,
        "target": target,
        "row": row,
        "form": form,
        "guess": guess,
        "guess_words": f"{kduration(guess.minutes)} · {guess.km} km" if guess else "",
        "badge": source_badge(row.source) if row else "",
        "history": history_of(row),
        "back_url": reverse("organize:travel-list"),
    }


def initial(row: TravelTime | None, guess: Leg | None) -> dict[str, Any]:
    if row:
        return {"version": row.version, "minutes": row.minutes, "km": row.km}
    found = {"minutes": guess.minutes, "km": guess.km} if guess else {}
    return {"version": 0, "both_ways": True} | found


@dataclass(frozen=True, slots=True)
class Shown:
    origin: str
    target: str
    old: str
    new: str
    source: Any


def import_context(upload: TravelImport, found: Outcome) -> dict[str, Any]:
    """The first changes by name; their number is said."""
    listed = [*found.changed, *found.added][:SHOWN_CHANGES]
    sites = Site.objects.in_bulk(
        {pk for one in listed for pk in (one.pair.origin, one.pair.target)}
    )
    return {
        "upload": upload,
        "added": len(found.added),
        "changed": len(found.changed),
        "same": found.same,
        "changes": [_shown(one, sites) for one in listed],
        "more": len(found.added) + len(found.changed) - len(listed),
    }


def _shown(one: Change, sites: dict[int, Site]) -> Shown:
    names = [str(sites.get(pk, _("없어진 방문지"))) for pk in (one.pair.origin, one.pair.target)]
    old = f"{kduration(one.before.minutes)} · {one.before.km} km" if one.before else ""
    return Shown(
        origin=names[0],
        target=names[1],
        old=old,
        new=f"{kduration(one.pair.minutes)} · {one.pair.km} km",
        source=TravelSource(one.source).label,
    )
