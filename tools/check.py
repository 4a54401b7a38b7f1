"""`make check`: everything that can be said about the code without running it.

All steps run, also after a failure: one run names everything there is to repair.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tools.local_env import ROOT
from tools.pytest_servers import HARMLESS

BIN = Path(sys.executable).parent
TYPED = ["core", "accounts", "reports", "[!ac]*/services"]
LOCKS = ["requirements/*.txt", "frontend/package-lock.json", "frontend/.npmrc"]
# Settings as in production, so that Django's deployment checks look at the real thing.
PRODUCTION = {
    "SECRET_KEY": "only-for-checks-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFG",
    "FIELD_ENCRYPTION_KEYS": HARMLESS["FIELD_ENCRYPTION_KEYS"],
    "ALLOWED_HOSTS": "training.goryeong.example",
    "SITE_URL": "https://training.goryeong.example",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}


def program(name: str, *arguments: str) -> bool:
    kept = {
        name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ
    }
    command = [str(BIN / name), *arguments]
    return not subprocess.run(command, cwd=ROOT, env={**kept, **PRODUCTION}, check=False).returncode


def manage(*arguments: str) -> bool:
    # No database is asked; the warning that none answers would only frighten.
    return program("python", "-W", "ignore::RuntimeWarning", "manage.py", *arguments)


def types() -> bool:
    folders = [str(path.relative_to(ROOT)) for pattern in TYPED for path in ROOT.glob(pattern)]
    return program("mypy", *sorted(folders))


def locks_name_no_host() -> bool:
    bad = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for pattern in LOCKS
        for path in ROOT.glob(pattern)
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if "http" in line
    ]
    print("\n".join(bad) or "No host is named.")
    return not bad


STEPS: dict[str, Callable[[], bool]] = {
    "format": lambda: program("ruff", "format", "--check", "."),
    "lint": lambda: program("ruff", "check", "."),
    "templates": lambda: program("djlint", "--lint", "--quiet", "."),
    "imports": lambda: program("lint-imports", "--no-logo"),
    "types": types,
    "migrations": lambda: manage("makemigrations", "--check", "--dry-run"),
    "deployment": lambda: manage("check", "--deploy", "--fail-level", "WARNING"),
    "locks": locks_name_no_host,
    "translations": lambda: program("python", "-m", "tools.messages", "--check"),
}


def main() -> None:
    failed = []
    for name in sys.argv[1:] or STEPS:
        print(f"--- {name}", flush=True)
        started = time.monotonic()
        if not STEPS[name]():
            failed.append(name)
        print(f"    {time.monotonic() - started:.1f} s", flush=True)
    if failed:
        raise SystemExit(f"check failed: {', '.join(failed)}")
    print("check passed")


if __name__ == "__main__":
    main()
