"""E-mail through Django's mail connection: one SMTP connection serves a whole run."""

import smtplib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.utils import parseaddr
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from reminders.channels.answer import Answer, Outcome, Text
from reminders.models import Channel, Message

# Each read has EMAIL_TIMEOUT; a server that drips bytes is cut off here. The lease is more than twice this.
LONGEST_SEND: Final = 45
# A server that cannot be reached is not asked again for each message of a batch.
REST_AFTER_FAILURE: Final = 10
CONNECTION_LOST: Final = (smtplib.SMTPServerDisconnected, OSError)


class EmailSender:
    """Opens the connection at the first message and again after it was lost."""

    def __init__(self) -> None:
        self.connection: Any = get_connection(timeout=settings.EMAIL_TIMEOUT)
        self.is_open = False
        self.down_until = 0.0
        self.down_because = ""

    def send(self, message: Message, text: Text) -> Answer:
        address = address_of(message)
        if not address:
            return self._answer(Outcome.REFUSED, _("전자우편 주소가 없습니다."))
        if not self._opened():
            return self._answer(Outcome.DEFERRED, self.down_because)
        mail = compose(message, text, address)
        try:
            with self._cut_off_after(LONGEST_SEND):
                return self._hand_over(mail, address)
        except CONNECTION_LOST as problem:
            # Perhaps it was taken and only the reply was lost: the same Message-ID goes out again.
            self._drop()
            return self._answer(Outcome.UNKNOWN, f"{type(problem).__name__}: {problem}")

    def close(self) -> None:
        if self.is_open:
            with suppress(*CONNECTION_LOST):
                self.connection.close()
        self._drop()

    def _opened(self) -> bool:
        if self.is_open:
            return True
        if time.monotonic() < self.down_until:
            return False
        try:
            self.connection.open()
        except (smtplib.SMTPException, OSError) as problem:
            self._drop()
            self.down_until = time.monotonic() + REST_AFTER_FAILURE
            self.down_because = f"{type(problem).__name__}: {problem}"
            return False
        self.is_open = True
        return True

    def _hand_over(self, mail: EmailMultiAlternatives, address: str) -> Answer:
        server = getattr(self.connection, "connection", None)
        if not isinstance(server, smtplib.SMTP):
            self.connection.send_messages([mail])
            return self._answer(Outcome.ACCEPTED, _("파일로 적었습니다."))
        code, said = _dialogue(server, mail, address)
        if code == 421:
            self._drop()
        elif code >= 400:
            server.rset()
        return self._answer(_meaning(code), f"{code} {said}", said if code < 400 else "")

    def _drop(self) -> None:
        server = getattr(self.connection, "connection", None)
        if isinstance(server, smtplib.SMTP):
            server.close()
            self.connection.connection = None
        self.is_open = False

    @contextmanager
    def _cut_off_after(self, seconds: float) -> Iterator[None]:
        """A slow server cannot keep the sender beyond its lease."""
        server = getattr(self.connection, "connection", None)
        sock = getattr(server, "sock", None)
        if sock is None:
            yield
            return
        alarm = threading.Timer(seconds, _shut_down, [sock])
        alarm.daemon = True
        alarm.start()
        try:
            yield
        finally:
            alarm.cancel()

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


def compose(message: Message, text: Text, address: str) -> EmailMultiAlternatives:
    mail = EmailMultiAlternatives(
        subject=text.subject,
        body=text.body,
        to=[address],
        headers={"Message-ID": message_id(message), "Auto-Submitted": "auto-generated"},
    )
    twin = render_to_string("mails/twin.html", {"subject": text.subject, "body": text.body})
    mail.attach_alternative(twin, "text/html")
    return mail


def _dialogue(server: smtplib.SMTP, mail: EmailMultiAlternatives, address: str) -> tuple[int, str]:
    """MAIL, RCPT, DATA; the code and words of the step that decided."""
    content = mail.message().as_bytes(linesep="\r\n")
    sender = parseaddr(mail.from_email)[1]
    for step in (
        lambda: server.mail(sender),
        lambda: server.rcpt(address),
        lambda: server.data(content),
    ):
        try:
            code, said = step()
        except smtplib.SMTPDataError as refusal:
            code, said = refusal.smtp_code, refusal.smtp_error
        if code >= 400:
            break
    return code, said.decode(errors="replace") if isinstance(said, bytes) else str(said)


def _meaning(code: int) -> Outcome:
    if code < 400:
        return Outcome.ACCEPTED
    return Outcome.DEFERRED if code < 500 else Outcome.REFUSED


def _shut_down(sock: Any) -> None:
    with suppress(OSError):
        sock.shutdown(2)
