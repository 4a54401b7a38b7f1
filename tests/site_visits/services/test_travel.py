"""The travel-time table: pairs by hand, from files, and estimates that never replace either."""

import json
import zlib
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils.translation import override

from core.errors import RuleBroken, StaleEdit
from core.formats.csv import stream_csv
from site_visits.models import TravelImport, TravelSource, TravelTime
from site_visits.services import travel, travel_import
from tests.factories.programs import ProgramFactory
from tests.factories.site_visits import SiteFactory, TravelTimeFactory, VisitItemFactory

pytestmark = pytest.mark.django_db

HEAD = "출발,도착,소요시간(분),거리(km)"


@pytest.fixture
def hanbit():
    return SiteFactory(name="한빛", name_en="Hanbit", latitude="37.47", longitude="127.04")


@pytest.fixture
def nuri():
    return SiteFactory(name="누리", latitude="37.50", longitude="127.10")


def upload(text, organizer, now, encoding="utf-8-sig"):
    """Read, look, say yes: how many were added and changed."""
    reading = travel_import.read(text.encode(encoding) if isinstance(text, str) else text)
    assert reading.errors == []
    kept = travel_import.keep(file_name="이동.csv", pairs=reading.pairs, by=organizer, at=now)
    done = travel_import.apply(upload=kept, by=organizer, at=now)
    return done.added, done.changed


def values():
    return set(
        TravelTime.objects.values_list("origin__name", "target__name", "minutes", "km", "source")
    )


# -- by hand


def test_a_pair_is_set_one_way_or_both(hanbit, nuri, organizer, now):
    travel.set_pair(origin=hanbit, target=nuri, version=0, minutes=40, km=12, by=organizer, at=now)
    assert values() == {("한빛", "누리", 40, 12, "manual")}

    travel.set_pair(
        origin=hanbit, target=nuri, version=1, minutes=45, km=13, both_ways=True, by=organizer, at=now
    )  # fmt: skip

    assert values() == {("한빛", "누리", 45, 13, "manual"), ("누리", "한빛", 45, 13, "manual")}


def test_a_stale_pair_is_refused_with_the_value_of_the_other(hanbit, nuri, organizer, now):
    travel.set_pair(origin=hanbit, target=nuri, version=0, minutes=40, km=12, by=organizer, at=now)

    with pytest.raises(StaleEdit) as refusal:
        travel.set_pair(
            origin=hanbit, target=nuri, version=0, minutes=50, km=12, by=organizer, at=now
        )

    assert refusal.value.current.minutes == 40
    with pytest.raises(RuleBroken):
        travel.set_pair(origin=nuri, target=nuri, version=0, minutes=1, km=1, by=organizer, at=now)


def test_history_keeps_every_value(hanbit, nuri, organizer, now):
    for version, minutes in enumerate((40, 50, 60)):
        travel.set_pair(
            origin=hanbit, target=nuri, version=version, minutes=minutes, km=12, by=organizer, at=now
        )  # fmt: skip

    events = TravelTime.pgh_event_model.objects.order_by("pgh_id")
    assert list(events.values_list("minutes", flat=True)) == [40, 50, 60]


# -- estimates


def test_missing_pairs_are_estimated_and_known_ones_stay(hanbit, nuri, organizer, now):
    program = ProgramFactory()
    for site in (hanbit, nuri, SiteFactory(name="좌표 없는 곳")):
        VisitItemFactory(program=program, site=site)
    travel.set_pair(origin=hanbit, target=nuri, version=0, minutes=40, km=12, by=organizer, at=now)
    assert travel.missing_pairs(program) == 5

    filled = travel.fill_missing(program=program, by=organizer, at=now)

    assert (filled.added, filled.unknown) == (1, ("좌표 없는 곳",))
    assert TravelTime.objects.get(origin=hanbit).minutes == 40
    assert TravelTime.objects.get(origin=nuri).source == TravelSource.ESTIMATE
    assert travel.leg(origin=nuri, target=hanbit).estimated
    assert travel.fill_missing(program=program, by=organizer, at=now).added == 0


def test_a_removed_pair_is_estimated_again(hanbit, nuri, organizer, now):
    row = TravelTimeFactory(origin=hanbit, target=nuri, minutes=90)
    with pytest.raises(StaleEdit):
        travel.remove_pair(row=row, version=7, by=organizer, at=now)

    travel.remove_pair(row=row, version=1, by=organizer, at=now)

    assert travel.leg(origin=hanbit, target=nuri).estimated


# -- files


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_files_of_any_office_are_read(encoding, separator, hanbit, nuri, organizer, now):
    text = f"{HEAD}\r\n한빛,누리,40,12\r\n\r\n누리,한빛,50,13\r\n".replace(",", separator)

    assert upload(text, organizer, now, encoding) == (2, 0)
    assert values() == {("한빛", "누리", 40, 12, "import"), ("누리", "한빛", 50, 13, "import")}


def test_english_headings_numbers_and_english_names_will_do(hanbit, nuri, organizer, now):
    assert upload(f"Origin,Target,Minutes,KM\nHanbit,{nuri.pk},40.0,12.4\n", organizer, now) == (
        1,
        0,
    )
    text = f"origin_id,origin,target_id,target,minutes,km\n{nuri.pk},,{hanbit.pk},,４０,12\n"
    assert upload(text, organizer, now) == (1, 0)

    assert values() == {("한빛", "누리", 40, 12, "import"), ("누리", "한빛", 40, 12, "import")}


def test_the_same_file_twice_changes_nothing(hanbit, nuri, organizer, now):
    text = f"{HEAD}\n한빛,누리,40,12\n한빛,누리,40,12\n"

    assert [upload(text, organizer, now), upload(text, organizer, now)] == [(1, 0), (0, 0)]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_exported_table_comes_back_without_a_change(language, hanbit, nuri, organizer, now):
    evil = SiteFactory(name="=1+1,;새\"곳'")
    for source, (origin, target) in zip(
        TravelSource, [(hanbit, nuri), (nuri, hanbit), (hanbit, evil)], strict=True
    ):
        TravelTimeFactory(origin=origin, target=target, source=source)
    before = values()
    with override(language):
        content = b"".join(stream_csv(travel_import.header(), travel_import.rows()))

    assert upload(content, organizer, now) == (0, 0)
    TravelTime.objects.all().delete()
    assert upload(content, organizer, now) == (3, 0)
    assert values() == before


def test_an_estimate_in_a_file_leaves_alone_what_somebody_entered(hanbit, nuri, organizer, now):
    TravelTimeFactory(origin=hanbit, target=nuri, minutes=40, km=12)

    assert upload(f"{HEAD},출처\n한빛,누리,99,99,추정\n", organizer, now) == (0, 0)
    assert upload(f"{HEAD}\n한빛,누리,41,12\n", organizer, now) == (0, 1)

    row = TravelTime.objects.get()
    assert (row.minutes, row.source, row.version) == (41, "import", 2)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("한빛,어디,40,12", "찾을 수 없습니다: 어디"),
        (",누리,40,12", "비어 있습니다"),
        ("한빛,한빛,40,12", "같습니다"),
        ("한빛,누리,0,12", "1부터 1440까지"),
        ("한빛,누리,-5,12", "1부터 1440까지"),
        ("한빛,누리,1e9,12", "1부터 1440까지"),
        ("한빛,누리,99999999999999999999,12", "1부터 1440까지"),
        ("한빛,누리,=1+1,12", "1부터 1440까지"),
        ("한빛,누리,NaN,12", "1부터 1440까지"),
        ("한빛,누리,40,", "0부터 2000까지"),
        ("한빛,누리,40,2001", "0부터 2000까지"),
        ("한빛,누리", "1부터 1440까지"),
        ("999999999,누리,40,12", "번호 999999999"),
        ("9999999999999999999999,누리,40,12", "번호 99999"),
    ],
)
def test_a_wrong_line_is_named_by_its_number_and_its_remedy(line, words, hanbit, nuri):
    reading = travel_import.read(f"{HEAD}\n누리,한빛,50,13\n{line}\n".encode())

    ((number, sentence),) = reading.errors
    assert number == 3
    assert words in sentence


def test_the_same_pair_with_two_values_is_no_pair(hanbit, nuri):
    reading = travel_import.read(f"{HEAD}\n한빛,누리,40,12\n한빛,누리,41,12\n".encode())

    assert reading.errors == [(3, "2행과 같은 구간인데 값이 다릅니다. 한 줄만 남겨 주세요.")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "첫 줄에"),
        (f"{HEAD}\n".encode(), "줄이 없습니다"),
        ("출발,도착\n한빛,누리\n".encode(), "소요시간(분), 거리(km)"),
        (b"\x00\x01\x02", "CSV로 읽을 수 없는"),
        (f"{HEAD}\n한빛,누\x00리,40,12\n".encode(), "CSV로 읽을 수 없는"),
        (b"\xff\xfe\xfd\xff", "CSV로 읽을 수 없는"),
        (f'{HEAD}\n"{"가" * 200_000}'.encode(), "행부터 읽을 수 없습니다"),
        (b"x" * (20 * 1024 * 1024 + 1), "20 MB"),
    ],
    ids=[
        "empty",
        "heading only",
        "columns missing",
        "binary",
        "nul",
        "utf-16",
        "open quote",
        "large",
    ],
)
def test_what_is_no_table_is_refused_as_a_whole(content, words, hanbit, nuri):
    with pytest.raises(RuleBroken, match=words.replace("(", r"\(").replace(")", r"\)")):
        travel_import.read(content)


def test_a_hundred_errors_are_shown_and_all_are_counted(hanbit):
    reading = travel_import.read((HEAD + "\n" + "한빛,없음,1,1\n" * 250).encode())

    assert (len(reading.errors), reading.refused) == (100, 250)


def test_thousands_of_pairs_cost_as_few_statements_as_one_and_each_keeps_its_history(
    organizer, now, django_assert_max_num_queries
):
    sites = [SiteFactory(name=f"방문지 {number}") for number in range(40)]
    ends = [(a.name, b.name) for a in sites for b in sites if a != b]

    def table(minutes):
        return "\n".join([HEAD, *(f"{a},{b},{minutes},10" for a, b in ends)])

    upload(table(30), organizer, now)
    with django_assert_max_num_queries(25):
        assert upload(table(40), organizer, now) == (0, len(ends))

    assert set(TravelTime.objects.values_list("minutes", "version")) == {(40, 2)}
    events = TravelTime.pgh_event_model.objects
    assert events.count() == 2 * len(ends)
    assert events.filter(minutes=40, pgh_label="update").count() == len(ends)


def test_a_site_that_vanishes_meanwhile_stops_the_whole_file(hanbit, nuri, organizer, now):
    other = SiteFactory(name="별")
    reading = travel_import.read(f"{HEAD}\n한빛,누리,40,12\n한빛,별,40,12\n".encode())
    kept = travel_import.keep(file_name="x.csv", pairs=reading.pairs, by=organizer, at=now)
    content = json.loads(zlib.decompress(kept.content))
    content[1][1] = other.pk + 1000
    kept.content = zlib.compress(json.dumps(content).encode())
    kept.save()

    with pytest.raises(RuleBroken, match="없어졌습니다"):
        travel_import.apply(upload=kept, by=organizer, at=now)

    assert not TravelTime.objects.exists()


def test_saying_yes_twice_applies_once(hanbit, nuri, organizer, now):
    reading = travel_import.read(f"{HEAD}\n한빛,누리,40,12\n".encode())
    kept = travel_import.keep(file_name="x.csv", pairs=reading.pairs, by=organizer, at=now)

    counts = [travel_import.apply(upload=kept, by=organizer, at=now).added for _ in range(2)]

    assert counts == [1, 1]
    assert TravelTime.objects.get().version == 1
    assert bytes(TravelImport.objects.get().content) == b""


@pytest.mark.django_db(transaction=True)
def test_two_people_saying_yes_at_once_leave_one_row_a_pair(hanbit, nuri, organizer, now):
    barrier, failed = Barrier(2), []
    kept = [
        travel_import.keep(
            file_name="x.csv",
            pairs=travel_import.read(f"{HEAD}\n한빛,누리,{minutes},12\n".encode()).pairs,
            by=organizer,
            at=now,
        )
        for minutes in (40, 50)
    ]

    def say_yes(row):
        try:
            barrier.wait()
            travel_import.apply(upload=row, by=organizer, at=now)
        except Exception as problem:
            failed.append(problem)
        finally:
            connection.close()

    threads = [Thread(target=say_yes, args=[row]) for row in kept]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert TravelTime.objects.get().version == 2
