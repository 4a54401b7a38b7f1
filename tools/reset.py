"""`make reset`: stops what runs in this folder and forgets its data."""

import fcntl
import os
import shutil
import signal
import time

from tools.local_env import VAR
from tools.run import PID_FILE
from tools.servers import Postgres, Valkey

STOP_TIMEOUT = 40
# Not var/test: tests may be running, and clean up after themselves.
DATA = ("postgres", "valkey", "mail", "files", "log", "static", "beat", "local.env", "accounts.txt")


def main() -> None:
    if not VAR.exists():
        return
    stop_supervisor()
    for server in (Postgres(VAR / "postgres"), Valkey(VAR / "valkey")):
        server.stop()
    for name in DATA:
        for path in VAR.glob(f"{name}*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    print("[reset] The local data is forgotten; `make run` begins anew.")


def stop_supervisor() -> None:
    deadline = time.monotonic() + STOP_TIMEOUT
    with PID_FILE.open("a+") as file:
        while not _is_free(file):
            file.seek(0)
            os.kill(int(file.read()), signal.SIGTERM)
            if time.monotonic() > deadline:
                raise SystemExit("[reset] `make run` is still running here; stop it first.")
            time.sleep(1)


def _is_free(file) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()
