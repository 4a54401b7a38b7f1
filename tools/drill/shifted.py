"""Celery with a clock that is wrong: `python -m tools.drill.shifted SECONDS --app … worker …`.

The shift is at the level of C (`time-machine`), so that every thread and every forked child of the process reads
the wrong time from `time`, `datetime` and the libraries; `time.monotonic()` stays right, as on a real machine.
"""

import sys
import time

import time_machine
from celery.__main__ import main

if __name__ == "__main__":
    time_machine.travel(time.time() + float(sys.argv.pop(1)), tick=True).start()
    sys.exit(main())
