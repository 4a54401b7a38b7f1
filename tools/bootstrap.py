"""Makes a checkout ready to work: .venv from the lock, front end, message catalogs.

Runs with the machine's own Python and its standard library. Every step looks first whether there
is anything to do, so a second call takes well under a second.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements" / "dev.txt"
NODE_LOCK = ROOT / "requirements" / "node.txt"
FRONTEND = ROOT / "frontend"
DIST = ROOT / "static" / "dist"
FONTS = ROOT / "fonts"
SUPPORTED = ((3, 11), (3, 12))
OLDEST_NODE = 20


def say(text):
    print(f"[set-up] {text}", flush=True)


def run(*command, **options):
    """A failed step has already said what was wrong; a traceback of ours would bury it."""
    result = subprocess.run([str(part) for part in command], check=False, **options)
    if result.returncode:
        sys.exit(f"[set-up] failed: {' '.join(str(part) for part in command)}")


def digest(*paths):
    """One fingerprint of the names and contents of files."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(str(path.relative_to(ROOT)).encode() + b"\0")
        total.update(path.read_bytes() + b"\0")
    return total.hexdigest()


def is_stamped(stamp, value):
    return stamp.is_file() and stamp.read_text() == value


# --- Python -----------------------------------------------------------------------------------


def suitable_python():
    """This interpreter if it will do, otherwise one on PATH that does."""
    if sys.version_info[:2] in SUPPORTED:
        return sys.executable
    for name in ("python3.12", "python3.11"):
        found = shutil.which(name)
        if (
            found
            and subprocess.run([found, "-c", ""], capture_output=True, check=False).returncode == 0
        ):
            return found
    here = ".".join(str(number) for number in sys.version_info[:2])
    sys.exit(f"[set-up] Python 3.11 or 3.12 is needed; this is {here} and neither is on PATH.")


def venv_is_usable():
    """A moved folder or a removed interpreter leaves a .venv that no longer starts."""
    if not PYTHON.exists() or not (VENV / "bin" / "pip").exists():
        return False
    probe = "import sys; print(sys.prefix, *sys.version_info[:2])"
    answer = subprocess.run([PYTHON, "-c", probe], capture_output=True, text=True, check=False)
    wanted = {f"{VENV} {major} {minor}" for major, minor in SUPPORTED}
    return answer.returncode == 0 and answer.stdout.strip() in wanted


def make_venv():
    if venv_is_usable():
        return
    python = suitable_python()
    say(f"creating .venv with {python}")
    made = subprocess.run([python, "-m", "venv", "--clear", str(VENV)], check=False)
    if made.returncode:
        sys.exit(
            "[set-up] Python's venv module does not work; on Debian: apt-get install python3-venv"
        )


def install_python_packages():
    make_venv()
    # The rooms and tools are importable from any folder and by every program in .venv/bin.
    packages = next((VENV / "lib").glob("python3.*")) / "site-packages"
    (packages / "goryeong_training.pth").write_text(f"{ROOT}\n")
    stamp, wanted = VENV / "installed.sha256", digest(LOCK)
    if is_stamped(stamp, wanted):
        return
    say("installing the Python packages of requirements/dev.txt")
    pip_install(LOCK)
    stamp.write_text(wanted)


def pip_install(lock):
    quiet = ["--quiet", "--quiet", "--disable-pip-version-check", "--no-input"]
    run(
        PYTHON,
        "-m",
        "pip",
        "install",
        *quiet,
        "--require-hashes",
        "-r",
        lock,
        stdin=subprocess.DEVNULL,
    )


# --- front end --------------------------------------------------------------------------------


def node_folder():
    """The folder of a Node that is new enough: the machine's own, or the one from the wheel."""
    found = shutil.which("node")
    if found and shutil.which("npm") and _node_version(found) >= OLDEST_NODE:
        return Path(found).parent
    stamp, wanted = VENV / "node.sha256", digest(NODE_LOCK)
    if not is_stamped(stamp, wanted):
        say(
            f"no Node {OLDEST_NODE} or newer on PATH; installing the one from requirements/node.txt"
        )
        pip_install(NODE_LOCK)
        stamp.write_text(wanted)
    return VENV / "bin"


def _node_version(node):
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    major = answer.stdout.strip().lstrip("v").split(".")[0]
    return int(major) if major.isdigit() else 0


def frontend_sources():
    files = (path for path in FRONTEND.rglob("*") if path.is_file())
    return [path for path in files if "node_modules" not in path.parts]


def build_frontend():
    if not (FRONTEND / "build.mjs").exists():
        return
    built, wanted = DIST / ".built", digest(*frontend_sources())
    if is_stamped(built, wanted) and FONTS.is_dir():
        return
    folder = node_folder()
    environment = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"}
    install_npm_packages(folder, environment)
    say("building the front end")
    run(folder / "node", "build.mjs", cwd=FRONTEND, env=environment)
    built.write_text(wanted)


def install_npm_packages(folder, environment):
    stamp = FRONTEND / "node_modules" / ".installed"
    wanted = digest(FRONTEND / "package.json", FRONTEND / "package-lock.json")
    if is_stamped(stamp, wanted):
        return
    say("installing the npm packages of frontend/package-lock.json")
    quiet = ["--no-audit", "--no-fund", "--loglevel=error"]
    run(folder / "npm", "ci", *quiet, cwd=FRONTEND, env=environment, stdin=subprocess.DEVNULL)
    stamp.write_text(wanted)


# --- messages ---------------------------------------------------------------------------------


def compile_messages():
    catalogs = list((ROOT / "locale").glob("*/LC_MESSAGES/*.po"))
    stale = [
        po
        for po in catalogs
        if not po.with_suffix(".mo").exists()
        or po.with_suffix(".mo").stat().st_mtime < po.stat().st_mtime
    ]
    if stale:
        run(PYTHON, "-m", "tools.messages", "--compile", cwd=ROOT)


def main():
    (ROOT / "var").mkdir(exist_ok=True)
    with (ROOT / "var" / "set-up.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        install_python_packages()
        build_frontend()
        compile_messages()


if __name__ == "__main__":
    main()
