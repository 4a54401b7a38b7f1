"""The mail server of a drill: the lean sink as a process of its own, and what it wrote down."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tools.local_env import ROOT
from tools.smtp_sink import SILENT, Rule


def was_taken(mail: dict[str, Any]) -> bool:
    """Whether the other side has it, also where its answer never came."""
    return mail["said"] == SILENT or mail["said"].startswith("250")


class SinkProcess:
    """Ends when its standard input does: with whoever started it."""

    def __init__(self, log: Path, *, content: bool = False) -> None:
        self.log = log
        command = [sys.executable, "-m", "tools.smtp_sink", str(log)]
        self.process = subprocess.Popen(
            [*command, "--content"] if content else command, cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        self.port = int(self._said())

    def order(self, *rules: Rule) -> None:
        """From now on these rules, and no others."""
        assert self.process.stdin is not None  # noqa: S101 (for the type checker)
        self.process.stdin.write(json.dumps({"rules": [asdict(rule) for rule in rules]}) + "\n")
        self.process.stdin.flush()
        self._said()

    def mails(self) -> Iterator[dict[str, Any]]:
        """In the order of arrival: at, to, said, id (and content)."""
        if self.log.exists():
            with self.log.open(encoding="utf-8") as file:
                yield from (json.loads(line) for line in file if line.endswith("\n"))

    def count(self) -> int:
        return self.log.read_bytes().count(b"\n") if self.log.exists() else 0

    def forget(self) -> None:
        """Let the notes begin anew; the server appends, so it goes on at the new beginning."""
        os.truncate(self.log, 0)

    def stop(self) -> None:
        assert self.process.stdin is not None  # noqa: S101 (for the type checker)
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()

    def _said(self) -> str:
        assert self.process.stdout is not None  # noqa: S101 (for the type checker)
        return self.process.stdout.readline()
