"""Departments, ranks, sites and people in number."""

from datetime import time
from random import Random

from accounts.models import Department, Rank, User
from core.dates import at_local
from core.encryption import cipher
from desk.bench_data import copy
from desk.bench_data.size import Size
from desk.demo.organization import DEPARTMENTS, rank_names
from desk.demo.people import FAMILY, GIVEN
from participants.models import EmploymentType, Participant
from site_visits.models import Site, SiteKind

PEOPLE_A_DEPARTMENT = 50
SITES = 120
# Nobody signs in with it: Django's mark for "no password".
UNUSABLE = "!bench"


def departments(size: Size) -> list[int]:
    """Ids in official order, one department for some fifty people."""
    first, count = copy.first_id(Department), max(1, size.people // PEOPLE_A_DEPARTMENT)
    copy.rows(
        Department,
        ["id", "code", "name", "sort_order"],
        (
            (first + n, f"BENCH{n:05}", f"{DEPARTMENTS[n % len(DEPARTMENTS)]} {n:03}", n + 1)
            for n in range(count)
        ),
    )
    copy.renumber(Department)
    return list(range(first, first + count))


def ranks() -> dict[int, str]:
    rows = [
        Rank(name=f"{name}(b)", sort_order=place)
        for place, name in enumerate(rank_names(), start=1)
    ]
    return {rank.pk: rank.name for rank in Rank.objects.bulk_create(rows)}


def sites() -> dict[int, str]:
    kinds = list(SiteKind)
    rows = [
        Site(
            name=f"견학처 {n:03}(가칭)",
            name_en=f"Bench site {n:03}",
            kind=kinds[n % len(kinds)],
            region="경기 수원시",
            address=f"경기 수원시 권선구 수인로 {n + 1}",
            latitude="37.27400",
            longitude="126.98200",
            capacity=60,
        )
        for n in range(SITES)
    ]
    return {site.pk: site.name for site in Site.objects.bulk_create(rows)}


def people(size: Size, draw: Random, departments: list[int], ranks: dict[int, str]) -> list[int]:
    """Ids of the participants; each has an account nobody can sign in to."""
    users, first = copy.first_id(User), copy.first_id(Participant)
    names = [draw.choice(FAMILY) + draw.choice(GIVEN) for _ in range(size.people)]
    joined_at = at_local(size.base_date, time(9))
    copy.rows(
        User,
        ["id", "password", "employee_number", "name", "email", "office_phone", "language", "is_active", "joined_at"],
        (
            (users + n, UNUSABLE, _number(n), name, f"bench{n}@goryeong.example", "", "ko", True, joined_at)
            for n, name in enumerate(names)
        ),
    )  # fmt: skip
    rank_ids, encrypt = list(ranks), cipher().encrypt
    copy.rows(
        Participant,
        ["id", "employee_number", "name", "department", "rank", "position", "team", "employment_type", "email",
         "mobile", "user"],
        (
            (first + n, _number(n), name, draw.choice(departments), draw.choice(rank_ids), "주무관", f"{n % 3}담당",
             EmploymentType.OFFICIAL, f"bench{n}@goryeong.example",
             encrypt(f"010-0000-{n % 10000:04}".encode()).decode(), users + n)
            for n, name in enumerate(names)
        ),
    )  # fmt: skip
    copy.renumber(User)
    copy.renumber(Participant)
    return list(range(first, first + size.people))


def _number(n: int) -> str:
    return f"BENCH-{n:07}"
