"""E-mail through Django's mail connection: one SMTP connection serves a whole run."""

import smtplib
import time
from contextlib import suppress
from email.utils import parseaddr
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import get_connection
from django.utils.translation import gettext as _

from reminders.channels import mime
from reminders.channels.answer import Answer, Outcome, Text
from reminders.channels.smtp import GoingError, Talk
from reminders.models import Channel, Message

# Each read has EMAIL_TIMEOUT; a server that drips bytes is cut off here. The lease is more than twice this.
LONGEST_SEND: Final = 45
# A server that cannot be reached is not asked again for each message of a batch.
REST_AFTER_FAILURE: Final = 10
CONNECTION_LOST: Final = (smtplib.SMTPServerDisconnected, OSError)


class EmailSender:
    """Opens the connection at the first message and again after it was lost, or was left alone for a whole lease."""

    def __init__(self) -> None:
        self.connection: Any = get_connection(timeout=settings.EMAIL_TIMEOUT)
        self.sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
        self.talk: Talk | None = None
        self.is_open = False
        self.used_at = 0.0
        self.down_until = 0.0
        self.down_because = ""

    @property
    def is_ready(self) -> bool:
        idle = time.monotonic() - self.used_at
        return self.is_open and idle < settings.REMINDERS_LEASE_SECONDS

    def prepare(self) -> None:
        """Open, so that no time passes between the last check of a message and its hand-over."""
        if self.is_open and not self.is_ready:
            # This process slept: somebody else may have what it was about to send, the server may have hung up.
            self._drop()
        self._opened()

    def send(self, message: Message, text: Text) -> Answer:
        address = address_of(message)
        if not address:
            return self._answer(Outcome.REFUSED, _("전자우편 주소가 없습니다."))
        try:
            content = compose(message, text, address)
        except ValueError:
            return self._answer(Outcome.REFUSED, _("전자우편 주소가 올바르지 않습니다."))
        if not self._opened():
            return self._answer(Outcome.DEFERRED, self.down_because)
        self.used_at = time.monotonic()
        try:
            return self._hand_over(content, address)
        except GoingError as going:
            self._drop()
            return self._answer(Outcome.DEFERRED, f"{going.code} {going.said}")
        except CONNECTION_LOST as problem:
            # Perhaps it was taken and only the reply was lost: the same Message-ID goes out again.
            self._drop()
            return self._answer(Outcome.UNKNOWN, f"{type(problem).__name__}: {problem}")

    def close(self) -> None:
        if self.is_open:
            with suppress(smtplib.SMTPException, OSError):
                self.connection.close()
        self._drop()

    def _opened(self) -> bool:
        if self.is_open:
            return True
        if time.monotonic() < self.down_until:
            return False
        try:
            self.connection.open()
            server = getattr(self.connection, "connection", None)
            if isinstance(server, smtplib.SMTP):
                server.ehlo_or_helo_if_needed()
                self.talk = Talk(server, read_timeout=settings.EMAIL_TIMEOUT, longest=LONGEST_SEND)
        except (smtplib.SMTPException, OSError) as problem:
            self._drop()
            self.down_until = time.monotonic() + REST_AFTER_FAILURE
            self.down_because = f"{type(problem).__name__}: {problem}"
            return False
        self.is_open, self.used_at = True, time.monotonic()
        return True

    def _hand_over(self, content: bytes, address: str) -> Answer:
        if self.talk is None:
            mail = mime.Mail(content, sender=settings.DEFAULT_FROM_EMAIL, to=address)
            self.connection.send_messages([mail])
            return self._answer(Outcome.ACCEPTED, _("파일로 적었습니다."))
        code, said = self.talk.hand_over(sender=self.sender, to=address, content=content)
        return self._answer(_meaning(code), f"{code} {said}", said if code < 400 else "")

    def _drop(self) -> None:
        server = getattr(self.connection, "connection", None)
        if isinstance(server, smtplib.SMTP):
            server.close()
            self.connection.connection = None
        self.is_open, self.talk = False, None

    def _answer(self, outcome: Outcome, text: str, reference: str = "") -> Answer:
        return Answer(outcome, Channel.EMAIL, text, reference)


def address_of(message: Message) -> str:
    """Where this person reads mail: the address of the staff list, else that of the account; of a host, the site's."""
    if message.host is not None:
        site = message.asking.site if message.asking else message.host.item.site
        return site.contact_email if site else ""
    person = message.participant
    if person is not None:
        return person.email or (person.user.email if person.user else "") or ""
    return (message.user.email if message.user else "") or ""


def message_id(message: Message) -> str:
    """The same for every attempt, so that a repeated hand-over shows as one mail in most programs."""
    return f"<{message.pk}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>"


def compose(message: Message, text: Text, address: str) -> bytes:
    return mime.written(
        message_id=message_id(message),
        sender=settings.DEFAULT_FROM_EMAIL,
        to=address,
        subject=text.subject,
        body=text.body,
    )


def _meaning(code: int) -> Outcome:
    if code < 400:
        return Outcome.ACCEPTED
    return Outcome.DEFERRED if code < 500 else Outcome.REFUSED
