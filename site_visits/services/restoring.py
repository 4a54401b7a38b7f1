"""Bringing an earlier publication back into the draft: the plan becomes what people were told then.

Nobody is told of it until the draft is published. It is one step of the board, so one undo takes it back.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import RuleBroken, StaleEdit
from programs.models import Group, Program
from site_visits.differences import Difference
from site_visits.draft import Draft, Entry, Snapshot
from site_visits.models import BoardStep, ItemKind, Publication, PublishedItem, Site
from site_visits.services import editing, item_rows, publishing, undo
from site_visits.services.editing import Written


@dataclass(frozen=True, slots=True)
class Preview:
    """What restoring would do; `digest` names exactly this draft.

    `ungrouped` are titles whose group no longer exists: they would be for everybody.
    """

    before: Draft
    after: Draft
    changes: tuple[undo.Change, ...]
    ask_again: frozenset[UUID]
    facts: list[Difference]
    ungrouped: list[str]
    digest: str

    @property
    def is_empty(self) -> bool:
        return not self.changes and not self.facts


@transaction.atomic
def preview(*, program: Program, publication: Publication, at: datetime) -> Preview:
    """RuleBroken when the draft may not be edited or the publication cannot come back."""
    draft = editing.open_draft(program)
    wanted = _wanted(draft, publication, at)
    changes = editing.differing(draft, wanted)
    after = editing.imagine(draft, changes)
    return Preview(
        before=draft,
        after=after,
        changes=changes,
        ask_again=frozenset(uid for uid, *_ in changes if _must_ask(draft, after, uid)),
        facts=facts_between(draft.program, publication),
        ungrouped=[
            row.display_title
            for row in publication.items.all()
            if row.group_ids and not row.cancelled and not _groups_of(wanted[row.uid])
        ],
        digest=_digest(draft),
    )


@transaction.atomic
def restore(
    *, program: Program, publication: Publication, by: User, at: datetime, expected_digest: str
) -> Written:
    """`expected_digest` is that of the preview; StaleEdit when the draft is no longer the one that was read."""
    draft = editing.open_draft(program)
    if _digest(draft) != expected_digest:
        raise StaleEdit(
            _("확인하는 사이에 일정이 바뀌었습니다. 무엇이 바뀌는지 다시 확인해 주세요.")
        )
    after = _wanted(draft, publication, at)
    told = {
        name: (getattr(draft.program, name), getattr(publication, name))
        for name in ("meeting_point", "bring")
        if getattr(draft.program, name) != getattr(publication, name)
    }
    if not told and not editing.differing(draft, after):
        raise RuleBroken(_("초안이 이미 이 판과 같습니다."))
    return editing.step(
        draft, after, kind=BoardStep.REVERT, by=by, at=at, told=told, to_any_day=True
    )


def facts_between(before: Publication | Program, after: Publication | Program) -> list[Difference]:
    """What a plan tells everybody, beside its items."""
    pairs = [
        Difference(_("집결지"), before.meeting_point, after.meeting_point),
        Difference(_("준비물"), before.bring, after.bring),
    ]
    return [pair for pair in pairs if pair.old != pair.new]


def _wanted(draft: Draft, publication: Publication, at: datetime) -> editing.After:
    """Every item that is not as the publication says; planners' own and unscheduled ones stay as they are."""
    rows = [row for row in publication.items.all() if not row.cancelled]
    known = _Known.of(draft, rows)
    after: dict[UUID, Snapshot | None] = {
        row.uid: _as_told(row, draft.entries.get(row.uid), known) for row in rows
    }
    added = [
        entry
        for entry in draft.scheduled()
        if entry.uid not in after and not entry.facts.planner_only
    ]
    told = editing.were_published(draft.program, [entry.uid for entry in added])
    reason = _("%(n)d판으로 되돌림") % {"n": publication.number}
    for entry in added:
        # Whoever was told of it learns that it is off; work nobody has seen is kept, without a time.
        off = {"cancelled_at": at, "cancel_reason": reason}
        away = {"starts_at": None, "ends_at": None}
        after[entry.uid] = replace(entry.facts, **(off if entry.uid in told else away))
    return after


@dataclass(frozen=True, slots=True)
class _Known:
    """What the publication names that the draft needs by key: groups that still exist, and sites."""

    draft: Draft
    groups: frozenset[int]
    by_name: dict[str, Site]
    by_pk: dict[int, Site]

    @classmethod
    def of(cls, draft: Draft, rows: Iterable[PublishedItem]) -> "_Known":
        rows = list(rows)
        names = {name for row in rows for name in (row.origin_name, row.target_name) if name}
        pks = {row.site_id for row in rows if row.site_id}
        sites = list(Site.objects.filter(name__in=names) | Site.objects.filter(pk__in=pks))
        known = cls(
            draft,
            frozenset(Group.objects.filter(program=draft.program).values_list("pk", flat=True)),
            {site.name: site for site in sites},
            {site.pk: site for site in sites},
        )
        known.refuse_retired(rows)
        return known

    def refuse_retired(self, rows: Iterable[PublishedItem]) -> None:
        """A site out of use is not chosen anew, by nobody."""
        names = {
            site.name
            for row in rows
            if row.site_id
            and (site := self.by_pk[row.site_id]).retired_on is not None
            and not ((entry := self.draft.entries.get(row.uid)) and entry.facts.site == row.site_id)
        }
        if names:
            raise RuleBroken(
                _(
                    "사용을 중지한 방문지가 이 판에 있습니다: %(names)s. 다시 쓰게 하거나 일정을 직접 고쳐 주세요."
                )
                % {"names": ", ".join(sorted(names))}
            )

    def end(self, name: str, now: int | None) -> int | None:
        """The end of a leg by the name it was told under: the present one, else a site still in use."""
        if not name:
            return None
        if now is not None and self.draft.places[now].name == name:
            return now
        site = self.by_name.get(name)
        return site.pk if site and site.retired_on is None else None

    def rule(self, name: str, row: PublishedItem, facts: Snapshot) -> str:
        """Empty where the site's own rule says the same."""
        told = str(getattr(row, name))
        site = self.by_pk.get(row.site_id or 0)
        usual = getattr(site, name) if site else ""
        own = getattr(facts, name)
        return own if (own or usual) == told else ("" if told == usual else told)


def _as_told(row: PublishedItem, entry: Entry | None, known: _Known) -> Snapshot:
    facts = entry.facts if entry else Snapshot(kind=row.kind, title=row.title)
    is_visit, is_leg = row.kind == ItemKind.VISIT, row.kind == ItemKind.TRAVEL
    return replace(
        facts,
        kind=row.kind,
        title=row.title,
        title_en=row.title_en,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        site=row.site_id,
        place=row.place,
        origin=known.end(row.origin_name, facts.origin) if is_leg else None,
        target=known.end(row.target_name, facts.target) if is_leg else None,
        km=row.km if is_leg else None,
        groups=tuple(pk for pk in sorted(row.group_ids) if pk in known.groups),
        counts_as_learning=row.counts_as_learning,
        note=row.note,
        bring=row.bring,
        planner_only=False,
        cancelled_at=None,
        cancel_reason="",
        purpose=facts.purpose if is_visit else "",
        headcount=facts.headcount if is_visit else None,
        dress_rule=known.rule("dress_rule", row, facts) if is_visit else "",
        id_rule=known.rule("id_rule", row, facts) if is_visit else "",
    )


def _groups_of(facts: Snapshot | None) -> tuple[int, ...]:
    return facts.groups if facts else ()


def _must_ask(draft: Draft, after: Draft, uid: UUID) -> bool:
    before, now = draft.entries.get(uid), after.entries.get(uid)
    return bool(before and now and item_rows.must_ask_again(before.facts, now.facts))


def _digest(draft: Draft) -> str:
    """Versions say all there is of the items; the program's holds what everybody reads."""
    latest = publishing.latest(draft.program)
    rows = sorted((str(uid), entry.version) for uid, entry in draft.entries.items())
    known = repr((draft.program.version, latest.number if latest else 0, rows))
    return sha256(known.encode()).hexdigest()
