"""pytest plugin: PostgreSQL and Valkey for the tests when the environment names none.

Several runs at once share one pair of servers under var/test/. Each gets a slot of its own: a
database name and a Valkey database number nobody else uses. The last run to leave stops them.
"""

import atexit
import base64
import fcntl
import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent.parent / "var" / "test"
SLOTS = FOLDER / "slots"
# Tests may lose everything with the machine; durability would only make them slow.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

HARMLESS = {
    "SECRET_KEY": "only-for-tests",
    "FIELD_ENCRYPTION_KEYS": base64.urlsafe_b64encode(b"only-for-tests".ljust(32)).decode(),
    "LOCAL": "true",
    "STATICFILES_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
}


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Generator[None]:
    """As a wrapper this runs before pytest-django reads the settings."""
    provide_servers()
    return (yield)


def provide_servers() -> None:
    """Fills what the environment leaves open, before anything reads it."""
    with _alone():
        slot = _take_slot()
        servers = _start_servers(slot)
    atexit.register(_leave, os.getpid(), slot, servers)
    suffix = "_".join(
        part for part in (os.environ.get("TEST_DB_SUFFIX", ""), str(slot or "")) if part
    )
    os.environ["TEST_DB_SUFFIX"] = suffix
    files = FOLDER / f"files-{slot}"
    # An empty folder of static files: pages take them from the finders, and nothing is collected.
    static = FOLDER / "static"
    static.mkdir(parents=True, exist_ok=True)
    folders = {"MAIL_DIR": files / "mail", "FILES_DIR": files, "STATIC_ROOT": static}
    for name, value in {**HARMLESS, **folders}.items():
        os.environ.setdefault(name, str(value))


def _start_servers(slot: int) -> list:
    if {"DATABASE_URL", "REDIS_URL"} <= os.environ.keys():
        return []
    # Where both addresses are given the wheels need not be there.
    from tools.servers import Postgres, Valkey  # noqa: PLC0415

    postgres, valkey = Postgres(FOLDER / "postgres", FAST), Valkey(FOLDER / "valkey")
    if "DATABASE_URL" not in os.environ:
        os.environ["DATABASE_URL"] = postgres.start()
    if "REDIS_URL" not in os.environ:
        os.environ["REDIS_URL"] = f"{valkey.start().removesuffix('/0')}/{slot}"
    return [postgres, valkey]


def _leave(owner: int, slot: int, servers: list) -> None:
    if os.getpid() != owner:  # a forked child of the tests is leaving, not the run
        return
    with _alone():
        (SLOTS / str(slot)).unlink(missing_ok=True)
        if not _taken_slots():
            for server in servers:
                server.stop()


@contextmanager
def _alone() -> Iterator[None]:
    SLOTS.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _take_slot() -> int:
    taken = _taken_slots()
    slot = next(number for number in range(64) if number not in taken)
    (SLOTS / str(slot)).write_text(str(os.getpid()))
    return slot


def _taken_slots() -> set[int]:
    """Slots of runs that are still alive; those of killed runs are cleared away."""
    taken = set()
    for file in SLOTS.iterdir():
        with suppress(ProcessLookupError):
            os.kill(int(file.read_text()), 0)
            taken.add(int(file.name))
            continue
        file.unlink()
    return taken
