"""Files of travel times: what a line means, and why it cannot be taken; no database."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.formats.csv_input import Column, Line
from site_visits.models import TravelSource

LONGEST_MINUTES: Final = 1440
LONGEST_KM: Final = 2000
MOST_ROWS: Final = 500_000
SHOWN_ERRORS: Final = 100

COLUMNS: Final = (
    Column("origin", ("출발", "출발지", "origin", "from"), required=True),
    Column("target", ("도착", "도착지", "target", "destination", "to"), required=True),
    Column("minutes", ("소요시간(분)", "소요시간", "분", "minutes", "min"), required=True),
    Column("km", ("거리(km)", "거리", "km", "distance"), required=True),
    Column("origin_id", ("출발 번호", "origin_id", "origin id")),
    Column("target_id", ("도착 번호", "target_id", "target id")),
    Column("source", ("출처", "source")),
)
# What may stand in the column of the source, in both languages.
SOURCES: Final = {
    "직접 입력": TravelSource.MANUAL, "manual": TravelSource.MANUAL, "entered by hand": TravelSource.MANUAL,
    "파일": TravelSource.IMPORT, "file": TravelSource.IMPORT, "import": TravelSource.IMPORT,
    "추정": TravelSource.ESTIMATE, "estimate": TravelSource.ESTIMATE, "estimated": TravelSource.ESTIMATE,
}  # fmt: skip
ORIGIN: Final = gettext_lazy("출발지")
TARGET: Final = gettext_lazy("도착지")
# What a number is called, and from where to where it may go.
NUMBERS: Final = {
    "minutes": (gettext_lazy("소요시간"), 1, LONGEST_MINUTES),
    "km": (gettext_lazy("거리"), 0, LONGEST_KM),
}
_NUMBER: Final = re.compile(r"(\d{1,6})(?:\.(\d{1,3}))?")


class Pair(NamedTuple):
    """One line; `source` is empty when the file does not say."""

    origin: int
    target: int
    minutes: int
    km: int
    source: str = ""


@dataclass(slots=True)
class Reading:
    """`errors` are (line, sentence), at most so many as a person reads; `refused` counts them all."""

    pairs: list[Pair] = field(default_factory=list)
    errors: list[tuple[int, str]] = field(default_factory=list)
    refused: int = 0

    def refuse(self, line: int, sentence: str) -> None:
        self.refused += 1
        if len(self.errors) < SHOWN_ERRORS:
            self.errors.append((line, sentence))


class Unreadable(ValueError):
    """Why a line cannot be taken, as a sentence with the remedy."""


@dataclass(frozen=True, slots=True)
class Names:
    """The sites there are, by number and by name."""

    numbers: frozenset[int]
    by_name: Mapping[str, int]

    def find(self, number: str, name: str, what: str) -> int:
        if number:
            found = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0
            if found not in self.numbers:
                raise Unreadable(
                    _(
                        "%(what)s 번호 %(value)s인 방문지가 없습니다. 번호를 고치거나, 비우고 이름을 적어 주세요."
                    )
                    % {"what": what, "value": number[:20]}
                )
            if name and self.by_name.get(name, found) != found:
                raise Unreadable(
                    _(
                        "%(what)s 번호와 이름이 서로 다른 방문지입니다: %(value)s. 둘 가운데 하나만 적어 주세요."
                    )
                    % {"what": what, "value": name[:40]}
                )
            return found
        if name in self.by_name:
            return self.by_name[name]
        if name.isascii() and name.isdigit():
            return self.find(name, "", what)
        if not name:
            raise Unreadable(
                _("%(what)s가 비어 있습니다. 방문지의 이름이나 번호를 적어 주세요.")
                % {"what": what}
            )
        raise Unreadable(
            _(
                "%(what)s를 방문지 목록에서 찾을 수 없습니다: %(value)s. 목록의 이름대로 고치거나 먼저 등록해 주세요."
            )
            % {"what": what, "value": name[:40]}
        )


def read(lines: Iterable[Line], names: Names) -> Reading:
    """Every line, or why not; the same pair twice must say the same."""
    found = Reading()
    seen: dict[tuple[int, int], tuple[int, Pair]] = {}
    cells = _Cells(names)
    for count, line in enumerate(lines, start=1):
        if count > MOST_ROWS:
            found.refuse(
                line.number,
                _("%(n)d줄까지 올릴 수 있습니다. 나누어 올려 주세요.") % {"n": MOST_ROWS},
            )
            break
        try:
            pair = cells.pair(line.cells)
        except Unreadable as why:
            found.refuse(line.number, str(why))
            continue
        earlier = seen.setdefault((pair.origin, pair.target), (line.number, pair))
        if earlier[1] is pair:
            found.pairs.append(pair)
        elif earlier[1] != pair:
            found.refuse(
                line.number,
                _("%(line)d행과 같은 구간인데 값이 다릅니다. 한 줄만 남겨 주세요.")
                % {"line": earlier[0]},
            )
    return found


class _Cells:
    """What the cells of a line mean. A table of all pairs names each site hundreds of times: it is looked up once."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.sites: dict[tuple[str, str], int] = {}
        self.numbers: dict[tuple[str, str], int] = {}

    def pair(self, cells: Mapping[str, str]) -> Pair:
        origin = self.site(cells.get("origin_id", ""), cells["origin"], ORIGIN)
        target = self.site(cells.get("target_id", ""), cells["target"], TARGET)
        if origin == target:
            raise Unreadable(_("출발지와 도착지가 같습니다. 하나를 고치거나 줄을 지워 주세요."))
        return Pair(
            origin,
            target,
            self.number("minutes", cells["minutes"]),
            self.number("km", cells["km"]),
            _source(cells.get("source", "")),
        )

    def site(self, number: str, name: str, what: str) -> int:
        found = self.sites.get((number, name))
        if found is None:
            found = self.sites[number, name] = self.names.find(number, name, what)
        return found

    def number(self, key: str, text: str) -> int:
        found = self.numbers.get((key, text))
        if found is None:
            found = self.numbers[key, text] = _number(text, *NUMBERS[key])
        return found


def _number(text: str, what: str, least: int, most: int) -> int:
    """Whole numbers; what a spreadsheet made of one (`63.0`, full width) is one too, fractions are rounded."""
    found = _NUMBER.fullmatch(unicodedata.normalize("NFKC", text[:20]).strip())
    value = round(float(found[0])) if found else -1
    if not least <= value <= most:
        raise Unreadable(
            _("%(what)s: %(least)d부터 %(most)d까지의 숫자를 적어 주세요. 적힌 값: %(value)s")
            % {"what": what, "least": least, "most": most, "value": text[:20] or _("빈칸")}
        )
    return value


def _source(text: str) -> str:
    if not text:
        return ""
    if text.casefold() not in SOURCES:
        raise Unreadable(
            _("출처는 직접 입력, 파일, 추정 가운데 하나이거나 빈칸이어야 합니다: %(value)s")
            % {"value": text[:20]}
        )
    return SOURCES[text.casefold()].value


# -- what taking the file over would change


@dataclass(frozen=True, slots=True)
class Known:
    minutes: int
    km: int
    source: str


@dataclass(frozen=True, slots=True)
class Change:
    pair: Pair
    before: Known | None
    source: str


def changes(pairs: Iterable[Pair], known: Mapping[tuple[int, int], Known]) -> Iterator[Change]:
    """What is new or different. An estimate of the file leaves alone what somebody entered or uploaded."""
    for pair in pairs:
        before = known.get((pair.origin, pair.target))
        if before is None:
            yield Change(pair, None, pair.source or TravelSource.IMPORT)
            continue
        same = (before.minutes, before.km) == (pair.minutes, pair.km)
        guess, was_guess = (
            pair.source == TravelSource.ESTIMATE,
            before.source == TravelSource.ESTIMATE,
        )
        if guess and not was_guess:
            continue
        kept = before.source if same and not was_guess else TravelSource.IMPORT
        source = pair.source or kept
        if not same or source != before.source:
            yield Change(pair, before, source)
