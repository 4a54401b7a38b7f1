"""The travel-time table at the desk."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.formats.csv_input import LARGEST_FILE
from site_visits.models import ItineraryItem, TravelImport, TravelTime
from tests.factories.programs import ProgramFactory
from tests.factories.site_visits import (
    ItemFactory,
    SiteFactory,
    TravelTimeFactory,
    VisitItemFactory,
)

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"organize:{name}", args=args)


@pytest.fixture
def pair():
    return TravelTimeFactory(
        origin=SiteFactory(name="한빛", region="서울"),
        target=SiteFactory(name="누리", region="수원"),
    )


def file(text, name="이동.csv"):
    return {"file": SimpleUploadedFile(name, text.encode())}


def test_the_list_searches_filters_and_sorts(as_organizer, pair):
    TravelTimeFactory(minutes=5, source="estimate")

    def found(query):
        page = as_organizer.get(url("travel-list") + query)
        return {row.url for row in page.context["listing"].rows}

    mine = {url("travel-edit", pair.origin_id, pair.target_id)}
    assert len(found("")) == 2
    assert found("?q=수원") == found("?source=manual") == found(f"?origin={pair.origin_id}") == mine
    assert found("?q=없는곳") == set()
    assert len(found("?sort=-minutes&page=99&source=nonsense")) == 2


def test_a_pair_is_edited_with_its_history_and_a_stale_form_is_told(as_organizer, pair):
    page = url("travel-edit", pair.origin_id, pair.target_id)
    facts = {"version": "1", "minutes": "75", "km": "50", "both_ways": "on"}

    assert as_organizer.post(page, facts).status_code == 302
    assert as_organizer.post(page, facts).status_code == 409

    assert TravelTime.objects.get(origin=pair.target).minutes == 75
    shown = as_organizer.get(page)
    assert [version.minutes for version in shown.context["history"]] == ["1시간 15분", "1시간"]
    assert shown.context["history"][0].who == "정마루"


@pytest.mark.parametrize(
    "change", [{"minutes": "0"}, {"minutes": "1441"}, {"minutes": "abc"}, {"km": "-1"}, {"km": "2001"}, {"version": ""}]
)  # fmt: skip
def test_impossible_values_are_refused(as_organizer, pair, change):
    page = url("travel-edit", pair.origin_id, pair.target_id)

    answer = as_organizer.post(page, {"version": "1", "minutes": "75", "km": "50"} | change)

    assert answer.status_code == 422
    assert TravelTime.objects.get().minutes == 60


def test_an_unknown_pair_begins_with_the_estimate(as_organizer):
    one = SiteFactory(latitude="37.47", longitude="127.04")
    other = SiteFactory(latitude="37.50", longitude="127.10")

    answer = as_organizer.post(
        url("travel-create"), {"origin": one.pk, "target": other.pk}, follow=True
    )

    assert answer.context["form"].initial["minutes"] >= 5
    assert "추정" in answer.text
    assert (
        as_organizer.post(url("travel-create"), {"origin": one.pk, "target": one.pk}).status_code
        == 422
    )
    assert as_organizer.get(url("travel-edit", one.pk, one.pk)).status_code == 404


def test_an_estimated_leg_leads_to_its_pair_and_a_known_one_does_not(as_organizer):
    program = ProgramFactory(code="ai-1")
    one = SiteFactory(latitude="37.47", longitude="127.04")
    other = SiteFactory(latitude="37.50", longitude="127.10")
    ItemFactory(program=program, kind="travel", origin=one, target=other, counts_as_learning=False)
    page = url("item-list", "ai-1")
    assert url("travel-edit", one.pk, other.pk) in as_organizer.get(page).text

    TravelTimeFactory(origin=one, target=other)

    assert url("travel-edit", one.pk, other.pk) not in as_organizer.get(page).text


def test_missing_pairs_of_a_program_are_filled_with_estimates(as_organizer):
    program = ProgramFactory(code="ai-1")
    for place in (("37.47", "127.04"), ("37.50", "127.10")):
        site = SiteFactory(latitude=place[0], longitude=place[1])
        VisitItemFactory(program=program, site=site)
    page = f"{url('travel-list')}?program={program.pk}"
    assert as_organizer.get(page).context["missing"] == 2

    answer = as_organizer.post(url("travel-fill", "ai-1"), follow=True)

    assert "2구간을 추정으로" in answer.text
    assert answer.context["missing"] == 0
    assert ItineraryItem.objects.count() == 2


def test_a_file_is_shown_before_it_is_taken_over_and_counts_are_told(as_organizer, pair):
    text = "출발,도착,소요시간(분),거리(km)\n한빛,누리,70,45\n누리,한빛,80,45\n"

    shown = as_organizer.post(url("travel-upload"), file(text), follow=True)
    assert (shown.context["added"], shown.context["changed"]) == (1, 1)
    assert TravelTime.objects.count() == 1
    done = as_organizer.post(shown.request["PATH_INFO"], follow=True)

    assert "새 구간 1개, 고친 구간 1개" in done.text
    again = as_organizer.post(url("travel-upload"), file(text), follow=True)
    assert (again.context["added"], again.context["changed"], again.context["same"]) == (0, 0, 2)


def test_one_wrong_line_stops_the_whole_file(as_organizer, pair):
    text = "출발,도착,소요시간(분),거리(km)\n한빛,누리,70,45\n한빛,<b>없음</b>,1,1\n"

    answer = as_organizer.post(url("travel-upload"), file(text))

    assert answer.status_code == 422
    assert "3행" in answer.text
    assert "<b>없음" not in answer.text
    assert not TravelImport.objects.exists()
    assert as_organizer.post(url("travel-upload"), {}).status_code == 422


def test_a_file_above_20_mb_is_refused(as_organizer):
    answer = as_organizer.post(url("travel-upload"), file("x" * (LARGEST_FILE + 1)))

    assert answer.status_code == 422
    assert "20 MB" in answer.text


def test_an_upload_belongs_to_who_brought_it(as_organizer, client, administrator, pair):
    text = "출발,도착,소요시간(분),거리(km)\n한빛,누리,70,45\n"
    page = as_organizer.post(url("travel-upload"), file(text))["Location"]
    client.force_login(administrator)

    assert client.post(page).status_code == 404


def test_the_table_is_downloaded_as_csv(as_organizer, pair):
    answer = as_organizer.get(url("travel-export"))

    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert text.splitlines()[1] == f"{pair.origin_id},한빛,{pair.target_id},누리,60,45,직접 입력"


def test_strangers_are_kept_out(client, leader):
    client.force_login(leader)

    assert client.get(url("travel-list")).status_code == 403
