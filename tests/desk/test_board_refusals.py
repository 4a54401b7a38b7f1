"""What the board refuses: in words, with the remedy, and with nothing changed."""

import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from site_visits.models import BoardCommand, ItemKind, ItineraryItem
from site_visits.services import publishing
from tests.factories.programs import GroupFactory, ProgramFactory
from tests.factories.site_visits import ItemFactory, SiteFactory, VisitItemFactory

pytestmark = pytest.mark.django_db

UID = "00000000-0000-4000-8000-000000000001"


@pytest.fixture
def program(db):
    return ProgramFactory(code="ai-1")


@pytest.fixture
def item(program):
    return ItemFactory(program=program, uid=UUID(UID), title="실습")


def post(client, data, name="board-command"):
    body = data if isinstance(data, str | bytes) else json.dumps(data)
    return client.post(
        reverse(f"organize:{name}", args=["ai-1"]), body, content_type="application/json"
    )


def picture():
    rows = ItineraryItem.objects.order_by("pk").values()
    return [*rows, *BoardCommand.objects.order_by("pk").values_list("pk", "undone_at")]


def moves(**more):
    move = {"uid": UID, "version": 1, "date": "2026-12-03", "start": 600} | more
    return {"command": "move", "moves": [move]}


MALFORMED = {
    "no json": "{",
    "nested to exhaust us": "[" * 100_000,
    "a list": "[]",
    "nothing": "",
    "unknown command": {"command": "explode"},
    "no command": {"moves": []},
    "unknown field": moves(color="red"),
    "unknown field beside": moves() | {"color": "red"},
    "text for a number": moves(start="600"),
    "truth for a number": moves(start=True),
    "a fraction": moves(start=600.5),
    "no version": {"command": "move", "moves": [{"uid": UID, "date": None, "start": None}]},
    "no uid": moves(uid="abc"),
    "a number for a day": moves(date=20261203),
    "a text for the moves": {"command": "move", "moves": "all"},
    "an unknown kind": {"command": "add", "items": [{"uid": UID, "kind": "party"}]},
    "fields that are none": {"command": "edit", "uid": UID, "version": 1, "fields": []},
    "an unknown fact": {"command": "edit", "uid": UID, "version": 1, "fields": {"program": 2}},
}


@pytest.mark.parametrize("what", MALFORMED)
def test_what_is_no_command_is_answered_400(as_organizer, item, what):
    before = picture()

    answer = post(as_organizer, MALFORMED[what])

    assert answer.status_code == 400
    assert answer.json()["error"]
    assert picture() == before


REFUSED = {
    "zero minutes": (moves(minutes=0), "1부터 1440까지"),
    "negative minutes": (moves(minutes=-30), "1부터 1440까지"),
    "two days long": (moves(minutes=2880), "1부터 1440까지"),
    "an hour that is none": (moves(start=1440), "0부터 1439까지"),
    "a huge number": (moves(start=10**30), "0부터 1439까지"),
    "a huge version": (moves(version=10**30), "1부터"),
    "a date that is none": (moves(date="2026-13-45"), "날짜를 알 수 없습니다"),
    "a date and no time": (moves(start=None), "함께"),
    "an absurd year": (moves(date="1999-01-01"), "과정 기간("),
    "no moves": ({"command": "move", "moves": []}, "골라"),
    "the same twice": ({"command": "move", "moves": moves()["moves"] * 2}, "두 번"),
    "501 moves": (
        {"command": "move", "moves": [moves(uid=str(uuid4()))["moves"][0] for _ in range(501)]},
        "500건까지",
    ),
    "a visit without a site": (
        {"command": "add", "items": [{"uid": str(uuid4()), "kind": "visit"}]},
        "방문지를 골라",
    ),
    "a site that is none": (
        {"command": "add", "items": [{"uid": str(uuid4()), "kind": "visit", "site": 10**20}]},
        "없는 방문지",
    ),
    "a group of nobody": (
        {"command": "edit", "uid": UID, "version": 1, "fields": {"groups": [99999]}},
        "다른 과정의 조",
    ),
    "no title": (
        {"command": "edit", "uid": UID, "version": 1, "fields": {"title": " "}},
        "제목을 적어",
    ),
    "a novel for a title": (
        {"command": "edit", "uid": UID, "version": 1, "fields": {"title": "가" * 500}},
        "120자까지",
    ),
    "an end before its start": (
        {"command": "move_by", "edits": [{"uid": UID, "version": 1, "end_by": -300}]},
        "끝나는 시각이 시작 시각보다",
    ),
    "more than a day by resizing": (
        {"command": "move_by", "edits": [{"uid": UID, "version": 1, "end_by": 2000}]},
        "24시간",
    ),
    "one group to stagger": (
        {"command": "stagger", "uid": UID, "version": 1, "groups": [1], "gap": 0},
        "둘 이상",
    ),
    "one item to swap": ({"command": "swap", "uids": [UID], "versions": [1]}, "둘을 골라"),
    "nothing to undo": (None, "되돌릴 것이 없습니다"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_is_answered_422_with_the_remedy(as_organizer, item, what):
    data, words = REFUSED[what]
    before = picture()

    answer = post(as_organizer, {}, "board-undo") if data is None else post(as_organizer, data)

    assert answer.status_code == 422, answer.text
    assert words in answer.json()["error"]
    assert picture() == before


def test_an_item_of_another_program_or_of_none_is_not_found(as_organizer, item):
    other = ItemFactory()
    before = picture()

    assert post(as_organizer, moves(uid=str(other.uid))).status_code == 404
    assert post(as_organizer, moves(uid=str(uuid4()))).status_code == 404
    assert picture() == before


def test_the_uid_of_another_programs_item_is_no_new_one(as_organizer, program):
    other = ItemFactory()

    answer = post(
        as_organizer, {"command": "add", "items": [{"uid": str(other.uid), "kind": "meal"}]}
    )

    assert answer.status_code == 422
    assert not program.items.exists()


def test_a_cancelled_item_does_not_move_until_it_is_restored(as_organizer, item, organizer, now):
    version = item.version
    post(as_organizer, {"command": "cancel", "items": [{"uid": UID, "version": version}]})
    before = picture()

    answer = post(as_organizer, moves(version=2))

    assert (answer.status_code, picture()) == (422, before)
    assert "먼저 되살려" in answer.json()["error"]
    assert post(
        as_organizer, {"command": "restore", "items": [{"uid": UID, "version": 2}]}
    ).status_code == 200  # fmt: skip
    assert post(as_organizer, moves(version=3)).status_code == 200


def test_an_item_that_is_cancelled_in_the_publication_is_restored_and_told_anew(
    as_organizer, program, item, organizer, now
):
    ItemFactory(program=program, starts_at=item.ends_at)
    publishing.publish(program=program, by=organizer, at=now, expected_number=0)
    post(as_organizer, {"command": "cancel", "items": [{"uid": UID, "version": 1}], "reason": "비"})
    publishing.publish(
        program=program, by=organizer, at=now, expected_number=1, override_reason="시험"
    )

    assert post(as_organizer, moves(version=2)).status_code == 422
    answer = post(as_organizer, {"command": "delete", "items": [{"uid": UID, "version": 2}]})
    assert (answer.status_code, "지울 수 없습니다" in answer.json()["error"]) == (422, True)
    restored = post(as_organizer, {"command": "restore", "items": [{"uid": UID, "version": 2}]})
    assert restored.json()["items"][0]["change"]["value"] == "added"


@pytest.mark.parametrize("preview", [False, True])
def test_nothing_is_put_outside_the_program(as_organizer, program, item, preview):
    before = picture()

    answer = post(
        as_organizer,
        moves(date=str(program.ends_on + timedelta(days=1))) | {"preview": preview},
    )

    assert (answer.status_code, answer.json()["field"]) == (422, "day")
    assert "과정 기간을 먼저 바꿔 주세요" in answer.json()["error"]
    assert picture() == before


def test_what_the_dates_of_the_program_left_outside_is_warned_of_and_moved_back_in(
    as_organizer, program, item
):
    ItineraryItem.objects.update(
        starts_at=item.starts_at + timedelta(days=30), ends_at=item.ends_at + timedelta(days=30)
    )

    edit = {"uid": UID, "version": 1, "start_by": 0, "end_by": 15}
    longer = post(as_organizer, {"command": "move_by", "edits": [edit]})

    assert longer.status_code == 200
    [found] = [row for row in longer.json()["conflicts"] if row["code"] == "outside_program"]
    assert found["severity"] == "error"
    assert [row["outside"] for row in longer.json()["days"]][-1] is True
    back = post(as_organizer, found["fixes"][0]["command"])
    assert [row for row in back.json()["conflicts"] if row["code"] == "outside_program"] == []


def test_text_the_database_cannot_hold_is_refused(as_organizer, item):
    before = picture()

    answer = post(
        as_organizer,
        b'{"command": "edit", "uid": "%s", "version": 1, "fields": {"title": "\\u0000"}}'
        % UID.encode(),
    )

    assert (answer.status_code, picture()) == (400, before)


def test_a_retired_site_is_not_dropped_onto_a_day(as_organizer, program):
    site = SiteFactory(retired_on=program.starts_on)

    answer = post(
        as_organizer,
        {"command": "add", "items": [{"uid": str(uuid4()), "kind": "visit", "site": site.pk}]},
    )

    assert (answer.status_code, answer.json()["field"]) == (422, "site")
    assert not program.items.exists()


def test_a_block_only_planners_see_is_on_the_board_and_a_visit_cannot_be_one(as_organizer, program):
    block = {"uid": UID, "kind": "session", "title": "예비", "planner_only": True}
    visit = {"uid": str(uuid4()), "kind": "visit", "site": SiteFactory().pk, "planner_only": True}

    added = post(as_organizer, {"command": "add", "items": [block]}).json()
    refused = post(as_organizer, {"command": "add", "items": [visit]})

    assert [(item["planner_only"], item["learning"]) for item in added["items"]] == [(True, False)]
    assert (refused.status_code, refused.json()["field"]) == (422, "planner_only")


def test_a_plan_too_long_for_the_board_says_so(as_organizer, program, monkeypatch):
    monkeypatch.setattr("desk.board_pages.MOST_ITEMS", 2)
    monkeypatch.setattr("site_visits.services.editing.MOST_ITEMS", 2)
    rows = [ItemFactory(program=program) for _ in range(4)]

    found = as_organizer.get(reverse("organize:board-state", args=["ai-1"])).json()
    answer = post(as_organizer, moves(uid=str(rows[0].uid)))

    assert (found["items"], found["program"]["editable"]) == ([], False)
    assert "2,000건을 넘어" in found["program"]["why_not"]
    assert answer.status_code == 422


def test_a_board_of_ten_thousand_items_says_so_and_moves_nothing(as_organizer, program):
    rows = ItineraryItem.objects.bulk_create(
        ItineraryItem(program=program, kind=ItemKind.SESSION, title=f"교육 {n}")
        for n in range(10_000)
    )

    page = as_organizer.get(reverse("organize:board", args=["ai-1"]))
    answer = post(as_organizer, moves(uid=str(rows[0].uid)))

    shown = page.context["state"]
    assert (page.status_code, shown["items"], shown["program"]["editable"]) == (200, [], False)
    assert "2,000건을 넘어" in shown["program"]["why_not"]
    assert answer.status_code == 422
    assert not program.items.exclude(starts_at=None, version=1).exists()


@pytest.mark.parametrize("query", [{"uid": "x"}, {"site": "x"}, {"site": "9" * 40}])
def test_addresses_that_make_no_sense_are_refused(as_organizer, program, query):
    answer = as_organizer.get(reverse("organize:board-blocked", args=["ai-1"]), query)

    assert answer.status_code in {400, 404}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
NAMES = [
    "move", "move_by", "add", "edit", "cancel", "restore", "delete", "duplicate", "legs", "retime", "shift",
    "close_gaps", "stagger", "swap",
]  # fmt: skip
VALUES = st.one_of(
    JSON,
    st.just(UID),
    st.just("2026-12-03"),
    st.integers(-10, 2000),
    st.sampled_from([[], [1], ["x"], {}, {"title": "새"}]),
)
INNER = st.dictionaries(
    st.sampled_from(
        ["uid", "version", "date", "start", "minutes", "kind", "site", "groups", "title"]
    ),
    VALUES,
    max_size=6,
)
COMMANDS = st.builds(
    lambda name, fields: {"command": name} | fields,
    st.sampled_from(NAMES),
    st.dictionaries(
        st.sampled_from(
            [
                "moves", "edits", "items", "uid", "version", "date", "start", "from", "by", "groups", "gap", "keep",
                "fields", "uids", "versions", "reason", "preview",
            ]
        ),
        VALUES | st.lists(INNER, max_size=3),
        max_size=6,
    ),
)  # fmt: skip


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(command=COMMANDS)
def test_whatever_is_posted_is_answered_and_never_an_error_of_ours(as_organizer, item, command):
    try:
        body = json.dumps(command).encode()
    except (ValueError, UnicodeEncodeError):
        return

    answer = post(as_organizer, body)

    assert answer.status_code in {200, 400, 404, 409, 422}
    if answer.status_code != 200 or command.get("preview") is True:
        assert not BoardCommand.objects.filter(changes=[]).exists()


def test_everything_is_said_in_the_language_of_the_person(as_organizer, item):
    VisitItemFactory(program=item.program)
    GroupFactory(program=item.program)
    as_organizer.cookies["django_language"] = "en"

    answer = post(as_organizer, moves(minutes=0))

    assert answer.json()["error"] == "Enter a number from 1 to 1440."
