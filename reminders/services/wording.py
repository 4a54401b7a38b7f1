"""The words of a reminder: plain text with `{placeholder}`s, and nothing a template could run.

Substitution is our own: no attribute, index or format is ever looked up, and an unknown name is
refused when the text is saved, not when forty people wait for it.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from operator import add
from typing import Any, Final

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from core.errors import RuleBroken
from reminders.models import Audience

EVERYBODY: Final = frozenset(Audience)
NOT_HOSTS: Final = EVERYBODY - {Audience.HOSTS}


@dataclass(frozen=True, slots=True)
class Placeholder:
    """`name` in English texts, `korean` in Korean ones; both are understood in either."""

    name: str
    korean: str
    meaning: Any
    audiences: frozenset[Audience] = EVERYBODY

    @property
    def written(self) -> str:
        """As the reader of the screen would write it."""
        return f"{{{self.name if get_language() == 'en' else self.korean}}}"


PLACEHOLDERS: Final = (
    Placeholder("name", "성명", gettext_lazy("받는 사람의 성명, 방문기관은 담당 부서·창구")),
    Placeholder("program", "과정", gettext_lazy("과정명과 차수")),
    Placeholder("date", "날짜", gettext_lazy("그날의 날짜와 요일")),
    Placeholder("time", "시각", gettext_lazy("일정이 시작하는 시각")),
    Placeholder("item", "일정", gettext_lazy("일정의 제목")),
    Placeholder("place", "장소", gettext_lazy("일정의 장소, 없으면 집결지")),
    Placeholder("bring", "준비물", gettext_lazy("과정과 일정의 준비물"), NOT_HOSTS),
    Placeholder("group", "조", gettext_lazy("받는 사람의 조"), frozenset({Audience.CONFIRMED})),
    Placeholder("schedule", "하루일정", gettext_lazy("그날의 일정 목록"), NOT_HOSTS),
    Placeholder(
        "headcount",
        "인원",
        gettext_lazy("인솔자: 함께 가는 인원, 부서 서무: 부서의 인원, 방문기관: 방문 인원"),
        frozenset({Audience.LEADERS, Audience.COORDINATORS, Audience.HOSTS}),
    ),
    Placeholder(
        "department", "부서", gettext_lazy("서무를 맡은 부서"), frozenset({Audience.COORDINATORS})
    ),
    Placeholder(
        "waiting", "대기순번", gettext_lazy("지금의 대기순번"), frozenset({Audience.WAITLISTED})
    ),
    Placeholder("contact", "문의", gettext_lazy("문의할 곳과 전화")),
    Placeholder("link", "내일정", gettext_lazy("받는 사람이 볼 화면의 주소"), NOT_HOSTS),
    Placeholder("confirm", "확인", gettext_lazy("받은 사람이 보았다고 누르는 주소"), NOT_HOSTS),
)
NAMES: Final = {
    written: placeholder
    for placeholder in PLACEHOLDERS
    for written in (placeholder.name, placeholder.korean)
}
# What people write when they mean one of ours; no spelling is near enough to tell.
MEANT: Final = {
    "이름": "성명", "시간": "시각", "일시": "시각", "일자": "날짜", "연락처": "문의", "전화": "문의",
    "링크": "내일정", "주소": "내일정", "방문지": "장소", "집결지": "장소", "과정명": "과정",
    "인원수": "인원", "조이름": "조", "소속": "부서", "when": "time", "where": "place",
    "url": "link", "day": "date", "phone": "contact", "title": "item",
}  # fmt: skip
# Differs from reader to reader, and is kept by no cache.
OWN: Final = frozenset({"name", "confirm", "group", "headcount", "department", "waiting"})
_BRACES: Final = re.compile(r"\{([^{}\n]*)\}")
_STRAY: Final = re.compile(r"[{}]")
_LINE_ENDS: Final = re.compile(r"\r\n|\r|\n")
LONGEST_SHOWN: Final = 40


def offered(audience: str) -> list[Placeholder]:
    """What a text to this audience may name."""
    return [one for one in PLACEHOLDERS if audience in one.audiences]


def check(text: str, *, field: str, audience: str = Audience.CONFIRMED) -> None:
    """Refuse a text that names a placeholder nobody knows or this audience has not, or holds a brace of none."""
    for found in _BRACES.finditer(text):
        placeholder = NAMES.get(found[1].strip())
        if placeholder is None:
            raise RuleBroken(_unknown(found, audience), field=field)
        if audience not in placeholder.audiences:
            whose = ", ".join(str(one.label) for one in Audience if one in placeholder.audiences)
            raise RuleBroken(
                _("%(name)s은(는) 이 알림에 쓸 수 없는 자리표시입니다. 쓸 수 있는 대상: %(whose)s")
                % {"name": found[0], "whose": whose},
                field=field,
            )
    if _STRAY.search(_BRACES.sub("", text)):
        raise RuleBroken(
            _("중괄호가 짝이 맞지 않습니다. 자리표시는 {날짜}처럼 적어 주세요."), field=field
        )


def _unknown(found: re.Match[str], audience: str) -> str:
    near = nearest(found[1].strip(), audience=audience)
    if near is None:
        return _(
            "%(name)s은(는) 쓸 수 없는 자리표시입니다. 아래 목록에 있는 것만 쓸 수 있습니다."
        ) % {"name": found[0][:LONGEST_SHOWN]}
    return _(
        "%(name)s은(는) 쓸 수 없는 자리표시입니다. %(near)s을(를) 쓰려면 그렇게 고쳐 주세요."
    ) % {
        "name": found[0][:LONGEST_SHOWN],
        "near": f"{{{near}}}",
    }


def nearest(name: str, *, audience: str = Audience.CONFIRMED) -> str | None:
    """The placeholder somebody probably meant; Korean is compared letter by letter inside its syllables."""
    names = {written for one in offered(audience) for written in (one.name, one.korean)}
    key = unicodedata.normalize("NFKC", name)[:LONGEST_SHOWN].replace(" ", "").casefold()
    if MEANT.get(key) in names:
        return MEANT[key]
    spelled = {unicodedata.normalize("NFD", written): written for written in names}
    found = get_close_matches(unicodedata.normalize("NFD", key), spelled, n=1, cutoff=0.6)
    return spelled[found[0]] if found else None


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put the values in; a line that has placeholders but no value for any of them is left out.

    Never raises: what `check` would have refused (a text written before a placeholder was dropped) is left out.
    """
    names = _names(text)
    found = tuple(values.get(name, "") for name in names)
    return _filled(text, found) if OWN.isdisjoint(names) else _fill(text, found)


def _fill(text: str, found: tuple[str, ...]) -> str:
    lines, place = [], 0
    for texts, names in _lines(text):
        here = found[place : place + len(names)]
        place += len(names)
        if not here or any(here):
            lines.append("".join(map(add, texts, (*here, ""))))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


@lru_cache(maxsize=256)
def _filled(text: str, found: tuple[str, ...]) -> str:
    """What all who travel together read the same is filled in once."""
    return _fill(text, found)


@lru_cache(maxsize=512)
def _names(text: str) -> tuple[str, ...]:
    return tuple(name for _texts, names in _lines(text) for name in names)


@lru_cache(maxsize=512)
def _lines(text: str) -> list[tuple[list[str], list[str]]]:
    """Each line as its texts and the names between them; a rule's words are read once, not once a reader."""
    found = []
    for line in _LINE_ENDS.split(text):
        parts = _BRACES.split(line)
        names = [NAMES.get(name.strip()) for name in parts[1::2]]
        found.append(
            (
                [_STRAY.sub("", part) for part in parts[::2]],
                [placeholder.name if placeholder else "" for placeholder in names],
            )
        )
    return found
