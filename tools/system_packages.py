"""Programs the tests need from the distribution. Absent is an error, never a skipped test."""

import os
import shutil
import subprocess

# program -> Debian package
NEEDED = {"chromium": "chromium", "pdftotext": "poppler-utils"}


def main() -> None:
    missing = sorted({package for program, package in NEEDED.items() if not shutil.which(program)})
    if not missing:
        return
    install = ["apt-get", "install", "--yes", "--no-install-recommends", *missing]
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise SystemExit(f"[test] The tests need {', '.join(missing)}: sudo {' '.join(install)}")
    print(f"[test] installing {', '.join(missing)}", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "--quiet", "--quiet"], [*install, "--quiet", "--quiet"]):
        if subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, check=False
        ).returncode:
            raise SystemExit(f"[test] failed: {' '.join(command)}")


if __name__ == "__main__":
    main()
