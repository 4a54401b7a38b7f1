"""What a reader of an itinerary may change: that they have seen it, and their calendar address."""

import secrets
from collections.abc import Iterable
from datetime import date, datetime
from hashlib import sha256
from typing import NamedTuple

from django.db import connection, transaction

from accounts.models import User
from site_visits.models import FeedToken, Publication, SeenPublication
from site_visits.my_itinerary import TRAVELLING_VALUES, Membership, members_from, memberships


def acknowledge(*, user: User, publication_ids: Iterable[int], at: datetime) -> int:
    """Remember that `user` has seen these publications; those that are not theirs are passed over.

    Returns how many are acknowledged now. A second tap changes nothing.
    """
    mine = {one.program_id for one in memberships(user.pk)}
    shown = Publication.objects.filter(pk__in=list(publication_ids), program__in=mine)
    rows = [SeenPublication(user=user, publication=one, seen_at=at) for one in shown]
    SeenPublication.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


@transaction.atomic
def issue_feed(*, user: User, at: datetime) -> str:
    """A new secret for the calendar address; the old one stops at once. The secret is shown once and not kept."""
    revoke_feed(user=user, at=at)
    token = secrets.token_urlsafe(32)
    FeedToken.objects.create(user=user, digest=digest_of(token), created_at=at)
    return token


@transaction.atomic
def revoke_feed(*, user: User, at: datetime) -> None:
    # The person's row is the lock: two taps must not leave two living addresses.
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    FeedToken.objects.live().filter(user=user).update(revoked_at=at)


# One statement, and plain values instead of rows: calendars ask all day whether anything changed.
FEED = """
    SELECT token.id, person.id, person.language, person.is_active, token.revoked_at, token.last_used_on, mine.*
    FROM site_visits_feedtoken token
    JOIN accounts_user person ON person.id = token.user_id
    LEFT JOIN LATERAL site_visits_publications_of(person.id, %s) mine ON true
    WHERE token.digest = %s
"""


# How many columns of the statement are the feed's own.
OWN = 6


class Feed(NamedTuple):
    """What an address opens, and the programs it is about."""

    token_id: int
    user_id: int
    language: str
    is_active: bool
    revoked_at: datetime | None
    last_used_on: date | None
    members: list[Membership]

    @property
    def is_live(self) -> bool:
        return self.is_active and self.revoked_at is None


def find_feed(token: str) -> Feed | None:
    """The feed of an address, also of a revoked one; None for a secret nobody was given."""
    with connection.cursor() as cursor:
        cursor.execute(FEED, [TRAVELLING_VALUES, digest_of(token)])
        rows = cursor.fetchall()
    if not rows:
        return None
    token_id, user_id, language, is_active, revoked_at, last_used_on = rows[0][:OWN]
    return Feed(
        token_id=token_id,
        user_id=user_id,
        language=language,
        is_active=is_active,
        revoked_at=revoked_at,
        last_used_on=last_used_on,
        members=members_from(row[OWN:] for row in rows if row[OWN] is not None),
    )


def note_use(feed: Feed, *, on: date) -> None:
    """Keep the day of the last use, so that people see whether a forgotten device still asks."""
    if feed.last_used_on != on:
        FeedToken.objects.filter(pk=feed.token_id).update(last_used_on=on)


def digest_of(token: str) -> bytes:
    return sha256(token.encode()).digest()
