"""The part of the SMTP dialogue that is had for every mail: MAIL, RCPT, DATA, and the text.

smtplib opens the connection (TLS, sign-in). From there on the three commands go out in one write where the server
takes that (RFC 2920), with the text among them where it takes texts by length (RFC 3030, as most do): then a mail
costs one wait. The whole talk has one time limit, also for a server that drips its answers byte by byte.
"""

import smtplib
import time
from typing import Any, Final

LONGEST_LINE: Final = 8192
_READ: Final = 4096


class Talk:
    """One open connection. Raises OSError or SMTPServerDisconnected when it is of no use any more."""

    def __init__(self, server: smtplib.SMTP, *, read_timeout: float, longest: float) -> None:
        self.sock: Any = server.sock
        self.pipelining = server.has_extn("pipelining")
        self.chunking = self.pipelining and server.has_extn("chunking")
        self.read_timeout, self.longest = read_timeout, longest
        self._until = 0.0
        self._received = b""

    def hand_over(self, *, sender: str, to: str, content: bytes) -> tuple[int, str]:
        """The code and words of the step that decided. After a refusal the connection is ready for the next mail."""
        self._until = time.monotonic() + self.longest
        envelope = (
            f"MAIL FROM:<{sender}>\r\n".encode("ascii"),
            f"RCPT TO:<{to}>\r\n".encode("ascii"),
        )
        if self.chunking:
            answers = self._all_at_once(
                (*envelope, b"BDAT %d LAST\r\n%b" % (len(content), content))
            )
        elif self.pipelining:
            answers = self._all_at_once((*envelope, b"DATA\r\n"))
        else:
            answers = self._in_turn((*envelope, b"DATA\r\n"))
        refusal = next((answer for answer in answers if answer[0] >= 400), None)
        if refusal is None and self.chunking:
            return answers[-1]
        if refusal is None:
            return self._ask(content.replace(b"\r\n.", b"\r\n..") + b".\r\n")
        if answers[-1][0] == 354:
            # The server waits for a text although it takes none: an empty one ends that.
            self._ask(b"\r\n.\r\n")
        if refusal[0] != 421:
            self._ask(b"RSET\r\n")
        return refusal

    def _all_at_once(self, commands: tuple[bytes, ...]) -> list[tuple[int, str]]:
        self._write(b"".join(commands))
        return [self._answer() for _ in commands]

    def _in_turn(self, commands: tuple[bytes, ...]) -> list[tuple[int, str]]:
        answers = []
        for command in commands:
            answers.append(self._ask(command))
            if answers[-1][0] >= 400:
                break
        return answers

    def _ask(self, line: bytes) -> tuple[int, str]:
        self._write(line)
        return self._answer()

    def _write(self, data: bytes) -> None:
        self.sock.settimeout(self._left())
        self.sock.sendall(data)

    def _answer(self) -> tuple[int, str]:
        said = []
        while True:
            line = self._line()
            said.append(line[4:].decode("utf-8", "replace").strip())
            if line[3:4] != b"-":
                break
        if not line[:3].isdigit():
            raise smtplib.SMTPServerDisconnected("the answer is no SMTP")
        code = int(line[:3])
        if code == 421:
            # The server is going: whatever it was asked besides, it answers no more.
            raise GoingError(code, " ".join(said))
        return code, " ".join(said)

    def _line(self) -> bytes:
        while b"\n" not in self._received:
            if len(self._received) > LONGEST_LINE:
                raise smtplib.SMTPServerDisconnected("the answer is too long")
            self.sock.settimeout(self._left())
            if not (data := self.sock.recv(_READ)):
                raise smtplib.SMTPServerDisconnected("connection closed by the server")
            self._received += data
        line, _, self._received = self._received.partition(b"\n")
        return line.rstrip(b"\r")

    def _left(self) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the server took too long")
        return min(left, self.read_timeout)


class GoingError(Exception):
    """421: this connection ends; the mail may be tried again later."""

    def __init__(self, code: int, said: str) -> None:
        super().__init__(said)
        self.code, self.said = code, said
