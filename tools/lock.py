"""Pins every dependency by hash into requirements/, naming no host.

base.txt is production, dev.txt adds servers and tools, node.txt is Node for machines without it.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = Path(sys.executable).parent / "uv"
# Universal: one file for Python 3.11 and 3.12 and every platform.
STYLE = [
    "--universal", "--python-version", "3.11", "--generate-hashes",
    "--no-header", "--no-annotate", "--no-emit-index-url", "--quiet",
]  # fmt: skip


def compile_lock(name: str, *sources: str) -> None:
    target = f"requirements/{name}.txt"
    command = [str(UV), "pip", "compile", *sources, *STYLE, *sys.argv[1:], "--output-file", target]
    subprocess.run(command, cwd=ROOT, check=True)


def lock_npm() -> None:
    """npm notes where authors take donations; addresses have no place in a lock."""
    frontend = ROOT / "frontend"
    subprocess.run(["npm", "install", "--package-lock-only"], cwd=frontend, check=True)
    path = frontend / "package-lock.json"
    lock = json.loads(path.read_text())
    for package in lock["packages"].values():
        package.pop("funding", None)
    path.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    compile_lock("dev", "pyproject.toml", "--group", "dev")
    compile_lock("base", "pyproject.toml", "--constraint", "requirements/dev.txt")
    compile_lock("node", "--group", "node")
    lock_npm()
