"""`make bench NAMES="…"`: one JSON object a line, also added to var/bench.jsonl. Fails only on errors."""

import json
import os
import sys

from tools.bench.house import opened, say
from tools.bench.lines import LINES
from tools.local_env import VAR
from tools.servers import ServerError


def main(names: list[str]) -> None:
    wanted = names or list(LINES)
    if unknown := [name for name in wanted if name not in LINES]:
        raise SystemExit(f"[bench] Unknown: {', '.join(unknown)}. There are: {', '.join(LINES)}")
    try:
        with opened() as house, (VAR / "bench.jsonl").open("a", encoding="utf-8") as file:
            for name in wanted:
                say(f"{name} (load of the machine: {os.getloadavg()[0]:.1f})")
                text = json.dumps(LINES[name].run(house, name), ensure_ascii=False)
                print(text, flush=True)
                file.write(f"{text}\n")
    except ServerError as error:
        raise SystemExit(f"[bench] {error}") from error


if __name__ == "__main__":
    main(sys.argv[1:])
