"""The scenarios by name. Each takes a scene and returns its line; `ok` is its bar."""

from collections.abc import Callable
from typing import Any, Final

from tools.drill.delivery import run
from tools.drill.place import Scene

LINES: Final[dict[str, Callable[[Scene], dict[str, Any]]]] = {}


def scenario(name: str) -> Callable[[Callable[[Scene], dict[str, Any]]], Any]:
    """Enter a function under its name."""

    def enter(function: Callable[[Scene], dict[str, Any]]) -> Any:
        LINES[name] = function
        return function

    return enter


@scenario("reminders.nofault")
def nofault(scene: Scene) -> dict[str, Any]:
    line = run(
        scene, messages=scene.of(full=20_000, short=300), seconds=scene.of(full=150, short=4)
    )
    return {**line, "ok": line["ok"] and line["lost"] == line["duplicates"] == line["dead"] == 0}
