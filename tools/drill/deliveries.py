"""Delivery with something broken meanwhile: one function a scenario."""

from typing import Any

from tools.drill.delivery import run
from tools.drill.place import Scene


def nofault(scene: Scene) -> dict[str, Any]:
    line = run(
        scene, messages=scene.of(full=20_000, short=300), seconds=scene.of(full=150, short=4)
    )
    return {**line, "ok": line["ok"] and line["lost"] == line["duplicates"] == line["dead"] == 0}
