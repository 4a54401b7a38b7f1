from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from programs.models import Holiday
from programs.services import holidays


@pytest.mark.django_db
def test_holidays_come_in_both_languages():
    holidays.seed(years=[2026])

    chuseok = Holiday.objects.get(date=date(2026, 9, 25))
    substitute = Holiday.objects.get(date=date(2026, 3, 2))
    assert (chuseok.name, chuseok.name_en) == ("추석", "Chuseok")
    assert substitute.name == "삼일절 대체공휴일"


@pytest.mark.django_db
def test_seeding_again_keeps_what_was_corrected_by_hand():
    Holiday.objects.create(date=date(2026, 12, 25), name="성탄절(군 행사)")

    first = holidays.seed(years=[2026])
    again = holidays.seed(years=[2026])

    assert first > 10
    assert again == 0
    assert Holiday.objects.get(date=date(2026, 12, 25)).name == "성탄절(군 행사)"


@pytest.mark.django_db
def test_the_command_says_how_many_were_added():
    out = StringIO()

    call_command("seed_holidays", first=2026, years=2, stdout=out)

    assert out.getvalue() == f"{Holiday.objects.count()} holidays added\n"
