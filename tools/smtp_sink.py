"""A lean SMTP server on loopback: every mail is written down before it is answered.

The tests hold it in a thread (tests/smtp_sink.py); drills and benches start it as a process of its own:
`python -m tools.smtp_sink LOG` prints its port, takes orders as JSON lines on standard input, and appends one
JSON line a mail to LOG.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from typing import Any, Final

SILENT: Final = "silent"
ACCEPTED: Final = "250 2.0.0 taken"
GREETING: Final = "220 sink"
EHLO: Final = "250-sink\r\n250-PIPELINING\r\n250-CHUNKING\r\n250 8BITMIME"
# A client that does not wait for the answer to RCPT hears of it here too.
NOBODY: Final = "554 5.5.1 no valid recipients"
HEADERS: Final = BytesHeaderParser()


@dataclass
class Rule:
    """Answer otherwise: `text` at `step` (connect, rcpt or data = after the final dot).

    It holds for the next `times` mails (to that address), for every `every`-th of them only; `delay` keeps the
    other side waiting before the answer, `drip` between its bytes.
    """

    text: str = ACCEPTED
    to: str = ""
    step: str = "data"
    times: int = 10**9
    every: int = 1
    delay: float = 0
    drip: float = 0
    asked: int = 0

    def holds(self, step: str, recipient: str) -> bool:
        if self.step != step or self.to not in ("", recipient) or not self.times:
            return False
        self.asked += 1
        if self.asked % self.every:
            return False
        self.times -= 1
        return True


@dataclass
class Sink:
    """What all connections of one server share; `keep` is told recipient, content and coming answer of each mail."""

    keep: Callable[[str, bytes, str], None]
    rules: list[Rule] = field(default_factory=list)
    delay: float = 0
    connections: int = 0
    kept_waiting: int = 0
    open: set["Talk"] = field(default_factory=set)

    def rule(self, step: str, recipient: str = "") -> Rule | None:
        return next((rule for rule in self.rules if rule.holds(step, recipient)), None)

    async def listen(self, host: str = "127.0.0.1", port: int = 0) -> asyncio.Server:
        return await asyncio.get_running_loop().create_server(lambda: Talk(self), host, port)

    def hang_up(self) -> None:
        for talk in list(self.open):
            talk.transport.abort()


class Talk(asyncio.Protocol):
    """One connection. While an answer is held back, what came in meanwhile waits in the buffer."""

    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        self.buffer = bytearray()
        # Answers to commands that came in one go leave in one go.
        self.answers = bytearray()
        self.recipient = ""
        # Of a text announced by its length.
        self.size = 0
        self.is_addressed = self.in_data = self.is_waiting = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 (for the type checker)
        self.transport = transport
        self.sink.connections += 1
        self.sink.open.add(self)
        self._answer(GREETING, self.sink.rule("connect"))
        self._flush()

    def connection_lost(self, _problem: Exception | None) -> None:
        self.sink.open.discard(self)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        self._go_on()

    def _go_on(self) -> None:
        while not self.is_waiting and self._take():
            pass
        self._flush()

    def _take(self) -> bool:
        """Whether there was something whole to take."""
        if self.size:
            return self._take_chunk()
        return self._take_mail() if self.in_data else self._take_line()

    def _take_line(self) -> bool:
        end = self.buffer.find(b"\r\n")
        if end < 0:
            return False
        line = bytes(self.buffer[:end])
        del self.buffer[: end + 2]
        verb = line[:4].upper()
        if verb == b"RCPT":
            self.recipient = line.decode().partition("<")[2].partition(">")[0]
            rule = self.sink.rule("rcpt", self.recipient)
            self.is_addressed = rule is None or rule.text.startswith("2")
            self._answer(ACCEPTED, rule)
        elif verb == b"BDAT":
            self.size = int(line.split()[1])
        elif verb == b"DATA" and not self.is_addressed:
            self._answer(NOBODY)
        elif verb == b"DATA":
            self.in_data = True
            self._write("354 go on")
        elif verb == b"EHLO":
            self._answer(EHLO)
        else:
            self._answer("221 bye" if verb == b"QUIT" else ACCEPTED)
        return True

    def _take_mail(self) -> bool:
        end = self.buffer.find(b"\r\n.\r\n")
        if end < 0:
            return False
        content = bytes(self.buffer[: end + 2])
        del self.buffer[: end + 5]
        self.in_data = False
        self._keep(content)
        return True

    def _take_chunk(self) -> bool:
        """The whole mail: nobody here sends one in parts."""
        if len(self.buffer) < self.size:
            return False
        content = bytes(self.buffer[: self.size])
        del self.buffer[: self.size]
        self.size = 0
        if self.is_addressed:
            self._keep(content)
        else:
            self._answer(NOBODY)
        return True

    def _keep(self, content: bytes) -> None:
        self.is_addressed = False
        rule = self.sink.rule("data", self.recipient)
        self.sink.keep(self.recipient, content, rule.text if rule else ACCEPTED)
        self._answer(ACCEPTED, rule, delay=self.sink.delay)

    def _answer(self, text: str, rule: Rule | None = None, *, delay: float = 0) -> None:
        if rule is None and not delay:
            self._write(text)
            return
        self.is_waiting = True
        rule = rule or Rule(text)
        if rule.text == SILENT:
            self.sink.kept_waiting += 1
            return
        said = text if rule.text == ACCEPTED else rule.text
        asyncio.get_running_loop().call_later(rule.delay + delay, self._resume, said, rule.drip)

    def _resume(self, text: str, drip: float) -> None:
        if drip and text:
            self.transport.write(text[:1].encode())
            asyncio.get_running_loop().call_later(drip, self._resume, text[1:], drip)
            return
        self.is_waiting = False
        self._write(text)
        self._go_on()

    def _write(self, text: str) -> None:
        """A dripping answer has written its text already: only the end of the line is left."""
        self.answers += f"{text}\r\n".encode()
        if text.startswith(("221", "421")):
            self._flush()
            self.transport.close()

    def _flush(self) -> None:
        if self.answers:
            self.transport.write(bytes(self.answers))
            self.answers.clear()


def main(log: str, *options: str) -> None:
    """`--content` keeps the mails themselves too."""
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def keep(recipient: str, content: bytes, answer: str) -> None:
        entry: dict[str, Any] = {"at": time.time(), "to": recipient, "said": answer}
        entry["id"] = HEADERS.parsebytes(content[: content.find(b"\r\n\r\n") + 4])["Message-ID"]
        if "--content" in options:
            entry["content"] = content.decode("latin-1")
        os.write(file, json.dumps(entry).encode() + b"\n")

    sink = Sink(keep)

    def order(line: str) -> None:
        """`{"rules": […]}` replaces what was ordered before."""
        sink.rules = [Rule(**rule) for rule in json.loads(line)["rules"]]
        print("ok", flush=True)

    asyncio.run(_serve(sink, order))


async def _serve(sink: Sink, order: Callable[[str], None]) -> None:
    """Until standard input ends: it does when whoever started this has gone."""
    server = await sink.listen()
    print(server.sockets[0].getsockname()[1], flush=True)
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        order(line.decode())
    sink.hang_up()


if __name__ == "__main__":
    main(*sys.argv[1:])
