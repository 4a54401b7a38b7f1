"""The house as in production on this machine: PostgreSQL, gunicorn, and the data of the benches."""

import http.client
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from tools.children import Child, stop_all
from tools.local_env import ROOT, VAR, local_environment
from tools.servers import Postgres, ServerError, free_port

FOLDER = VAR / "bench"
DATA = FOLDER / "data.json"
PARAMETERS = {"people": 10_000, "programs": 300, "items": 25, "enrollments": 30, "seed": 1}
# The known programs begin a month after loading; older data would show an empty page.
FRESH = timedelta(days=14)
READY_TIMEOUT = 60


def say(text: str) -> None:
    print(f"[bench] {text}", file=sys.stderr, flush=True)


@dataclass(frozen=True, slots=True)
class House:
    port: int
    data: dict[str, Any]
    postgres: Postgres
    environment: dict[str, str]

    @property
    def host(self) -> str:
        return f"localhost:{self.port}"


@contextmanager
def opened() -> Iterator[House]:
    """Servers up, data in, Django set up in this process too; all of it stopped at the end."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    database = Postgres(FOLDER / "postgres")
    environment = _environment(database.start())
    try:
        data = _data(environment, database)
        _manage(environment, "collectstatic", "--noinput", "-v0")
        os.environ.update(environment)
        import django  # noqa: PLC0415 (reads the environment)

        django.setup()
        port = free_port()
        web = _web(environment, port)
        web.start()
        try:
            wait_answering(web, port)
            yield House(port, data, database, environment)
        finally:
            stop_all([web])
    finally:
        database.stop()


def _environment(database: str) -> dict[str, str]:
    given = dict.fromkeys(("REDIS_URL", "EMAIL_URL"), "")
    return local_environment() | given | {
        "DATABASE_URL": database,
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "ROOT_URLCONF": "tools.bench.urls",
        "STATIC_ROOT": str(FOLDER / "static"),
        "STATICFILES_STORAGE": "core.static_files.StaticFilesStorage",
        "FILES_DIR": str(FOLDER / "files"),
        "MAIL_DIR": str(FOLDER / "mail"),
        "LOG_LEVEL": "WARNING",
        "LOCAL": "true",
        "DEBUG": "false",
    }  # fmt: skip


def _data(environment: dict[str, str], database: Postgres) -> dict[str, Any]:
    """Loaded once and kept while its parameters, the migrations and its age allow."""
    wanted = {**PARAMETERS, "migrations": _migrations()}
    if DATA.exists():
        kept = json.loads(DATA.read_text())
        age = _today() - date.fromisoformat(kept["loaded_on"])
        if kept["parameters"] == wanted and timedelta() <= age < FRESH:
            return kept["said"]
    say("loading 10,000 people and 300 programs")
    DATA.unlink(missing_ok=True)
    database.stop()
    shutil.rmtree(database.folder)
    environment["DATABASE_URL"] = database.start()
    _manage(environment, "migrate", "-v0")
    _manage(environment, "createcachetable")
    options = [f"--{name}={value}" for name, value in PARAMETERS.items()]
    said = json.loads(_manage(environment, "bench_data", *options))
    kept = {"parameters": wanted, "loaded_on": _today().isoformat(), "said": said}
    DATA.write_text(json.dumps(kept))
    return said


def _today() -> date:
    return datetime.now(UTC).date()


def _migrations() -> str:
    files = sorted(ROOT.glob("*/migrations/*.py"))
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _manage(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, text=True,
        capture_output=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise ServerError(f"manage.py {' '.join(arguments)} failed:\n{done.stderr[-2000:]}")
    return done.stdout


def _web(environment: dict[str, str], port: int) -> Child:
    command = [
        str(Path(sys.executable).parent / "gunicorn"), "goryeong_training.wsgi", "--bind", f"127.0.0.1:{port}",
        "--worker-class", "gthread", "--workers", "2", "--threads", "8", "--keep-alive", "30",
        "--no-control-socket",
    ]  # fmt: skip
    return Child("web", command, FOLDER / "web.log", environment, ROOT, say)


def wait_answering(web: Child, port: int) -> None:
    deadline = time.monotonic() + READY_TIMEOUT
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/livez", headers={"Host": "localhost"})
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
        finally:
            connection.close()
    raise ServerError(f"The web server does not answer. Log: {web.log}")
