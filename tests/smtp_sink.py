"""An SMTP server on loopback for tests: a real dialogue, every mail written down before it is answered.

It can be told to answer otherwise: `sink.answer("550 no such person", to="a@goryeong.example")`, for a number
of times or for ever, at RCPT or after the final dot; SILENT takes the mail and never answers.
"""

import asyncio
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

SILENT = "silent"
ACCEPTED = "250 2.0.0 taken"


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
class Reply:
    text: str
    to: str
    step: str
    times: int


@dataclass
class SmtpSink:
    """Use as a context manager; `url` is what EMAIL_URL wants."""

    host: str = "127.0.0.1"
    port: int = 0
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    kept_waiting: int = 0
    delay: float = 0
    _replies: list[Reply] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def __enter__(self) -> "SmtpSink":
        started = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=[started], daemon=True)
        self._thread.start()
        assert started.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    @property
    def url(self) -> str:
        return f"smtp://{self.host}:{self.port}"

    def answer(self, text: str, *, to: str = "", step: str = "data", times: int = 10**6) -> None:
        """The next `times` mails (to that address) are answered with `text` at `step` (rcpt or data)."""
        self._replies.append(Reply(text, to, step, times))

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

    # -- the server

    def _serve(self, started: threading.Event) -> None:
        asyncio.run(self._run(started))

    async def _run(self, started: threading.Event) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._talks: set[asyncio.Task] = set()
        server = await asyncio.start_server(self._talk, self.host, self.port, limit=2**22)
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        await self._stop.wait()
        server.close()
        talks = list(self._talks)
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
        await asyncio.sleep(0)  # the aborted transports close in the next turn of the loop

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._talks.add(asyncio.current_task())
        self.connections += 1
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                await self._dialogue(reader, writer)
        finally:
            writer.transport.abort()
            self._talks.discard(asyncio.current_task())

    async def _dialogue(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        recipient = ""
        writer.write(b"220 sink\r\n")
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"RCPT":
                recipient = line.decode().partition("<")[2].partition(">")[0]
                answer = self._reply(recipient, "rcpt")
            elif verb == b"DATA":
                writer.write(b"354 go on\r\n")
                content = await reader.readuntil(b"\r\n.\r\n")
                answer = self._reply(recipient, "data")
                self._keep(recipient, content, answer)
                if self.delay:
                    await asyncio.sleep(self.delay)
            else:
                answer = "221 bye" if verb == b"QUIT" else ACCEPTED
            if answer == SILENT:
                self.kept_waiting += 1
                await self._stop.wait()
            writer.write(f"{answer}\r\n".encode())
            await writer.drain()
            if answer.startswith(("221", "421")):
                return

    def _reply(self, recipient: str, step: str) -> str:
        for reply in self._replies:
            if reply.times and reply.step == step and reply.to in ("", recipient):
                reply.times -= 1
                return reply.text
        return ACCEPTED

    def _keep(self, recipient: str, content: bytes, answer: str) -> None:
        mail = message_from_bytes(content.removesuffix(b".\r\n"), policy=policy.default)
        with self._changed:
            self.received.append(Received(mail["Message-ID"], recipient, mail, answer))
            self._changed.notify_all()


def until(condition, seconds: float = 30) -> None:
    """Wait for another process to have done something the database can tell."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        threading.Event().wait(0.05)
