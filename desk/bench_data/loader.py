"""Loads the bench data in one transaction and says whom the benches may ask for."""

from datetime import time, timedelta
from hashlib import sha256
from random import Random
from typing import Any

from django.db import connection, transaction

from accounts.models import RoleGrant, User
from accounts.permissions import Role
from core.dates import at_local
from desk.bench_data import attendance, catalogue, copy, programs
from desk.bench_data.programs import Plan
from desk.bench_data.size import Size
from participants.models import Participant
from programs.models import Program
from site_visits.models import FeedToken
from site_visits.services.reading import digest_of

ITINERARY_ITEMS = 25
FEED_PROGRAMS = 8
# Boards of so many times the ordinary number of items, for so many times the ordinary number of people.
BOARDS = (8, 20, 40)
BOARD_PEOPLE = 10
BOARD_DAYS = 5
STAFF = 5


def holds_data() -> bool:
    return any(model.objects.exists() for model in (User, Participant, Program))


@transaction.atomic
def load(size: Size) -> dict[str, Any]:
    """The known people are the first two: one with a single program of 25 items, one with a feed of 200."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
    draw = Random(size.seed)  # noqa: S311 (no secret: the same data for the same seed)
    ranks = catalogue.ranks()
    people = catalogue.people(size, draw, catalogue.departments(size), ranks)
    accounts = list(
        Participant.objects.filter(pk__in=people[: 2 + STAFF])
        .order_by("pk")
        .values_list("user", flat=True)
    )
    reader, subscriber, *staff = accounts
    boards = _boards(size, people)
    plans = programs.plans(size, draw, people[2:], _known(size, people) + boards)
    programs.load(size, draw, plans, catalogue.sites(), staff)
    RoleGrant.objects.create(user_id=staff[0], role=Role.ORGANIZER)
    token = _feed_token(size, subscriber)
    marks = attendance.load() if size.attendance else 0
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {
        "people": len(people),
        "programs": len(plans),
        "enrollments": sum(len(plan.people) for plan in plans),
        "items": sum(plan.items for plan in plans),
        "marks": marks,
        "itinerary": {"user": reader, "employee_number": "BENCH-0000000", "items": ITINERARY_ITEMS},
        "board": {
            "user": staff[0],
            "programs": {str(plan.items): f"bench-{plan.pk}" for plan in boards},
        },
        "feed": {"user": subscriber, "token": token, "items": FEED_PROGRAMS * ITINERARY_ITEMS},
    }


def _known(size: Size, people: list[int]) -> list[Plan]:
    """Programs ahead, of exactly 25 items each: one for the reader, eight for the subscriber."""
    first, others = copy.first_id(Program), people[2 : 2 + size.enrollments]
    return [
        Plan(
            pk=first + n,
            starts_on=size.base_date + timedelta(days=30 + 3 * n),
            items=ITINERARY_ITEMS,
            people=[people[min(n, 1)], *others],
        )
        for n in range(1 + FEED_PROGRAMS)
    ]


def _boards(size: Size, people: list[int]) -> list[Plan]:
    """Programs ahead whose drafts are long, over five days."""
    first = copy.first_id(Program) + 1 + FEED_PROGRAMS
    return [
        Plan(
            pk=first + n,
            starts_on=size.base_date + timedelta(days=70 + 10 * n),
            items=times * size.items,
            people=people[2 : 2 + BOARD_PEOPLE * size.enrollments],
            days=BOARD_DAYS,
        )
        for n, times in enumerate(BOARDS)
    ]


def _feed_token(size: Size, user: int) -> str:
    """Derived from the seed, so that a reused database needs no note of it; it opens invented data only."""
    token = sha256(f"bench feed {size.seed}".encode()).hexdigest()
    FeedToken.objects.create(
        user_id=user, digest=digest_of(token), created_at=at_local(size.base_date, time(9))
    )
    return token
