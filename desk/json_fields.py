"""One JSON object of a request, read strictly: each value asked for by name and type, the rest an error.

Malformed (an answer 400) is what our own page never sends; RuleBroken (422) is what a person can mend.
"""

import json
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from core.dates import parse_date
from core.errors import RuleBroken
from core.text import clean_text

MOST_ID: Final = 2**31 - 1
MOST_OBJECTS: Final = 500


class Malformed(Exception):
    """No command at all: the text says what is wrong with it."""


def body(raw: bytes) -> dict[str, Any]:
    try:
        found = json.loads(raw or b"{}")
    except (ValueError, RecursionError) as error:
        raise Malformed(_("명령을 읽을 수 없습니다. 화면을 새로 열어 주세요.")) from error
    if not isinstance(found, dict):
        raise Malformed(_("명령을 읽을 수 없습니다. 화면을 새로 열어 주세요."))
    return found


class Fields:
    """The values of one JSON object, each asked for by name and type; what nobody asked for is an error."""

    def __init__(self, data: Any) -> None:
        if not isinstance(data, dict):
            raise Malformed(_("명령을 읽을 수 없습니다. 화면을 새로 열어 주세요."))
        self.data = dict(data)

    def finish(self) -> None:
        if self.data:
            name = str(next(iter(self.data)))[:40]
            raise Malformed(_("모르는 항목입니다: %(name)s") % {"name": name})

    def has(self, name: str) -> bool:
        """Whether it is there with a value."""
        return self.data.get(name) is not None

    def given(self, name: str) -> bool:
        """Whether it is there at all, empty or not."""
        return name in self.data

    def _take(self, name: str, wanted: type, *, default: Any = ...) -> Any:
        value = self.data.pop(name, None)
        if value is None and default is not ...:
            return default
        if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
            raise Malformed(_("항목이 없거나 잘못되었습니다: %(name)s") % {"name": name})
        return value

    def text(self, name: str, *, most: int = 40, default: Any = ...) -> str:
        found = clean_text(self._take(name, str, default=default))
        if len(found) > most:
            raise RuleBroken(_("%(most)d자까지 적을 수 있습니다.") % {"most": most}, field=name)
        return found

    def flag(self, name: str) -> bool:
        return self._take(name, bool, default=False)

    def number(self, name: str, *, least: int, most: int, default: Any = ...) -> Any:
        found = self._take(name, int, default=default)
        if found is not None and not least <= found <= most:
            raise RuleBroken(
                _("%(least)d부터 %(most)d까지의 수를 적어 주세요.")
                % {"least": least, "most": most},
                field=name,
            )
        return found

    def uid(self, name: str) -> UUID:
        return uid_of(self._take(name, str))

    def uids(self, name: str) -> list[UUID]:
        found = self._take(name, list)
        if not all(isinstance(each, str) for each in found):
            raise Malformed(_("항목이 없거나 잘못되었습니다: %(name)s") % {"name": name})
        return [uid_of(each) for each in found]

    def id(self, name: str) -> int:
        """The key of a row; one that is none is looked for in vain."""
        return min(max(0, self._take(name, int)), MOST_ID)

    def object(self, name: str) -> "Fields":
        return Fields(self._take(name, dict))

    def version(self) -> int:
        return self.number("version", least=1, most=MOST_ID)

    def day(self, name: str = "date", *, default: Any = ...) -> date | None:
        text = self._take(name, str, default=default)
        if text is None:
            return None
        found = parse_date(text)
        if found is None:
            raise RuleBroken(_("날짜를 알 수 없습니다. 예: 2026-12-03"), field=name)
        return found

    def objects(self, name: str) -> list["Fields"]:
        found = self._take(name, list)
        if not found:
            raise RuleBroken(_("고를 일정이 없습니다. 일정을 먼저 골라 주세요."), field=name)
        if len(found) > MOST_OBJECTS:
            raise RuleBroken(_("한 번에 500건까지 고칠 수 있습니다. 나누어 해 주세요."), field=name)
        return [Fields(each) for each in found]

    def numbers(self, name: str, *, once: bool = True, default: Any = ...) -> tuple[int, ...]:
        """Keys and versions; `once` leaves out what is said again."""
        found = self._take(name, list, default=default)
        if not all(isinstance(each, int) and not isinstance(each, bool) for each in found):
            raise Malformed(_("항목이 없거나 잘못되었습니다: %(name)s") % {"name": name})
        if len(found) > MOST_OBJECTS or any(not 1 <= each <= MOST_ID for each in found):
            raise RuleBroken(_("다른 과정의 조는 고를 수 없습니다."), field=name)
        return tuple(dict.fromkeys(found) if once else found)

    def groups(self) -> tuple[int, ...]:
        return tuple(sorted(self.numbers("groups", default=[])))


def uid_of(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Malformed(_("항목이 없거나 잘못되었습니다: %(name)s") % {"name": "uid"}) from error
