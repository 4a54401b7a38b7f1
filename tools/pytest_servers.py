"""pytest plugin: PostgreSQL and Valkey for the tests when the environment names none.

Several runs at once share one pair of servers under var/test/. Each gets a slot of its own: a
database name and a Valkey database number nobody else uses. The last run to leave stops them.
"""

import atexit
import fcntl
import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

FOLDER = Path(__file__).resolve().parent.parent / "var" / "test"
SLOTS = FOLDER / "slots"
# Tests may lose everything with the machine; durability would only make them slow.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Generator[None]:
    """As a wrapper this runs before pytest-django reads the settings."""
    provide_servers()
    return (yield)


def provide_servers() -> None:
    os.environ.setdefault("SECRET_KEY", "only-for-tests")
    wanted = {"DATABASE_URL", "REDIS_URL"} - os.environ.keys()
    if not wanted:
        _rename_database(os.environ.get("TEST_DB_SUFFIX", ""))
        return
    from tools.servers import Postgres, Valkey  # noqa: PLC0415  (absent where both addresses are given)

    postgres, valkey = Postgres(FOLDER / "postgres", FAST), Valkey(FOLDER / "valkey")
    with _alone():
        slot = _take_slot()
        if "DATABASE_URL" in wanted:
            os.environ["DATABASE_URL"] = postgres.start()
        if "REDIS_URL" in wanted:
            os.environ["REDIS_URL"] = f"{valkey.start().removesuffix('/0')}/{slot}"
    _rename_database(os.environ.get("TEST_DB_SUFFIX") or (str(slot) if slot else ""))
    atexit.register(_leave, os.getpid(), slot, [postgres, valkey])


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


def _rename_database(suffix: str) -> None:
    if suffix:
        parts = urlsplit(os.environ["DATABASE_URL"])
        os.environ["DATABASE_URL"] = urlunsplit(parts._replace(path=f"{parts.path}_{suffix}"))
