"""Edits and publications that happen at the same moment, with real threads and real commits."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from core.errors import StaleEdit
from site_visits.models import ItineraryItem, PublishedItem
from site_visits.services import itinerary, publishing
from tests.factories.programs import ProgramFactory
from tests.factories.site_visits import ItemFactory

pytestmark = pytest.mark.django_db(transaction=True)


def together(*calls):
    """Start all at once; the results, refusals included, in the order of the calls."""
    barrier = Barrier(len(calls))

    def run(call):
        try:
            barrier.wait(timeout=10)
            return call()
        except StaleEdit as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_of_publications_of_one_review_exactly_one_happens(organizer, now):
    program = ProgramFactory()
    ItemFactory(program=program)
    read = publishing.review(program)

    def publish():
        return publishing.publish(
            program=program, by=organizer, at=now, expected_number=0, expected_digest=read.digest
        )

    results = together(*[publish] * 6)

    assert program.publications.count() == 1
    assert sum(isinstance(result, StaleEdit) for result in results) == 5


@pytest.mark.parametrize("attempt", range(5))
def test_a_publication_raced_by_an_edit_is_what_was_read_or_nothing(organizer, now, attempt):
    program = ProgramFactory()
    item = ItemFactory(program=program, title="읽은 제목")
    read = publishing.review(program)
    by = timedelta(minutes=30)

    def publish():
        return publishing.publish(
            program=program, by=organizer, at=now, expected_number=0, expected_digest=read.digest
        )

    def edit():
        return itinerary.move_item(
            program=program, uid=item.uid, version=1,
            starts_at=item.starts_at + by, ends_at=item.ends_at + by, by=organizer, at=now,
        )  # fmt: skip

    published, edited = together(publish, edit)

    assert edited.starts_at == item.starts_at + by
    told = list(PublishedItem.objects.values_list("starts_at", flat=True))
    assert told == ([] if isinstance(published, StaleEdit) else [item.starts_at])


def test_of_edits_of_one_version_exactly_one_happens(organizer, now):
    program = ProgramFactory()
    item = ItemFactory(program=program)

    def move(minutes):
        by = timedelta(minutes=minutes)
        return lambda: itinerary.move_item(
            program=program, uid=item.uid, version=1,
            starts_at=item.starts_at + by, ends_at=item.ends_at + by, by=organizer, at=now,
        )  # fmt: skip

    results = together(*[move(minutes) for minutes in range(5, 35, 5)])

    [winner] = [result for result in results if isinstance(result, ItineraryItem)]
    item.refresh_from_db()
    assert (item.version, item.starts_at) == (2, winner.starts_at)
