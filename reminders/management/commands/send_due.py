"""`manage.py send_due` sends what is due and ends; with `--loop` it stays and needs no broker."""

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from reminders.services import sweep


class Command(BaseCommand):
    help = "Send the messages that are due."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--loop", action="store_true", help="sweep every 30 seconds until stopped"
        )

    def handle(self, *, loop: bool, **options: Any) -> None:
        if not loop:
            self.stdout.write(str(sweep.once()))
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        sweep.until(stop)
