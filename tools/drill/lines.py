"""The scenarios by name. Each takes a scene and returns its line; `ok` is its bar."""

from collections.abc import Callable
from typing import Any, Final

from tools.drill import deliveries
from tools.drill.place import Scene

LINES: Final[dict[str, Callable[[Scene], dict[str, Any]]]] = {
    "reminders.nofault": deliveries.nofault,
}
