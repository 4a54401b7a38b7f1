"""One person's programs as the page shows them: days are rendered once for a group, whom to call is asked anew."""

from collections import defaultdict
from datetime import date
from typing import NamedTuple

from django.core.cache import caches
from django.db import connection
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from core.dates import local_date
from core.encryption import decrypted
from programs.models import StaffKind
from site_visits import routes
from site_visits.models import Publication, PublishedItem
from site_visits.my_itinerary import ChangedItem, Membership, Slot, changes_of, items_of, slot_of
from site_visits.route_sketch import Sketch


class Contact(NamedTuple):
    """Somebody to call. Looked up for each page, never frozen and never kept."""

    kind: str
    name: str
    phone: str

    @property
    def kind_label(self) -> str:
        return str(StaffKind(self.kind).label)


class Rendered(NamedTuple):
    """What a publication looks like to one group in one language; it names nobody and never changes."""

    title: str
    head: str
    days: str
    slots: list[Slot]


class Trip(NamedTuple):
    publication_id: int
    title: str
    head_html: SafeString
    days_html: SafeString
    slots: list[Slot]
    changes: list[ChangedItem]
    contacts: list[Contact]


def trips(members: list[Membership]) -> list[Trip]:
    """At most five statements, two when this process has shown the publications before."""
    if not members:
        return []
    rendered, contacts = _rendered(members), _contacts([one.program_id for one in members])
    return [
        Trip(
            publication_id=one.publication_id,
            title=rendered[one.program_id].title,
            head_html=mark_safe(rendered[one.program_id].head),  # noqa: S308  (our own template)
            days_html=mark_safe(rendered[one.program_id].days),  # noqa: S308  (our own template)
            slots=rendered[one.program_id].slots,
            changes=changes_of(one),
            contacts=contacts[one.program_id],
        )
        for one in members
    ]


def _rendered(members: list[Membership]) -> dict[int, Rendered]:
    kept = caches["process"]
    keys = {one.program_id: _key(one) for one in members}
    found = kept.get_many(keys.values())
    if missing := [one for one in members if keys[one.program_id] not in found]:
        fresh = {keys[one]: rendered for one, rendered in _render(missing).items()}
        kept.set_many(fresh)
        found |= fresh
    return {program_id: Rendered(*found[key]) for program_id, key in keys.items()}


def _key(member: Membership) -> str:
    facts = (get_language(), member.view, member.status, member.program_version)
    return f"trip:{facts!r}".replace(" ", "")


def _render(members: list[Membership]) -> dict[int, tuple]:
    ids = [one.publication_id for one in members]
    publications = Publication.objects.select_related("program").filter(pk__in=ids)
    items = items_of(members)
    rendered = {}
    for publication in publications:
        mine = items[publication.program_id]
        head = render_to_string("site_visits/_trip_head.html", {"publication": publication})
        days = render_to_string("site_visits/_days.html", {"days": _by_day(mine)})
        slots = [slot_of(item) for item in mine]
        title = publication.program.full_title
        rendered[publication.program_id] = (title, str(head), str(days), slots)
    return rendered


class Day(NamedTuple):
    day: date
    items: list[PublishedItem]
    sketch: Sketch | None


def _by_day(items: list[PublishedItem]) -> list[Day]:
    days: dict[date, list[PublishedItem]] = {}
    for item in items:
        days.setdefault(local_date(item.starts_at), []).append(item)
    sketches = routes.sketches(items)
    return [Day(day, of_day, sketches.get(day)) for day, of_day in days.items()]


def _contacts(program_ids: list[int]) -> dict[int, list[Contact]]:
    """By program, leaders first; the mobile where there is one, else the office number."""
    found: dict[int, list[Contact]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM site_visits_contacts_of(%s)", [program_ids])
        for program_id, kind, name, mobile, office in cursor.fetchall():
            found[program_id].append(Contact(kind, name, decrypted(mobile) or office))
    return found
