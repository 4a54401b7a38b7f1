"""Public holidays from the calendar library; what an organizer corrected by hand stays."""

from collections.abc import Iterable

import holidays
from django.db import transaction

from programs.models import Holiday

# The library's Korean names that an office writes differently.
OFFICE_NAMES = {"신정연휴": "신정", "기독탄신일": "성탄절"}


def office_name(name: str) -> str:
    for theirs, ours in OFFICE_NAMES.items():
        name = name.replace(theirs, ours)
    return name.replace("대체 휴일", "대체공휴일")


@transaction.atomic
def seed(*, years: Iterable[int]) -> int:
    """Add the holidays of these years that are not there yet; returns how many were added."""
    wanted = list(years)
    english = holidays.country_holidays("KR", years=wanted, language="en_US")
    known = set(Holiday.objects.filter(date__year__in=wanted).values_list("date", flat=True))
    new = [
        Holiday(date=day, name=office_name(name)[:60], name_en=english.get(day, "")[:80])
        for day, name in sorted(
            holidays.country_holidays("KR", years=wanted, language="ko").items()
        )
        if day not in known
    ]
    # Two runs at once are as good as one.
    Holiday.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)
