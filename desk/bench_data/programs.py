"""Programs with people, drafts and publications in number."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import UUID

from core.dates import at_local
from desk.bench_data import copy
from desk.bench_data.size import Size
from participants.models import Enrollment, EnrollmentEvent, EnrollmentStatus, Participant
from programs.models import Group, Program, ProgramStaff, ProgramStatus, StaffKind
from site_visits.models import (
    Change,
    HostState,
    ItemKind,
    ItineraryItem,
    Publication,
    PublishedItem,
    Site,
    SiteVisit,
)

GROUPS = 3
PAST, AHEAD = 180, 60
# One item in so many is a site visit.
VISIT_EVERY = 5
FIRST_HOUR = 7


@dataclass(frozen=True, slots=True)
class Plan:
    """A program to make; `people` are ids of participants."""

    pk: int
    starts_on: date
    items: int
    people: list[int]
    days: int = 2

    @property
    def ends_on(self) -> date:
        return self.starts_on + timedelta(days=self.days - 1)

    def status(self, today: date) -> ProgramStatus:
        if self.ends_on < today:
            return ProgramStatus.FINISHED
        return ProgramStatus.RUNNING if self.starts_on <= today else ProgramStatus.CONFIRMED


@dataclass(frozen=True, slots=True)
class Item:
    pk: int
    uid: UUID
    plan: Plan
    kind: ItemKind
    place: int
    starts_at: datetime
    ends_at: datetime
    site: int | None

    @property
    def title(self) -> str:
        return f"{self.kind.label} {self.place + 1}"

    @property
    def counts(self) -> bool:
        return self.kind in (ItemKind.VISIT, ItemKind.SESSION)


def plans(size: Size, draw: Random, people: list[int], known: list[Plan]) -> list[Plan]:
    """Ordinary programs around the base date beside the known ones."""
    first = copy.first_id(Program) + len(known)
    return known + [
        Plan(
            pk=first + n,
            starts_on=size.base_date + timedelta(days=draw.randint(-PAST, AHEAD)),
            items=size.items,
            people=draw.sample(people, min(size.enrollments, len(people))),
        )
        for n in range(max(0, size.programs - len(known)))
    ]


def load(
    size: Size, draw: Random, plans: list[Plan], sites: dict[int, str], staff: list[int]
) -> None:
    """`staff` are ids of accounts: the organizer, then leaders in turn."""
    _programs(size, plans, staff)
    groups = _groups(plans)
    _enrollments(size, plans, groups, staff[0])
    items = list(_items(draw, plans, list(sites)))
    _drafts(items)
    _publications(size, plans, items, staff[0])


def _programs(size: Size, plans: list[Plan], staff: list[int]) -> None:
    made_at = at_local(size.base_date - timedelta(days=PAST + 30), time(9))
    copy.rows(
        Program,
        ["id", "code", "title", "title_en", "round", "category", "purpose", "starts_on", "ends_on", "status",
         "status_reason", "capacity", "minimum", "completion_percent", "completion_rule", "learning_cap_minutes",
         "meeting_point", "bring", "plan_document", "order_document", "version", "created_at"],
        (
            (plan.pk, f"bench-{plan.pk}", f"시험 현장학습 {plan.pk}", f"Bench field study {plan.pk}", 1, "ai", "",
             plan.starts_on, plan.ends_on, plan.status(size.base_date), "", max(40, len(plan.people)), 1, 80,
             "excused_leaves", 420, "고령군청 주차장", "신분증", "", "", 1, made_at)
            for plan in plans
        ),
    )  # fmt: skip
    copy.renumber(Program)
    copy.rows(
        ProgramStaff,
        ["program", "user", "kind", "is_contact"],
        (
            row
            for place, plan in enumerate(plans)
            for row in (
                (plan.pk, staff[0], StaffKind.ORGANIZER, True),
                (plan.pk, staff[1 + place % (len(staff) - 1)], StaffKind.LEADER, True),
            )
        ),
    )


def _groups(plans: list[Plan]) -> dict[int, list[int]]:
    first = copy.first_id(Group)
    groups = {
        plan.pk: [first + place * GROUPS + n for n in range(GROUPS)]
        for place, plan in enumerate(plans)
    }
    copy.rows(
        Group,
        ["id", "program", "name", "sort_order"],
        (
            (pk, plan, f"{n}조", n)
            for plan, pks in groups.items()
            for n, pk in enumerate(pks, start=1)
        ),
    )
    copy.renumber(Group)
    return groups


def _enrollments(size: Size, plans: list[Plan], groups: dict[int, list[int]], by: int) -> None:
    first, at = (
        copy.first_id(Enrollment),
        at_local(size.base_date - timedelta(days=PAST + 20), time(9)),
    )
    wanted = [(plan, n, person) for plan in plans for n, person in enumerate(plan.people)]
    facts = {
        pk: row
        for pk, *row in Participant.objects.filter(
            pk__in={person for *_rest, person in wanted}
        ).values_list("pk", "name", "department__name", "rank__name")
    }
    copy.rows(
        Enrollment,
        ["id", "program", "participant", "group", "status", "name", "department_name", "rank_name", "created_at"],
        (
            (first + place, plan.pk, person, groups[plan.pk][n % GROUPS], EnrollmentStatus.CONFIRMED,
             *facts[person], at)
            for place, (plan, n, person) in enumerate(wanted)
        ),
    )  # fmt: skip
    copy.renumber(Enrollment)
    copy.rows(
        EnrollmentEvent,
        ["enrollment", "status", "actor", "reason_code", "reason", "at"],
        (
            (first + place, EnrollmentStatus.CONFIRMED, by, "", "", at)
            for place in range(len(wanted))
        ),
    )


def _items(draw: Random, plans: list[Plan], sites: list[int]) -> Iterator[Item]:
    pk = copy.first_id(ItineraryItem)
    kinds = [ItemKind.SESSION, ItemKind.TRAVEL, ItemKind.MEAL, ItemKind.REST]
    for plan in plans:
        a_day = -(-plan.items // plan.days)
        minutes = min(60, (24 - FIRST_HOUR) * 60 // a_day)
        for place in range(plan.items):
            day, slot = divmod(place, a_day)
            starts_at = at_local(
                plan.starts_on + timedelta(days=day), time(FIRST_HOUR)
            ) + timedelta(minutes=slot * minutes)
            visit = place % VISIT_EVERY == 0
            kind = ItemKind.VISIT if visit else kinds[place % len(kinds)]
            yield Item(
                pk=pk,
                uid=UUID(int=draw.getrandbits(128), version=4),
                plan=plan,
                kind=kind,
                place=place,
                starts_at=starts_at.astimezone(UTC),
                ends_at=(starts_at + timedelta(minutes=minutes)).astimezone(UTC),
                site=draw.choice(sites) if visit or kind == ItemKind.SESSION else None,
            )
            pk += 1


def _drafts(items: list[Item]) -> None:
    copy.rows(
        ItineraryItem,
        ["id", "uid", "program", "kind", "title", "title_en", "starts_at", "ends_at", "site", "place",
         "counts_as_learning", "note", "bring", "planner_note", "planner_only", "version", "cancel_reason"],
        (
            (item.pk, item.uid, item.plan.pk, item.kind, item.title, f"Item {item.place + 1}", item.starts_at,
             item.ends_at, item.site, "3층 교육실", item.counts, "현장에서 안내합니다.", "", "", False, 1, "")
            for item in items
        ),
    )  # fmt: skip
    copy.renumber(ItineraryItem)
    copy.rows(
        SiteVisit,
        ["item", "purpose", "dress_rule", "id_rule", "host_state", "host_note", "host_nonce", "asked_at",
         "asked_starts_at", "asked_ends_at", "answered_at"],
        (
            (item.pk, "현장 견학", "", "신분증", HostState.CONFIRMED, "", "", item.starts_at - timedelta(days=20),
             item.starts_at, item.ends_at, item.starts_at - timedelta(days=19))
            for item in items
            if item.kind == ItemKind.VISIT
        ),
    )  # fmt: skip


def _publications(size: Size, plans: list[Plan], items: list[Item], by: int) -> None:
    first, at = (
        copy.first_id(Publication),
        at_local(size.base_date - timedelta(days=PAST + 10), time(9)),
    )
    of = {plan.pk: first + place for place, plan in enumerate(plans)}
    copy.rows(
        Publication,
        ["id", "program", "number", "published_at", "by", "comment", "override_reason", "meeting_point", "bring"],
        ((pk, plan, 1, at, by, "", "", "고령군청 주차장", "신분증") for plan, pk in of.items()),
    )  # fmt: skip
    copy.renumber(Publication)
    sites = {site.pk: site for site in Site.objects.all()}
    copy.rows(
        PublishedItem,
        ["publication", "uid", "revision", "sequence", "change", "kind", "title", "title_en", "starts_at", "ends_at",
         "site", "site_name", "site_name_en", "site_kind", "place", "address", "latitude", "longitude",
         "origin_name", "target_name", "group_ids", "group_names", "counts_as_learning", "note", "bring",
         "dress_rule", "id_rule", "access_notes", "site_phone", "cancelled"],
        (
            (of[item.plan.pk], item.uid, 1, 0, Change.ADDED, item.kind, item.title, f"Item {item.place + 1}",
             item.starts_at, item.ends_at, *_site_facts(sites.get(item.site or 0)), "", "", [], "", item.counts,
             "현장에서 안내합니다.", "", "", "신분증" if item.kind == ItemKind.VISIT else "", "", "", False)
            for item in items
        ),
    )  # fmt: skip


def _site_facts(site: Site | None) -> tuple:
    """Site, names, kind, spot, address and coordinates, as publishing freezes them."""
    if site is None:
        return (None, "", "", "", "3층 교육실", "", None, None)
    return (
        site.pk, site.name, site.name_en, site.kind, "3층 교육실", site.address, site.latitude, site.longitude,
    )  # fmt: skip
