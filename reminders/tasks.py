"""Bells. What is due is a row in the database; a task that is lost or rung twice changes nothing.

Beside the tasks, each worker process sweeps on its own, so that it goes on sending while the broker is gone.
"""

import threading
from typing import Any, Final

from celery import shared_task
from celery.signals import worker_process_init, worker_process_shutdown

from reminders.services import sweep

STOPPING_TAKES: Final = 50
_stop = threading.Event()
_sweepers: list[threading.Thread] = []


@shared_task(ignore_result=True)
def send_due() -> None:
    sweep.once()


@worker_process_init.connect
def sweep_beside_the_tasks(**_: Any) -> None:
    sweeper = threading.Thread(target=sweep.until, args=[_stop], name="sweeper", daemon=True)
    _sweepers.append(sweeper)
    sweeper.start()


@worker_process_shutdown.connect
def finish_the_sweep(**_: Any) -> None:
    """A worker that is asked to stop settles what it is sending first."""
    _stop.set()
    for sweeper in _sweepers:
        sweeper.join(STOPPING_TAKES)
