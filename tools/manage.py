"""A management command with the secrets and the database of `make run`.

    python -m tools.manage makemigrations programs

A database that does not run yet is started for the length of the command.
"""

import subprocess
import sys

from tools.local_env import ROOT, VAR, local_environment
from tools.servers import Postgres, ServerError, Valkey


def main() -> None:
    environment = local_environment()
    postgres, valkey = Postgres(VAR / "postgres"), Valkey(VAR / "valkey")
    ours = "DATABASE_URL" not in environment and not postgres.is_running
    if "DATABASE_URL" not in environment:
        environment["DATABASE_URL"] = postgres.start()
    if "REDIS_URL" not in environment and valkey.is_running:
        environment["REDIS_URL"] = valkey.url
    try:
        command = [sys.executable, "manage.py", *sys.argv[1:]]
        code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    finally:
        if ours:
            postgres.stop()
    raise SystemExit(code)


if __name__ == "__main__":
    try:
        main()
    except ServerError as error:
        raise SystemExit(f"[manage] {error}") from error
