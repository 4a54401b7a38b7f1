"""Programs kept running: started together, restarted after a crash, stopped in order."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

STOP_TIMEOUT = 20
LONGEST_PAUSE = 30
# A program that ran this long had recovered: its next crash starts counting anew.
STABLE_AFTER = 60
PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    name: str
    command: list[str]
    log: Path
    environment: dict[str, str]
    folder: Path
    say: Callable[[str], None]
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    crashes: int = field(default=0, init=False)
    started_at: float = field(default=0, init=False)
    restart_at: float = field(default=0, init=False)

    def start(self) -> None:
        """In a session of its own, so that Ctrl-C reaches only the supervisor."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder,
                env=self.environment, start_new_session=True, preexec_fn=_end_with_parent,  # noqa: PLW1509 (one thread here)
            )  # fmt: skip
        self.started_at = time.monotonic()

    def watch(self) -> None:
        """Called again and again; notices a crash, and starts anew when the pause is over."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.restart_at:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        self._end_group(signal.SIGKILL)
        self.crashes = 1 if now - self.started_at > STABLE_AFTER else self.crashes + 1
        pause = min(2 ** (self.crashes - 1), LONGEST_PAUSE)
        self.say(f"{self.name} ended with code {code}; again in {pause} s. Log: {self.log}")
        self.process, self.restart_at = None, now + pause

    def kill(self) -> None:
        """Without a chance to say anything, its workers too; `start()` starts it again."""
        if self.process is not None:
            self._end_group(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def ask_to_stop(self) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError):
                self.process.send_signal(signal.SIGTERM)

    def wait_stopped(self, deadline: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.say(f"{self.name} does not stop; ending it.")
        self._end_group(signal.SIGKILL)
        self.process.wait()
        self.process = None

    def _end_group(self, number: signal.Signals) -> None:
        """Workers of a program that has ended go with it."""
        assert self.process is not None  # noqa: S101 (for the type checker)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, number)


def _end_with_parent() -> None:
    """Linux ends the child even when the supervisor was killed without a chance to."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def stop_all(children: list[Child]) -> None:
    deadline = time.monotonic() + STOP_TIMEOUT
    for child in children:
        child.ask_to_stop()
    for child in children:
        child.wait_stopped(deadline)
