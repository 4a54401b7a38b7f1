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
    TravelTime,
    TripCopy,
    TripTemplate,
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


class TravelTimeFactory(DjangoModelFactory):
    class Meta:
        model = TravelTime

    origin = factory.SubFactory(SiteFactory)
    target = factory.SubFactory(SiteFactory)
    minutes = 60
    km = 45


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


CONTENT = {
    "format": 1,
    "program": {
        "title": "AI 역량강화 현장학습", "title_en": "", "category": "ai", "purpose": "", "capacity": 40, "minimum": 1,
        "completion_percent": 80, "completion_rule": "excused_leaves", "learning_cap_minutes": 420,
        "meeting_point": "고령군청 주차장", "bring": "신분증",
    },
    "off": [False, False],
    "groups": ["1조"],
    "items": [
        {
            "kind": "session", "title": "프롬프트 실습", "title_en": "", "day": 0, "start": 630, "minutes": 90,
            "site": None, "place": "대회의실", "origin": None, "target": None, "km": None, "groups": ["1조"],
            "counts_as_learning": True, "note": "", "bring": "", "planner_note": "", "planner_only": False,
            "purpose": "", "dress_rule": "", "id_rule": "",
        }
    ],
}  # fmt: skip


class TripTemplateFactory(DjangoModelFactory):
    class Meta:
        model = TripTemplate

    name = factory.Sequence(lambda n: f"수도권 1박 2일 {n}")
    days = 2
    content = factory.LazyFunction(lambda: CONTENT)
    created_by = factory.SubFactory(UserFactory)
    created_at = datetime(2026, 11, 1, 1, tzinfo=UTC)


class TripCopyFactory(DjangoModelFactory):
    """The program was made from a template, and one item had to move."""

    class Meta:
        model = TripCopy

    program = factory.SubFactory(ProgramFactory)
    template = factory.SubFactory(TripTemplateFactory)
    source_name = "수도권 1박 2일"
    asked_starts_on = date(2026, 12, 3)
    items = 1
    report = factory.LazyFunction(
        lambda: [
            {
                "title": "프롬프트 실습", "title_en": "", "kind": "session", "counted": "2026-12-25",
                "day": "2026-12-28", "start": 630, "minutes": 90, "reason": "holiday",
                "because": "2026-12-25", "about": "성탄절", "about_en": "Christmas Day",
            }
        ]
    )  # fmt: skip
    made_by = factory.SubFactory(UserFactory)
    made_at = datetime(2026, 11, 2, 1, tzinfo=UTC)


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
