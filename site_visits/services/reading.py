"""What a reader of an itinerary may change: that they have seen it, and their calendar address."""

import secrets
from collections.abc import Iterable
from datetime import date, datetime
from hashlib import sha256

from django.db import transaction

from accounts.models import User
from site_visits.models import FeedToken, Publication, SeenPublication
from site_visits.my_itinerary import memberships


def acknowledge(*, user: User, publication_ids: Iterable[int], at: datetime) -> int:
    """Remember that `user` has seen these publications; those that are not theirs are passed over.

    Returns how many are acknowledged now. A second tap changes nothing.
    """
    mine = {one.program_id for one in memberships(user)}
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


def note_use(*, token: FeedToken, on: date) -> None:
    """Keep the day of the last use, so that people see whether a forgotten device still asks."""
    if token.last_used_on != on:
        FeedToken.objects.filter(pk=token.pk).update(last_used_on=on)


def digest_of(token: str) -> bytes:
    return sha256(token.encode()).digest()
