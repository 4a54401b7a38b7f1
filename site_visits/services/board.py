"""The schedule board: every command is done as a whole, remembered, and undone as a whole."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from core.errors import RuleBroken
from programs.models import Program
from site_visits.draft import Draft, Entry, Snapshot
from site_visits.models import BoardCommand
from site_visits.services import editing, plans, undo
from site_visits.services.commands import Command
from site_visits.services.editing import Outdated, StaleDraft, Written


@dataclass(frozen=True, slots=True)
class Done:
    """`said` is what happened, in a sentence; `notes` are what the organizer should do next."""

    written: Written
    said: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """What the command would do; nothing was written."""

    before: Draft
    after: Draft
    changes: tuple[undo.Change, ...]
    notes: tuple[str, ...] = ()


@transaction.atomic
def run(
    *, program: Program, command: Command, by: User, at: datetime, nonce: UUID | None = None
) -> Done:
    """All of the command or nothing of it; the same `nonce` again carries nothing out again."""
    draft = editing.open_draft(program)
    if step := undo.carried_out(draft.program, by, nonce):
        return _again(draft, step)
    plan = plans.plan(draft, command, at)
    written = editing.step(
        draft, plan.after, kind=plans.kind_of(command), by=by, at=at, nonce=nonce
    )
    return Done(written, _said(written), (*plan.notes, *_ask_again(written)))


def preview(*, program: Program, command: Command, by: User, at: datetime) -> Preview:
    """The same command thought through to the end."""
    with transaction.atomic():
        draft = editing.open_draft(program)
        plan = plans.plan(draft, command, at)
        changes = editing.differing(draft, plan.after)
        editing.keep_within(draft.program, changes)
        imagined = editing.imagine(draft, changes)
    return Preview(draft, imagined, changes, plan.notes)


@transaction.atomic
def undo_step(
    *, program: Program, by: User, at: datetime, skip: bool = False, nonce: UUID | None = None
) -> Done:
    """Take back the last step of `by`, as an edit of its own; `skip` forgets one that others have built upon."""
    draft = editing.open_draft(program)
    if step := undo.carried_out(draft.program, by, nonce):
        return _again(draft, step)
    command = undo.next_undo(draft.program, by)
    if command is None:
        raise RuleBroken(_("되돌릴 것이 없습니다."))
    if skip:
        command.delete()
        return Done(Written(draft, ()), _("그 단계를 건너뛰었습니다."))
    changes = [undo.Change(uid, left, wanted) for uid, wanted, left in undo.changes_of(command)]
    written = _revert(draft, changes, by=by, at=at)
    told = {name: (left, wanted) for name, (wanted, left) in undo.told_of(command).items()}
    editing.tell(draft.program, told, by=by)
    undo.mark(command, undone_at=max(at, command.at), nonce=nonce)
    return Done(written, _("되돌렸습니다."), _ask_again(written))


@transaction.atomic
def redo_step(
    *, program: Program, by: User, at: datetime, skip: bool = False, nonce: UUID | None = None
) -> Done:
    draft = editing.open_draft(program)
    if step := undo.carried_out(draft.program, by, nonce):
        return _again(draft, step)
    command = undo.next_redo(draft.program, by)
    if command is None:
        raise RuleBroken(_("다시 할 것이 없습니다."))
    if skip:
        command.delete()
        return Done(Written(draft, ()), _("그 단계를 건너뛰었습니다."))
    written = _revert(draft, undo.changes_of(command), by=by, at=at)
    editing.tell(draft.program, undo.told_of(command), by=by)
    undo.mark(command, undone_at=None, nonce=nonce)
    return Done(written, _("다시 했습니다."), _ask_again(written))


def _again(draft: Draft, step: BoardCommand) -> Done:
    """What a request did whose answer was lost, as the draft is now."""
    uids = [change.uid for change in undo.changes_of(step)]
    written = Written(
        draft,
        changed=tuple(uid for uid in uids if uid in draft.entries),
        removed=tuple(uid for uid in uids if uid not in draft.entries),
    )
    return Done(written, _said(written))


def _revert(draft: Draft, changes: Iterable[undo.Change], *, by: User, at: datetime) -> Written:
    """To `wanted`, if everything still is as it was left (`left`); otherwise whose change it would destroy."""
    outdated, after = [], {}
    for uid, left, wanted in changes:
        entry = draft.entries.get(uid)
        if not _is_as_left(entry, left, wanted):
            outdated.append(Outdated(uid, None, left, entry))
        after[uid] = wanted
    if outdated:
        raise StaleDraft(outdated)
    told = editing.were_published(
        draft.program, [uid for uid, wanted in after.items() if wanted is None]
    )
    for uid in told & draft.entries.keys():
        # People were told of it meanwhile: it is cancelled, so that they learn of that, too.
        facts = draft.entries[uid].facts
        after[uid] = replace(facts, cancelled_at=at, cancel_reason=_("되돌림"))
    return editing.write(draft, editing.differing(draft, after), by=by)


def _is_as_left(entry: Entry | None, left: Snapshot | None, wanted: Snapshot | None) -> bool:
    if left is not None:
        return entry is not None and entry.facts == left
    # Not there: or cancelled by an undo, because it had been published.
    return entry is None or (
        wanted is not None
        and not entry.facts.is_live
        and replace(entry.facts, cancelled_at=None, cancel_reason="") == wanted
    )


def _said(written: Written) -> str:
    count = len(written.changed) + len(written.removed)
    if not count:
        return _("바뀐 것이 없습니다.")
    return ngettext("%(count)d건을 고쳤습니다.", "%(count)d건을 고쳤습니다.", count) % {
        "count": count
    }


def _ask_again(written: Written) -> tuple[str, ...]:
    return (
        (_("방문 시간이나 장소가 바뀌었습니다. 방문기관에 다시 요청해 주세요."),)
        if written.ask_again
        else ()
    )
