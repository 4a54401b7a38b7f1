from datetime import date, time

import pytest

from core.errors import RuleBroken, StaleEdit
from site_visits.models import OpeningHours, Site, SiteClosure
from site_visits.services import sites
from site_visits.services.sites import ClosureRow, HoursRow
from tests.factories.site_visits import SiteFactory, VisitItemFactory

pytestmark = pytest.mark.django_db

FACTS = {"name": "국립농업박물관", "kind": "plant_factory"}


@pytest.fixture
def who(organizer, now):
    return {"by": organizer, "at": now}


def test_a_site_is_saved_with_hours_and_closed_days(who):
    site = sites.create(
        fields=FACTS,
        hours=[HoursRow(1, time(10), time(18))],
        closures=[
            ClosureRow("weekday", 0, shifts_after_holiday=True),
            ClosureRow("dates", first_on=date(2027, 1, 1), last_on=date(2027, 1, 1)),
        ],
        **who,
    )

    assert [str(row) for row in site.opening_hours.all()] == ["화 10:00~18:00"]
    assert site.closures.count() == 2


def test_editing_replaces_hours_and_raises_the_version(who):
    site = sites.create(fields=FACTS, hours=[HoursRow(1, time(10), time(18))], **who)

    edited = sites.edit(
        site=site,
        version=1,
        fields=FACTS | {"capacity": 60},
        hours=[HoursRow(2, time(9), time(17))],
        **who,
    )

    assert (edited.version, edited.capacity) == (2, 60)
    assert [row.weekday for row in edited.opening_hours.all()] == [2]


def test_a_refused_edit_leaves_everything_as_it_was(who):
    site = sites.create(fields=FACTS, hours=[HoursRow(1, time(10), time(18))], **who)
    bad = [HoursRow(2, time(17), time(9))]

    with pytest.raises(RuleBroken):
        sites.edit(site=site, version=1, fields=FACTS | {"name": "다른 이름"}, hours=bad, **who)
    with pytest.raises(StaleEdit):
        sites.edit(site=site, version=9, fields=FACTS, **who)

    site.refresh_from_db()
    assert (site.name, site.version) == ("국립농업박물관", 1)
    assert OpeningHours.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"capacity": 0}, "capacity"),
        ({"kind": "casino"}, "kind"),
        ({"latitude": 91, "longitude": 0}, "latitude"),
    ],
)
def test_facts_out_of_range_are_refused_at_their_field(who, change, field):
    with pytest.raises(RuleBroken) as refusal:
        sites.create(fields=FACTS | change, **who)

    assert refusal.value.field == field
    assert not Site.objects.exists()


def test_a_name_can_be_taken_only_once(who):
    sites.create(fields=FACTS, **who)

    with pytest.raises(RuleBroken) as refusal:
        sites.create(fields=FACTS, **who)

    assert refusal.value.field == "name"


def test_retired_sites_keep_their_visits_and_can_return(who, now):
    item = VisitItemFactory(site=SiteFactory())
    site = item.site

    retired = sites.retire(site=site, version=1, **who)

    assert retired.retired_on == date(2026, 11, 23)
    assert sites.planned_visits(site, at=now) == 1
    with pytest.raises(RuleBroken):
        sites.retire(site=site, version=2, **who)
    assert sites.reinstate(site=site, version=2, **who).retired_on is None
    assert not SiteClosure.objects.exists()
