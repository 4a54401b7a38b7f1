"""How far drafts have moved away from what people were told, for many programs in one question.

`services.publishing.review` compares one program row by row for the person about to publish; this counts for
the pages that show many programs. A test keeps the two in agreement.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Count,
    Exists,
    F,
    FloatField,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Left, NullIf

from programs.models import Group, Program
from site_visits.models import ItineraryItem, Publication, PublishedItem

# Frozen as they stand on the item.
SAME_NAME = (
    "kind",
    "title",
    "title_en",
    "starts_at",
    "ends_at",
    "place",
    "counts_as_learning",
    "note",
    "bring",
)
# Frozen from the site and the ends of a leg: empty where there is none.
FROM_TEXT = {
    "site_name": "site__name",
    "site_name_en": "site__name_en",
    "site_kind": "site__kind",
    "address": "site__address",
    "access_notes": "site__access_notes",
    "site_phone": "site__contact_phone",
    "origin_name": "origin__name",
    "target_name": "target__name",
}
# Null on both sides is the same.
FROM_NUMBER = {
    "site_id": "site_id",
    "latitude": "site__latitude",
    "longitude": "site__longitude",
    "km": "km",
}
OUT_OF_RANGE = -999
RULES = ("dress_rule", "id_rule")


def unpublished(programs: Iterable[Program]) -> dict[int, int]:
    """Program id → changes its participants have not been told of; programs never published are left out."""
    ids = [program.pk for program in programs]
    found = dict(
        _changed_items(ids)
        .values("program")
        .annotate(n=Count("pk"))
        .values_list("program", "n")
        .order_by()
    )
    for program in _changed_facts(ids):
        found[program] = found.get(program, 0) + 1
    return found


def _changed_items(ids: list[int]) -> QuerySet[ItineraryItem]:
    """Draft items that publishing now would add, move, change or cancel."""
    current = (
        Publication.objects.filter(program=OuterRef("program")).order_by("-number").values("pk")[:1]
    )
    told = PublishedItem.objects.live().filter(publication=OuterRef("current"), uid=OuterRef("uid"))
    planned = Q(planner_only=False, cancelled_at=None, starts_at__isnull=False)
    return (
        ItineraryItem.objects.filter(program__in=ids)
        .annotate(current=Subquery(current))
        .filter(current__isnull=False)
        .annotate(**_as_frozen())
        .filter((planned & ~Exists(_same(told))) | (~planned & Exists(told)))
    )


def _as_frozen() -> dict[str, Any]:
    """What publishing would freeze, beside the item's own columns."""
    through = ItineraryItem.groups.through.objects.filter(itineraryitem=OuterRef("pk"))
    groups = Group.objects.filter(items=OuterRef("pk")).order_by("sort_order", "pk").values("name")
    names = Func(
        ArraySubquery(groups), Value(", "), function="array_to_string", output_field=TextField()
    )
    return {
        "as_group_ids": ArraySubquery(through.order_by("group_id").values("group_id")),
        "as_group_names": Left(Coalesce(names, Value("")), 300),
        **{f"as_{name}": Coalesce(F(source), Value("")) for name, source in FROM_TEXT.items()},
        **{f"as_{name}": _number(source) for name, source in FROM_NUMBER.items()},
        **{f"as_{name}": _rule(name) for name in RULES},
    }


def _rule(name: str) -> Coalesce:
    """The visit's own rule, else the site's."""
    return Coalesce(
        NullIf(f"visit__{name}", Value("")), NullIf(f"site__{name}", Value("")), Value("")
    )


def _number(source: str) -> Coalesce:
    return Coalesce(Cast(F(source), FloatField()), Value(OUT_OF_RANGE), output_field=FloatField())


def _same(told: QuerySet[PublishedItem]) -> QuerySet[PublishedItem]:
    numbers = {f"known_{name}": _number(name) for name in FROM_NUMBER}
    copied = ("group_ids", "group_names", *FROM_TEXT, *RULES)
    return told.annotate(**numbers).filter(
        **{name: OuterRef(name) for name in SAME_NAME},
        **{name: OuterRef(f"as_{name}") for name in copied},
        **{f"known_{name}": OuterRef(f"as_{name}") for name in FROM_NUMBER},
    )


def _changed_facts(ids: list[int]) -> Iterable[int]:
    """Programs whose meeting point or things to bring differ from what was published."""
    latest = Publication.objects.latest_of_each().filter(program__in=ids)
    moved = ~Q(meeting_point=F("program__meeting_point")) | ~Q(bring=F("program__bring"))
    return latest.filter(moved).values_list("program", flat=True)
