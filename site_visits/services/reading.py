"""What a reader of an itinerary may change: that they have seen it, and their calendar address."""

import secrets
from collections.abc import Iterable
from datetime import date, datetime
from hashlib import sha256
from typing import NamedTuple

from django.db import transaction

from accounts.models import User
from site_visits.models import FeedToken, Publication, SeenPublication
from site_visits.my_itinerary import memberships


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


class Feed(NamedTuple):
    """What an address opens. Plain values: calendars ask all day, a row object would cost more than the answer."""

    token_id: int
    user_id: int
    language: str
    is_active: bool
    revoked_at: datetime | None
    last_used_on: date | None

    @property
    def is_live(self) -> bool:
        return self.is_active and self.revoked_at is None


def find_feed(token: str) -> Feed | None:
    """The feed of an address, also of a revoked one; None for a secret nobody was given."""
    columns = ("pk", "user_id", "user__language", "user__is_active", "revoked_at", "last_used_on")
    found = FeedToken.objects.filter(digest=digest_of(token)).values_list(*columns)
    return next((Feed(*row) for row in found), None)


def note_use(feed: Feed, *, on: date) -> None:
    """Keep the day of the last use, so that people see whether a forgotten device still asks."""
    if feed.last_used_on != on:
        FeedToken.objects.filter(pk=feed.token_id).update(last_used_on=on)


def digest_of(token: str) -> bytes:
    return sha256(token.encode()).digest()
