"""The board over HTTP: what it shows, what a command answers, and what is refused."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from site_visits.models import BoardCommand, ItemKind, ItineraryItem
from tests.factories.programs import GroupFactory, ProgramFactory
from tests.factories.site_visits import ItemFactory, SiteFactory, VisitItemFactory, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def program(db):
    return ProgramFactory(code="ai-1")


def url(name, *args, code="ai-1"):
    return reverse(f"organize:{name}", args=[code, *args])


def post(client, data, name="board-command"):
    body = data if isinstance(data, str) else json.dumps(data)
    return client.post(url(name), body, content_type="application/json")


def state(client):
    return client.get(url("board-state")).json()


def only(client):
    [item] = state(client)["items"]
    return item


def move(item, **more):
    where = {"uid": item["uid"], "version": item["version"], "date": item["date"], "start": 600}
    return {"command": "move", "moves": [where | more]}


def test_the_page_carries_the_whole_state(as_organizer, program):
    VisitItemFactory(program=program, title="수원화성")

    page = as_organizer.get(url("board"))

    assert page.status_code == 200
    assert 'id="board-state"' in page.text
    assert page.context["state"]["items"][0]["time"] == "10:30~12:00"


def test_a_move_answers_with_the_item_its_day_and_the_way_back(as_organizer, program):
    ItemFactory(program=program, title="실습")

    answer = post(as_organizer, move(only(as_organizer), start=615, minutes=60))

    assert answer.status_code == 200
    found = answer.json()
    assert [(item["start"], item["minutes"], item["version"]) for item in found["items"]] == [
        (615, 60, 2)
    ]
    assert found["undo"] == {"label": "실습 옮기기", "count": 1}
    assert found["redo"] is None
    assert found["stamp"] == state(as_organizer)["stamp"]


def test_undo_and_redo_go_back_and_forth_and_survive_a_reload(as_organizer, program):
    item = ItemFactory(program=program)
    before = item.starts_at
    post(as_organizer, move(only(as_organizer), start=900))

    undone = post(as_organizer, {}, "board-undo").json()

    item.refresh_from_db()
    assert (item.starts_at, undone["undo"], undone["redo"]["count"]) == (before, None, 1)
    redone = post(as_organizer, {}, "board-redo").json()
    item.refresh_from_db()
    assert item.starts_at == before + timedelta(minutes=270)
    assert (redone["undo"]["count"], redone["redo"]) == (1, None)


COMMANDS = {
    "move": lambda one, two, day: move(one, start=540),
    "unschedule": lambda one, two, day: move(one, date=None, start=None),
    "move_by": lambda one, two, day: {
        "command": "move_by",
        "edits": [{"uid": one["uid"], "version": 1, "start_by": -10, "end_by": 5}],
    },
    "add": lambda one, two, day: {
        "command": "add",
        "items": [{"uid": str(uuid4()), "kind": "meal", "date": day, "start": 720}],
    },
    "edit": lambda one, two, day: {
        "command": "edit",
        "uid": one["uid"],
        "version": 1,
        "fields": {"title": "새 제목", "note": "준비", "learning": False, "people": 12},
    },
    "cancel": lambda one, two, day: {
        "command": "cancel",
        "items": [{"uid": one["uid"], "version": 1}],
        "reason": "비",
    },
    "delete": lambda one, two, day: {
        "command": "delete",
        "items": [{"uid": one["uid"], "version": 1}, {"uid": two["uid"], "version": 1}],
    },
    "duplicate": lambda one, two, day: {
        "command": "duplicate",
        "items": [{"uid": one["uid"], "version": 1}],
        "date": day,
        "start": 840,
    },
    "legs": lambda one, two, day: {"command": "legs", "date": day},
    "shift": lambda one, two, day: {"command": "shift", "date": day, "from": 600, "by": 15},
    "close_gaps": lambda one, two, day: {"command": "close_gaps", "date": day, "keep": 10},
    "swap": lambda one, two, day: {
        "command": "swap",
        "uids": [one["uid"], two["uid"]],
        "versions": [1, 1],
    },
}


def picture(program):
    rows = ItineraryItem.objects.filter(program=program).order_by("uid")
    return [
        (
            row.uid, row.title, row.starts_at, row.ends_at, row.note, row.cancelled_at, row.counts_as_learning,
            sorted(group.pk for group in row.groups.all()), row.visit.headcount if row.kind == "visit" else None,
        )
        for row in rows
    ]  # fmt: skip


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_can_be_undone_and_done_again(as_organizer, program, name):
    sites = [
        SiteFactory(latitude="37.470", longitude="127.038"),
        SiteFactory(latitude="37.567", longitude="127.009"),
    ]
    first = VisitItemFactory(program=program, site=sites[0], title="가")
    VisitItemFactory(
        program=program, site=sites[1], title="나", starts_at=first.ends_at + timedelta(hours=2)
    )
    before = picture(program)
    one, two = sorted(state(as_organizer)["items"], key=lambda item: item["title"])
    day = str(program.starts_on)

    answer = post(as_organizer, COMMANDS[name](one, two, day))

    assert answer.status_code == 200, answer.text
    after = picture(program)
    assert after != before
    assert post(as_organizer, {}, "board-undo").status_code == 200
    assert picture(program) == before
    assert post(as_organizer, {}, "board-redo").status_code == 200
    assert picture(program) == after
    assert BoardCommand.objects.count() == 1


def test_a_stale_move_shows_whose_change_it_would_have_undone(as_organizer, program):
    ItemFactory(program=program, title="실습")
    item = only(as_organizer)
    post(as_organizer, move(item, start=660))

    answer = post(as_organizer, move(item, start=540))

    assert answer.status_code == 409
    [line] = answer.json()["theirs"]
    assert (line["title"], line["what"], line["who"]) == (
        "실습",
        "10:30~12:00 → 11:00~12:30",
        "정마루",
    )
    assert answer.json()["state"]["items"][0]["start"] == 660


@pytest.mark.django_db(transaction=True)
def test_an_unchanged_board_answers_in_a_word(as_organizer, program, django_assert_max_num_queries):
    ItemFactory(program=program)
    since = state(as_organizer)["stamp"]

    with django_assert_max_num_queries(5):
        answer = as_organizer.get(url("board-state"), {"since": since})

    assert answer.status_code == 204
    ItineraryItem.objects.update(title="다른 제목")
    assert as_organizer.get(url("board-state"), {"since": since}).status_code == 200


def test_the_catalogue_and_the_shaded_times_answer(as_organizer, program):
    item = VisitItemFactory(program=program, site=SiteFactory(capacity=10))

    sites = as_organizer.get(url("board-sites")).json()
    blocked = as_organizer.get(url("board-blocked"), {"uid": str(item.uid)}).json()["blocked"]

    assert sites["sites"][0]["name"] == item.site.name
    assert {row["reason"] for row in blocked} == {"full"}
    assert ItemKind.VISIT in {
        kind["value"] for kind in as_organizer.get(url("board")).context["kinds"]
    }


def test_the_preview_of_staggered_slots_says_whose_each_is(as_organizer, program):
    groups = [GroupFactory(program=program, name=f"{number}조") for number in (1, 2, 3)]
    VisitItemFactory(program=program, title="수원화성")
    item = only(as_organizer)
    wanted = {
        "command": "stagger", "uid": item["uid"], "version": item["version"],
        "groups": [group.pk for group in groups], "gap": 0, "preview": True,
    }  # fmt: skip

    lines = post(as_organizer, wanted).json()["preview"]

    assert sorted(line["title"] for line in lines) == [
        "수원화성 · 1조", "수원화성 · 2조", "수원화성 · 3조",
    ]  # fmt: skip


def test_the_preview_names_the_day_an_item_is_pushed_onto(as_organizer, program):
    ItemFactory(program=program, title="석식", starts_at=at(program.starts_on, "18:30"))
    wanted = {"command": "shift", "date": str(program.starts_on), "from": 18 * 60, "preview": True}

    same = post(as_organizer, wanted | {"by": 30}).json()["preview"]
    next_day = post(as_organizer, wanted | {"by": 420}).json()["preview"]

    assert [line["to"] for line in same] == ["19:00~20:30"]
    assert [line["to"] for line in next_day] == ["12. 4.(금) 01:30~03:00"]


def again(client, data, name="board-command"):
    """The same request twice: its first answer was lost on the way."""
    key = {"HTTP_IDEMPOTENCY_KEY": str(uuid4())}
    return [
        client.post(url(name), json.dumps(data), content_type="application/json", **key)
        for _ in range(2)
    ]


@pytest.mark.parametrize("name", ["shift", "duplicate", "move"])
def test_a_command_sent_again_because_its_answer_was_lost_is_carried_out_once(
    as_organizer, program, name
):
    item = ItemFactory(program=program, starts_at=at(program.starts_on, "18:30"))
    day = str(program.starts_on)
    one = {"uid": str(item.uid), "version": 1}
    command = {
        "shift": {"date": day, "from": 18 * 60, "by": 15},
        "duplicate": {"items": [one], "date": str(program.ends_on)},
        "move": {"moves": [one | {"date": day, "start": 600}]},
    }[name]

    first, second = again(as_organizer, {"command": name} | command)

    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json()["items"] == second.json()["items"]
    assert first.json()["undo"] == second.json()["undo"]
    assert BoardCommand.objects.count() == 1
    assert program.items.count() == (2 if name == "duplicate" else 1)


def test_an_undo_sent_again_because_its_answer_was_lost_undoes_one_step(as_organizer, program):
    item = ItemFactory(program=program, starts_at=at(program.starts_on, "18:30"))
    for version, start in ((1, 600), (2, 660)):
        moved = {"uid": str(item.uid), "version": version, "date": str(program.starts_on), "start": start}  # fmt: skip
        post(as_organizer, {"command": "move", "moves": [moved]})

    undone = again(as_organizer, {}, "board-undo")[1].json()
    item.refresh_from_db()
    assert (item.starts_at, undone["undo"]["count"]) == (at(program.starts_on, "10:00"), 1)

    again(as_organizer, {}, "board-redo")
    item.refresh_from_db()
    assert item.starts_at == at(program.starts_on, "11:00")


def test_a_name_of_a_request_that_is_none_is_refused(as_organizer, program):
    answer = as_organizer.post(
        url("board-undo"), "{}", content_type="application/json", HTTP_IDEMPOTENCY_KEY="x"
    )

    assert answer.status_code == 400
