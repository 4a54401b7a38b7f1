"""Sites, draft items and published itineraries."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import factory
from factory.django import DjangoModelFactory

from core.dates import SEOUL
from programs.models import Program
from site_visits.models import (
    Change,
    ItemKind,
    ItineraryItem,
    Publication,
    PublishedItem,
    Site,
    SiteKind,
    SiteVisit,
)
from tests.factories.accounts import UserFactory
from tests.factories.programs import ProgramFactory


def at(day: date, clock: str) -> datetime:
    """An instant on a Seoul day: `at(date(2026, 12, 3), "10:30")`."""
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=SEOUL).astimezone(UTC)


class SiteFactory(DjangoModelFactory):
    class Meta:
        model = Site

    name = factory.Sequence(lambda n: f"㈜한빛에이아이{n}(가칭)")
    kind = SiteKind.AI_FIRM
    region = "서울 서초구"
    address = "서울 서초구 양재동"


class ItemFactory(DjangoModelFactory):
    class Meta:
        model = ItineraryItem

    program = factory.SubFactory(ProgramFactory)
    kind = ItemKind.SESSION
    title = factory.Sequence(lambda n: f"교육 {n}")
    starts_at = factory.LazyAttribute(lambda item: at(item.program.starts_on, "10:30"))
    ends_at = factory.LazyAttribute(lambda item: item.starts_at + timedelta(minutes=90))
    counts_as_learning = True


class VisitItemFactory(ItemFactory):
    """A visit with its SiteVisit row."""

    kind = ItemKind.VISIT
    site = factory.SubFactory(SiteFactory)

    @classmethod
    def _create(cls, model_class: type[ItineraryItem], *args: Any, **fields: Any) -> ItineraryItem:
        item = super()._create(model_class, *args, **fields)
        SiteVisit.objects.create(item=item)
        return item


def publication(program: Program, *, number: int = 1, **fields: Any) -> Publication:
    """A publication row without items, made without the publishing service."""
    return Publication.objects.create(
        program=program,
        number=number,
        published_at=fields.pop("published_at", datetime(2026, 11, 20, 1, tzinfo=UTC)),
        by=fields.pop("by", None) or UserFactory(),
        meeting_point=program.meeting_point,
        bring=program.bring,
        **fields,
    )


def published_item(
    of: Publication, *, clock: str = "10:30", minutes: int = 90, **fields: Any
) -> PublishedItem:
    """An item of `of`, on the program's first day unless `starts_at` says otherwise."""
    starts_at = fields.pop("starts_at", None) or at(of.program.starts_on, clock)
    defaults = {
        "uid": uuid4(),
        "revision": 1,
        "sequence": 0,
        "change": Change.ADDED,
        "kind": ItemKind.SESSION,
        "title": "프롬프트 실습",
        "ends_at": starts_at + timedelta(minutes=minutes),
        "counts_as_learning": True,
    }
    return PublishedItem.objects.create(publication=of, starts_at=starts_at, **(defaults | fields))
