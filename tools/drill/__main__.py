"""`make drill NAMES="…"`: one JSON object a line, also added to var/drill.jsonl. Fails when a bar is missed."""

import argparse
import json
import os
import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tools.drill.place import Place, commit, opened, say
from tools.local_env import VAR
from tools.servers import ServerError


def main() -> None:
    wanted = _arguments()
    # Ending this process ends everything it started, however it is asked to end.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: _stop())
    missed = []
    try:
        with opened(wanted.folder, short=wanted.short) as place:
            from tools.drill.lines import LINES  # noqa: PLC0415 (Django is set up by now)

            names = wanted.names or list(LINES)
            if unknown := [name for name in names if name not in LINES]:
                raise SystemExit(
                    f"[drill] Unknown: {', '.join(unknown)}. There are: {', '.join(LINES)}"
                )
            with (VAR / "drill.jsonl").open("a", encoding="utf-8") as file:
                for name in names:
                    line = _run(place, name, LINES[name])
                    text = json.dumps(line, ensure_ascii=False)
                    print(text, flush=True)
                    file.write(f"{text}\n")
                    file.flush()
                    if not line["ok"]:
                        missed.append(name)
    except ServerError as error:
        raise SystemExit(f"[drill] {error}") from error
    except KeyboardInterrupt:
        raise SystemExit("[drill] stopped") from None
    if missed:
        raise SystemExit(f"[drill] missed: {', '.join(missed)}")


def _run(place: Place, name: str, scenario: Any) -> dict[str, Any]:
    load = os.getloadavg()[0]
    say(f"{name} (load of the machine: {load:.1f})")
    began = datetime.now(UTC)
    with place.scene(name) as scene:
        found = scenario(scene)
    return {
        "name": name,
        **found,
        "seconds": round((datetime.now(UTC) - began).total_seconds(), 1),
        "short": place.short,
        "commit": commit(),
        "date": began.isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "load": round(load, 1),
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.drill")
    parser.add_argument("names", nargs="*")
    parser.add_argument(
        "--short", action="store_true", help="few messages, short leases: for tests"
    )
    parser.add_argument("--folder", type=Path, default=VAR / "drill", help="servers and logs")
    wanted = parser.parse_args()
    wanted.folder = wanted.folder.resolve()
    return wanted


def _stop() -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
