"""Text messages over HTTP: a gateway that is named in the settings, and no other machine.

The request is signed (HMAC-SHA256 over time and content) and carries the id of the message as the client's reference.
Whoever may have sent it before asks the gateway first: what it knows is not sent twice.
"""

import hmac
import http.client
import ipaddress
import json
import socket
import ssl
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Any, Final
from urllib.parse import SplitResult, quote, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from reminders.channels.answer import Answer, Outcome, Text
from reminders.models import Channel, Message

CONNECT_TIMEOUT: Final = 5
READ_TIMEOUT: Final = 15
LONGEST_ANSWER: Final = 65536
LONGEST_WAIT: Final = timedelta(hours=1)
TOO_MANY: Final = 429
SHORT_BYTES: Final = 90
LONG_BYTES: Final = 2000


class NotAllowedError(Exception):
    """The settings do not allow to connect there."""


class UnreachableError(Exception):
    """No connection came about: nothing was said, nothing was taken."""


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    facts: dict[str, Any]
    wait: timedelta


class SmsSender:
    """One request a message. A gateway that asked for a pause is left alone that long."""

    is_ready = True

    def __init__(self) -> None:
        self.silent_until = 0.0

    def prepare(self) -> None:
        """Each request has a connection of its own: a gateway closes idle ones, and then nobody knows what it took."""

    def send(self, message: Message, text: Text) -> Answer:
        number = mobile_of(message)
        if not number or not settings.SMS_URL:
            why = (
                _("문자 중계기가 정해져 있지 않습니다.")
                if number
                else _("휴대전화 번호가 없습니다.")
            )
            return _answer(Outcome.REFUSED, why)
        if (rest := self.silent_until - time.monotonic()) > 0:
            wait = timedelta(seconds=rest)
            return _answer(Outcome.DEFERRED, _("문자 중계기가 쉬라고 했습니다."), wait=wait)
        try:
            return self._send(message, number, text)
        except NotAllowedError as refusal:
            return _answer(Outcome.REFUSED, str(refusal))
        except UnreachableError as problem:
            return _answer(Outcome.DEFERRED, str(problem))
        except (OSError, http.client.HTTPException) as problem:
            return _answer(Outcome.UNKNOWN, type(problem).__name__)

    def close(self) -> None:
        """Nothing stays open."""

    def _send(self, message: Message, number: str, text: Text) -> Answer:
        # A fence above one: somebody had it before, and may have sent it.
        if message.fence > 1 and (known := self._looked_up(message)) is not None:
            return known
        content = {"reference": str(message.pk), "to": number, **_sized(text.short or text.subject)}
        return self._meaning(_request("POST", "", content))

    def _looked_up(self, message: Message) -> Answer | None:
        """What the gateway says of an earlier attempt; None: it never heard of it."""
        reply = _request("GET", f"/{quote(str(message.pk))}", None)
        if reply.status == http.client.NOT_FOUND:
            return None
        return self._meaning(reply)

    def _meaning(self, reply: Reply) -> Answer:
        said = f"{reply.status} {str(reply.facts.get('message', ''))[:200]}".strip()
        reference = str(reply.facts.get("id", ""))
        if reply.status == TOO_MANY or reply.status >= http.client.INTERNAL_SERVER_ERROR:
            if reply.wait:
                self.silent_until = time.monotonic() + reply.wait.total_seconds()
            return _answer(Outcome.DEFERRED, said, wait=reply.wait)
        if not http.client.OK <= reply.status < http.client.MULTIPLE_CHOICES:
            return _answer(Outcome.REFUSED, said)
        # Gateways report errors inside a 200, too: only a plain yes is one.
        if reply.facts.get("accepted") is True:
            return Answer(Outcome.ACCEPTED, Channel.SMS, said, reference)
        if reply.facts.get("accepted") is False:
            return _answer(Outcome.REFUSED, said)
        return _answer(Outcome.UNKNOWN, said)


def mobile_of(message: Message) -> str:
    """Only the staff list knows mobile numbers; a leader's or coordinator's account leads to it."""
    person = message.participant or getattr(message.user, "participant", None)
    return "".join(c for c in person.mobile if c.isdigit()) if person else ""


def _sized(text: str) -> dict[str, str]:
    """Up to 90 bytes in CP949 a short message, else a long one; beyond 2,000 the rest is cut, never half a letter."""
    counted = text.encode("cp949", "replace")
    kept = counted[:LONG_BYTES].decode("cp949", "ignore")
    return {"kind": "sms" if len(counted) <= SHORT_BYTES else "lms", "text": kept}


def _request(method: str, path: str, content: dict[str, str] | None) -> Reply:
    """One exchange with the gateway; redirects are answers like any other and followed by nobody."""
    url = urlsplit(settings.SMS_URL)
    body = json.dumps(content, ensure_ascii=False).encode() if content else b""
    target = f"{url.path.rstrip('/')}{path}"
    connection = _connection(url)
    try:
        connection.request(method, target, body or None, _signed(method, target, body))
        answer = connection.getresponse()
        said = answer.read(LONGEST_ANSWER)
        return Reply(answer.status, _facts(said), _wait(answer.headers.get("Retry-After", "")))
    finally:
        connection.close()


def _signed(method: str, target: str, body: bytes) -> dict[str, str]:
    at = str(int(time.time()))
    text = b"\n".join((at.encode(), method.encode(), target.encode(), body))
    signature = hmac.new(settings.SMS_SECRET.encode(), text, sha256).hexdigest()
    return {
        "Content-Type": "application/json; charset=utf-8",
        "X-Timestamp": at,
        "X-Signature": f"sha256={signature}",
    }


def _connection(url: SplitResult) -> http.client.HTTPConnection:
    """Connected to the very address that was checked: a name that answers otherwise a moment later changes nothing."""
    host = (url.hostname or "").lower()
    if host not in {allowed.lower() for allowed in settings.SMS_ALLOWED_HOSTS}:
        raise NotAllowedError(_("허용되지 않은 문자 중계기입니다: %s") % host)
    if url.scheme not in {"https", "http"} or (url.scheme == "http" and not settings.LOCAL):
        raise NotAllowedError(_("문자 중계기의 주소는 https여야 합니다."))
    if not settings.SMS_SECRET:
        raise NotAllowedError(_("문자 중계기의 비밀 열쇠가 정해져 있지 않습니다."))
    port = url.port or (443 if url.scheme == "https" else 80)
    sock = _opened(_address(host, port), port, tls_name=host if url.scheme == "https" else "")
    connection = http.client.HTTPConnection(host, port, timeout=READ_TIMEOUT)
    connection.sock = sock
    return connection


def _opened(address: str, port: int, *, tls_name: str) -> socket.socket:
    try:
        sock = socket.create_connection((address, port), CONNECT_TIMEOUT)
        sock.settimeout(READ_TIMEOUT)
        if tls_name:
            sock = ssl.create_default_context().wrap_socket(sock, server_hostname=tls_name)
    except OSError as problem:
        raise UnreachableError(type(problem).__name__) from problem
    return sock


def _address(host: str, port: int) -> str:
    """The name's address; a machine of this very host only where everything is local."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as problem:
        raise UnreachableError(type(problem).__name__) from problem
    address = ipaddress.ip_address(found[0][4][0])
    if not settings.LOCAL and (
        address.is_loopback
        or address.is_link_local
        or address.is_unspecified
        or address.is_multicast
    ):
        raise NotAllowedError(_("문자 중계기의 주소가 이 서버 자신을 가리킵니다."))
    return str(address)


def _facts(said: bytes) -> dict[str, Any]:
    try:
        facts = json.loads(said)
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) else {}


def _wait(text: str) -> timedelta:
    """Retry-After: seconds or a date; never longer than an hour."""
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return timedelta()
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(timedelta(), min(until - datetime.now(UTC), LONGEST_WAIT))


def _answer(outcome: Outcome, text: str, *, wait: timedelta = timedelta()) -> Answer:
    return Answer(outcome, Channel.SMS, text, wait=wait)
