"""The words of a reminder: plain text with `{placeholder}`s, and nothing a template could run.

Substitution is our own: no attribute, index or format is ever looked up, and an unknown name is
refused when the text is saved, not when forty people wait for it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import RuleBroken


@dataclass(frozen=True, slots=True)
class Placeholder:
    """`name` in English texts, `korean` in Korean ones; both are understood in either."""

    name: str
    korean: str
    meaning: Any


PLACEHOLDERS: Final = (
    Placeholder("name", "성명", gettext_lazy("받는 사람의 성명")),
    Placeholder("program", "과정", gettext_lazy("과정명과 차수")),
    Placeholder("date", "날짜", gettext_lazy("그날의 날짜와 요일")),
    Placeholder("time", "시각", gettext_lazy("첫 일정이 시작하는 시각")),
    Placeholder("item", "일정", gettext_lazy("첫 일정의 제목")),
    Placeholder("place", "장소", gettext_lazy("첫 일정의 장소, 없으면 집결지")),
    Placeholder("bring", "준비물", gettext_lazy("과정과 첫 일정의 준비물")),
    Placeholder("group", "조", gettext_lazy("받는 사람의 조")),
    Placeholder("schedule", "하루일정", gettext_lazy("그날의 일정 목록")),
    Placeholder("contact", "문의", gettext_lazy("문의할 곳과 전화")),
    Placeholder("link", "내일정", gettext_lazy("내 일정 화면의 주소")),
)
NAMES: Final = {
    written: placeholder.name
    for placeholder in PLACEHOLDERS
    for written in (placeholder.name, placeholder.korean)
}
_BRACES: Final = re.compile(r"\{([^{}\n]*)\}")


def check(text: str, *, field: str) -> None:
    """Refuse a text that names an unknown placeholder or holds a brace of none."""
    for found in _BRACES.finditer(text):
        if found[1].strip() not in NAMES:
            raise RuleBroken(
                _("%(name)s은(는) 쓸 수 없는 자리표시입니다. 아래 목록에 있는 것만 쓸 수 있습니다.")
                % {"name": found[0][:40]},
                field=field,
            )
    if re.search(r"[{}]", _BRACES.sub("", text)):
        raise RuleBroken(
            _("중괄호가 짝이 맞지 않습니다. 자리표시는 {날짜}처럼 적어 주세요."), field=field
        )


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put the values in; a line that has placeholders but no value for any of them is left out."""
    lines = [_fill_line(line, values) for line in text.splitlines()]
    whole = "\n".join(line for line in lines if line is not None)
    return re.sub(r"\n{3,}", "\n\n", whole).strip()


def _fill_line(line: str, values: Mapping[str, str]) -> str | None:
    names = [NAMES[found.strip()] for found in _BRACES.findall(line)]
    if names and not any(values[name] for name in names):
        return None
    return _BRACES.sub(lambda found: values[NAMES[found[1].strip()]], line)
