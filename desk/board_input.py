"""What the board's page posts, as commands: the shape is read here, the rules are the services'."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from core.dates import at_local
from core.errors import RuleBroken
from desk.json_fields import Fields, Malformed
from site_visits.models import ItemKind
from site_visits.services import commands
from site_visits.services.commands import Command, Placement, Versioned
from site_visits.services.itinerary import Shift

DAY: Final = 24 * 60
LONGEST_MOVE: Final = 400 * DAY
MOST_PEOPLE: Final = 5000
MOST_KM: Final = 2000

# Texts the board's own panel edits, with their lengths.
TEXTS: Final = {
    "title": 120,
    "title_en": 140,
    "place": 200,
    "note": 300,
    "bring": 200,
    "planner_note": 500,
    "purpose": 300,
    "dress_rule": 100,
    "id_rule": 100,
}
# What the page calls differently.
FLAGS: Final = {"planner_only": "planner_only", "learning": "counts_as_learning"}
NUMBERS: Final = {"people": ("headcount", MOST_PEOPLE), "km": ("km", MOST_KM)}


def command(data: dict[str, Any]) -> tuple[Command, bool]:
    """The command, and whether it is only to be previewed."""
    fields = Fields(data)
    name = fields.text("command")
    preview = fields.flag("preview")
    if name not in READERS:
        raise Malformed(_("모르는 명령입니다: %(name)s") % {"name": name[:40]})
    found = READERS[name](fields)
    fields.finish()
    return found, preview


def _instant(day: date, minutes: int) -> datetime:
    """So many minutes after local midnight."""
    return at_local(day, time.min) + timedelta(minutes=minutes)


def _once(uids: Iterable[UUID]) -> None:
    found = list(uids)
    if len(set(found)) != len(found):
        raise RuleBroken(_("같은 일정이 두 번 들어 있습니다. 한 번씩만 골라 주세요."))


def _start(fields: Fields, name: str = "start", *, default: Any = ...) -> int | None:
    return fields.number(name, least=0, most=DAY - 1, default=default)


def _minutes(fields: Fields) -> int | None:
    return fields.number("minutes", least=1, most=DAY, default=None)


def _items(fields: Fields) -> tuple[Versioned, ...]:
    found = []
    for each in fields.objects("items"):
        found.append((each.uid("uid"), each.version()))
        each.finish()
    _once(uid for uid, _version in found)
    return tuple(found)


def _move(fields: Fields) -> Command:
    found = []
    for each in fields.objects("moves"):
        uid, version = each.uid("uid"), each.version()
        day, start, minutes = each.day(default=None), _start(each, default=None), _minutes(each)
        each.finish()
        if (day is None) != (start is None):
            raise RuleBroken(_("날짜와 시작 시각을 함께 정해 주세요."), field="start")
        starts_at = None if day is None or start is None else _instant(day, start)
        found.append(Placement(uid, version, starts_at, minutes))
    _once(placement.uid for placement in found)
    return commands.Move(tuple(found))


def _move_by(fields: Fields) -> Command:
    found = []
    for each in fields.objects("edits"):
        uid, version = each.uid("uid"), each.version()
        start_by, end_by = (
            each.number(name, least=-LONGEST_MOVE, most=LONGEST_MOVE, default=0)
            for name in ("start_by", "end_by")
        )
        each.finish()
        found.append(Shift(uid, version, start_by, end_by))
    _once(shift.uid for shift in found)
    return commands.MoveBy(tuple(found))


def _kind(fields: Fields) -> str:
    found = fields.text("kind")
    if found not in ItemKind.values:
        raise Malformed(_("항목이 없거나 잘못되었습니다: %(name)s") % {"name": "kind"})
    return found


def _add(fields: Fields) -> Command:
    found = []
    for each in fields.objects("items"):
        uid, kind = each.uid("uid"), _kind(each)
        day, start, minutes = each.day(default=None), _start(each, default=None), _minutes(each)
        if (day is None) != (start is None):
            raise RuleBroken(_("날짜와 시작 시각을 함께 정해 주세요."), field="start")
        facts = _small_facts(each) | _places(each, kind) | {"kind": kind}
        each.finish()
        if day is not None and start is not None:
            facts["starts_at"] = _instant(day, start)
        found.append((uid, facts, minutes))
    _once(uid for uid, _facts, _length in found)
    return commands.Add(tuple(found))


def _places(fields: Fields, kind: str) -> dict[str, Any]:
    names = ("site", "origin", "target") if kind == ItemKind.TRAVEL else ("site",)
    return {name: fields.id(name) for name in names if fields.has(name)}


def _small_facts(fields: Fields) -> dict[str, Any]:
    """Those that are given, under the names of the draft."""
    found: dict[str, Any] = {
        name: fields.text(name, most=most) for name, most in TEXTS.items() if fields.has(name)
    }
    found |= {column: fields.flag(name) for name, column in FLAGS.items() if fields.has(name)}
    found |= {
        column: fields.number(name, least=0, most=most, default=None) or None
        for name, (column, most) in NUMBERS.items()
        if fields.given(name)
    }
    if fields.has("groups"):
        found["groups"] = fields.groups()
    return found


def _edit(fields: Fields) -> Command:
    uid, version, inner = fields.uid("uid"), fields.version(), fields.object("fields")
    found = _small_facts(inner)
    inner.finish()
    if "title" in found and not found["title"]:
        raise RuleBroken(_("제목을 적어 주세요."), field="title")
    return commands.Edit(uid, version, found)


def _cancel(fields: Fields) -> Command:
    return commands.Cancel(_items(fields), fields.text("reason", most=200, default=""))


def _duplicate(fields: Fields) -> Command:
    items, day, start = _items(fields), fields.day(), _start(fields, default=None)
    if day is None:
        raise RuleBroken(_("날짜를 적어 주세요."), field="date")
    return commands.Duplicate(items, day, None if start is None else _instant(day, start))


def _the_day(fields: Fields) -> date:
    found = fields.day()
    if found is None:
        raise RuleBroken(_("날짜를 적어 주세요."), field="date")
    return found


def _shift(fields: Fields) -> Command:
    day = _the_day(fields)
    start = _start(fields, "from") or 0
    by = fields.number("by", least=-DAY, most=DAY)
    return commands.ShiftDay(_instant(day, start), timedelta(minutes=by), fields.groups())


def _close_gaps(fields: Fields) -> Command:
    day, start = _the_day(fields), _start(fields, "from", default=None)
    keep = fields.number("keep", least=0, most=DAY, default=0)
    return commands.CloseGaps(
        day, timedelta(minutes=keep), None if start is None else _instant(day, start)
    )


def _stagger(fields: Fields) -> Command:
    uid, version, groups = fields.uid("uid"), fields.version(), fields.numbers("groups")
    gap = fields.number("gap", least=0, most=DAY, default=0)
    if len(groups) < 2:
        raise RuleBroken(_("나눌 조를 둘 이상 골라 주세요."), field="groups")
    return commands.Stagger(uid, version, groups, timedelta(minutes=gap))


def _swap(fields: Fields) -> Command:
    uids, versions = fields.uids("uids"), fields.numbers("versions", once=False)
    if len(uids) != 2 or len(versions) != 2:
        raise RuleBroken(_("바꿀 일정 둘을 골라 주세요."), field="uids")
    _once(uids)
    return commands.Swap(tuple(zip(uids, versions, strict=True)))


READERS: Final[dict[str, Callable[[Fields], Command]]] = {
    "move": _move,
    "move_by": _move_by,
    "add": _add,
    "edit": _edit,
    "cancel": _cancel,
    "restore": lambda fields: commands.Restore(_items(fields)),
    "delete": lambda fields: commands.Delete(_items(fields)),
    "duplicate": _duplicate,
    "legs": lambda fields: commands.Legs(_the_day(fields)),
    "retime": lambda fields: commands.Retime(_the_day(fields)),
    "shift": _shift,
    "close_gaps": _close_gaps,
    "stagger": _stagger,
    "swap": _swap,
}
