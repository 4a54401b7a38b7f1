"""Travel times from a file: read and kept aside, shown, then taken over in one transaction or not at all."""

import io
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.dates import is_english
from core.errors import RuleBroken
from core.formats.csv_input import decoded, lines_of
from core.text import clean_text
from site_visits import travel_file
from site_visits.models import Site, TravelImport, TravelSource, TravelTime
from site_visits.services.travel import lock_table
from site_visits.travel_file import COLUMNS, Change, Known, Names, Pair, Reading

KEPT: Final = timedelta(days=1)
BATCH: Final = 2000
HEADER: Final = ("출발 번호", "출발", "도착 번호", "도착", "소요시간(분)", "거리(km)", "출처")
HEADER_EN: Final = ("origin_id", "origin", "target_id", "target", "minutes", "km", "source")


ARRIVING: Final = """
CREATE TEMPORARY TABLE travel_arriving (
    origin bigint, target bigint, minutes int, km int, source text, PRIMARY KEY (origin, target)
) ON COMMIT DROP
"""
COPY: Final = "COPY travel_arriving FROM STDIN"
# The trigger that keeps the history joins what was with what is; planned for one row it would compare all with all.
HASH_JOINS: Final = "DISCARD PLANS; SET LOCAL enable_nestloop = off"
# Each row's version rises, so that a form opened before is told.
UPDATE: Final = """
UPDATE site_visits_traveltime t
SET minutes = v.minutes, km = v.km, source = v.source, version = t.version + 1
FROM travel_arriving v WHERE t.origin_id = v.origin AND t.target_id = v.target
"""
INSERT: Final = """
INSERT INTO site_visits_traveltime (origin_id, target_id, minutes, km, source, version)
SELECT origin, target, minutes, km, source, 1 FROM travel_arriving v
WHERE NOT EXISTS (
    SELECT 1 FROM site_visits_traveltime t WHERE t.origin_id = v.origin AND t.target_id = v.target
)
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What taking the file over does: pairs added and changed, and those that stay as they are."""

    added: list[Change]
    changed: list[Change]
    same: int


def read(content: bytes) -> Reading:
    """Every line of the file, or why not. RuleBroken for a file that is no table of travel times at all."""
    sites = list(Site.objects.values_list("pk", "name", "name_en"))
    by_name = {clean_text(english): pk for pk, _name, english in sites if english}
    by_name |= {clean_text(name): pk for pk, name, _english in sites}
    names = Names(frozenset(pk for pk, *_names in sites), by_name)
    found = travel_file.read(lines_of(decoded(content), COLUMNS), names)
    if not found.pairs and not found.refused:
        raise RuleBroken(
            _("제목 아래에 줄이 없습니다. 구간을 적어 다시 올려 주세요."), field="file"
        )
    return found


@transaction.atomic
def keep(*, file_name: str, pairs: list[Pair], by: User, at: datetime) -> TravelImport:
    """Put aside what was read until somebody says yes; what was forgotten yesterday is emptied."""
    TravelImport.objects.filter(applied_at=None, uploaded_at__lt=at - KEPT).delete()
    content = zlib.compress(json.dumps(pairs).encode())
    return TravelImport.objects.create(
        file_name=clean_text(file_name)[:120] or "csv",
        content=content,
        rows=len(pairs),
        uploaded_by=by,
        uploaded_at=at,
    )


def outcome(upload: TravelImport) -> Outcome:
    """What the file would change in the table as it is now."""
    pairs = [Pair(*row) for row in json.loads(zlib.decompress(bytes(upload.content)))]
    found = list(travel_file.changes(pairs, _known()))
    added = [change for change in found if change.before is None]
    changed = [change for change in found if change.before is not None]
    return Outcome(added, changed, len(pairs) - len(found))


@transaction.atomic
def apply(*, upload: TravelImport, by: User, at: datetime) -> TravelImport:
    """Take the whole file over; the same form sent twice does it once."""
    row = TravelImport.objects.select_for_update().get(pk=upload.pk)
    if row.applied_at is not None:
        return row
    lock_table()
    found = outcome(row)
    touched = {pk for one in found.added for pk in (one.pair.origin, one.pair.target)}
    if touched - set(Site.objects.values_list("pk", flat=True)):
        raise RuleBroken(_("그사이 방문지가 없어졌습니다. 파일을 고쳐 다시 올려 주세요."))
    _write([*found.added, *found.changed])
    row.applied_at, row.content = at, b""
    row.added, row.changed = len(found.added), len(found.changed)
    row.save()
    return row


def header() -> list[str]:
    return list(HEADER if not is_english() else HEADER_EN)


def rows() -> Iterator[tuple[Any, ...]]:
    """The whole table as the file that `read` takes back without a change."""
    words = {} if is_english() else {value: str(label) for value, label in TravelSource.choices}
    found = TravelTime.objects.order_by("origin__name", "target__name").values_list(
        "origin_id", "origin__name", "target_id", "target__name", "minutes", "km", "source"
    )
    for *facts, source in found.iterator(chunk_size=BATCH):
        yield (*facts, words.get(source, source))


def _known() -> dict[tuple[int, int], Known]:
    found = TravelTime.objects.order_by().values_list(
        "origin_id", "target_id", "minutes", "km", "source"
    )
    return {
        (origin, target): Known(minutes, km, source)
        for origin, target, minutes, km, source in found.iterator(chunk_size=BATCH)
    }


def _write(found: list[Change]) -> None:
    """However many, in three statements and one copy: numbers and our own words, nothing to escape."""
    lines = io.StringIO(
        "".join(
            f"{change.pair.origin}\t{change.pair.target}\t{change.pair.minutes}\t{change.pair.km}"
            f"\t{TravelSource(change.source).value}\n"
            for change in found
        )
    )
    with connection.cursor() as cursor:
        cursor.execute(ARRIVING)
        cursor.copy_expert(COPY, lines)
        cursor.execute(HASH_JOINS)
        cursor.execute(UPDATE)
        cursor.execute(INSERT)
        cursor.execute("DROP TABLE travel_arriving")
