"""How a program's people stand: their learning items, their records, and the outcome the rule makes of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from attendance.completion import LearningItem, Outcome, Rule, Standing, compute
from attendance.models import AttendanceLock, AttendanceRecord
from participants.models import Enrollment
from programs.models import Program
from site_visits.models import Publication, PublishedItem

# By enrollment, by item.
Standings = Mapping[int, Mapping[UUID, Standing]]


@dataclass(frozen=True, slots=True)
class Scoring:
    """What decides a program's outcomes: the publication they are counted from, its items, the rule."""

    publication: Publication | None
    items: Sequence[PublishedItem]
    learning: Sequence[LearningItem]
    rule: Rule

    def outcome(self, enrollment: Enrollment, standings: Standings) -> Outcome:
        return outcome_of(
            self.learning, enrollment.group_id, standings.get(enrollment.pk, {}), self.rule
        )


def outcome_of(
    learning: Iterable[LearningItem],
    group_id: int | None,
    standings: Mapping[UUID, Standing],
    rule: Rule,
) -> Outcome:
    own = [item for item in learning if item.concerns(group_id)]
    return compute(own, standings, rule)


def scoring(program: Program, lock: AttendanceLock | None = None) -> Scoring:
    """Counted from the lock's publication where the book is closed, else from the one in force."""
    publication = lock.publication if lock else program.publications.order_by("-number").first()
    items: list[PublishedItem] = []
    if publication:
        items = list(PublishedItem.objects.filter(publication=publication).learning().in_order())
    return Scoring(publication, items, [learning_item(item) for item in items], Rule.of(program))


def learning_item(item: PublishedItem) -> LearningItem:
    return LearningItem(item.uid, item.starts_at, item.ends_at, tuple(item.group_ids))


def standings_of(enrollments: "QuerySet[Enrollment] | Sequence[Enrollment]") -> Standings:
    """Where these people stand at every item, in one query."""
    found: defaultdict[int, dict[UUID, Standing]] = defaultdict(dict)
    rows = AttendanceRecord.objects.filter(enrollment__in=enrollments)
    for row in rows.values_list("enrollment_id", "item_uid", "mark", "arrived_at", "left_at"):
        found[row[0]][row[1]] = Standing(*row[2:])
    return found
