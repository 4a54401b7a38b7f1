"""The link in a message by which a person says "I have seen it": signed, about one message, without sign-in.

The address carries the message's id and a signature, nothing about the person. It needs no date of its own:
how long it opens follows from the program the message speaks of.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from functools import cache
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from core.dates import day_bounds
from reminders.models import Message

SALT: Final = "reminders.acknowledge"
# Whoever only looks at a text, or tries it out, gets the link of no message: as long as a real one, and it opens.
TRIAL: Final = UUID(int=0)
PLACE: Final = "TOKEN"
# Who comes back from the trip may still say so; later the question is over.
OPEN_AFTERWARDS: Final = timedelta(days=7)


class ForgedError(Exception):
    """Nobody was ever given this address."""


class TrialError(Exception):
    """The address of a preview, a test or a rehearsal: there is no message behind it."""


def token_of(message: Message) -> str:
    return _signer().sign(urlsafe_b64encode(message.pk.bytes).decode().rstrip("="))


def url_of(message: Message) -> str:
    return f"{settings.SITE_URL}{_path().replace(PLACE, token_of(message))}"


def trial_url() -> str:
    return url_of(Message(pk=TRIAL))


@cache
def _path() -> str:
    """Looking an address up costs as much as signing it; only the token differs."""
    return reverse("seen:answer", args=[PLACE])


def find(token: str) -> Message:
    """The message of an address; ForgedError for one that was altered, made up or whose message is gone,
    TrialError for one that never had a message."""
    try:
        plain = _signer().unsign(token)
        key = UUID(bytes=urlsafe_b64decode(f"{plain}=="))
        if key == TRIAL:
            raise TrialError
        return Message.objects.select_related(
            "program", "publication", "participant__user", "user", "rule"
        ).get(pk=key)
    except (BadSignature, ValueError, Message.DoesNotExist) as problem:
        raise ForgedError from problem


def is_open(message: Message, *, at: datetime) -> bool:
    """Until a week after the program; of a message without one, as long as it was of use."""
    ends = day_bounds(message.program.ends_on)[1] if message.program else message.expires_at
    return at < ends + OPEN_AFTERWARDS


def _signer() -> Signer:
    return _signer_of(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


@cache
def _signer_of(key: str, *fallbacks: str) -> Signer:
    return Signer(key=key, fallback_keys=[*fallbacks], salt=SALT, sep=".")
