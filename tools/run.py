"""`make run`: the whole house on this machine under one supervisor. Ctrl-C stops everything."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.children import Child, stop_all
from tools.local_env import ROOT, VAR, local_environment, port
from tools.servers import Postgres, ServerError, Valkey

LOGS = VAR / "log"
ACCOUNTS = VAR / "accounts.txt"
PID_FILE = VAR / "run.pid"
BIN = Path(sys.executable).parent
READY_TIMEOUT = 60


def say(text: str) -> None:
    print(f"[run] {text}", flush=True)


class StopRequested(Exception):
    """Ctrl-C, a signal to end, or a closed terminal."""


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _request_stop)
    LOGS.mkdir(parents=True, exist_ok=True)
    try:
        with only_one():
            refuse_taken_port(port())
            supervise(local_environment())
    except ServerError as error:
        raise SystemExit(f"[run] {error}") from error
    except StopRequested:
        pass


def _request_stop(*_: object) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(
            number, signal.SIG_IGN
        )  # stopping is under way; a second Ctrl-C changes nothing
    raise StopRequested


@contextmanager
def only_one() -> Iterator[None]:
    """The lock goes with the process, so a killed run leaves nothing to clean up."""
    with PID_FILE.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            raise SystemExit(
                f"[run] Already running here (process {file.read().strip()}). "
                "Stop it with Ctrl-C where it runs, or work in another folder."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
        file.truncate(0)


def refuse_taken_port(number: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", number))
        except PermissionError:
            raise SystemExit(f"[run] Port {number} needs root. Try: PORT=8001 make run") from None
        except OSError:
            raise SystemExit(
                f"[run] Port {number} is taken by another program. Try: PORT={number + 1} make run"
            ) from None


def supervise(environment: dict[str, str]) -> None:
    servers: dict[str, Postgres | Valkey] = {}
    if "DATABASE_URL" not in environment:
        servers["DATABASE_URL"] = Postgres(VAR / "postgres")
    if "REDIS_URL" not in environment:
        servers["REDIS_URL"] = Valkey(VAR / "valkey")
    children: list[Child] = []
    try:
        for name, server in servers.items():
            environment[name] = server.start()
            say(f"{type(server).__name__} is up")
        prepare(environment)
        children += programs(environment)
        for child in children:
            child.start()
        announce(environment, children[0])
        watch(children, list(servers.values()))
    except StopRequested:
        say("stopping")
    finally:
        stop_all(children)
        for server in reversed(servers.values()):
            server.stop()
        say("stopped; the data stays in var/")


def prepare(environment: dict[str, str]) -> None:
    say("bringing the database, the static files and the demo up to date")
    log = LOGS / "prepare.log"
    with log.open("ab") as file:
        step = subprocess.Popen(
            [sys.executable, "-m", "tools.prepare", str(ACCOUNTS)], stdin=subprocess.DEVNULL,
            stdout=file, stderr=file, cwd=ROOT, env=environment, start_new_session=True,
        )  # fmt: skip
        try:
            code = step.wait()
        except StopRequested:
            step.terminate()
            step.wait()
            raise
    if code:
        lines = log.read_text(errors="replace").splitlines()[-15:]
        raise SystemExit("\n".join([*lines, f"[run] That failed. Log: {log}"]))


def programs(environment: dict[str, str]) -> list[Child]:
    """In the order they are asked to stop."""
    celery = [str(BIN / "celery"), "--app", "goryeong_training"]
    # No access log: addresses of feeds and host links are secrets.
    commands = {
        "web": [
            str(BIN / "gunicorn"), "goryeong_training.wsgi", "--bind", f"127.0.0.1:{port()}",
            "--worker-class", "gthread", "--workers", "2", "--threads", "8",
            "--graceful-timeout", "10", "--no-control-socket",
        ],
        "sweeper": [sys.executable, "manage.py", "send_due", "--loop"],
        "beat": [*celery, "beat", "--schedule", str(VAR / "beat"), "--pidfile", ""],
        "worker": [*celery, "worker", "--concurrency", "2", "--loglevel", "INFO"],
    }  # fmt: skip
    # Celery warns a root user about pickle, which is not used here.
    environment = {**environment, "C_FORCE_ROOT": "1"}
    return [
        Child(name, command, LOGS / f"{name}.log", environment, ROOT, say)
        for name, command in commands.items()
    ]


def announce(environment: dict[str, str], web: Child) -> None:
    address = f"http://localhost:{port()}/"
    deadline = time.monotonic() + READY_TIMEOUT
    while not (status := _answer(address)):
        web.watch()
        if time.monotonic() > deadline:
            raise SystemExit(f"[run] The web server does not answer. Log: {web.log}")
        time.sleep(0.2)
    if status >= 500:
        say(f"The first page answers with error {status}. Log: {web.log}")
    print(f"\n{ACCOUNTS.read_text().strip()}\n", flush=True)
    mails = "" if environment.get("EMAIL_URL") else f"Mails are written to {VAR / 'mail'}. "
    say(f"{mails}Logs are in {LOGS}. Ctrl-C stops everything.")
    say(f"Ready: {address}")


def _answer(address: str) -> int:
    """The status of the page, 0 while nobody answers."""
    try:
        with urllib.request.urlopen(address, timeout=5) as page:  # noqa: S310 (our own address)
            return page.status
    except urllib.error.HTTPError as refusal:
        return refusal.code
    except OSError:
        return 0


def watch(children: list[Child], servers: list[Postgres | Valkey]) -> None:
    next_look = 0.0
    while True:
        for child in children:
            child.watch()
        if time.monotonic() >= next_look:
            _revive(servers)
            next_look = time.monotonic() + 5
        time.sleep(0.5)


def _revive(servers: list[Postgres | Valkey]) -> None:
    for server in servers:
        if not server.is_running:
            say(f"{type(server).__name__} has gone; starting it again")
            server.start()


if __name__ == "__main__":
    main()
