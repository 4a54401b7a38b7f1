"""The one way into the draft: read it under the program's lock, write it as a step that can be undone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

import pghistory
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from core.dates import kdaterange, local_date
from core.errors import RuleBroken, StaleEdit
from programs.models import Program, ProgramStatus
from site_visits.draft import Draft, Entry, Snapshot, load, place_of
from site_visits.models import (
    BoardStep,
    HostAsking,
    ItemKind,
    ItineraryItem,
    PublishedItem,
    Site,
)
from site_visits.services import item_rows, item_rules, undo
from site_visits.services.publishing import lock

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
    draft = load(locked, uids=uids, most=MOST_ITEMS)
    if uids is None and len(draft.entries) > MOST_ITEMS:
        raise RuleBroken(too_many())
    return draft


def too_many() -> str:
    """Why a draft that grew past all bounds (by hand, in bulk) is not laid out; single items can still be edited."""
    return _(
        "일정이 2,000건을 넘어 일정판에 다 펼칠 수 없습니다. 일정 목록에서 줄인 뒤 다시 열어 주세요."
    )


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


def differing(draft: Draft, after: After) -> tuple[undo.Change, ...]:
    """What `after` changes of the draft, item by item."""
    found = []
    for uid, facts in after.items():
        entry = draft.entries.get(uid)
        before = entry.facts if entry else None
        if before != facts:
            found.append(undo.Change(uid, before, facts))
    return tuple(found)


def step(
    draft: Draft,
    after: After,
    *,
    kind: BoardStep,
    by: User,
    at: datetime,
    told: undo.Told | None = None,
    to_any_day: bool = False,
    nonce: UUID | None = None,
) -> Written:
    """Write what differs and remember it for the undo of `by`; when nothing differs, nothing is written."""
    changes = differing(draft, after)
    if not to_any_day:
        keep_within(draft.program, changes)
    written = write(draft, changes, by=by)
    tell(draft.program, told or {}, by=by)
    if changes or told:
        now = written.draft.entries
        undo.remember(
            draft.program,
            kind=kind,
            changes=[
                change._replace(after=now[change.uid].facts if change.uid in now else None)
                for change in changes
            ],
            told=told or {},
            by=by,
            at=at,
            nonce=nonce,
        )
    return written


def keep_within(program: Program, changes: Iterable[undo.Change]) -> None:
    """Nothing is put on a day outside the program, but for what only planners see.

    What the dates of the program left outside stays there, warned of; it may be edited and moved back in.
    """
    for _uid, before, after in changes:
        if after is None or after.starts_at is None or after.planner_only:
            continue
        day = local_date(after.starts_at)
        stays = before is not None and before.starts_at and local_date(before.starts_at) == day
        if not (program.starts_on <= day <= program.ends_on or stays):
            raise RuleBroken(
                _(
                    "과정 기간(%(dates)s) 밖의 날입니다. 그 안의 날을 고르거나 과정 기간을 먼저 바꿔 주세요."
                )
                % {"dates": kdaterange(program.starts_on, program.ends_on)},
                field="day",
            )


def tell(program: Program, told: undo.Told, *, by: User) -> None:
    """Change what everybody reads beside the items. StaleEdit when it is no longer as it was."""
    if not told:
        return
    if any(getattr(program, name) != before for name, (before, _after) in told.items()):
        raise StaleEdit(
            _("그사이 집결지나 준비물이 다시 바뀌었습니다. 과정 정보에서 직접 고쳐 주세요.")
        )
    wanted = {name: after for name, (_before, after) in told.items()}
    with pghistory.context(user=by.pk):
        Program.objects.filter(pk=program.pk).update(**wanted, version=F("version") + 1)
    for name, text in wanted.items():
        setattr(program, name, text)
    program.version += 1


def write(draft: Draft, changes: Iterable[undo.Change], *, by: User) -> Written:
    """All of it or nothing: new items, changed ones (each a version further), and those that go."""
    wanted = _allowed(draft, changes)
    with pghistory.context(user=by.pk):
        changed = item_rows.update(draft, wanted.changed)
        changed += item_rows.insert(draft.program, wanted.new)
        if wanted.gone:
            rows = ItineraryItem.objects.filter(program=draft.program, uid__in=wanted.gone)
            rows.delete()
    return Written(
        draft=wanted.draft.with_changes(changed, wanted.gone),
        changed=tuple(entry.uid for entry in changed),
        removed=wanted.gone,
        ask_again=wanted.ask_again,
    )


def imagine(draft: Draft, changes: Iterable[undo.Change]) -> Draft:
    """The draft as it would be; the same rules, and nothing written."""
    wanted = _allowed(draft, changes)
    new = [Entry(0, uid, 1, facts) for uid, facts in wanted.new.items()]
    return wanted.draft.with_changes([*wanted.changed, *new], wanted.gone)


@dataclass(frozen=True, slots=True)
class _Wanted:
    draft: Draft
    new: dict[UUID, Snapshot]
    changed: list[Entry]
    gone: tuple[UUID, ...]
    ask_again: tuple[UUID, ...]


def _allowed(draft: Draft, changes: Iterable[undo.Change]) -> _Wanted:
    """The changes, sorted by what has to be written; RuleBroken when one of them may not be."""
    changes = list(changes)
    _keep_asked_visits(draft, changes)
    known = _with_places(draft, changes)
    for change in changes:
        if change.after is not None:
            item_rules.check(known, change.after, before=change.before)
    new = {uid: after for uid, before, after in changes if before is None and after is not None}
    if new and len(draft.entries) + len(new) > MOST_ITEMS:
        raise RuleBroken(_("한 과정의 일정은 2,000건까지입니다. 쓰지 않는 일정을 지워 주세요."))
    edited = [
        (draft.entries[uid], after)
        for uid, before, after in changes
        if before is not None and after is not None
    ]
    said = item_rows.said_before(edited)
    changed = [item_rows.changed(entry, after, said.get(entry.uid)) for entry, after in edited]
    return _Wanted(
        draft=known,
        new=new,
        changed=changed,
        gone=tuple(uid for uid, _before, after in changes if after is None),
        ask_again=tuple(
            entry.uid
            for entry in changed
            if item_rows.must_ask_again(draft.entries[entry.uid].facts, entry.facts)
        ),
    )


def _keep_asked_visits(draft: Draft, changes: Iterable[undo.Change]) -> None:
    """Whose host was asked is cancelled, so that the host is told, and never disappears."""
    gone = [
        draft.entries[uid].visit
        for uid, before, after in changes
        if before is not None
        and before.kind == ItemKind.VISIT
        and uid in draft.entries
        and (after is None or after.kind != ItemKind.VISIT)
    ]
    if gone and HostAsking.objects.filter(visit__in=gone).exists():
        raise RuleBroken(
            _("방문기관에 이미 요청한 방문은 지우거나 다른 종류로 바꿀 수 없습니다. 취소해 주세요.")
        )


def _with_places(draft: Draft, changes: Iterable[undo.Change]) -> Draft:
    """With the sites that come in anew; RuleBroken when there is no such site."""
    named = [
        (name, pk)
        for change in changes
        if change.after is not None
        for name in ("site", "origin", "target")
        if (pk := getattr(change.after, name)) is not None and pk not in draft.places
    ]
    if not named:
        return draft
    found = {site.pk: site for site in Site.objects.filter(pk__in={pk for _name, pk in named})}
    for name, pk in named:
        if pk not in found:
            raise RuleBroken(
                _("사용을 중지했거나 없는 방문지입니다. 다른 곳을 골라 주세요."), field=name
            )
    places = {pk: place_of(site) for pk, site in found.items()}
    return replace(draft, places=draft.places | places)
