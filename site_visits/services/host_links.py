"""The secret in a host's link: derived when it is needed, kept nowhere.

It is an HMAC over the visit and its nonce under the secret key. The row holds the nonce, which is no secret, and the
digest by which a link is found; so links already out also work on after the key was changed.
"""

from base64 import urlsafe_b64encode
from hashlib import sha256
from secrets import token_urlsafe
from typing import Final

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.crypto import salted_hmac

from site_visits.models import SiteVisit

SALT: Final = "site_visits.host"
NONCE_BYTES: Final = 16


def digest(token: str) -> bytes:
    return sha256(token.encode()).digest()


def token_of(visit: SiteVisit) -> str | None:
    """The secret of the link that is out; None when there is none, or none that can be derived."""
    if not visit.host_nonce or visit.host_token_digest is None:
        return None
    known = bytes(visit.host_token_digest)
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return next((token for key in keys if digest(token := _derive(visit, key)) == known), None)


def url_of(token: str) -> str:
    return settings.SITE_URL.rstrip("/") + reverse("host:answer", args=[token])


def renew(visit: SiteVisit, *, keep_old: bool) -> str:
    """Put a new secret in the row (unsaved); with `keep_old` the link of before opens the same page."""
    visit.host_old_digest = visit.host_token_digest if keep_old else None
    visit.host_nonce = token_urlsafe(NONCE_BYTES)
    token = _derive(visit, settings.SECRET_KEY)
    visit.host_token_digest = digest(token)
    return token


def find(token: str) -> SiteVisit:
    """The visit of a link; SiteVisit.DoesNotExist when there is none."""
    wanted = digest(token)
    return SiteVisit.objects.select_related("item__program", "item__site").get(
        Q(host_token_digest=wanted) | Q(host_old_digest=wanted)
    )


def _derive(visit: SiteVisit, key: str) -> str:
    mac = salted_hmac(SALT, f"{visit.pk}:{visit.host_nonce}", secret=key, algorithm="sha256")
    return urlsafe_b64encode(mac.digest()).decode().rstrip("=")
