"""The scenarios by name. Each takes a scene and returns its line; `ok` is its bar."""

from collections.abc import Callable
from typing import Any, Final

from tools.drill import board, change_storm, deliveries, web
from tools.drill.place import Scene

LINES: Final[dict[str, Callable[[Scene], dict[str, Any]]]] = {
    "reminders.nofault": deliveries.nofault,
    "reminders.worker_kill": deliveries.worker_kill,
    "reminders.child_kill": deliveries.child_kill,
    "reminders.valkey_stop": deliveries.valkey_stop,
    "reminders.valkey_flush": deliveries.valkey_flush,
    "reminders.valkey_freeze": deliveries.valkey_freeze,
    "reminders.valkey_halfopen": deliveries.valkey_halfopen,
    "reminders.postgres_restart": deliveries.postgres_restart,
    "reminders.smtp_4xx": deliveries.smtp_4xx,
    "reminders.smtp_5xx": deliveries.smtp_5xx,
    "reminders.smtp_slow": deliveries.smtp_slow,
    "reminders.smtp_silent": deliveries.smtp_silent,
    "reminders.two_beats": deliveries.two_beats,
    "reminders.clock_skew": deliveries.clock_skew,
    "reminders.change_storm": change_storm.change_storm,
    "reminders.no_broker": deliveries.no_broker,
    "web.valkey_down": web.valkey_down,
    "board.storm": board.storm,
}
