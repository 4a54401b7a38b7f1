"""The lean sink in a thread of the tests: what came in can be looked at, and answers be told.

`sink.answer("550 no such person", to="a@goryeong.example")`, for a number of times or for ever, at RCPT or after
the final dot; SILENT takes the mail and never answers.
"""

import asyncio
import threading
import time
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from tools.smtp_sink import ACCEPTED, SILENT, Rule, Sink

__all__ = ["ACCEPTED", "SILENT", "Received", "SmtpSink", "until"]


@dataclass(frozen=True)
class Received:
    message_id: str
    to: str
    mail: EmailMessage
    answered: str

    @property
    def text(self) -> str:
        body = self.mail.get_body(("plain",))
        return body.get_content().replace("\r\n", "\n") if body else ""


@dataclass
class SmtpSink:
    """Use as a context manager; `url` is what EMAIL_URL wants."""

    host: str = "127.0.0.1"
    port: int = 0
    received: list[Received] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def __post_init__(self) -> None:
        self._sink = Sink(self._keep)

    def __enter__(self) -> "SmtpSink":
        started = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run(started)), daemon=True)
        self._thread.start()
        assert started.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    @property
    def url(self) -> str:
        return f"smtp://{self.host}:{self.port}"

    @property
    def connections(self) -> int:
        return self._sink.connections

    @property
    def kept_waiting(self) -> int:
        return self._sink.kept_waiting

    @property
    def delay(self) -> float:
        """How long each mail is kept waiting for its answer."""
        return self._sink.delay

    @delay.setter
    def delay(self, seconds: float) -> None:
        self._sink.delay = seconds

    def answer(self, text: str, *, to: str = "", step: str = "data", times: int = 10**6) -> None:
        """The next `times` mails (to that address) are answered with `text` at `step` (rcpt or data)."""
        self._sink.rules.append(Rule(text, to, step, times))

    @property
    def accepted(self) -> list[Received]:
        return [mail for mail in self.received if mail.answered.startswith("250")]

    def wait_for(self, count: int, seconds: float = 60) -> list[Received]:
        """The mails, as soon as `count` were accepted."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.accepted) >= count, seconds), (
                f"{len(self.accepted)} of {count} mails came in {seconds} s"
            )
        return self.accepted

    def wait_for_seen(self, count: int, seconds: float = 60) -> None:
        """Until `count` mails were received, whatever they were answered."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.received) >= count, seconds)

    async def _run(self, started: threading.Event) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        server = await self._sink.listen(self.host, self.port)
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        await self._stop.wait()
        server.close()
        self._sink.hang_up()
        await asyncio.sleep(0)  # the aborted transports close in the next turn of the loop

    def _keep(self, recipient: str, content: bytes, answer: str) -> None:
        mail = message_from_bytes(content, policy=policy.default)
        with self._changed:
            self.received.append(Received(mail["Message-ID"], recipient, mail, answer))
            self._changed.notify_all()


def until(condition, seconds: float = 30) -> None:
    """Wait for another process to have done something the database can tell."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        threading.Event().wait(0.05)
