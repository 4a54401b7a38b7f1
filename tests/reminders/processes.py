"""The real programs of delivery, started against the test's own database, mail sink and broker."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.db import connection

from tests.smtp_sink import SmtpSink

ROOT = Path(__file__).resolve().parent.parent.parent
BIN = Path(sys.executable).parent


class Process:
    """A program in a process group of its own, so that it can be killed with all its children."""

    def __init__(self, command: list[str], environment: dict[str, str], log: Path) -> None:
        self.command, self.environment, self.log = command, environment, log
        self.start()

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=ROOT,
                env=self.environment,
                start_new_session=True,
            )

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(60)

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None


def environment(sink: SmtpSink, **more: str) -> dict[str, str]:
    """As in production, with short leases and frequent sweeps so that a test need not wait minutes."""
    server, _slash, _name = os.environ["DATABASE_URL"].rpartition("/")
    return {
        **os.environ,
        "DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}",
        "REDIS_URL": settings.REDIS_URL,
        "EMAIL_URL": sink.url,
        "REMINDERS_LEASE_SECONDS": "3",
        "REMINDERS_SWEEP_SECONDS": "0.5",
        "QUIET_FROM": "00:00",
        "QUIET_UNTIL": "00:00",
        "CHANGE_DEBOUNCE_SECONDS": "0",
        "C_FORCE_ROOT": "1",
        "PYTHONWARNINGS": "ignore",
        **more,
    }


def worker(environment: dict[str, str], log: Path) -> Process:
    command = [str(BIN / "celery"), "--app", "goryeong_training", "worker"]
    return Process([*command, "--concurrency", "1", "--loglevel", "INFO"], environment, log)


def loop(environment: dict[str, str], log: Path) -> Process:
    return Process([sys.executable, "manage.py", "send_due", "--loop"], environment, log)
