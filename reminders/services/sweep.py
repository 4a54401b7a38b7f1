"""The sweep: plan, tidy, send. Three places run it on their own (worker, beat, `send_due --loop`); one is enough."""

import logging
import random
import threading
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections

from reminders.services import delivery, holding, outbox, planning

log = logging.getLogger(__name__)
TOO_LATE: Final = timedelta(minutes=5)


def once() -> int:
    """One sweep; returns how many messages were accepted."""
    planning.plan()
    holding.release()
    outbox.tidy()
    accepted = delivery.send_all_due()
    if (late := outbox.is_late_by()) > TOO_LATE:
        # Whoever watches the logs should not have to hear it from the people on the bus.
        log.warning("the oldest due message has been waiting for %d s", late.total_seconds())
    return accepted


def until(stop: threading.Event) -> None:
    """Sweep again and again, through restarts of the database, until `stop` is set."""
    period = settings.REMINDERS_SWEEP_SECONDS
    while not stop.is_set():
        try:
            once()
        except (DatabaseError, InterfaceError) as problem:
            log.warning("sweep interrupted, next one in %s s: %s", period, type(problem).__name__)
        except Exception:
            log.exception("sweep failed")
        finally:
            connections.close_all()
        # Jitter keeps several sweepers from always meeting.
        stop.wait(period * random.uniform(0.8, 1.1))  # noqa: S311
