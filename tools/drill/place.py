"""Where a drill takes place: own servers under var/, a fresh database a scene, programs as in production.

Nothing here listens or speaks beyond loopback, and everything started is ended, also on Ctrl-C.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2

from tools.children import Child, stop_all
from tools.drill.sink import SinkProcess
from tools.local_env import ROOT, local_environment
from tools.servers import Postgres, ServerError, Valkey, free_port

BIN = Path(sys.executable).parent
# Every scene is a copy of it.
EMPTY = "empty"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
# Never taken from the caller: a drill knows only what it started itself.
OURS = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SMS_URL")
# In a test nobody waits two minutes for the lease of a killed sender.
HASTY = {"REMINDERS_LEASE_SECONDS": "4", "REMINDERS_SWEEP_SECONDS": "0.5"}


def say(text: str) -> None:
    print(f"[drill] {text}", file=sys.stderr, flush=True)


@dataclass
class Place:
    folder: Path
    postgres: Postgres
    environment: dict[str, str]
    # None: there is no broker, and nothing may depend on one.
    valkey: Valkey | None = None
    short: bool = False

    @contextmanager
    def scene(self, name: str) -> Iterator["Scene"]:
        """A database of its own, used by this process too; all programs end with the scene."""
        database = name.replace(".", "_")
        environment = {**self.environment, "DATABASE_URL": address(self.postgres, database)}
        if self.valkey:
            environment["REDIS_URL"] = self.valkey.start()
        self._make_empty()
        self._drop(database)
        self._admin(f'CREATE DATABASE "{database}" TEMPLATE "{EMPTY}"')
        scene = Scene(self, environment, self.folder / "logs" / name)
        shutil.rmtree(scene.logs, ignore_errors=True)
        scene.logs.mkdir(parents=True)
        with _asked(database):
            try:
                yield scene
            finally:
                scene.end()
        self.postgres.start()
        self._drop(database)

    def _make_empty(self) -> None:
        """All tables and nothing in them, made anew when the migrations changed."""
        mark = self.postgres.folder / "migrations"
        files = sorted(ROOT.glob("*/migrations/*.py"))
        wanted = sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
        if mark.exists() and mark.read_text() == wanted:
            return
        say("making the tables")
        mark.unlink(missing_ok=True)
        self._drop(EMPTY)
        self._admin(f'CREATE DATABASE "{EMPTY}"')
        environment = {**self.environment, "DATABASE_URL": address(self.postgres, EMPTY)}
        for command in (["migrate", "-v0"], ["createcachetable"]):
            done = subprocess.run(
                [sys.executable, "manage.py", *command], cwd=ROOT, env=environment, text=True,
                capture_output=True, check=False,
            )  # fmt: skip
            if done.returncode:
                raise ServerError(f"manage.py {' '.join(command)} failed:\n{done.stderr[-2000:]}")
        mark.write_text(wanted)

    def _drop(self, database: str) -> None:
        self._admin(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def _admin(self, statement: str) -> None:
        connection = psycopg2.connect(address(self.postgres, "postgres"))
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
        connection.close()


@dataclass
class Scene:
    """What one scenario works with: its environment, its programs and its mail server."""

    place: Place
    environment: dict[str, str]
    logs: Path
    children: list[Child] = field(default_factory=list)
    sinks: list[SinkProcess] = field(default_factory=list)

    def of(self, *, full: Any, short: Any) -> Any:
        """The size of something in the drill proper, or in its short version for the tests."""
        return short if self.place.short else full

    def sink(self, **options: Any) -> SinkProcess:
        """A mail server process; the programs started from now on send to it."""
        sink = SinkProcess(self.logs / f"mails-{len(self.sinks)}.jsonl", **options)
        self.sinks.append(sink)
        self.environment["EMAIL_URL"] = f"smtp://127.0.0.1:{sink.port}"
        return sink

    def start(self, name: str, command: list[str], **more: str) -> Child:
        environment = {**self.environment, **more}
        refuse_strangers(environment)
        child = Child(name, command, self.logs / f"{name}.log", environment, ROOT, say)
        self.children.append(child)
        child.start()
        return child

    def worker(
        self, name: str, *, concurrency: int = 2, launcher: list[str] | None = None, **more: str
    ) -> Child:
        command = [
            *(launcher or [str(BIN / "celery")]), "--app", "goryeong_training", "worker",
            "--concurrency", str(concurrency), "--loglevel", "INFO", "--hostname", f"{name}@drill",
        ]  # fmt: skip
        return self.start(name, command, **more)

    def beat(self, name: str = "beat") -> Child:
        command = [str(BIN / "celery"), "--app", "goryeong_training", "beat", "--pidfile", ""]
        return self.start(name, [*command, "--schedule", str(self.logs / f"{name}.schedule")])

    def sweeper(self, name: str = "sweeper", **more: str) -> Child:
        return self.start(name, [sys.executable, "manage.py", "send_due", "--loop"], **more)

    def web(self, port: int | None = None, **more: str) -> tuple[Child, int]:
        """gunicorn as in production; returns it and its port once it was started (not yet answering)."""
        port = port or free_port()
        command = [
            str(BIN / "gunicorn"), "goryeong_training.wsgi", "--bind", f"127.0.0.1:{port}",
            "--worker-class", "gthread", "--workers", "2", "--threads", "8", "--keep-alive", "30",
            "--no-control-socket",
        ]  # fmt: skip
        return self.start("web", command, **more), port

    def ended(self) -> list[str]:
        """Programs that went of their own accord: none should."""
        return [
            child.name
            for child in self.children
            if child.process is not None and child.process.poll() is not None
        ]

    def end(self) -> None:
        stop_all(self.children)
        for sink in self.sinks:
            sink.stop()


@contextmanager
def opened(folder: Path, *, short: bool) -> Iterator[Place]:
    """Servers up, tables there, Django set up in this process; all of it stopped at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        # Durable as in production: the defaults of the server, fsync included.
        postgres, valkey = Postgres(folder / "postgres"), Valkey(folder / "valkey")
        try:
            environment = _environment(folder, postgres.start(), valkey.start(), short=short)
            refuse_strangers(environment)
            os.environ.update(environment)
            import django  # noqa: PLC0415 (reads the environment)

            django.setup()
            yield Place(folder, postgres, environment, valkey, short)
        finally:
            valkey.stop()
            postgres.stop()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SystemExit(f"[drill] Another drill is running in {folder}.") from None
        yield


def _environment(folder: Path, database: str, broker: str, *, short: bool) -> dict[str, str]:
    kept = {name: value for name, value in local_environment().items() if name not in OURS}
    return kept | (HASTY if short else {}) | {
        "DATABASE_URL": database,
        "REDIS_URL": broker,
        "STATIC_ROOT": str(folder / "static"),
        "STATICFILES_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
        "FILES_DIR": str(folder / "files"),
        "MAIL_DIR": str(folder / "mail"),
        # A drill runs at any hour and waits for every message.
        "QUIET_FROM": "00:00",
        "QUIET_UNTIL": "00:00",
        "DEBUG": "false",
        "LOCAL": "true",
        "C_FORCE_ROOT": "1",
        "PYTHONWARNINGS": "ignore",
    }  # fmt: skip


def refuse_strangers(environment: dict[str, str]) -> None:
    """A drill kills, floods and restarts: never anything that is not on this machine."""
    for name in OURS:
        host = urlsplit(environment.get(name, "")).hostname
        if host and host not in LOOPBACK:
            raise SystemExit(f"[drill] {name} names {host}: a drill touches this machine only.")


def address(postgres: Postgres, database: str) -> str:
    server, _slash, _name = postgres.url.rpartition("/")
    return f"{server}/{database}"


@contextmanager
def _asked(database: str) -> Iterator[None]:
    """This process, too, asks that database meanwhile."""
    from django.db import connection  # noqa: PLC0415 (Django is set up by now)

    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = database
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def commit() -> str:
    """What is being drilled; a plus sign says that it was changed since."""
    said = [
        subprocess.run(
            ["git", "-C", str(ROOT), *question], capture_output=True, text=True, check=False
        ).stdout.strip()
        for question in (["rev-parse", "--short", "HEAD"], ["status", "--porcelain"])
    ]
    return (said[0] or "unknown") + ("+" if said[1] else "")
