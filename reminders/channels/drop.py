"""File drop for closed networks: one file a message in a folder that another system empties."""

import json
import os
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.utils.translation import gettext as _

from reminders.channels.answer import Answer, Outcome, Text
from reminders.models import Channel, Message


class DropSender:
    """The name is that of the message, so a repeat replaces it; a reader never sees half a file."""

    is_ready = True

    def prepare(self) -> None:
        """Nothing takes time."""

    def send(self, message: Message, text: Text) -> Answer:
        if not settings.DROP_DIR:
            return _answer(Outcome.REFUSED, _("파일을 둘 폴더가 정해져 있지 않습니다."))
        name = f"{message.pk}.json"
        try:
            _write(Path(settings.DROP_DIR), name, _content(message, text))
        except OSError as problem:
            # A full disk or a share that is away: later is another time.
            return _answer(Outcome.DEFERRED, f"{type(problem).__name__}: {problem.strerror}")
        return Answer(Outcome.ACCEPTED, Channel.FILE, _("파일로 두었습니다."), name)

    def close(self) -> None:
        """Nothing was opened."""


def _content(message: Message, text: Text) -> bytes:
    told = message.participant or message.user
    facts = {
        "id": str(message.pk),
        "to": {
            "name": told.name if told else "",
            "employee_number": (told.employee_number or "") if told else "",
        },
        "subject": text.subject,
        "body": text.body,
        "short": text.short,
        "due_at": message.due_at.isoformat(),
        "expires_at": message.expires_at.isoformat(),
    }
    return json.dumps(facts, ensure_ascii=False, indent=1).encode()


def _write(folder: Path, name: str, content: bytes) -> None:
    """Complete or not at all, also when the machine stops: on the disk first, then under its name."""
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{name}.{uuid4().hex}"
    try:
        with draft.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(folder / name)
        directory = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
    finally:
        draft.unlink(missing_ok=True)


def _answer(outcome: Outcome, text: str) -> Answer:
    return Answer(outcome, Channel.FILE, text)
