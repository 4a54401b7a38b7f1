"""Draft items into their tables, in few statements; the rules have been asked before."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection
from django.db.models import F, OuterRef, Subquery

from programs.models import Program
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
    not_asked,
)  # fmt: skip
from site_visits.models import HostAsking, HostState, ItemKind, ItineraryItem, SiteVisit


class VersionMoved(Exception):
    """A row is no longer at the version that was read: somebody wrote it without the program's lock."""


def changed(entry: Entry, facts: Snapshot, said: Host | None = None) -> Entry:
    """The entry a version further, with what its host has said of this time and place (`said`, of before)."""
    host = _host(entry.facts, facts)
    if said is not None and host is not None and host.state == HostState.NOT_ASKED:
        host = said
    return replace(entry, version=entry.version + 1, facts=replace(facts, host=host))


def said_before(entries: Iterable[tuple[Entry, Snapshot]]) -> dict[UUID, Host]:
    """What hosts said of the times and sites that visits come back to: they need not be asked the same again."""
    visits = {
        entry.visit: entry.uid
        for entry, after in entries
        if (host := entry.facts.host) is not None
        and host.state == HostState.NOT_ASKED
        and after.starts_at is not None
        and (host.asked_starts_at, host.asked_ends_at) == (after.starts_at, after.ends_at)
        and (entry.facts.starts_at, entry.facts.ends_at) != (after.starts_at, after.ends_at)
        and entry.facts.site == after.site
    }
    if not visits:
        return {}
    asked_last = HostAsking.objects.filter(visit=OuterRef("pgh_obj")).order_by("-pk")
    event: Any = apps.get_model("site_visits", "SiteVisitEvent")
    rows = (
        event.objects.filter(pgh_obj__in=visits)
        .annotate(last_at=Subquery(asked_last.values("at")[:1]))
        .filter(
            asked_at=F("last_at"),
            pgh_obj__asked_at=F("asked_at"),
            pgh_obj__item__site=Subquery(asked_last.values("site")[:1]),
        )
        .order_by("pgh_obj", "-pgh_id")
    )
    told = rows.exclude(host_state=HostState.NOT_ASKED).distinct("pgh_obj")
    return {
        visits[row["pgh_obj"]]: Host(*(row[name] for name in OF_HOST))
        for row in told.values("pgh_obj", *OF_HOST)
    }


def must_ask_again(before: Snapshot, after: Snapshot) -> bool:
    """Whether an answer, or a question under way, no longer holds."""
    was, now = before.host, after.host
    return (
        was is not None
        and now is not None
        and was.state != HostState.NOT_ASKED
        and now.state == HostState.NOT_ASKED
    )


def update(draft: Draft, fresh: list[Entry]) -> list[Entry]:
    """Rows of `draft` become `fresh`; items that only move are written by one statement."""
    moved, written = [], []
    for entry in fresh:
        known = draft.entries[entry.uid]
        if _only_moved(known.facts, entry.facts):
            moved.append(entry)
            written.append(entry)
        else:
            written.append(_update_all(known, entry))
        if entry.facts.host is not None and entry.facts.host != known.facts.host:
            SiteVisit.objects.filter(item=entry.pk).update(
                **dict(zip(OF_HOST, entry.facts.host, strict=True))
            )
    _update_times(moved)
    return written


def _only_moved(before: Snapshot, after: Snapshot) -> bool:
    return replace(after, starts_at=before.starts_at, ends_at=before.ends_at) == before


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


def _update_all(entry: Entry, fresh: Entry) -> Entry:
    facts = fresh.facts
    rows = ItineraryItem.objects.filter(pk=entry.pk, version=entry.version)
    if not rows.update(**_columns(facts), version=F("version") + 1):
        raise VersionMoved(entry.uid)
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
        raise VersionMoved(written, len(entries))


def _columns(facts: Snapshot) -> dict[str, Any]:
    return {f"{name}_id" if name in REFERENCES else name: getattr(facts, name) for name in OF_ITEM}


def insert(program: Program, new: Mapping[UUID, Snapshot]) -> list[Entry]:
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
    """A visit that comes back (an undone deletion) comes with its host's word; an open question went with its link."""
    columns = {name: getattr(facts, name) for name in OF_VISIT}
    if facts.host is not None:
        open_question = facts.host.state == HostState.ASKED
        columns |= zip(OF_HOST, not_asked(facts.host) if open_question else facts.host, strict=True)
    return columns


def _host_of(visit: SiteVisit | None) -> Host | None:
    return None if visit is None else Host(*(getattr(visit, name) for name in OF_HOST))
