"""Everything `make run` does to its data before the programs start, in one process.

Every step may be repeated: a second run finds little to do.

    python -m tools.prepare FILE     FILE receives the demo accounts
"""

import sys
from pathlib import Path

import django
from django.core.management import call_command, get_commands


def main(accounts: Path) -> None:
    django.setup()
    call_command("migrate", interactive=False)
    call_command("createcachetable")
    call_command("collectstatic", interactive=False, verbosity=0)
    with accounts.open("w", encoding="utf-8") as file:
        if "demo" in get_commands():
            call_command("demo")
            call_command("demo", accounts=True, stdout=file)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
