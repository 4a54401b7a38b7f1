"""The one way into the draft: read it under the program's lock, write it as a step that can be undone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import RuleBroken, StaleEdit
from programs.models import Group, Program, ProgramStatus
from site_visits.draft import (
    NOBODY_ASKED,
    OF_HOST,
    OF_ITEM,
    OF_VISIT,
    REFERENCES,
    Draft,
    Entry,
    Host,
    Snapshot,
    load,
    not_asked,
    place_of,
)
from site_visits.models import (
    BoardStep,
    HostState,
    ItemKind,
    ItineraryItem,
    PublishedItem,
    Site,
    SiteVisit,
)
from site_visits.services import undo
from site_visits.services.publishing import lock

LONGEST: Final = timedelta(hours=24)
FARTHEST: Final = timedelta(days=366)
MOST_ITEMS: Final = 2000

After = Mapping[UUID, Snapshot | None]


@dataclass(frozen=True, slots=True)
class Outdated:
    """An item that is no longer as somebody saw it: the version or the facts seen, and what is there now."""

    uid: UUID
    version: int | None
    seen: Snapshot | None
    now: Entry | None


class StaleDraft(StaleEdit):
    """Somebody changed some of the items meanwhile; nothing was written."""

    def __init__(self, outdated: Iterable[Outdated]) -> None:
        self.outdated = list(outdated)
        super().__init__(
            _("그사이 다른 사람이 이 일정을 고쳤습니다. 바뀐 내용을 확인하고 다시 저장해 주세요.")
        )


@dataclass(frozen=True, slots=True)
class Written:
    """What a step did: the draft after it, what changed in it, and whose host has to be asked again."""

    draft: Draft
    changed: tuple[UUID, ...]
    removed: tuple[UUID, ...] = ()
    ask_again: tuple[UUID, ...] = ()


def open_draft(program: Program, uids: Iterable[UUID] | None = None) -> Draft:
    """The draft (or some of its items) as it stands, held until the transaction ends."""
    locked = lock(program)
    if refusal := why_closed(locked):
        raise RuleBroken(refusal)
    return load(locked, uids=uids, most=MOST_ITEMS)


def why_closed(program: Program) -> str:
    """Why nobody may edit this draft; empty while it is open."""
    if program.status == ProgramStatus.CANCELLED:
        return _("폐강된 과정의 일정은 고칠 수 없습니다.")
    if program.status == ProgramStatus.FINISHED:
        return _("끝난 과정의 일정은 고칠 수 없습니다. 과정을 다시 열어 주세요.")
    return ""


def seen(draft: Draft, versions: Iterable[tuple[UUID, int]]) -> list[Entry]:
    """The entries the caller names, as the caller saw them. ItineraryItem.DoesNotExist for a stranger's."""
    found, outdated = [], []
    for uid, version in versions:
        entry = draft.entries.get(uid)
        if entry is None and not undo.was_deleted(draft.program, uid):
            raise ItineraryItem.DoesNotExist(uid)
        if entry is None or entry.version != version:
            outdated.append(Outdated(uid, version, None, entry))
        else:
            found.append(entry)
    if outdated:
        raise StaleDraft(outdated)
    return found


def live(entries: Iterable[Entry]) -> list[Entry]:
    found = list(entries)
    if not all(entry.facts.is_live for entry in found):
        raise RuleBroken(_("취소한 일정은 고칠 수 없습니다. 먼저 되살려 주세요."))
    return found


def were_published(program: Program, uids: Iterable[UUID]) -> set[UUID]:
    """Those anybody was ever told of: they may be cancelled, never deleted."""
    return set(
        PublishedItem.objects.filter(
            uid__in=list(uids), publication__program_id=program.pk
        ).values_list("uid", flat=True)
    )


def step(draft: Draft, after: After, *, kind: BoardStep, by: User, at: datetime) -> Written:
    """Write what differs and remember it for the undo of `by`; nothing differs: nothing is written."""
    before = {uid: entry and entry.facts for uid in after for entry in [draft.entries.get(uid)]}
    changes = {uid: (before[uid], facts) for uid, facts in after.items() if before[uid] != facts}
    if not changes:
        return Written(draft, ())
    written = write(draft, {uid: facts for uid, (_was, facts) in changes.items()})
    undo.remember(
        draft.program,
        kind=kind,
        changes=[
            undo.Change(uid, was, now and written.draft.entries[uid].facts)
            for uid, (was, now) in changes.items()
        ],
        by=by,
        at=at,
    )
    return written


def write(draft: Draft, after: After) -> Written:
    """All of it or nothing: new items, changed ones (each a version further), and those that go."""
    known = _with_places(draft, after)
    new = {uid: facts for uid, facts in after.items() if facts and uid not in draft.entries}
    old = {uid: facts for uid, facts in after.items() if facts and uid in draft.entries}
    gone = [uid for uid, facts in after.items() if facts is None and uid in draft.entries]
    for uid, facts in {**new, **old}.items():
        _check(known, facts, before=draft.entries[uid].facts if uid in old else None)
    if new and len(draft.entries) + len(new) > MOST_ITEMS:
        raise RuleBroken(_("한 과정의 일정은 2,000건까지입니다. 쓰지 않는 일정을 지워 주세요."))
    changed, ask_again = _update(draft, old)
    changed += _insert(draft.program, new)
    if gone:
        ItineraryItem.objects.filter(program=draft.program, uid__in=gone).delete()
    return Written(
        draft=known.with_changes(changed, gone),
        changed=tuple(entry.uid for entry in changed),
        removed=tuple(gone),
        ask_again=tuple(ask_again),
    )


def _with_places(draft: Draft, after: After) -> Draft:
    wanted = {
        pk
        for facts in after.values()
        if facts
        for pk in (facts.site, facts.origin, facts.target)
        if pk is not None and pk not in draft.places
    }
    if not wanted:
        return draft
    found = {site.pk: site for site in Site.objects.filter(pk__in=wanted)}
    if missing := wanted - found.keys():
        raise RuleBroken(
            _("사용을 중지했거나 없는 방문지입니다. 다른 곳을 골라 주세요."),
            field=_reference(after, missing),
        )
    places = draft.places | {pk: place_of(site) for pk, site in found.items()}
    return replace(draft, places=places)


def _reference(after: After, pks: set[int]) -> str:
    names = (
        name
        for facts in after.values()
        if facts
        for name in sorted(REFERENCES, reverse=True)
        if getattr(facts, name) in pks
    )
    return next(names, "site")


# -- what is allowed ------------------------------------------


def _check(draft: Draft, facts: Snapshot, *, before: Snapshot | None) -> None:
    program = draft.program
    if before is None or (facts.starts_at, facts.ends_at) != (before.starts_at, before.ends_at):
        check_times(program, facts.starts_at, facts.ends_at)
    if not facts.title:
        raise RuleBroken(_("제목을 적어 주세요."), field="title")
    if facts.kind == ItemKind.VISIT and facts.site is None:
        raise RuleBroken(_("현장방문에는 방문지를 골라 주세요."), field="site")
    if facts.kind == ItemKind.VISIT and facts.planner_only:
        raise RuleBroken(_("현장방문은 담당자만 보는 일정이 될 수 없습니다."), field="planner_only")
    if facts.origin and facts.origin == facts.target:
        raise RuleBroken(_("출발지와 도착지가 같습니다."), field="target")
    _check_places(draft, facts, before=before)
    if set(facts.groups) - set(before.groups if before else ()):
        _check_groups(program, facts.groups)


def _check_groups(program: Program, groups: tuple[int, ...]) -> None:
    if Group.objects.filter(program=program, pk__in=groups).count() != len(groups):
        raise RuleBroken(_("다른 과정의 조는 고를 수 없습니다."), field="groups")


def _check_places(draft: Draft, facts: Snapshot, *, before: Snapshot | None) -> None:
    """A site out of use stays where it is, and is not chosen anew."""
    for name in ("site", "origin", "target"):
        pk = getattr(facts, name)
        if pk is None or (before is not None and getattr(before, name) == pk):
            continue
        if draft.places[pk].retired_on is not None:
            raise RuleBroken(_("사용을 중지한 방문지입니다. 다른 곳을 골라 주세요."), field=name)


def check_times(program: Program, starts_at: datetime | None, ends_at: datetime | None) -> None:
    if starts_at is None and ends_at is None:
        return
    if starts_at is None:
        raise RuleBroken(_("시작 시각을 적어 주세요."), field="starts_at")
    if ends_at is None:
        raise RuleBroken(_("끝나는 시각을 적어 주세요."), field="ends_at")
    if ends_at <= starts_at:
        raise RuleBroken(
            _("끝나는 시각이 시작 시각보다 빠릅니다. 끝나는 시각을 고쳐 주세요."), field="ends_at"
        )
    if ends_at - starts_at > LONGEST:
        raise RuleBroken(
            _("일정 하나는 24시간을 넘을 수 없습니다. 나누어 넣어 주세요."), field="ends_at"
        )
    if not program.starts_on - FARTHEST <= starts_at.date() <= program.ends_on + FARTHEST:
        raise RuleBroken(
            _("과정 기간에서 1년 넘게 떨어진 날입니다. 날짜를 고쳐 주세요."), field="starts_at"
        )


# -- rows -----------------------------------------------------


def _update(draft: Draft, after: Mapping[UUID, Snapshot]) -> tuple[list[Entry], list[UUID]]:
    moved, changed, ask_again = [], [], []
    for uid, facts in after.items():
        entry = draft.entries[uid]
        host = _host(entry.facts, facts)
        if _must_ask_again(entry.facts.host, host):
            ask_again.append(uid)
        fresh = replace(entry, version=entry.version + 1, facts=replace(facts, host=host))
        if replace(facts, starts_at=None, ends_at=None) == replace(
            entry.facts, starts_at=None, ends_at=None
        ):
            moved.append(fresh)
        else:
            fresh = _update_all(entry, fresh)
        changed.append(fresh)
        if host is not None and host != entry.facts.host:
            SiteVisit.objects.filter(item=entry.pk).update(
                **dict(zip(OF_HOST, host, strict=True))
            )
    _update_times(moved)
    return changed, ask_again


def _host(before: Snapshot, after: Snapshot) -> Host | None:
    """An answer is kept while time and site are, and comes back with the time it was given for (an undo)."""
    now = before.host
    if after.kind != ItemKind.VISIT or now is None:
        return NOBODY_ASKED if after.kind == ItemKind.VISIT else None
    when = (before.starts_at, before.ends_at, before.site)
    if when == (after.starts_at, after.ends_at, after.site):
        return now
    told = after.host
    if (
        told is not None
        and told != now
        and told.asked_at == now.asked_at
        and (told.asked_starts_at, told.asked_ends_at) == (after.starts_at, after.ends_at)
    ):
        return told
    return now if now.state == HostState.NOT_ASKED else not_asked(now)


def _must_ask_again(before: Host | None, after: Host | None) -> bool:
    return (
        before is not None
        and after is not None
        and before.state != HostState.NOT_ASKED
        and after.state == HostState.NOT_ASKED
    )


def _update_all(entry: Entry, fresh: Entry) -> Entry:
    facts = fresh.facts
    rows = ItineraryItem.objects.filter(pk=entry.pk, version=entry.version)
    rows.update(**_columns(facts), version=F("version") + 1)
    if facts.groups != entry.facts.groups:
        ItineraryItem(pk=entry.pk).groups.set(facts.groups)
    if facts.kind == ItemKind.VISIT:
        visit, _made = SiteVisit.objects.update_or_create(
            item_id=entry.pk, defaults={name: getattr(facts, name) for name in OF_VISIT}
        )
        return replace(fresh, visit=visit.pk)
    if entry.visit is not None:
        SiteVisit.objects.filter(item=entry.pk).delete()
    return replace(fresh, visit=None)


def _update_times(entries: list[Entry]) -> None:
    """One statement however many items move; the version it demands is the one that was read."""
    if not entries:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE site_visits_itineraryitem item"
            " SET starts_at = new.starts_at, ends_at = new.ends_at, version = new.version"
            " FROM unnest(%s::bigint[], %s::integer[], %s::timestamptz[], %s::timestamptz[])"
            " AS new (id, version, starts_at, ends_at)"
            " WHERE item.id = new.id AND item.version = new.version - 1",
            [
                [entry.pk for entry in entries],
                [entry.version for entry in entries],
                [entry.facts.starts_at for entry in entries],
                [entry.facts.ends_at for entry in entries],
            ],
        )
        written = cursor.rowcount
    if written != len(entries):
        raise StaleDraft(Outdated(entry.uid, entry.version - 1, None, None) for entry in entries)


def _columns(facts: Snapshot) -> dict[str, Any]:
    return {
        f"{name}_id" if name in REFERENCES else name: getattr(facts, name) for name in OF_ITEM
    }


def _insert(program: Program, new: Mapping[UUID, Snapshot]) -> list[Entry]:
    if not new:
        return []
    items = ItineraryItem.objects.bulk_create(
        ItineraryItem(program=program, uid=uid, **_columns(facts)) for uid, facts in new.items()
    )
    through = ItineraryItem.groups.through
    through.objects.bulk_create(
        through(itineraryitem_id=item.pk, group_id=group)
        for item in items
        for group in new[item.uid].groups
    )
    visits = SiteVisit.objects.bulk_create(
        SiteVisit(item=item, **_visit_columns(new[item.uid]))
        for item in items
        if item.kind == ItemKind.VISIT
    )
    of_item = {visit.item_id: visit for visit in visits}
    return [
        Entry(
            item.pk,
            item.uid,
            item.version,
            replace(new[item.uid], host=_host_of(of_item.get(item.pk))),
            of_item[item.pk].pk if item.pk in of_item else None,
        )
        for item in items
    ]


def _visit_columns(facts: Snapshot) -> dict[str, Any]:
    """A visit that comes back (an undone deletion) comes with what its host had said."""
    columns = {name: getattr(facts, name) for name in OF_VISIT}
    if facts.host is not None:
        columns |= zip(OF_HOST, facts.host, strict=True)
    return columns


def _host_of(visit: SiteVisit | None) -> Host | None:
    return None if visit is None else Host(*(getattr(visit, name) for name in OF_HOST))
