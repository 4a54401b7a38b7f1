"""What one publication is to each of its readers: until when it matters, and how soon something of it begins.

Worked out from rows of items alone, so that planning (after publishing) and the forecast (before) ask the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from core.dates import day_bounds
from programs.models import Program
from reminders.services import changes, holding
from reminders.services.changes import Reader
from site_visits.models import Publication, PublishedItem

MOST_PAUSES: Final = 5


@dataclass(frozen=True, slots=True)
class Impact:
    """`matters_at` is the earliest start still to come among what changed; None when nothing of it is to come."""

    until: datetime
    matters_at: datetime | None = None

    def merged_with(self, earlier: "Impact | None") -> "Impact":
        """Together with what an earlier notice did not get to say."""
        if earlier is None:
            return self
        starts = [start for start in (self.matters_at, earlier.matters_at) if start is not None]
        return Impact(max(self.until, earlier.until), min(starts, default=None))


@dataclass
class News:
    """`old` is None for a first publication: all of it is news. `facts`: meeting point or things to bring changed."""

    program: Program
    old: Sequence[PublishedItem] | None
    new: Sequence[PublishedItem]
    facts: bool
    at: datetime
    _known: dict[Reader, Impact | None] = field(default_factory=dict)

    @classmethod
    def of(cls, publication: Publication, *, at: datetime) -> "News":
        program, new = publication.program, list(publication.items.all())
        if publication.number == 1:
            return cls(program, None, new, facts=True, at=at)
        before = Publication.objects.get(program=program, number=publication.number - 1)
        facts = bool(changes.of_the_program(before, publication))
        return cls(program, list(before.items.all()), new, facts, at)

    def for_reader(self, reader: Reader) -> Impact | None:
        """None when there is nothing that this reader still has to know."""
        if reader not in self._known:
            self._known[reader] = self._work_out(reader)
        return self._known[reader]

    def _work_out(self, reader: Reader) -> Impact | None:
        told = [] if self.old is None else changes.between(self.old, self.new, reader=reader)
        starts = [start for news in told for start in news.starts]
        ends = [news.matters_until for news in told]
        if self.facts:
            mine = [
                item.starts_at
                for item in self.new
                if not item.cancelled and reader.concerned_by(item)
            ]
            starts += mine
            if mine:
                ends.append(day_bounds(self.program.ends_on)[1])
        until = max(ends, default=self.at)
        if until <= self.at:
            return None
        return Impact(until, min((start for start in starts if start > self.at), default=None))


def is_urgent(matters_at: datetime | None, *, at: datetime) -> bool:
    return matters_at is not None and matters_at - at < holding.lead()


def goes_at(
    impact: Impact, *, published_at: datetime, waiting_since: datetime | None, pause: timedelta
) -> datetime:
    """A pause after publishing, so that several publications are told of at once; not put off for ever, and
    not at all when something begins soon."""
    if is_urgent(impact.matters_at, at=published_at):
        return published_at
    longest = MOST_PAUSES * pause
    # What waits longer than that was never going to be sent: it was taken back.
    if waiting_since is None or published_at - waiting_since > 2 * longest:
        waiting_since = published_at
    return max(published_at, min(published_at + pause, waiting_since + longest))
