"""Sites and travel times are edited in the admin; itineraries are only looked at there."""

import pytest
from django.urls import reverse

from site_visits.models import Site, TravelTime
from tests.factories.programs import ProgramFactory
from tests.factories.site_visits import (
    ItemFactory,
    SiteFactory,
    VisitItemFactory,
    publication,
    published_item,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client, organizer):
    client.force_login(organizer)
    return client


def test_travel_times_are_kept_in_the_admin(admin):
    one, two = SiteFactory(), SiteFactory()
    facts = {"origin": one.pk, "target": two.pk, "minutes": 35, "km": 12, "source": "manual"}

    admin.post(reverse("admin:site_visits_traveltime_add"), facts)
    refused = admin.post(reverse("admin:site_visits_traveltime_add"), facts | {"target": one.pk})

    assert TravelTime.objects.get().minutes == 35
    assert "출발지와 도착지가 같습니다" in refused.text


def test_a_site_shows_its_hours_and_is_never_deleted(admin):
    site = SiteFactory()

    assert admin.get(reverse("admin:site_visits_site_change", args=[site.pk])).status_code == 200
    assert admin.get(reverse("admin:site_visits_site_delete", args=[site.pk])).status_code == 403
    assert Site.objects.exists()


def test_itineraries_and_publications_are_read_only_with_a_link_to_the_desk(admin):
    item = VisitItemFactory()
    row = published_item(publication(ProgramFactory())).publication
    pages = {
        reverse("admin:site_visits_itineraryitem_change", args=[item.pk]): f"/items/{item.uid}/",
        reverse("admin:site_visits_publication_change", args=[row.pk]): "/publications/1/",
    }

    for address, link in pages.items():
        page = admin.get(address)
        assert (page.status_code, link in page.text) == (200, True)
        assert 'name="_save"' not in page.text
        assert admin.post(address, {}).status_code == 403


@pytest.mark.parametrize(
    "name", ["site", "traveltime", "itineraryitem", "publication", "triptemplate"]
)
def test_the_lists_can_be_searched(admin, name):
    ItemFactory(site=SiteFactory())

    answer = admin.get(reverse(f"admin:site_visits_{name}_changelist") + "?q=한빛")

    assert answer.status_code == 200


def test_others_stay_outside(client, leader):
    client.force_login(leader)

    assert client.get(reverse("admin:site_visits_site_changelist")).status_code == 302
