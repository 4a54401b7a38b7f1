"""About 120 members of staff with invented names, and an account for each role."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Final

from accounts.models import Department, Rank, User
from accounts.permissions import Role
from accounts.services import roles
from desk.demo.organization import DEPARTMENTS
from participants.models import EmploymentType, Participant

# Known to everybody who reads this: the command refuses to make these accounts on a public installation.
PASSWORD: Final = "daegaya-demo-42"  # noqa: S105 (meant to be read)

FAMILY: Final = "김이박최정강조윤장임한오서신권황안송전홍"
GIVEN: Final = (
    "가람", "누리", "다온", "라온", "마루", "바다", "사랑", "아라", "자람", "차미",
    "타래", "파랑", "하늘", "가온", "나래", "단비", "도담", "로운", "미르", "보람",
)  # fmt: skip
LONG_KOREAN_NAME: Final = "남궁라온하제"
LONGEST_NAME: Final = "알렉산드리나마리아이사벨라곤잘레스"
# Two people of one name, as every county has.
NAMESAKE: Final = "한가온"

# How many of each grade beside the accounts, and the series they are drawn from.
GRADES: Final = {5: 10, 6: 27, 7: 36, 8: 23, 9: 12}
SERIES: Final = ("행정",) * 17 + ("시설",) * 9 + ("보건",) * 5 + (
    "농업", "농업", "녹지", "녹지", "세무", "전산", "사회복지", "사회복지",
)  # fmt: skip
OTHERS: Final = ("농촌지도사", "학예연구사", "임기제 나급", "공무직")
FIRST_YEAR: Final = {5: 1996, 6: 2003, 7: 2011, 8: 2017, 9: 2022}
HEADS: Final = {"실": "실장", "소": "소장", "관": "관장", "읍": "읍장", "면": "면장", "터": "소장"}
TEAMS: Final = ("기획담당", "운영담당", "지원담당")


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who can sign in; `key` is how the rest of the demo calls them."""

    key: str
    name: str
    employee_number: str
    department: str
    rank: str
    role: Role = Role.PARTICIPANT
    extension: str = ""
    language: str = "ko"

    @property
    def email(self) -> str:
        return f"{self.key}@goryeong.example"


ACCOUNTS: Final = (
    Account("organizer", "정마루", "GR-2009-0001", "총무과", "행정6급", Role.ORGANIZER, "내선 1234"),
    Account("leader", "강바다", "GR-2013-0002", "총무과", "행정7급", Role.LEADER, "내선 1235"),
    Account("leader2", "최라온", "GR-2015-0003", "농업정책과", "농업7급", Role.LEADER, "내선 1310"),
    Account(
        "coordinator", "조사랑", "GR-2016-0004", "관광진흥과", "행정8급", Role.COORDINATOR, "내선 1422"
    ),
    Account("admin", "박다온", "GR-2010-0005", "총무과", "전산6급", Role.ADMINISTRATOR, "내선 1236"),
    Account(
        "privacy", "윤아라", "GR-2001-0006", "기획예산실", "행정5급", Role.PRIVACY_OFFICER, "내선 1101"
    ),
    Account("garam", "김가람", "GR-2019-0107", "총무과", "행정7급"),
    Account("nuri", "이누리", "GR-2020-0108", "관광진흥과", "행정8급"),
    Account("isabella", LONGEST_NAME, "GR-2023-0109", "투자유치과", "행정8급", language="en"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Directory:
    """Everybody of the demo: accounts by key, staff by rank grade in the order of the directory."""

    users: dict[str, User]
    people: dict[str, Participant]
    staff: list[Participant]

    def pick(self, grades: dict[int, int], *, leaving_out: list[Participant]) -> list[Participant]:
        """So many people of each grade, spread over the departments, without those of another trip."""
        taken = {person.pk for person in leaving_out}
        found: list[Participant] = []
        for grade, wanted in grades.items():
            free = [
                person
                for person in self.staff
                if person.pk not in taken and person.rank.name.endswith(f"{grade}급")
            ]
            found += free[:wanted]
        return found


def load(departments: dict[str, Department], ranks: dict[str, Rank], *, at: datetime) -> Directory:
    users = {account.key: _user(account, departments, at) for account in ACCOUNTS}
    numbers = count(1)
    known = [
        _person(account.name, departments[account.department], ranks[account.rank], next(numbers))
        for account in ACCOUNTS
    ]
    for account, person in zip(ACCOUNTS, known, strict=True):
        person.employee_number, person.email = account.employee_number, account.email
        person.user = users[account.key]
    staff = [
        _person(name, departments[department], ranks[rank], next(numbers))
        for name, department, rank in _staff()
    ]
    Participant.objects.bulk_create([*known, *staff])
    people = {account.key: person for account, person in zip(ACCOUNTS, known, strict=True)}
    return Directory(users, people, staff)


def _user(account: Account, departments: dict[str, Department], at: datetime) -> User:
    user = User.objects.create_user(
        employee_number=account.employee_number,
        password=PASSWORD,
        name=account.name,
        email=account.email,
        office_phone=account.extension,
        language=account.language,
        invited_at=at,
    )
    if account.role != Role.PARTICIPANT:
        scope = departments[account.department] if account.role == Role.COORDINATOR else None
        roles.grant(
            user=user, role=account.role, department=scope, by=None, reason="시연 자료", at=at
        )
    return user


def _person(name: str, department: Department, rank: Rank, number: int) -> Participant:
    grade = int(rank.name[-2]) if rank.name.endswith("급") and rank.name[-2].isdigit() else 7
    return Participant(
        employee_number=f"GR-{FIRST_YEAR[grade] + number % 4}-{number + 200:04}",
        name=name,
        department=department,
        rank=rank,
        position=_position(department.name, grade),
        team="" if grade == 5 else TEAMS[number % len(TEAMS)],
        employment_type=EmploymentType.CONTRACT
        if rank.name == "공무직"
        else EmploymentType.OFFICIAL,
        email=f"staff{number:03}@goryeong.example",
        mobile=f"010-0000-{number:04}",
    )


def _position(department: str, grade: int) -> str:
    if grade == 5:
        return HEADS.get(department[-1], "과장")
    return "담당" if grade == 6 else "주무관"


def _staff() -> list[tuple[str, str, str]]:
    """Name, department and rank of everybody without an account; the same on every machine."""
    draw = random.Random("goryeong")  # noqa: S311 (no secret: the same people every time)
    names = _names()
    ranks = [f"{draw.choice(SERIES)}{grade}급" for grade, n in GRADES.items() for _ in range(n)]
    ranks = [_existing(rank) for rank in ranks] + list(OTHERS)
    offset = draw.randrange(len(DEPARTMENTS))
    return [
        (next(names), DEPARTMENTS[(offset + place * 7) % len(DEPARTMENTS)], rank)
        for place, rank in enumerate(ranks)
    ]


def _existing(rank: str) -> str:
    """Heads of division are administrative, technical or agricultural officers."""
    grade = rank[-2:]
    return rank if grade != "5급" or rank[:2] in ("시설", "농업") else f"행정{grade}"


def _names() -> Iterator[str]:
    """Family and given names paired anew each time round, so that none of the accounts' names returns."""
    yield from (LONG_KOREAN_NAME, NAMESAKE, NAMESAKE)
    for turn in range(1, len(GIVEN)):
        for place, family in enumerate(FAMILY):
            name = family + GIVEN[(place + turn) % len(GIVEN)]
            if name != NAMESAKE:
                yield name
