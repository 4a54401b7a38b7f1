from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.dates import kdaterange, parse_date, today
from desk.demo import loader
from desk.demo.people import ACCOUNTS, PASSWORD


class Command(BaseCommand):
    help = (
        "Loads a county to try everything on. Run it twice and nothing changes. "
        "Only where LOCAL=true, because everybody knows its password."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--base-date", type=_date, default=None, help="YYYY-MM-DD (default: today)"
        )
        parser.add_argument("--accounts", action="store_true", help="only print who can sign in")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["accounts"]:
            self.stdout.write(accounts())
            return
        if not settings.LOCAL:
            raise CommandError(
                "The demo has accounts with a known password. It loads only with LOCAL=true."
            )
        if loader.is_there():
            self.stdout.write(
                "데모가 이미 있어 그대로 둡니다. / The demo is there already; nothing was changed."
            )
            return
        base_date = options["base_date"] or today()
        for program in loader.load(base_date=base_date, clock=timezone.now()):
            dates = kdaterange(program.starts_on, program.ends_on)
            self.stdout.write(f"{program.code:16} {program.full_title} · {dates}")
        self.stdout.write(
            "데모를 넣었습니다. / The demo is loaded. Accounts: manage.py demo --accounts"
        )


def accounts() -> str:
    """The table of demo accounts, in both languages of its readers."""
    lines = [f"데모 계정 / Demo accounts (비밀번호 / password: {PASSWORD})"]
    lines += [
        f"  {account.email:32} {account.employee_number}  {account.name} · {account.role.label}"
        + (" · English" if account.language == "en" else "")
        for account in ACCOUNTS
    ]
    return "\n".join(lines)


def _date(text: str) -> date:
    found = parse_date(text)
    if found is None:
        raise CommandError(f"{text} is not a date. Example: --base-date 2026-12-01")
    return found
