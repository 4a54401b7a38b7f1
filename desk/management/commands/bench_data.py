import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.dates import parse_date, today
from desk.bench_data import loader
from desk.bench_data.size import Size

FEWEST_PEOPLE = 10


class Command(BaseCommand):
    help = "Fills an empty database with invented people and programs, the same for the same seed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--people", type=int, default=10_000)
        parser.add_argument("--programs", type=int, default=300)
        parser.add_argument("--items", type=int, default=25, help="published items a program")
        parser.add_argument("--enrollments", type=int, default=30, help="people a program")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--base-date", default=None, help="YYYY-MM-DD (default: today)")
        parser.add_argument(
            "--attendance", action="store_true", help="marks for all finished programs"
        )
        parser.add_argument("--yes", action="store_true", help="also where there is data already")

    def handle(self, *args: Any, **options: Any) -> None:
        base_date = parse_date(options["base_date"]) if options["base_date"] else today()
        if base_date is None:
            raise CommandError(f"{options['base_date']} is not a date. Example: 2026-12-01")
        if options["people"] < FEWEST_PEOPLE:
            raise CommandError(f"At least {FEWEST_PEOPLE} people are needed.")
        if loader.holds_data() and not options["yes"]:
            raise CommandError("This database holds data already. Use an empty one, or add --yes.")
        names = ("people", "programs", "items", "enrollments", "seed", "attendance")
        size = Size(**{name: options[name] for name in names}, base_date=base_date)
        self.stdout.write(json.dumps(loader.load(size)))
