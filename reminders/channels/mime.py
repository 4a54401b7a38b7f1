"""A mail as bytes: plain text and its HTML twin.

Forty people get forty mails that differ in a few lines, so what is the same for all is worked out once.
"""

import re
from base64 import encodebytes
from email import message_from_bytes
from email.header import Header
from email.message import Message as ParsedMail
from email.utils import formatdate, parseaddr
from functools import lru_cache
from typing import Any, Final

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.translation import get_language

BOUNDARY: Final = "=-goryeong-training-="
# In text that is escaped already.
_LINK: Final = re.compile(r"https?://(?:&amp;|[^\s<>&\"'])+")


class Mail(EmailMessage):
    """For Django's mail connections that want an object (files, memory): the same bytes."""

    def __init__(self, content: bytes, *, sender: str, to: str) -> None:
        super().__init__(from_email=sender, to=[to])
        self.content = content

    def message(self) -> ParsedMail:  # type: ignore[override]
        return message_from_bytes(self.content)


def written(*, message_id: str, sender: str, to: str, subject: str, body: str) -> bytes:
    """The whole mail, lines ending in CRLF. Everything is in base64: no line is too long, none begins with a dot."""
    if not _is_one_line(to):
        raise ValueError("an address is one line")
    head = (
        f"{_fixed(sender)}To: {to}\nSubject: {_subject(subject)}\nDate: {formatdate(localtime=True)}\n"
        f"Message-ID: {message_id}\n"
    )
    mail = "".join(
        (
            head,
            f'Content-Type: multipart/alternative; boundary="{BOUNDARY}"\n\n',
            _part("plain", body),
            _part("html", twin(subject, body)),
            f"--{BOUNDARY}--\n",
        )
    )
    return mail.encode("ascii").replace(b"\n", b"\r\n")


def twin(subject: str, body: str) -> str:
    """The HTML of a plain text: paragraphs, line breaks, links."""
    before, between, after = _frame(get_language() or "ko")
    text = _LINK.sub(r'<a href="\g<0>">\g<0></a>', escape(body.strip()))
    paragraphs = "".join(f"<p>{part}</p>\n" for part in re.split(r"\n{2,}", text))
    lines = paragraphs.replace("\n", "<br>\n").replace("</p><br>\n", "</p>\n")
    return f"{before}{escape(subject)}{between}{lines}{after}"


def _part(kind: str, text: str) -> str:
    return (
        f'--{BOUNDARY}\nContent-Type: text/{kind}; charset="utf-8"\nContent-Transfer-Encoding: base64\n\n'
        f"{encodebytes(text.encode()).decode('ascii')}"
    )


@lru_cache(maxsize=8)
def _fixed(sender: str) -> str:
    name, address = parseaddr(sender)
    shown = f"{Header(name, 'utf-8').encode()} <{address}>" if name else address
    return f"From: {shown}\nMIME-Version: 1.0\nAuto-Submitted: auto-generated\n"


@lru_cache(maxsize=512)
def _subject(text: str) -> str:
    """RFC 2047; a subject is one line by then."""
    return Header(" ".join(text.split()), "utf-8", header_name="Subject").encode()


@lru_cache(maxsize=8)
def _frame(language: str) -> list[str]:
    """The page around subject and text; it differs by language only."""
    marks: dict[str, Any] = {"subject": "@@", "body": "@@", "language": language}
    return render_to_string("mails/twin.html", marks).lstrip().split("@@")


def _is_one_line(text: str) -> bool:
    return bool(text) and text.isprintable() and " " not in text
