from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from core.dates import today
from programs.services import holidays


class Command(BaseCommand):
    help = "Adds the public holidays of South Korea; existing rows are left alone, so it may run any time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--first", type=int, default=None, help="first year (default: last year)"
        )
        parser.add_argument("--years", type=int, default=5, help="how many years (default: 5)")

    def handle(self, *args: Any, **options: Any) -> None:
        first = options["first"] or today().year - 1
        added = holidays.seed(years=range(first, first + options["years"]))
        self.stdout.write(f"{added} holidays added")
